"""Deadlines for people: the ladder of a task with its papers, the ledger of a case, the days in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Literal, cast

from sqlalchemy import Select, bindparam, select

from engine.core import Engine
from engine.model.calendar import WorkCalendar
from engine.model.clock import local_day
from engine.model.holidays import Layer, days_between
from engine.model.ladder import ProfileName, level_reached, preview
from engine.model.ladder_levels import Level
from engine.queries.lights import due_in_force
from engine.store import tables as t
from engine.store.rows import DeadlineRow, UserTaskRow
from engine.store.transaction import Transaction

DayKind = Literal["rest", "counted", "extended", "suspended", "local", "plain"]
_LADDER = "S2_LADDER"
#: A limit of a year or more is not drawn day by day.
_MOST_DAYS = 190


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One rung of the ladder of a task: issued, or to be issued if the task stays open."""

    level: Level
    at: datetime
    status: Literal["sent", "next", "later", "withdrawn"]
    number: str = ""  #: of the paper already issued


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One line of the deadline ledger."""

    on: date
    at: datetime
    kind: str  #: set, renewed, extended, suspended, resumed, redated, requested, refused
    due: date | None
    working_days: int | None  #: how far this line moved the due day; None where it did not
    explanation: Mapping[str, object]
    reason: str
    actor: str  #: name; "" for the engine
    rule: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCell:
    """One day of the small calendar beside the ledger."""

    on: date
    kind: DayKind
    is_start: bool = False
    is_due: bool = False


def rungs_of(engine: Engine, tx: Transaction, task: UserTaskRow) -> tuple[Rung, ...]:
    """下一步升级预告: papers already issued, then what comes when; () without date or ladder.

    A rung that the ladder has skipped (D2) is left out. An ended task keeps the papers only.
    """
    calendar = engine.reference(tx).calendar
    columns = {"deadline": task.deadline, "due_on": task.due_on, "due_at": task.due_at}
    due = due_in_force(columns, calendar)
    if due is None or task.ladder_profile is None:
        return ()
    papers = {card.level: card for card in tx.cards_of_task(task.id)}
    found: list[Rung] = []
    profile = cast("ProfileName", task.ladder_profile)
    level = level_reached(due, profile, task.ladder_level, calendar, at=task.done_at or tx.now)
    for row in preview(due, profile, level, calendar, final_date=_final_date(tx, task)):
        paper = papers.get(row.level.level)
        if paper is not None:
            status: Literal["sent", "withdrawn"] = "withdrawn" if paper.is_withdrawn else "sent"
            found.append(Rung(level=row.level, at=paper.issued_at, status=status, number=paper.no))
        elif not row.is_reached and task.is_open:
            found.append(Rung(level=row.level, at=row.at, status="next" if row.is_next else "later"))
    return tuple(found)


def ledger_of(engine: Engine, tx: Transaction, rows: Sequence[DeadlineRow]) -> tuple[LedgerLine, ...]:
    """The rows of a ledger, oldest first, each with what it did; the last one that set a day is current."""
    reference = engine.reference(tx)
    dated = [row for row in rows if row.kind not in {"requested", "refused"}]
    current = dated[-1].id if dated else None
    return tuple(
        LedgerLine(
            on=local_day(row.at),
            at=row.at,
            kind=row.kind,
            due=row.due_on,
            working_days=_moved_by(row, reference.calendar),
            explanation=row.explanation,
            reason=row.reason,
            actor="" if row.actor == "system" else reference.organization.person_name(row.actor),
            rule=row.rule,
            is_current=row.id == current,
        )
        for row in rows
    )


def rows_about_limit(entries: Sequence[DeadlineRow], limited: Sequence[UserTaskRow]) -> tuple[DeadlineRow, ...]:
    """Those rows of a case's ledger that set or moved its own limit. limited: tasks whose date is that limit."""
    ids = {task.id for task in limited}
    # A changed calendar moves the limit and the task that ends with it: told once, by the line of the limit.
    told_by_limit = {"set", "redated", "suspended", "resumed"}
    return tuple(
        row
        for row in entries
        # A suspension after the limit was kept concerns the dates of tasks only.
        if (row.task_id is None and row.due_on is not None) or (row.task_id in ids and row.kind not in told_by_limit)
    )


