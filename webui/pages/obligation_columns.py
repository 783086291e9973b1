"""The columns of the list of obligations (义务清单) as a file."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext

from engine.queries.obligations import Obligation
from webui.export import Column
from webui.pages.obligation_words import mechanism_word
from webui.pages.words import listed, say


def obligation_columns(units: Mapping[str, str]) -> tuple[Column[Obligation], ...]:
    """units: names by code, in the reader's language."""
    return (
        Column(label=gettext("编号"), value=lambda o: o.rule.code, width=8),
        Column(label=gettext("义务"), value=lambda o: say(o.rule.zh, o.rule.en), width=32),
        Column(label=gettext("机制"), value=lambda o: mechanism_word(o.rule.mechanism), width=16),
        Column(label=gettext("期间"), value=lambda o: say(o.period.zh, o.period.en), width=18),
        Column(label=gettext("责任单位"), value=lambda o: units.get(o.row.unit, o.row.unit), width=24),
        Column(label=gettext("责任人"), value=lambda o: listed(list(o.responsible)), width=18),
        Column(label=gettext("状态"), value=lambda o: say(*o.words), width=12),
        Column(label=gettext("到期日"), value=lambda o: o.row.due_on, width=12),
        Column(label=gettext("完成日期"), value=lambda o: o.row.done_on, width=12),
        # Two columns: "3/5" in a cell of a spreadsheet would be the third of May.
        Column(label=gettext("完成数"), value=lambda o: o.row.done if o.row.of else None, width=8),
        Column(label=gettext("应完成数"), value=lambda o: o.row.of, width=9),
        Column(label=gettext("免除理由"), value=lambda o: o.row.waiver_reason, width=28),
    )
