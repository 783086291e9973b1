"""Dating open work again after the calendar has changed: due days, limits, reminders, ladders, cards (domain.md §6.4).

Not commands: the functions here run inside the transaction of the command that changes the calendar, so nobody ever
sees one half of the dates by the old calendar and the other by the new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from typing import cast

from engine.commands.case_step import CaseStep
from engine.commands.cases import load_case
from engine.commands.opening import LADDER, REMINDER, STAGE, stage_timers, timers_of
from engine.commands.services import DATED
from engine.commands.tasks import waits_for_delivery
from engine.core import Engine
from engine.errors import InputRejected, StepFailed
from engine.model.clock import end_of_day, instant, local_day
from engine.model.deadline import Deadline, DeadlineEntry, EntryKind, redate
from engine.model.due import Due, due_of
from engine.model.ladder import ProfileName
from engine.model.step import InstanceId, TaskId
from engine.store.incidents import NewIncident
from engine.store.record import ChangedTask, MovedTimer, NewDeadlineEntry, NewTimer, TaskChanges
from engine.store.rows import DeadlineRow, UserTaskRow
from engine.store.timers import TimerRow
from engine.store.transaction import Transaction

LIMIT = "limit"  #: the process variable that holds the limit of a case
_LEDGER: frozenset[str] = frozenset({"set", "extended", "suspended", "resumed", "redated"})
_ON_TASKS = (REMINDER, LADDER, STAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateChange:
    """One date that a changed calendar has moved. task_id None: the limit of the case itself."""

    instance_id: InstanceId
    task_id: TaskId | None
    business_no: str
    title: str
    name: str  #: of the task; "" for the limit
    unit: str
    issuer_unit: str
    sealed: bool
    old: date
    new: date


@dataclass(slots=True, kw_only=True)
class Redating:
    """What dating again has changed so far."""

    moved: list[DateChange] = field(default_factory=list)
    confirmed: int = 0  #: tasks whose day stays and is no longer, or now, provisional
    timers: int = 0  #: drawn timers that moved
    failed: list[InstanceId] = field(default_factory=list)  #: each has an incident


def redate_open(engine: Engine, tx: Transaction, *, first: date, reason: str, by: str) -> Redating:
    """Date again whatever is open and has a date on `first` or later, the first day that the change concerns.

    engine: one that sees the change (Engine.seeing). A date that somebody was told moves later only.
    """
    found = Redating()
    with tx.as_system():
        for instance_id in tx.cases_dated_since(instant(first, time.min)):
            try:
                with tx.savepoint():
                    _redate_case(engine, tx, instance_id, found, reason, by)
            except (StepFailed, InputRejected) as failure:
                _keep_failure(engine, tx, instance_id, failure)
                found.failed.append(instance_id)
        _lengthen_cards(engine, tx)
    return found


def _redate_case(
    engine: Engine, tx: Transaction, instance_id: InstanceId, found: Redating, reason: str, by: str
) -> None:
    case = tx.lock_instance(instance_id)
    if case.is_over:
        return
    step = load_case(engine, tx, case, by=by, even_suspended=True)
    rows = tx.deadline_entries(instance_id)
    tasks = [task for task in tx.open_tasks(instance_id) if task.deadline is not None and task.due_at is not None]
    variables: dict[str, object] = {}
    moved: list[DateChange] = []
    limit = _redate_limit(step, rows, reason) if any(_reads_limit(task) for task in tasks) else None
    if limit is not None and limit.change is not None:
        variables[LIMIT] = limit.full.isoformat()
        moved.append(limit.change)
    confirmed = 0
    for task in tasks:
        change = _redate_task(step, task, [row for row in rows if row.task_id == task.id], limit, reason)
        moved += [change] if change is not None else []
        confirmed += change is None and bool(step.changed) and step.changed[-1].id == task.id
    drawn = _redate_drawn(step, tx.timers_of(instance_id))
    variables |= drawn
    if variables:
        step.workflow.set_variables(variables)
        step.run()
    if step.changed or step.timers or step.disarmed or step.moved or variables:
        step.save()
    found.moved += moved
    found.confirmed += confirmed
    found.timers += len(drawn)


# -- the limit of the case


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limit:
    """The limit of a case by the calendar in force."""

    base: date  #: without an extension
    full: date
    change: DateChange | None


def _redate_limit(step: CaseStep, rows: Sequence[DeadlineRow], reason: str) -> _Limit | None:
    began = max((i for i, row in enumerate(rows) if row.task_id is None and row.kind in {"set", "renewed"}), default=-1)
    if began < 0 or step.limit_at is None:
        return None
    explained = rows[began].explanation
    base_day, working_days = str(explained["base_day"]), int(str(explained["working_days"]))
    inputs = {"created": instant(date.fromisoformat(base_day), time.min).isoformat(), "delivered": base_day}
    calendar = step.reference.calendar
    due = due_of(f"delivered+{working_days}wd", inputs, calendar)
    extended = [row for row in rows[began:] if row.kind == "extended" and row.rule == f"var({LIMIT})"]
    entries = [_entry(rows[began], "set"), *(_entry(row, "extended") for row in extended)]
    entries[-1] = replace(entries[-1], due_on=local_day(step.limit_at), due_at=step.limit_at)
    old = Deadline(due=due, entries=tuple(entries))
    new = redate(old, at=step.at, reason=reason, calendar=calendar)
    if new is old:
        return _Limit(base=due.on, full=old.on, change=None)
    step.changes["limit_at"] = end_of_day(new.on)
    _write_down(step, None, old, new, reason)
    return _Limit(base=due.on, full=new.on, change=_change(step, None, old.on, new.on))


# -- one task


def _redate_task(
    step: CaseStep, task: UserTaskRow, rows: Sequence[DeadlineRow], limit: _Limit | None, reason: str
) -> DateChange | None:
    """Move the task and its timers. None where its day stays; its explanation may be new all the same."""
    calendar = step.reference.calendar
    waits = waits_for_delivery(task) and step.delivered_at is None
    deadline = cast("Mapping[str, object]", task.deadline)
    due = due_of(str(deadline["rule"]), _inputs(step, task, rows, limit, waits=waits), calendar)
    old = Deadline(due=due, entries=_entries(task, rows))
    new = redate(old, at=step.at, reason=reason, calendar=calendar, is_delivered=not waits)
    if new is not old:
        explained = {**due.as_dict(), "zh": new.latest.zh, "en": new.latest.en}
        changes = TaskChanges(due_on=new.on, due_at=new.at, deadline=due.as_dict())
        step.changed.append(ChangedTask(id=task.id, changes=changes))
        _write_down(step, task, old, new, reason, explained)
    elif due.provisional != bool(deadline.get("provisional")):
        # Where the date was told before and stays later than counted, only the word "provisional" changes.
        as_counted = due.as_dict() if due.on == task.due_on else {**deadline, "provisional": due.provisional}
        step.changed.append(ChangedTask(id=task.id, changes=TaskChanges(deadline=as_counted)))
        step.note("deadline_confirmed", task_id=task.id, provisional=due.provisional)
    _redate_timers(step, task, replace(due, on=new.on, at=new.at))
    if new is old:
        return None
    for person in (task.assignee,) if task.assignee else step.tx.candidates(task.id):
        days = {"old": old.on.isoformat(), "new": new.on.isoformat()}
        step.tell(person, "redated", task_id=task.id, name=task.name, reason=reason, **days)
    return _change(step, task, old.on, new.on)


def _inputs(
    step: CaseStep, task: UserTaskRow, rows: Sequence[DeadlineRow], limit: _Limit | None, *, waits: bool
) -> Mapping[str, str | int]:
    """What the rule reads, with what itself follows from the calendar counted again."""
    inputs = dict(cast("Mapping[str, str | int]", cast("Mapping[str, object]", task.deadline)["inputs"]))
    if limit is not None and f"var.{LIMIT}" in inputs:
        # A task that was extended itself adds its extension to the plain limit.
        own = any(row.kind == "extended" for row in rows)
        inputs[f"var.{LIMIT}"] = (limit.base if own else limit.full).isoformat()
    if waits:
        inputs["delivered"] = step.reference.calendar.next_working_day(local_day(task.created_at)).isoformat()
    return inputs


def _entries(task: UserTaskRow, rows: Iterable[DeadlineRow]) -> tuple[DeadlineEntry, ...]:
    entries = [_entry(row, cast("EntryKind", row.kind)) for row in rows if row.kind in _LEDGER and row.due_at]
    assert task.due_on is not None and task.due_at is not None  # noqa: S101, PT018 - the caller has sorted these out
    if not entries:  # a task of before the ledger
        entries = [
            DeadlineEntry(
                kind="set",
                at=task.created_at,
                by="",
                reason="",
                working_days=0,
                due_on=task.due_on,
                due_at=task.due_at,
                zh="",
                en="",
            )
        ]
    entries[-1] = replace(entries[-1], due_on=task.due_on, due_at=task.due_at)
    return tuple(entries)


def _entry(row: DeadlineRow, kind: EntryKind) -> DeadlineEntry:
    moved = row.explanation.get("working_days", 0)
    return DeadlineEntry(
        kind=kind,
        at=row.at,
        by=row.actor,
        reason=row.reason,
        working_days=moved if isinstance(moved, int) else 0,
        due_on=cast("date", row.due_on),
        due_at=row.due_at or end_of_day(cast("date", row.due_on)),
        zh="",
        en="",
    )


def _redate_timers(step: CaseStep, task: UserTaskRow, due: Due) -> None:
    """Reminders, stage reports and the first rung still to come, by the date in force."""
    waiting = [
        timer
        for timer in step.tx.timers_of_task(task.id)
        # What is due already is being fired; a ladder that begins at a later rung follows no due day.
        if timer.kind in _ON_TASKS and timer.due_at > step.at and timer.payload.get("base", 1) == 1
    ]
    if any(timer.held_at is not None for timer in waiting):
        return
    node = step.node(task.node_id)
    profile = cast("ProfileName | None", task.ladder_profile)
    fresh = [*timers_of(step, task.id, node, due, profile)]
    fresh += stage_timers(step, task.id, node, due, step.workflow.data_of(task.token))
    has_rung = any(timer.kind == LADDER for timer in waiting)
    fresh = [t for t in fresh if t.kind != LADDER or (has_rung and (t.payload or {}).get("base", 1) == 1)]
    if {_due(t) for t in waiting} != {_due(t) for t in fresh}:
        step.disarmed += [timer.id for timer in waiting]
        step.timers += fresh


def _due(timer: TimerRow | NewTimer) -> tuple[str, str]:
    return timer.kind, timer.due_at.isoformat() if timer.due_at.tzinfo is None else str(timer.due_at.timestamp())


# -- drawn timers, and cards


def _redate_drawn(step: CaseStep, timers: Iterable[TimerRow]) -> dict[str, object]:
    """Move the drawn timers that a service has counted in working days. Answers the variables behind them."""
    changed: dict[str, object] = {}
    for timer in timers:
        again = DATED.get((step.definition.row.key, timer.node_id))
        if timer.kind != "bpmn" or again is None or timer.held_at is not None or timer.due_at <= step.at:
            continue
        counted = again(step, step.variables)
        if counted is None or counted[1] == timer.due_at:
            continue
        name, at = counted
        # A moment that would now have passed comes with the next opening of the office.
        at = max(at, instant(step.reference.calendar.next_working_day(step.today), time(9))) if at <= step.at else at
        step.moved.append(MovedTimer(id=timer.id, due_at=at))
        step.note("redated", node=timer.node_id, old=timer.due_at.isoformat(), new=at.isoformat())
        changed[name] = at.isoformat()
    return changed


def _lengthen_cards(engine: Engine, tx: Transaction) -> None:
    """Windows for objections and answers become longer, never shorter."""
    reference, today = engine.reference(tx), local_day(tx.now)
    calendar, window_wd = reference.calendar, reference.params.number("objection_window_wd")
    for card in tx.cards_with_windows_since(today):
        window = calendar.add_working_days(card.issued_on, window_wd)
        effective_on = max(card.effective_on or window, window + timedelta(days=1))
        answer = card.answer_due_on
        if answer is not None:
            answer = max(answer, calendar.add_working_days(card.issued_on, 2))
        if (effective_on, answer) != (card.effective_on, card.answer_due_on):
            tx.lengthen_card(card.no, effective_on=effective_on, answer_due_on=answer)


# -- writing down


def _write_down(
    step: CaseStep,
    task: UserTaskRow | None,
    old: Deadline,
    new: Deadline,
    reason: str,
    explained: Mapping[str, object] | None = None,
) -> None:
    task_id = task.id if task is not None else None
    entry = new.latest
    step.deadlines.append(
        NewDeadlineEntry(
            id=step.engine.ids.v7(step.at),
            kind="redated",
            task_id=task_id,
            rule=new.due.rule,
            due_on=new.on,
            due_at=new.at,
            previous_due_on=old.on,
            explanation={
                **(explained or {"zh": entry.zh, "en": entry.en}),
                "working_days": entry.working_days,
            },
            reason=reason,
        )
    )
    step.note("redated", task_id=task_id, old=old.on.isoformat(), new=new.on.isoformat(), reason=reason)


def _change(step: CaseStep, task: UserTaskRow | None, old: date, new: date) -> DateChange:
    case = step.case
    return DateChange(
        instance_id=step.instance_id,
        task_id=task.id if task is not None else None,
        business_no=(case.business_no or "") if case is not None else "",
        title=case.title if case is not None else "",
        name=task.name if task is not None else "",
        unit=step.unit,
        issuer_unit=step.issuer_unit,
        sealed=case is not None and case.sealed,
        old=old,
        new=new,
    )


def _reads_limit(task: UserTaskRow) -> bool:
    inputs = cast("Mapping[str, object]", (task.deadline or {}).get("inputs") or {})
    return f"var.{LIMIT}" in inputs


def _keep_failure(
    engine: Engine, tx: Transaction, instance_id: InstanceId, failure: StepFailed | InputRejected
) -> None:
    case = tx.instance(instance_id)
    tx.open_incident(
        NewIncident(
            id=engine.ids.v7(tx.now),
            kind="calendar",
            code=failure.code,
            message=str(failure),
            instance_id=case.id,
            definition_id=case.definition_id,
            key=case.key,
            sealed=case.sealed,
        )
    )
