"""The deadline ledger (期限台账): how a due day was set, extended, suspended, resumed and dated again.

A Deadline is the list of its entries. Each entry carries the day it led to and why, so any date explains itself. All
functions are pure: they return a new Deadline with one entry more, or raise DeadlineRefused and change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from engine.errors import Conflict
from engine.model.calendar import WorkCalendar
from engine.model.clock import instant, local_day, local_time
from engine.model.due import Due, due_of

EntryKind = Literal["set", "extended", "suspended", "resumed", "redated"]
KIND_LABELS: dict[EntryKind, tuple[str, str]] = {
    "set": ("规则", "Rule"),
    "extended": ("延期", "Extension"),
    "suspended": ("中止", "Suspension"),
    "resumed": ("恢复", "Resumption"),
    "redated": ("日历", "Calendar"),
}


#: Process variable: working days for which a case stood still since its delivery.
HELD = "held_wd"


class DeadlineRefused(Conflict):
    """The deadline cannot be changed in this way now. Facts: reason."""

    code = "deadline_refused"

    def __init__(self, reason: str, zh: str, en: str, **facts: object) -> None:
        super().__init__(en, reason=reason, **facts)
        self.reason, self.zh, self.en = reason, zh, en


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineEntry:
    """One line of the ledger."""

    kind: EntryKind
    at: datetime  #: when it was decided or happened
    by: str  #: person id of who decided; "" for the engine
    reason: str  #: typed by the person; the name of the notice for a calendar change
    working_days: int  #: how far this entry moved the due day; 0 for a suspension
    due_on: date  #: due day after this entry; while suspended, the day before the stop
    due_at: datetime
    zh: str  #: why this day, in a sentence
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A due day with its whole past."""

    due: Due  #: as the rule first gave it, or gives it by the calendar in force
    entries: tuple[DeadlineEntry, ...]

    @property
    def latest(self) -> DeadlineEntry:
        return self.entries[-1]

    @property
    def on(self) -> date:
        return self.latest.due_on

    @property
    def at(self) -> datetime:
        return self.latest.due_at

    @property
    def suspended_since(self) -> date | None:
        """The day on which the clock stopped, while it stands still."""
        stops = [e for e in self.entries if e.kind in ("suspended", "resumed")]
        return local_day(stops[-1].at) if stops and stops[-1].kind == "suspended" else None

    @property
    def is_extended(self) -> bool:
        return any(e.kind == "extended" for e in self.entries)

    @property
    def in_force(self) -> Due:
        """The Due as it stands now, for lights, reminders and the ladder."""
        return replace(self.due, on=self.on, at=self.at)


def open_deadline(due: Due, *, at: datetime) -> Deadline:
    """The first entry: the due day as its rule gives it."""
    entry = DeadlineEntry(
        kind="set",
        at=at,
        by="",
        reason="",
        working_days=due.count.amount if due.count.unit == "wd" else 0,
        due_on=due.on,
        due_at=due.at,
        zh=due.zh,
        en=due.en,
    )
    return Deadline(due=due, entries=(entry,))


def longest_extension(deadline: Deadline, calendar: WorkCalendar, *, maximum_wd: int) -> int:
    """Working days for which this deadline may be extended: min(maximum, half of the limit), rounded down."""
    limit_wd = calendar.count(deadline.due.count.base_day, deadline.due.on)
    return longest_extension_wd(limit_wd, maximum_wd=maximum_wd)


