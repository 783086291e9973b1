"""Values of an answer in the reader's words, for the page and for the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from flask_babel import gettext

from engine.model.declared_words import Words
from engine.model.obligation import STATE_LABELS, State
from engine.model.preloaded import position_labels
from engine.queries.questions.question import Choice, Hidden, Kind, Option, Value
from webui.export import Cell
from webui.pages.monitor_words import region_name
from webui.pages.question_views import CellView, Light
from webui.pages.rendering import SHANGHAI
from webui.pages.words import listed, say, severity_word
from webui.terms import term

NUMBERS: frozenset[Kind] = frozenset({"number", "decimal", "percent"})
#: What a state of a duty or a report is like.
_LIGHTS: Mapping[str, Light] = {
    "overdue": "red",
    "open": "green",
    "upcoming": "grey",
    "done": "blue",
    "done_late": "late_done",
    "waived": "grey",
    "按期": "blue",
    "逾期": "late_done",
    "未报": "red",
    "退回补正": "yellow",
    "未到期": "grey",
    "反弹": "red",
    "部分反弹": "yellow",
    "巩固": "blue",
    "迟报": "red",
    "漏报": "red",
}


def words(value: Words) -> str:
    """In the reader's language."""
    return say(value.zh, value.en)


def cell_view(value: Value, kind: Kind, units: Mapping[str, str]) -> CellView:
    """One cell of the page. units: short names by code."""
    if value is None:
        return CellView(text="—")
    if isinstance(value, Hidden):
        return CellView(text=str(gettext("少于 5 人，不公布")), is_hidden=True)
    text = _text(value, kind, units)
    if kind == "percent":
        text += "%"
    light = _LIGHTS.get(value if isinstance(value, str) else "", "") if kind in {"duty", "term"} else ""
    return CellView(text=text, light=light)


def file_cell(value: Value, kind: Kind, units: Mapping[str, str]) -> Cell:
    """The same for a file: a number stays a number, a date a date."""
    if value is None:
        return None
    if isinstance(value, Hidden):
        return str(gettext("少于 5 人，不公布"))
    if kind in {"number", "date", "moment"} and isinstance(value, (int, date, datetime)):
        return value
    if kind in {"percent", "decimal"} and isinstance(value, (int, float)):
        return _rounded(value, kind)
    return _text(value, kind, units)


def _text(value: Value, kind: Kind, units: Mapping[str, str]) -> str:
    if isinstance(value, Words):
        return words(value)
    if isinstance(value, datetime):
        return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return f"{_rounded(value, kind):.1f}" if kind != "number" else f"{value:,}"
    says = _SAYS.get(kind)
    if kind == "unit":
        says = lambda code: units.get(code, code)  # noqa: E731
    texts = [value] if isinstance(value, str) else list(value) if isinstance(value, tuple) else []
    return listed([says(text) if says is not None else text for text in texts])


def _rounded(value: float, kind: Kind) -> float:
    return round(value * 100 if kind == "percent" else value, 1)


def _duty(state: str) -> str:
    known: State | None = next((one for one in STATE_LABELS if one == state), None)
    return say(*STATE_LABELS[known]) if known is not None else state


def _post(code: str) -> str:
    return next((say(label.zh, label.en) for label in position_labels() if label.code == code), code)


_SAYS: Mapping[Kind, Callable[[str], str]] = {
    "term": term,
    "region": region_name,
    "post": _post,
    "duty": _duty,
    "severity": severity_word,
}


def option_text(choice: Choice, one: Option) -> str:
    """What a choice of a filter is called."""
    return words(one.words) if one.words is not None else _text(one.value, choice.kind, {})