def days_of(lines: Sequence[LedgerLine], calendar: WorkCalendar) -> tuple[DayCell, ...]:
    """Whole weeks from the day that a limit counts from to its last day; () where there is no such span."""
    base, due = _span(lines)
    if base is None or due is None or not 0 <= (due - base).days <= _MOST_DAYS:
        return ()
    first, last = base - timedelta(days=base.weekday()), due + timedelta(days=6 - due.weekday())
    plain = next((line.due for line in lines if line.kind in {"set", "renewed"} and line.due), due)
    stops = _stops(lines, due)
    return tuple(
        DayCell(
            on=day,
            kind=_kind_of(day, base, plain, due, stops, calendar),
            is_start=day == base,
            is_due=day == due,
        )
        for day in days_between(first, last)
    )


def _final_date(tx: Transaction, task: UserTaskRow) -> date | None:
    """限期办结, where the superior has decided it and the reader may see the ladder."""
    found = [row.day for row in tx.rows(_final_dates(), {"task_id": task.id}) if row.day]
    return date.fromisoformat(found[-1]) if found else None


@cache
def _final_dates() -> Select[Any]:
    """Every page of a task asks this: put together once."""
    case = t.instance.c
    day = case.variables["final_date"].astext.label("day")
    return select(day).where(case.parent_task == bindparam("task_id", type_=case.id.type), case.key == _LADDER)


def _moved_by(row: DeadlineRow, calendar: WorkCalendar) -> int | None:
    if row.kind in {"suspended", "requested", "refused"}:
        return None
    said = row.explanation.get("working_days")
    if isinstance(said, int):
        return said
    if row.previous_due_on is not None and row.due_on is not None:
        return _between(row.previous_due_on, row.due_on, calendar)
    count = cast("Mapping[str, object]", row.explanation.get("count") or {})
    amount = count.get("amount")
    return amount if isinstance(amount, int) and count.get("unit") == "wd" else None


def _between(before: date, after: date, calendar: WorkCalendar) -> int:
    return calendar.count(before, after) if after >= before else -calendar.count(after, before)


def _span(lines: Sequence[LedgerLine]) -> tuple[date | None, date | None]:
    """The day from which the present limit counts, and its last day."""
    starts = [line for line in lines if line.kind in {"set", "renewed"}]
    due = next((line.due for line in reversed(lines) if line.is_current), None)
    if not starts:
        return None, due
    explained = starts[-1].explanation
    count = cast("Mapping[str, object]", explained.get("count") or explained)
    base = count.get("base_day")
    return (date.fromisoformat(str(base)) if base else starts[-1].on), due


def _stops(lines: Sequence[LedgerLine], due: date) -> tuple[tuple[date, date], ...]:
    """(day of suspension, day of resumption); one that still lasts ends with the due day."""
    stops: list[tuple[date, date]] = []
    since: date | None = None
    for line in lines:
        if line.kind == "suspended":
            since = line.on
        elif line.kind == "resumed" and since is not None:
            stops.append((since, line.on))
            since = None
    return (*stops, (since, due)) if since is not None else tuple(stops)


def _kind_of(
    day: date, base: date, plain: date, due: date, stops: Sequence[tuple[date, date]], calendar: WorkCalendar
) -> DayKind:
    if not calendar.is_working_day(day):
        entry = calendar.entry(day)
        return "local" if entry is not None and entry.layer is Layer.LOCAL else "rest"
    if not base < day <= due:
        return "plain"
    if any(first < day <= last for first, last in stops):
        return "suspended"
    return "counted" if day <= plain else "extended"
