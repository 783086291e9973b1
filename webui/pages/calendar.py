"""日历: the working days of a year; an administrator of the top unit sees what a change would move before making it."""

from __future__ import annotations

import json
import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands import calendar as commands
from engine.commands.calendar import CalendarChanged
from engine.errors import InputRejected, NotFound
from engine.model.calendar import FIRST_YEAR, LAST_YEAR
from engine.model.clock import local_day
from engine.model.holidays import Layer
from engine.queries.calendar_view import CalendarView, calendar_view
from engine.queries.frame import UnitName, all_unit_names
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.framing import frame, with_said
from webui.pages.manage_views import (
    CalendarCell,
    CalendarEntry,
    CalendarMonth,
    CalendarPage,
    CalendarPreview,
    DayMark,
    MovedLine,
)
from webui.pages.rendering import render
from webui.pages.words import language, say, unit_name
from webui.service import current_engine

MOST_LISTED = 200
_SATURDAY = 5
#: One period off in a line: name, English name where it is not a known one, first and last day.
_PERIOD = re.compile(
    r"(\S+)(?:\s+([A-Za-z][A-Za-z' -]*?))?\s+(\d{4}-\d\d-\d\d)(?:\s*(?:至|到|-|—|~|to)?\s*(\d{4}-\d\d-\d\d))?"
)
_KNOWN = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明节": "Qingming Festival",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-Autumn Festival",
    "国庆节": "National Day",
    "国庆节、中秋节": "National Day and Mid-Autumn Festival",
}
_OWN_LAYERS = {Layer.LOCAL: "local", Layer.CORRECTION: "correction"}


@blueprint.get("/calendar")
@rule("signed_in")
def show_calendar() -> str:
    return render(_page(_year_asked()))


@blueprint.post("/calendar")
@rule("role:admin")
def change_calendar() -> Response | str | tuple[str, int]:
    """What the change would lead to, and with `confirm` the change itself."""
    form = request.form
    values = {name: text.strip()[:4000] for name, text in form.items()}
    do, preview = values.get("do", ""), "confirm" not in form
    year = _number(values.get("shown", "")) or None
    back = f"/calendar?year={year}" if year else "/calendar"
    try:
        found = _DOING[do](values, preview=preview) if do in _DOING else None
    except InputRejected as refused:
        said = refused.zh if language() == "zh" else refused.en
        return render(_page(year, do, values, {_field(refused): said})), 422
    except NotFound:
        return redirect(back, 303)
    if found is None:
        return redirect(back, 303)
    if preview:
        return render(_page(year, do, values, found=found))
    return redirect(with_said(back, "calendar_changed"), 303)


def _change_day(values: Mapping[str, str], *, preview: bool) -> CalendarChanged:
    command = commands.enter_local_day if values.get("layer") == "local" else commands.correct_day
    return command(
        current_engine(),
        current_person(),
        _day(values.get("day", "")),
        name=values.get("name", ""),
        name_en=values.get("name_en", "") or _KNOWN.get(values.get("name", ""), ""),
        document=values.get("document", ""),
        working=values.get("working") == "on",
        preview=preview,
    )


def _drop_day(values: Mapping[str, str], *, preview: bool) -> CalendarChanged:
    layer = Layer.LOCAL if values.get("layer") == "local" else Layer.CORRECTION
    day, reason = _day(values.get("day", "")), values.get("reason", "")
    return commands.drop_day(current_engine(), current_person(), layer, day, reason=reason, preview=preview)


def _enter_year(values: Mapping[str, str], *, preview: bool) -> CalendarChanged:
    table = {
        "year": _number(values.get("table_year", "")),
        "source": values.get("source", ""),
        "off": [_period(line, number) for number, line in enumerate(_lines(values.get("off", "")), start=1)],
        "work": values.get("work", "").replace("，", " ").replace("、", " ").replace(",", " ").split(),
    }
    return commands.enter_national_year(current_engine(), current_person(), json.dumps(table), preview=preview)


