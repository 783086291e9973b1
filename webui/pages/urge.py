"""督办: what is late below a supervisor, the latest first; urged and reassigned from the list."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, request
from flask_babel import gettext

from engine.queries.late_tasks import MOST, LateTasks, late_tasks
from engine.queries.paging import MAX_LIMIT, Page
from engine.queries.tasks import TaskRow
from webui.auth import current_person, rule
from webui.export import wanted_format
from webui.pages import listings
from webui.pages.blueprint import blueprint
from webui.pages.deadlines import due_view
from webui.pages.framing import frame
from webui.pages.parts import Option
from webui.pages.rendering import render
from webui.pages.steering_views import LateRow, UrgePage
from webui.pages.words import case_title, level_of_plate, plate_of_level, plate_word, say, unit_name
from webui.service import current_engine

_PLATES = ("urge", "yellow", "red", "report", "propose")


@blueprint.get("/urge")
@rule("role:inspector|unit_leader")
def show_late() -> str | Response:
    unit, level = request.args.get("unit", "")[:40], level_of_plate(request.args.get("level", ""))
    if (file := wanted_format()) is not None:

        def page(cursor: str) -> Page[TaskRow]:
            found = late_tasks(
                current_engine(), current_person(), unit=unit, level=level, cursor=cursor, limit=MAX_LIMIT
            )
            return Page(rows=found.rows, next_cursor=found.next_cursor)

        columns = listings.task_columns(listings.unit_names())
        return listings.as_file("urge", str(gettext("督办")), columns, page, file)
    found = late_tasks(current_engine(), current_person(), unit=unit, level=level, cursor=request.args.get("after", ""))
    return render(_page(found, unit, level))


def _page(found: LateTasks, unit: str, level: int | None) -> UrgePage:
    names = {one.code: unit_name(one, short=True) for one in found.units}
    rows = tuple(_row(row, names, found.steered) for row in found.rows)
    chosen = plate_of_level(level) if level is not None else None
    kept = {"unit": unit, "level": chosen or ""}
    following = urlencode({name: value for name, value in {**kept, "after": found.next_cursor}.items() if value})
    return UrgePage(
        frame=frame(found.frame, "urge"),
        rows=rows,
        total=found.total,
        capped=found.total >= MOST,
        units=tuple(Option(value=code, label=name, selected=code == unit) for code, name in names.items()),
        levels=tuple(Option(value=plate, label=plate_word(plate), selected=plate == chosen) for plate in _PLATES),  # type: ignore[arg-type]
        clear_href="/urge" if unit or chosen else "",
        next_href=f"/urge?{following}" if found.next_cursor else "",
        can_act=any(row.can_act for row in rows),
    )


def _row(row: TaskRow, names: dict[str, str], steered: frozenset[str]) -> LateRow:
    unit = row.unit or row.case_unit or ""
    return LateRow(
        task_id=str(row.id),
        title=case_title(row.title),
        business_no=row.business_no or "",
        href=f"/case/{row.instance_id}",
        step=say(row.name, row.name_en),
        unit=names.get(unit, unit),
        who=row.assignee_name or str(gettext("待领取")),
        due=due_view(row.light, row.due_on, row.due_at, state=row.state),
        plate=plate_of_level(row.ladder_level),
        can_act=unit in steered,
    )
