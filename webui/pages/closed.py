"""本期办结: the cases of a process that ended in a half-year, as a page and as a file."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext

from engine.model.clock import local_day
from engine.queries.closed_cases import ClosedCase, closed_cases
from engine.queries.paging import MAX_LIMIT
from webui.auth import current_person, rule
from webui.export import Column, Listing, export, wanted_format, whole
from webui.pages.blueprint import blueprint
from webui.pages.framing import frame
from webui.pages.monitor_views import ClosedLine, ClosedPage
from webui.pages.narrowed import address, narrowing_asked
from webui.pages.parts import Due
from webui.pages.process import SUPERVISORS
from webui.pages.rendering import render
from webui.pages.status import period_asked, period_words
from webui.pages.task_parts import marks
from webui.pages.words import case_title, say, unit_name
from webui.service import current_engine

_ROWS = 20


@blueprint.get("/process/<string:key>/closed")
@rule(SUPERVISORS)
def show_closed(key: str) -> Response | str:
    engine, person, wanted, period = current_engine(), current_person(), narrowing_asked(), period_asked()
    found = closed_cases(engine, person, key, wanted, period, cursor=request.args.get("after", ""), limit=_ROWS)
    name, path = say(found.process.name, found.process.name_en), f"/process/{key}/closed"
    if (file := wanted_format()) is not None:
        rows, is_cut = whole(
            lambda cursor: closed_cases(engine, person, key, wanted, period, cursor=cursor, limit=MAX_LIMIT).page
        )
        title = str(gettext("%(name)s办结事项", name=name))
        lines = tuple(_line(row) for row in rows)
        in_period = {str(gettext("期间")): period_words(found.period)}
        return export(
            Listing(name="closed_cases", title=title, columns=_columns(), rows=lines, is_cut=is_cut, filters=in_period),
            file,
        )
    page = ClosedPage(
        frame=frame(found.frame, "status"),
        key=key,
        name=name,
        period=period_words(found.period),
        back_href=address(f"/process/{key}", period=""),
        lines=tuple(_line(row) for row in found.page.rows),
        next_href=address(path, after=found.page.next_cursor) if found.page.next_cursor else "",
        first_href=address(path) if request.args.get("after") else "",
    )
    return render(page)


def _line(row: ClosedCase) -> ClosedLine:
    return ClosedLine(
        href=f"/case/{row.id}",
        title=case_title(row.title),
        number=row.business_no,
        unit=unit_name(row.unit, short=True),
        due=Due(light="late_done" if row.is_late else "blue"),
        on=local_day(row.ended_at),
        days=row.working_days,
        marks=marks(row.marks, row.severity),
    )


def _columns() -> tuple[Column[ClosedLine], ...]:
    return (
        Column(label=gettext("事项"), value=lambda line: line.title, width=36),
        Column(label=gettext("业务编号"), value=lambda line: line.number, width=24),
        Column(label=gettext("责任单位"), value=lambda line: line.unit, width=20),
        Column(label=gettext("办结日期"), value=lambda line: line.on),
        Column(label=gettext("用时（工作日）"), value=lambda line: line.days),
        Column(
            label=gettext("是否按期"),
            value=lambda line: gettext("逾期办结") if line.due.light == "late_done" else gettext("按期"),
        ),
    )
