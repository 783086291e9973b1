"""The dates of a case that stands still: frozen with their reasons, and moved on by the working days lost.

Not commands: parts of `standstill`. One rule moves everything (domain.md §6.4): by the working days after the day of
the suspension up to and including the day on which the case goes on. A date never becomes earlier, so nobody's time to
reply is cut short; an answer to a card, which cannot be given meanwhile, is due as much later.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import cast

from engine.commands.case_step import CaseStep
from engine.commands.opening import HANDOVER, LADDER, REMINDER, timers_of
from engine.commands.redating_tasks import LIMIT, entries_of, follows_due_day
from engine.commands.services import DATED
from engine.commands.services.ladder import FINAL_DATE
from engine.model.calendar import WorkCalendar
from engine.model.case import limit_runs_in
from engine.model.clock import end_of_day, instant, local_day, local_time
from engine.model.deadline import HELD, Deadline, held_days, resume, suspend
from engine.model.due import due_of
from engine.model.ladder import ProfileName
from engine.store.record import ChangedTask, MovedTimer, NewDeadlineEntry, TaskChanges
from engine.store.rows import DeadlineRow, InstanceRow, UserTaskRow
from engine.store.timers import TimerRow


def freeze(step: CaseStep, *, reason: str) -> None:
    """Suspend every open task with its date, hold every timer, and write down why. Raises DeadlineRefused."""
    tx, ledger = step.tx, step.tx.deadline_entries(step.instance_id)
    for task in tx.open_tasks(step.instance_id):
        step.changed.append(ChangedTask(id=task.id, changes={"state": "suspended"}))
        deadline = _deadline_of(step, task, ledger)
        if deadline is not None:
            _write(step, suspend(deadline, at=step.at, by=step.by, reason=reason), task, reason)
    limit = local_day(step.limit_at) if step.limit_at is not None and _limit_runs(step) else None
    state = step.fact("case_state") or ""
    _write_of_case(step, "suspended", limit, reason, state=state, zh="停止计时", en="the clock stands still")
    step.moved += [
        MovedTimer(id=timer.id, due_at=timer.due_at, held_at=step.at)
        for timer in tx.timers_of(step.instance_id)
        if timer.held_at is None  # what an incident has set aside stays so
    ]


def move_on(step: CaseStep, *, reason: str) -> int:
    """Give the tasks back to their people and move all dates on. Answers by how many working days."""
    stopped_at = cast("datetime", cast("InstanceRow", step.case).suspended_at)  # the caller has asked
    tx, calendar = step.tx, step.reference.calendar
    held_wd = calendar.count(local_day(stopped_at), step.today)
    ledger = tx.deadline_entries(step.instance_id)
    waiting = [t for t in tx.timers_of(step.instance_id) if t.held_at is not None and t.held_at >= stopped_at]
    followed: set[object] = set()
    for task in tx.open_tasks(step.instance_id):
        changes = TaskChanges(state="assigned" if task.assignee else "offered")
        deadline = _deadline_of(step, task, ledger)
        if deadline is not None and deadline.suspended_since is not None:
            moved = resume(deadline, at=step.at, by=step.by, reason=reason, calendar=calendar)
            changes["due_on"], changes["due_at"] = moved.on, moved.at
            _write(step, moved, task, reason)
            _follow(step, task, moved, [timer for timer in waiting if timer.task_id == task.id])
            followed.add(task.id)
        step.changed.append(ChangedTask(id=task.id, changes=changes))
    _move_timers(step, [t for t in waiting if not (t.task_id in followed and _is_dated(t))], held_wd)
    _move_limit(step, held_wd, reason, since=stopped_at)
    _lengthen_answers(step, held_wd, since=local_day(stopped_at))
    return held_wd


def _deadline_of(step: CaseStep, task: UserTaskRow, ledger: tuple[DeadlineRow, ...]) -> Deadline | None:
    rows = [row for row in ledger if row.task_id == task.id]
    if task.deadline is None or task.due_at is None or not rows:
        return None
    inputs = cast("Mapping[str, str | int]", task.deadline["inputs"])
    due = due_of(str(task.deadline["rule"]), inputs, step.reference.calendar)
    return Deadline(due=due, entries=entries_of(rows, due_at=task.due_at))


def _write(step: CaseStep, deadline: Deadline, task: UserTaskRow, reason: str) -> None:
    """The ledger entry that the pure rules have made."""
    entry = deadline.latest
    step.deadlines.append(
        NewDeadlineEntry(
            id=step.engine.ids.v7(step.at),
            kind=entry.kind,
            task_id=task.id,
            rule=deadline.due.rule,
            due_on=entry.due_on,
            due_at=entry.due_at,
            previous_due_on=task.due_on,
            explanation={"zh": entry.zh, "en": entry.en, "working_days": entry.working_days},
            reason=reason,
        )
    )


def _write_of_case(step: CaseStep, kind: str, limit: date | None, reason: str, **explanation: object) -> None:
    """The same of the case itself: of its limit while that runs, and of the state in which it was stopped."""
    before = local_day(step.limit_at) if step.limit_at is not None else None
    step.deadlines.append(
        NewDeadlineEntry(
            id=step.engine.ids.v7(step.at),
            kind=kind,
            rule=f"var({LIMIT})" if limit is not None else "",
            due_on=limit,
            due_at=end_of_day(limit) if limit is not None else None,
            previous_due_on=before if limit is not None else None,
            explanation=explanation,
            reason=reason,
        )
    )


def _is_dated(timer: TimerRow) -> bool:
    """Is it counted anew from the due day of its task?"""
    return timer.kind in {REMINDER, LADDER} and follows_due_day(timer)


def _follow(step: CaseStep, task: UserTaskRow, moved: Deadline, timers: list[TimerRow]) -> None:
    """Reminders and the first rung by the new due day; what was reminded of before is not repeated."""
    dated = [timer for timer in timers if _is_dated(timer)]
    profile = cast("ProfileName | None", task.ladder_profile)
    if not any(timer.kind == LADDER for timer in dated):
        profile = None  # the ladder has begun, and never begins anew
    step.disarmed += [timer.id for timer in dated]
    step.timers += [
        timer
        for timer in timers_of(step, task.id, step.node(task.node_id), moved.in_force, profile)
        if follows_due_day(timer)
    ]


def _move_timers(step: CaseStep, timers: list[TimerRow], held_wd: int) -> None:
    """Drawn timers, deliveries, stage reports. A post changes hands on its day, whatever stands still."""
    calendar, data = step.reference.calendar, dict[str, object]()
    for timer in timers:
        due_at = timer.due_at if timer.kind == HANDOVER else _later(timer.due_at, held_wd, calendar)
        step.moved.append(MovedTimer(id=timer.id, due_at=due_at))
        again = DATED.get((step.definition.row.key, timer.node_id)) if timer.kind == "bpmn" else None
        counted = again(step, step.variables) if again is not None else None
        if counted is not None:
            data[counted[0]] = due_at.isoformat()
    final = step.variables.get(FINAL_DATE)
    if isinstance(final, str) and final:
        data[FINAL_DATE] = calendar.add_working_days(date.fromisoformat(final), held_wd).isoformat()
    _set(step, data)


def _move_limit(step: CaseStep, held_wd: int, reason: str, *, since: datetime) -> None:
    """The limit of the case while it runs, and the day from which limits still to come are counted."""
    data: dict[str, object] = {}
    limit = None
    if step.limit_at is not None and _limit_runs(step):
        limit = step.reference.calendar.add_working_days(local_day(step.limit_at), held_wd)
    words = {"zh": f"顺延{held_wd}个工作日", "en": f"moved by {held_wd} working days", "working_days": held_wd}
    _write_of_case(step, "resumed", limit, reason, **words)
    if limit is not None:
        step.changes["limit_at"] = end_of_day(limit)
        data[LIMIT] = limit.isoformat()
    if held_wd and step.delivered_at is not None and step.delivered_at <= since:
        data[HELD] = held_days(step.variables) + held_wd
    _set(step, data)


def _limit_runs(step: CaseStep) -> bool:
    """Not any more once the unit has sent its work off: what was kept is not moved afterwards."""
    stops = [row for row in step.tx.deadline_entries(step.instance_id) if row.task_id is None]
    state = step.fact("case_state") or ""
    if step.case is not None and step.case.status == "suspended":
        state = next((str(row.explanation.get("state", "")) for row in reversed(stops) if row.kind == "suspended"), "")
    return limit_runs_in(state)


def _lengthen_answers(step: CaseStep, held_wd: int, *, since: date) -> None:
    """书面说明 on the cards of this ladder that was not given yet. An objection may be filed all the while."""
    if step.case is None or step.case.parent_task is None:
        return
    for card in step.tx.cards_of_task(step.case.parent_task):
        waits = card.answer_due_on is not None and card.answered_at is None and not card.is_withdrawn
        if waits and card.instance_id == step.instance_id and cast("date", card.answer_due_on) >= since:
            due_on = step.reference.calendar.add_working_days(cast("date", card.answer_due_on), held_wd)
            step.tx.lengthen_card(card.no, effective_on=card.effective_on, answer_due_on=due_on)


def _set(step: CaseStep, data: dict[str, object]) -> None:
    if data:
        step.workflow.set_variables(data)
        step.variables = {**step.variables, **data}
        step.run()


def _later(due_at: datetime, working_days: int, calendar: WorkCalendar) -> datetime:
    """The same time of day, so many working days later."""
    local = local_time(due_at)
    return instant(calendar.add_working_days(local.date(), working_days), local.time()) if working_days else due_at
