"""The working-day calendar as administrators change it; every change dates open work again (domain.md §6.4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import structlog

from engine.commands import starts
from engine.commands.attempts import again_when_beaten
from engine.commands.case_step import SYSTEM
from engine.commands.cases import deliver
from engine.commands.failures import words_of
from engine.commands.organization.rights import check_admin
from engine.commands.redating import INCIDENT, redate_open
from engine.commands.redating_tasks import DateChange
from engine.core import Engine
from engine.errors import Beaten, Conflict, InputRejected, NotFound, StepFailed
from engine.model.clock import local_day
from engine.model.holiday_notice import MAX_NAME, check_year, read_holiday_notice
from engine.model.holidays import CalendarDay, Layer
from engine.model.step import InstanceId, PersonId, ThrownEvent
from engine.store.incidents import NewIncident
from engine.store.record import NewNotice
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)

SIGNAL = "sig.calendar_changed"
NOTICE = "calendar_changed"
SETTLE = "settle_calendar"  #: name of the job
#: No command takes so long that it could still count by a calendar as it was before.
SETTLE_AFTER = timedelta(minutes=1)
#: A notice is read on a screen; whoever needs more opens the calendar.
MAX_LISTED = 200
MAX_DOCUMENT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChanged:
    """What a change of the calendar led to."""

    days: tuple[date, ...]  #: days that are working now and were not, or the other way round
    moved: tuple[DateChange, ...]
    confirmed: int  #: tasks whose day stays and whose word "provisional" was taken away, or put on
    failed: tuple[InstanceId, ...]  #: cases that could not be dated again; each has an incident


def enter_national_year(engine: Engine, by: PersonId, table: str, *, preview: bool = False) -> CalendarChanged:
    """Enter the State Council's arrangement of a year, as JSON (engine/model/tables shows the form).

    Replaces what was entered for this year before; single days keep their corrections. The dates of the year are no
    longer provisional. preview: only say what it would lead to, here as in the other commands.
    Raises InputRejected for what is no such table, see read_holiday_notice.
    """
    parsed = read_holiday_notice(table)

    def enter(tx: Transaction) -> None:
        tx.drop_national_year(parsed.year)
        tx.add_national_year(parsed.year, parsed.source)
        for day in parsed.days:
            tx.set_calendar_day(day)

    what = {"year": parsed.year, "days": len(parsed.days)}
    return _change(engine, by, enter, first=date(parsed.year, 1, 1), document=parsed.source, what=what, preview=preview)


def enter_local_day(
    engine: Engine,
    by: PersonId,
    day: date,
    *,
    name: str,
    name_en: str,
    document: str,
    working: bool = False,
    preview: bool = False,
) -> CalendarChanged:
    """A holiday of the prefecture (or a day made up for it), by the number of the notice that orders it."""
    entry = CalendarDay(day=day, layer=Layer.LOCAL, working=working, zh=name, en=name_en, document=document)
    return _enter_day(engine, by, entry, preview=preview)


def correct_day(
    engine: Engine,
    by: PersonId,
    day: date,
    *,
    working: bool,
    name: str,
    name_en: str,
    document: str,
    preview: bool = False,
) -> CalendarChanged:
    """A single correction: wins over every other layer."""
    entry = CalendarDay(day=day, layer=Layer.CORRECTION, working=working, zh=name, en=name_en, document=document)
    return _enter_day(engine, by, entry, preview=preview)


def drop_day(
    engine: Engine, by: PersonId, layer: Layer, day: date, *, reason: str, preview: bool = False
) -> CalendarChanged:
    """Take back a local day or a correction. Dates that people were told do not become earlier by it.

    Raises NotFound where there is none, InputRejected for another layer or without a reason.
    """
    if layer not in (Layer.LOCAL, Layer.CORRECTION):
        raise InputRejected(
            "只能撤销地方放假日和单日更正。", "Only local days and corrections are taken back.", field="layer"
        )
    _need(reason, "reason", "请填写撤销理由。", "A reason is needed.", MAX_DOCUMENT)

    def drop(tx: Transaction) -> None:
        if not tx.drop_calendar_day(layer, day):
            raise NotFound(f"No {layer.name.lower()} day is entered for {day}.", day=day.isoformat())

    what = {"day": day.isoformat(), "layer": layer.name.lower(), "dropped": True}
    return _change(engine, by, drop, first=day, document=reason.strip(), what=what, preview=preview)


@again_when_beaten
def settle(engine: Engine, first: date, reason: str) -> None:
    """A minute after a change: date what a command had in hand meanwhile and counted by the calendar as it was.

    Finds nothing to do where there was no such command, so it may run twice.
    """
    with engine.transaction(SYSTEM) as tx:
        found = redate_open(engine, tx, first=first, reason=reason, by=SYSTEM)
        with tx.as_system():
            _tell_inspectors(engine, tx, found.moved, reason)
    logger.info("calendar settled", action="calendar.settle", moved=len(found.moved), confirmed=found.confirmed)


def _enter_day(engine: Engine, by: PersonId, entry: CalendarDay, *, preview: bool) -> CalendarChanged:
    document = "请填写依据文号。", "The number of the notice that orders it is needed."
    _need(entry.document, "document", *document, MAX_DOCUMENT)
    _need(entry.zh, "name", "请填写名称。", "A name is needed.", MAX_NAME)
    _need(entry.en, "name_en", "请填写英文名称。", "An English name is needed.", MAX_NAME)
    check_year(entry.day.year, "day")
    what = {"day": entry.day.isoformat(), "layer": entry.layer.name.lower(), "working": entry.working}

    def enter(tx: Transaction) -> None:
        tx.set_calendar_day(entry)

    return _change(engine, by, enter, first=entry.day, document=entry.document, what=what, preview=preview)


class _OnlyLooked(Exception):
    """Carries what a change would lead to out of its transaction."""

    def __init__(self, found: CalendarChanged) -> None:
        super().__init__()
        self.found = found


def _change(
    engine: Engine,
    by: PersonId,
    change: Callable[[Transaction], None],
    *,
    first: date,
    document: str,
    what: Mapping[str, object],
    preview: bool,
) -> CalendarChanged:
    """Make the change, or find out what it would lead to: by making it, and taking all of it back."""
    try:
        return _make(engine, by, change, first=first, document=document, what=what, preview=preview)
    except _OnlyLooked as looked:
        return looked.found


@again_when_beaten
def _make(
    engine: Engine,
    by: PersonId,
    change: Callable[[Transaction], None],
    *,
    first: date,
    document: str,
    what: Mapping[str, object],
    preview: bool,
) -> CalendarChanged:
    """Make the change and all that it leads to: open work dated again, the signal, the lists, the access log.

    first: the first day that it concerns. Raises OnlyAdministrators: the calendar is one for all, so an administrator
    of the top unit changes it.
    """
    with engine.transaction(by) as tx:
        check_admin(engine, tx, by, engine.reference(tx).organization.top())
        # Read before the first write, and from the shared engine never after it: it would remember what is not
        # committed. The write makes a second administrator wait for this one.
        before = engine.reference(tx).calendar
        change(tx)
        fresh = engine.seeing(tx)
        days = fresh.reference(tx).calendar.changed_since(before)
        found = redate_open(fresh, tx, first=first, reason=document, by=by)
        changed = CalendarChanged(
            days=days, moved=tuple(found.moved), confirmed=found.confirmed, failed=tuple(found.failed)
        )
        if preview:
            raise _OnlyLooked(changed)
        with tx.as_system():
            starts.rearm(fresh, tx)
            _signal(fresh, tx, {"document": document, "days": [day.isoformat() for day in days]}, by=by)
            _tell_inspectors(fresh, tx, found.moved, document)
        tx.defer(SETTLE, {"first": first.isoformat(), "reason": document}, run_after=tx.wall_now() + SETTLE_AFTER)
        tx.access("calendar.change", body={**what, "document": document, "moved": len(found.moved)})
    logger.info("calendar changed", action="calendar.change", person_id=by, moved=len(found.moved))
    return changed


def _signal(engine: Engine, tx: Transaction, payload: Mapping[str, object], *, by: str) -> None:
    """Tell the processes that wait for it. One that cannot go on leaves an incident; the calendar stands."""
    try:
        with tx.savepoint():
            deliver(engine, tx, ThrownEvent(node_id="", kind="signal", name=SIGNAL, payload=payload), by=by)
    except Beaten:
        raise
    except (StepFailed, Conflict) as failure:
        node_id = getattr(failure, "node_id", "")
        new_id = engine.ids.v7(tx.now)
        tx.open_incident(
            NewIncident(id=new_id, kind=INCIDENT, code=failure.code, message=words_of(failure), node_id=node_id)
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
            people=(PersonId(person),),
            kind=NOTICE,
            facts={"document": document, "count": len(changes), "changes": [_line(c) for c in changes[:MAX_LISTED]]},
        )
        for person, changes in sorted(lists.items())
    )


def _line(change: DateChange) -> dict[str, object]:
    """By its id: what the case is about is looked up for the reader, who may not see it any more when it is sealed."""
    return {
        "instance_id": str(change.instance_id),
        "name": change.name,
        "name_en": change.name_en,
        "unit": change.unit,
        "old": change.old.isoformat(),
        "new": change.new.isoformat(),
    }


def _need(text: str, field: str, zh: str, en: str, longest: int) -> None:
    if not text.strip():
        raise InputRejected(zh, en, field=field, value="")
    if len(text) > longest or not text.isprintable():
        raise InputRejected(
            f"最多{longest}个字符，且不含换行等控制字符。",
            f"At most {longest} characters, without line breaks or other control characters.",
            field=field,
            value=text[:100],
        )
