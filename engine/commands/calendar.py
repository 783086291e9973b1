"""The working-day calendar as administrators change it; every change dates open work again (domain.md §6.4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import structlog

from engine.commands.attempts import again_when_beaten
from engine.commands.cases import deliver
from engine.commands.organization.rights import check_admin
from engine.commands.redating import DateChange, redate_open
from engine.core import Engine
from engine.errors import InputRejected, NotFound
from engine.model.calendar import FIRST_YEAR, LAST_YEAR
from engine.model.clock import local_day
from engine.model.holidays import CalendarDay, Layer, NationalTable, known_national_years, parse_national_table
from engine.model.step import InstanceId, PersonId, ThrownEvent
from engine.store.record import NewNotice
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)

SIGNAL = "sig.calendar_changed"
NOTICE = "calendar_changed"
#: A notice is read on a screen; whoever needs more opens the calendar.
MAX_LISTED = 200
_SATURDAY = 5
_MIN_OFF_DAYS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChanged:
    """What a change of the calendar led to."""

    days: tuple[date, ...]  #: days that are working now and were not, or the other way round
    moved: tuple[DateChange, ...]
    confirmed: int  #: tasks whose day stays and whose word "provisional" was taken away, or put on
    failed: tuple[InstanceId, ...]  #: cases that could not be dated again; each has an incident


@again_when_beaten
def enter_national_year(engine: Engine, by: PersonId, table: str) -> CalendarChanged:
    """Enter the State Council's arrangement of a year, as JSON (engine/model/tables shows the form).

    Replaces what was entered for this year before; single days keep their corrections. The dates of the year are no
    longer provisional. Raises InputRejected for what is no such table, for days outside the year, a make-up day that is
    no weekend day or also off, and for a year whose table ships with the program.
    """
    parsed = _parsed(table)
    with engine.transaction(by) as tx:
        _check_admin(engine, tx, by)
        tx.drop_national_year(parsed.year)
        tx.add_national_year(parsed.year, parsed.source)
        for day in parsed.days:
            tx.set_calendar_day(day)
        what = {"year": parsed.year, "days": len(parsed.days)}
        return _follow(engine, tx, by, first=date(parsed.year, 1, 1), document=parsed.source, what=what)


@again_when_beaten
def enter_local_day(
    engine: Engine, by: PersonId, day: date, *, name: str, name_en: str, document: str, working: bool = False
) -> CalendarChanged:
    """A holiday of the prefecture (or a day made up for it), by the number of the notice that orders it."""
    entry = CalendarDay(day=day, layer=Layer.LOCAL, working=working, zh=name, en=name_en, document=document)
    return _enter_day(engine, by, entry)


@again_when_beaten
def correct_day(
    engine: Engine, by: PersonId, day: date, *, working: bool, name: str, name_en: str, document: str
) -> CalendarChanged:
    """A single correction: wins over every other layer."""
    entry = CalendarDay(day=day, layer=Layer.CORRECTION, working=working, zh=name, en=name_en, document=document)
    return _enter_day(engine, by, entry)


@again_when_beaten
def drop_day(engine: Engine, by: PersonId, layer: Layer, day: date, *, reason: str) -> CalendarChanged:
    """Take back a local day or a correction. Dates that people were told do not become earlier by it.

    Raises NotFound where there is none, InputRejected for another layer or without a reason.
    """
    if layer not in (Layer.LOCAL, Layer.CORRECTION):
        raise InputRejected(
            "只能撤销地方放假日和单日更正。", "Only local days and corrections are taken back.", field="layer"
        )
    _need(reason, "reason", "请填写撤销理由。", "A reason is needed.")
    with engine.transaction(by) as tx:
        _check_admin(engine, tx, by)
        if not tx.drop_calendar_day(layer, day):
            raise NotFound(f"No {layer.name.lower()} day is entered for {day}.", day=day.isoformat())
        what = {"day": day.isoformat(), "layer": layer.name.lower(), "dropped": True}
        return _follow(engine, tx, by, first=day, document=reason.strip(), what=what)


def _enter_day(engine: Engine, by: PersonId, entry: CalendarDay) -> CalendarChanged:
    _need(entry.document, "document", "请填写依据文号。", "The number of the notice that orders it is needed.")
    _need(entry.zh, "name", "请填写名称。", "A name is needed.")
    _need(entry.en, "name_en", "请填写英文名称。", "An English name is needed.")
    _check_year(entry.day.year)
    with engine.transaction(by) as tx:
        _check_admin(engine, tx, by)
        tx.set_calendar_day(entry)
        what = {"day": entry.day.isoformat(), "layer": entry.layer.name.lower(), "working": entry.working}
        return _follow(engine, tx, by, first=entry.day, document=entry.document, what=what)


def _follow(
    engine: Engine, tx: Transaction, by: PersonId, *, first: date, document: str, what: Mapping[str, object]
) -> CalendarChanged:
    """All that a change leads to: open work dated again, the signal, the list for the inspectors, the access log."""
    before = engine.reference(tx).calendar
    fresh = engine.seeing(tx)
    changed = fresh.reference(tx).calendar.changed_since(before)
    redating = redate_open(fresh, tx, first=first, reason=document, by=by)
    payload: dict[str, object] = {"document": document, "days": [day.isoformat() for day in changed]}
    with tx.as_system():
        deliver(fresh, tx, ThrownEvent(node_id="", kind="signal", name=SIGNAL, payload=payload), by=by)
        _tell_inspectors(fresh, tx, redating.moved, document)
    tx.access("calendar.change", body={**what, "document": document, "moved": len(redating.moved)})
    logger.info("calendar changed", action="calendar.change", person_id=by, moved=len(redating.moved))
    return CalendarChanged(
        days=changed,
        moved=tuple(redating.moved),
        confirmed=redating.confirmed,
        failed=tuple(redating.failed),
    )


def _tell_inspectors(engine: Engine, tx: Transaction, moved: Sequence[DateChange], document: str) -> None:
    """To the inspectors of each superior unit the list of its cases, old day and new; never of a sealed case."""
    organization, on = engine.reference(tx).organization, local_day(tx.now)
    lists: defaultdict[str, list[DateChange]] = defaultdict(list)
    for change in moved:
        if not change.sealed:
            superior = change.issuer_unit or organization.superior(change.unit) or change.unit
            for person in organization.members("inspector", superior, on):
                lists[person].append(change)
    tx.add_notices(
        NewNotice(
            id=engine.ids.v7(tx.now),
            person_id=PersonId(person),
            kind=NOTICE,
            facts={"document": document, "count": len(changes), "changes": [_line(c) for c in changes[:MAX_LISTED]]},
        )
        for person, changes in sorted(lists.items())
    )


def _line(change: DateChange) -> dict[str, object]:
    return {
        "instance_id": str(change.instance_id),
        "business_no": change.business_no,
        "title": change.title,
        "name": change.name,
        "unit": change.unit,
        "old": change.old.isoformat(),
        "new": change.new.isoformat(),
    }


def _check_admin(engine: Engine, tx: Transaction, by: PersonId) -> None:
    """The calendar is one for all: an administrator of the top unit changes it. Raises OnlyAdministrators."""
    check_admin(engine, tx, by, engine.reference(tx).organization.top())


def _parsed(text: str) -> NationalTable:
    try:
        table = parse_national_table(text)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputRejected(
            "放假安排表格式不对：应有year、source、off（from、to、zh、en）和work。",
            "This is no holiday table: it has year, source, off (from, to, zh, en) and work.",
            field="table",
            reason=str(error)[:200],
        ) from error
    _check_year(table.year)
    _need(str(table.source), "source", "请填写放假安排的文件名称。", "The name of the notice is needed.")
    if table.year in known_national_years():
        raise InputRejected(
            f"{table.year}年的放假安排随程序提供，个别变动请用单日更正。",
            f"The table of {table.year} ships with the program: use single corrections.",
            field="year",
            value=table.year,
        )
    off = {day.day for day in table.days if not day.working}
    worked = [day.day for day in table.days if day.working]
    if len(off) < _MIN_OFF_DAYS or any(day.day.year != table.year for day in table.days):
        raise InputRejected(
            f"日期应全部在{table.year}年内，跨年的日期请用单日更正。",
            f"All days lie in {table.year}; use single corrections for others.",
            field="off",
            value=table.year,
        )
    wrong = [day for day in worked if day.weekday() < _SATURDAY or day in off]
    if wrong:
        raise InputRejected(
            f"{wrong[0]}不是周末或同时列为放假，不能作为调休上班日。",
            f"{wrong[0]} is no weekend day, or is off as well: it cannot be made up.",
            field="work",
            value=wrong[0].isoformat(),
        )
    return table


def _check_year(year: object) -> None:
    if not isinstance(year, int) or not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputRejected(
            f"年份应在{FIRST_YEAR}至{LAST_YEAR}之间。",
            f"The year lies between {FIRST_YEAR} and {LAST_YEAR}.",
            field="year",
            value=year,
        )


def _need(text: str, field: str, zh: str, en: str) -> None:
    if not text.strip():
        raise InputRejected(zh, en, field=field, value="")
