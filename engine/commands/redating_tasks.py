"""Dating one open task again: its day, its delivery, its reminders, stage reports and first rung, and its ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import cast

from engine.commands.case_step import CaseStep
from engine.commands.delivery import waits_for_delivery
from engine.commands.opening import DELIVERY, LADDER, REMINDER, STAGE, move_closing, stage_timers, timers_of
from engine.model.clock import OFFICE_OPENS, end_of_day, instant, local_day
from engine.model.deadline import KIND_LABELS, Deadline, DeadlineEntry, EntryKind, redate
from engine.model.due import Due, due_of, worded
from engine.model.ladder import ProfileName
from engine.model.step import InstanceId, TaskId
from engine.store.record import ChangedTask, MovedTimer, NewDeadlineEntry, NewTimer, TaskChanges
from engine.store.rows import DeadlineRow, UserTaskRow
from engine.store.timers import TimerRow

LIMIT = "limit"  #: the process variable that holds the limit of a case
_MOVING = (REMINDER, LADDER, STAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateChange:
    """One date that a changed calendar has moved. task_id None: the limit of the case itself."""

    instance_id: InstanceId
    task_id: TaskId | None
    name: str  #: of the task; "" for the limit
    name_en: str
    unit: str
    issuer_unit: str
    sealed: bool
    old: date
    new: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The limit of a case by the calendar in force."""

    base: date  #: without an extension
    full: date


def redate_task(
    step: CaseStep, task: UserTaskRow, ledger: Iterable[DeadlineRow], limit: Limit | None, reason: str
) -> DateChange | None:
    """Move the task and its timers. None where its day stays; its explanation may be new all the same.

    ledger: of the whole case. The date was told to whoever has the task, so it moves later only; while the notice of
    the case is not delivered, it is a forecast and may become earlier.
    """
    assert task.deadline is not None  # noqa: S101 - the caller has sorted these out
    rows = [row for row in ledger if row.task_id == task.id]
    waits = waits_for_delivery(task) and step.delivered_at is None
    delivered = step.reference.calendar.next_working_day(local_day(task.created_at)) if waits else None
    is_extended = any(row.kind == "extended" for row in rows)
    inputs = _inputs(task.deadline, limit, delivered, is_extended=is_extended)
    due = due_of(str(task.deadline["rule"]), inputs, step.reference.calendar)
    old = Deadline(due=due, entries=entries_of(rows, due_at=cast("datetime", task.due_at)))
    new = redate(old, at=step.at, reason=reason, calendar=step.reference.calendar, is_delivered=not waits)
    _redate_timers(step, task, replace(due, on=new.on, at=new.at), delivered)
    if new is old:
        _confirm(step, task, due)
        return None
    changes = TaskChanges(due_on=new.on, due_at=new.at, deadline=due.as_dict())
    step.changed.append(ChangedTask(id=task.id, changes=changes))
    if task.due_at is not None and new.at > task.due_at:  # time to reply becomes longer only
        move_closing(step, task, new.at)
    for person in (task.assignee,) if task.assignee else step.tx.candidates(task.id):
        days = {"old": old.on.isoformat(), "new": new.on.isoformat()}
        step.tell(person, "redated", task_id=task.id, name=task.name, reason=reason, **days)
    return write_down(step, old, new, reason, task)


def entries_of(rows: Iterable[DeadlineRow], *, due_at: datetime) -> tuple[DeadlineEntry, ...]:
    """The ledger as the pure rules read it; `due_at` is the moment in force."""
    entries = [_entry(row) for row in rows if row.kind in {*KIND_LABELS, "renewed"} and row.due_on is not None]
    entries[-1] = replace(entries[-1], due_on=local_day(due_at), due_at=due_at)
    return tuple(entries)