def longest_extension_wd(limit_wd: int, *, maximum_wd: int) -> int:
    """The same for a limit of `limit_wd` working days."""
    return min(maximum_wd, limit_wd // 2)


def extend(
    deadline: Deadline,
    working_days: int,
    *,
    asked_at: datetime,
    at: datetime,
    by: str,
    reason: str,
    calendar: WorkCalendar,
    maximum_wd: int,
) -> Deadline:
    """延期: asked before the due instant, once, at most `longest_extension`. Raises DeadlineRefused.

    asked_at: when the unit asked; the approval `at` may come later. maximum_wd: the parameter extension_max_wd.
    """
    _check_can_move(deadline)
    if deadline.is_extended:
        raise DeadlineRefused("extended_before", "期限只能延长一次。", "A deadline is extended only once.")
    if asked_at > deadline.at:
        raise DeadlineRefused(
            "asked_late", "延期应在到期前申请。", "An extension must be asked for before the due time.", due=deadline.at
        )
    longest = longest_extension(deadline, calendar, maximum_wd=maximum_wd)
    if not 1 <= working_days <= longest:
        raise DeadlineRefused(
            "too_long",
            f"最多可延长{longest}个工作日（不超过{maximum_wd}日且不超过原期限的一半）。",
            f"At most {longest} working days (no more than {maximum_wd} and no more than half of the limit).",
            longest=longest,
        )
    return _moved(
        deadline,
        kind="extended",
        working_days=working_days,
        at=at,
        by=by,
        reason=reason,
        calendar=calendar,
        zh=f"批准延期{working_days}个工作日，仅此一次",
        en=f"extended by {working_days} working days, once only",
    )


def suspend(deadline: Deadline, *, at: datetime, by: str, reason: str) -> Deadline:
    """中止: the clock stops at the end of this day. Raises DeadlineRefused when it stands still already."""
    _check_can_move(deadline)
    entry = replace(
        deadline.latest,
        kind="suspended",
        at=at,
        by=by,
        reason=reason,
        working_days=0,
        zh=f"{local_day(at)}起停止计时",
        en=f"the clock stands still from {local_day(at)}",
    )
    return replace(deadline, entries=(*deadline.entries, entry))


def resume(deadline: Deadline, *, at: datetime, by: str, reason: str, calendar: WorkCalendar) -> Deadline:
    """恢复: the due day moves by the working days after the suspension day up to and including this day.

    Raises DeadlineRefused when the clock is running. Source: domain.md §6.4.
    """
    since = deadline.suspended_since
    if since is None:
        raise DeadlineRefused("running", "期限没有中止。", "The deadline is not suspended.")
    held = calendar.count(since, local_day(at))
    return _moved(
        deadline,
        kind="resumed",
        working_days=held,
        at=at,
        by=by,
        reason=reason,
        calendar=calendar,
        zh=f"{since}中止，{local_day(at)}恢复，顺延{held}个工作日",
        en=f"suspended {since}, resumed {local_day(at)}, moved by {held} working days",
    )


def redate(
    deadline: Deadline, *, at: datetime, reason: str, calendar: WorkCalendar, is_delivered: bool = True
) -> Deadline:
    """Date again by a changed `calendar`; the same Deadline when nothing changes.

    All earlier entries are counted again. is_delivered: the date was told to a unit or person; then it may only move
    later. An extension keeps its number of working days, and a suspension counts its own days by the new calendar.
    """
    due = due_of(deadline.due.rule, deadline.due.inputs, calendar)
    counted = _replay(due, deadline.entries, calendar)
    if is_delivered and counted < deadline.at:
        counted = deadline.at
    if counted == deadline.at:
        return deadline
    on, before = local_day(counted), deadline.on
    moved = calendar.count(before, on) if on >= before else -calendar.count(on, before)
    entry = DeadlineEntry(
        kind="redated",
        at=at,
        by="",
        reason=reason,
        working_days=moved,
        due_on=on,
        due_at=counted,
        zh=f"日历变更，由{before}改为{on}",
        en=f"calendar changed, {before} became {on}",
    )
    return Deadline(due=due, entries=(*deadline.entries, entry))


def held_days(variables: Mapping[str, object]) -> int:
    """Working days for which the case stood still since its delivery."""
    held = variables.get(HELD, 0)
    return held if isinstance(held, int) else 0


def counted_from(delivered_at: datetime, variables: Mapping[str, object], calendar: WorkCalendar) -> date:
    """The day from which limits count: that of the delivery, later by the working days for which the case stood still.

    A step that is reached after a suspension so has as much time as one that was open meanwhile.
    """
    return calendar.add_working_days(local_day(delivered_at), held_days(variables))


def _check_can_move(deadline: Deadline) -> None:
    if deadline.due.is_hourly:
        raise DeadlineRefused(
            "hourly", "按小时计的期限不延期、不中止。", "A limit in hours is neither extended nor suspended."
        )
    if deadline.suspended_since is not None:
        raise DeadlineRefused("suspended", "期限已中止。", "The deadline is suspended.")


def _moved(
    deadline: Deadline,
    *,
    kind: EntryKind,
    working_days: int,
    at: datetime,
    by: str,
    reason: str,
    calendar: WorkCalendar,
    zh: str,
    en: str,
) -> Deadline:
    due_at = _later(deadline.at, working_days, calendar)
    on = local_day(due_at)
    entry = DeadlineEntry(
        kind=kind,
        at=at,
        by=by,
        reason=reason,
        working_days=working_days,
        due_on=on,
        due_at=due_at,
        zh=f"{zh}，至{on}",
        en=f"{en}, to {on}",
    )
    return replace(deadline, entries=(*deadline.entries, entry))


def _replay(due: Due, entries: Iterable[DeadlineEntry], calendar: WorkCalendar) -> datetime:
    """The due instant that the recorded facts give by `calendar`."""
    due_at, stopped = due.at, date.min
    for entry in entries:
        match entry.kind:
            case "extended":
                due_at = _later(due_at, entry.working_days, calendar)
            case "suspended":
                stopped = local_day(entry.at)
            case "resumed":
                due_at = _later(due_at, calendar.count(stopped, local_day(entry.at)), calendar)
            case _:
                continue  # the first rule is `due` itself, and a new calendar is what replaces the old dates
    return due_at


def _later(due_at: datetime, working_days: int, calendar: WorkCalendar) -> datetime:
    """`due_at` moved to a later working day, at the same time of day."""
    local = local_time(due_at)
    return instant(calendar.add_working_days(local.date(), working_days), local.time())