_DOING = {"day": _change_day, "drop": _drop_day, "year": _enter_year}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _period(line: str, number: int) -> dict[str, str]:
    """ "春节 2027-02-05 至 2027-02-12" as the table wants it. Raises InputRejected with the number of the line."""
    found = _PERIOD.fullmatch(line)
    if found is None:
        raise InputRejected(
            f"第{number}行无法识别：“{line[:60]}”。请写作“春节 2027-02-05 至 2027-02-12”。",
            f"Line {number} cannot be read: {line[:60]!r}. Write it as: 春节 2027-02-05 至 2027-02-12.",
            field="off",
        )
    name, english, first, last = found.groups()
    return {"zh": name, "en": english or _KNOWN.get(name, name), "from": first, "to": last or first}


def _field(refused: InputRejected) -> str:
    """The field of the page at which it is said: "off[2].to" stands in the list of periods."""
    name = str(refused.facts.get("field") or "")
    return {"year": "table_year"}.get(name, re.split(r"[\[.]", name)[0])


def _page(
    asked: int | None,
    do: str = "",
    values: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    found: CalendarChanged | None = None,
) -> CalendarPage:
    engine, person = current_engine(), current_person()
    view = calendar_view(engine, person, asked)
    year = view.days.year
    return CalendarPage(
        frame=frame(view.frame, "manage"),
        year=year,
        source=view.days.source,
        working_days=view.days.working_days,
        months=tuple(_month(view, number) for number in range(1, 13)),
        entries=tuple(
            CalendarEntry(
                day=one.entry.day,
                layer=_layer(one.entry.layer),
                layer_key=_OWN_LAYERS.get(one.entry.layer, ""),
                working=one.entry.working,
                name=say(one.entry.zh, one.entry.en),
                document=one.entry.document,
                in_force=one.in_force,
            )
            for one in view.days.days
        ),
        previous_href=f"/calendar?year={year - 1}" if year > FIRST_YEAR else "",
        next_href=f"/calendar?year={year + 1}" if year < LAST_YEAR else "",
        may_change=view.may_change,
        do=do,
        values=values or {},
        errors=errors or {},
        preview=_preview(found, all_unit_names(engine, person)) if found is not None else None,
    )


def _preview(found: CalendarChanged, names: Mapping[str, UnitName]) -> CalendarPreview:
    """An administrator reads no cases: unit, task and dates only, and of sealed ones the number."""
    open_ones = [change for change in found.moved if not change.sealed]
    return CalendarPreview(
        days=found.days,
        moved=tuple(
            MovedLine(
                unit=unit_name(names[change.unit], short=True) if change.unit in names else change.unit,
                task=say(change.name, change.name_en) if change.name else str(gettext("事项期限")),
                old=change.old,
                new=change.new,
            )
            for change in open_ones[:MOST_LISTED]
        ),
        moved_count=len(open_ones),
        sealed_count=len(found.moved) - len(open_ones),
        confirmed=found.confirmed,
        failed=len(found.failed),
    )


def _month(view: CalendarView, number: int) -> CalendarMonth:
    year, today = view.days.year, local_day(view.frame.now)
    named = {one.entry.day: one.entry for one in view.days.days if one.in_force}
    blanks = date(year, number, 1).weekday()
    cells = [CalendarCell()] * blanks
    working = 0
    for day in (date(year, number, n) for n in range(1, monthrange(year, number)[1] + 1)):
        entry = named.get(day)
        mark: DayMark = "weekend" if day.weekday() >= _SATURDAY else ""
        if entry is not None:
            mark = "work" if entry.working else "off" if entry.layer < Layer.LOCAL else "local"
        working += mark in {"", "work"}
        title = say(entry.zh, entry.en) if entry is not None else ""
        cells.append(CalendarCell(number=day.day, mark=mark, title=title, is_today=day == today))
    return CalendarMonth(label=str(gettext("%(number)s月", number=number)), cells=tuple(cells), working_days=working)


def _layer(layer: Layer) -> str:
    words = {
        Layer.NATIONAL: gettext("国家放假"),
        Layer.MAKE_UP: gettext("国家调休"),
        Layer.LOCAL: gettext("地方放假"),
        Layer.CORRECTION: gettext("单日更正"),
    }
    return str(words.get(layer, ""))


def _year_asked() -> int | None:
    """None: the present one."""
    asked = _number(request.args.get("year", ""))
    return asked if FIRST_YEAR <= asked <= LAST_YEAR else None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= 4 else 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputRejected("请选择日期。", "Choose a day.", field="day", value=text[:20]) from None