def write_down(
    step: CaseStep, old: Deadline, new: Deadline, reason: str, task: UserTaskRow | None = None
) -> DateChange:
    """The ledger entry that explains the new day, and the fact for the history."""
    entry, task_id = new.latest, task.id if task is not None else None
    step.deadlines.append(
        NewDeadlineEntry(
            id=step.engine.ids.v7(step.at),
            kind="redated",
            task_id=task_id,
            rule=new.due.rule,
            due_on=new.on,
            due_at=new.at,
            previous_due_on=old.on,
            explanation={**new.due.as_dict(), "zh": entry.zh, "en": entry.en, "working_days": entry.working_days},
            reason=reason,
        )
    )
    step.note("redated", task_id=task_id, old=old.on.isoformat(), new=new.on.isoformat(), reason=reason)
    return DateChange(
        instance_id=step.instance_id,
        task_id=task_id,
        name=task.name if task is not None else "",
        name_en=task.name_en if task is not None else "",
        unit=step.unit,
        issuer_unit=step.issuer_unit,
        sealed=bool(step.fact("sealed")),
        old=old.on,
        new=new.on,
    )


def _inputs(
    deadline: Mapping[str, object], limit: Limit | None, delivered: date | None, *, is_extended: bool
) -> Mapping[str, str | int]:
    """What the rule reads, with what itself follows from the calendar counted again."""
    inputs = dict(cast("Mapping[str, str | int]", deadline["inputs"]))
    if limit is not None and f"var.{LIMIT}" in inputs:
        # A task that was extended itself adds its extension to the plain limit.
        inputs[f"var.{LIMIT}"] = (limit.base if is_extended else limit.full).isoformat()
    if delivered is not None:
        inputs["delivered"] = delivered.isoformat()
    return inputs


def _confirm(step: CaseStep, task: UserTaskRow, due: Due) -> None:
    """The day stays: the word "provisional" goes away, or comes."""
    deadline = cast("Mapping[str, object]", task.deadline)
    if due.provisional == bool(deadline.get("provisional")):
        return
    # A day that was told before and stays later than counted keeps its old explanation.
    as_counted = due.as_dict() if due.on == task.due_on else worded(deadline, provisional=due.provisional)
    step.changed.append(ChangedTask(id=task.id, changes=TaskChanges(deadline=as_counted)))
    step.note("deadline_confirmed", task_id=task.id, provisional=due.provisional)


def _entry(row: DeadlineRow) -> DeadlineEntry:
    moved = row.explanation.get("working_days", 0)
    due_on = cast("date", row.due_on)
    return DeadlineEntry(
        kind="set" if row.kind == "renewed" else cast("EntryKind", row.kind),
        at=row.at,
        by=row.actor,
        reason=row.reason,
        working_days=moved if isinstance(moved, int) else 0,
        due_on=due_on,
        due_at=row.due_at or end_of_day(due_on),
        zh="",
        en="",
    )


def _redate_timers(step: CaseStep, task: UserTaskRow, due: Due, delivered: date | None) -> None:
    """Reminders, stage reports and the first rung still to come by the date in force; the delivery on its day."""
    # What is due already is being fired; what is held waits for its case to go on.
    timers = [timer for timer in step.tx.timers_of_task(task.id) if timer.due_at > step.at]
    if any(timer.held_at is not None for timer in timers):
        return
    if delivered is not None:
        at = max(instant(delivered, OFFICE_OPENS), step.at)
        step.moved += [MovedTimer(id=t.id, due_at=at) for t in timers if t.kind == DELIVERY and t.due_at != at]
    waiting = [timer for timer in timers if timer.kind in _MOVING and follows_due_day(timer)]
    node, profile = step.node(task.node_id), cast("ProfileName | None", task.ladder_profile)
    if not any(timer.kind == LADDER for timer in waiting):
        profile = None  # the ladder has begun, and never begins anew
    fresh = [timer for timer in timers_of(step, task.id, node, due, profile) if follows_due_day(timer)]
    fresh += stage_timers(step, task.id, node, due, step.workflow.data_of(task.token))
    if {(t.kind, t.due_at) for t in waiting} != {(t.kind, t.due_at) for t in fresh}:
        step.disarmed += [timer.id for timer in waiting]
        step.timers += fresh


def follows_due_day(timer: TimerRow | NewTimer) -> bool:
    """Not so a ladder that begins at a later rung because of a third return."""
    return int(str((timer.payload or {}).get("base", 1))) == 1
