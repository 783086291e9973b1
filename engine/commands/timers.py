"""Firing what is due: drawn timers, reminders, first rungs of ladders, deliveries, stage reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from engine.commands import anchors
from engine.commands.case_step import SYSTEM
from engine.commands.cases import finish, load_case, start_ladder
from engine.commands.companions import LADDER as LADDER_PROCESS
from engine.commands.delivery import deliver_notice
from engine.commands.failures import keep_failed_timer
from engine.commands.handover import hand_over
from engine.commands.opening import DELIVERY, HANDOVER, LADDER, REMINDER, STAGE
from engine.core import Engine
from engine.errors import Beaten
from engine.model.clock import OFFICE_OPENS, instant, local_day
from engine.model.step import PersonId, TaskId
from engine.store.record import HistoryFact, MovedTimer, NewNotice, StepRecord, TimerId
from engine.store.rows import InstanceRow, UserTaskRow
from engine.store.timers import DueTimer, TimerRow
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)

HOURLY = "HOUR"  #: ladder profile of limits in natural hours
#: Timers fired in one transaction: their steps are read and written together, and one commit is for all of them.
BATCH = 100


def fire_due(engine: Engine, *, until: datetime | None = None, limit: int = BATCH) -> int:
    """Fire up to `limit` timers that are due, oldest first. Answers how many were taken in hand.

    until: business time up to which timers count as due; None = now. Safe to run in many processes at once: nobody
    gets the same timer. One that fails leaves an incident and is set aside; the others go on.
    """
    try:
        count = _fire_together(engine, until, limit)
        if count is None:  # a new hour: what happened before it is anchored before anything of it is fired
            anchors.take(engine)
            count = _fire_together(engine, until, limit) or 0
    except Exception as failure:
        # One of them cannot fire, and it is not known what of it was written: undone, and each by itself.
        logger.info("timers not fired together", action="timer.apart", kind=type(failure).__name__)
        count = _fire_one_by_one(engine, until, limit)
    if count:
        logger.info("timers fired", action="timer.fire", count=count)
    return count


def _fire_together(engine: Engine, until: datetime | None, limit: int) -> int | None:
    """How many were taken in hand; None, and nothing done, before the anchor of the hour is taken."""
    with engine.transaction(SYSTEM) as tx:
        if not anchors.is_taken(engine, tx.now):
            return None
        due = tx.claim_due(until or tx.now, limit=limit)
        sweep = Sweep(engine, tx, tx.tasks_of(due))
        # Those that hang on a user task first: no drawn timer can have changed what was just read of it.
        for item in sorted(due, key=lambda item: item.timer.kind == "bpmn"):
            if tx.is_current(item.instance):  # else another of them has moved the case: it comes next time
                sweep.fire(item.instance, item.timer)
        sweep.put_away()
    return len(due)


def _fire_one_by_one(engine: Engine, until: datetime | None, limit: int) -> int:
    with engine.transaction(SYSTEM) as tx:
        due = tx.claim_due(until or tx.now, limit=limit)
        for item in due:
            _fire_safely(engine, tx, item)
    return len(due)


def _fire_safely(engine: Engine, tx: Transaction, item: DueTimer) -> None:
    timer, case = item.timer, item.instance
    try:
        with tx.savepoint():
            fire_one(engine, tx, case, timer)
    except Beaten:
        logger.info("timer left for the next round", action="timer.beaten", instance_id=str(case.id))
    except Exception as failure:
        # Whatever it was: a timer that cannot fire must not keep the others of its batch from firing.
        keep_failed_timer(engine, tx, case, timer, failure)


def fire_one(engine: Engine, tx: Transaction, case: InstanceRow, timer: TimerRow) -> None:
    """Fire one timer of a locked case. Raises StepFailed where its process cannot go on."""
    task = tx.user_task(timer.task_id) if timer.task_id is not None and timer.kind != "bpmn" else None
    tasks = {task.id: (task, tx.candidates(task.id))} if task is not None else {}
    sweep = Sweep(engine, tx, tasks)
    sweep.fire(case, timer)
    sweep.put_away()


@dataclass(slots=True)
class Sweep:
    """Fires timers of locked cases inside one transaction. What is only put away waits for one statement at the end."""

    engine: Engine
    tx: Transaction
    tasks: Mapping[TaskId, tuple[UserTaskRow, tuple[PersonId, ...]]]  #: on which the timers hang, as they are now
    spent: list[TimerId] = field(default_factory=list)
    held: list[TimerId] = field(default_factory=list)

    def fire(self, case: InstanceRow, timer: TimerRow) -> None:
        """Raises StepFailed where the process cannot go on; what was written by then must be undone."""
        engine, tx = self.engine, self.tx
        if case.is_over:
            self.spent.append(timer.id)
        elif case.status == "suspended":
            self.held.append(timer.id)
        elif _waits_for_office(case, timer) and not _is_working_day(engine, tx):
            # A reminder or card never goes out on a day off, however late the clock finds it (domain.md §2).
            tx.record(_record(tx, case, moved=(MovedTimer(id=timer.id, due_at=_next_opening(engine, tx)),)))
        elif timer.kind == "bpmn":
            step = load_case(engine, tx, case, by=SYSTEM)
            if timer.token is not None and step.workflow.fire_timer(timer.token):
                finish(step)
            else:
                self.spent.append(timer.id)
        else:
            self.spent.append(timer.id)
            task, people = self.tasks.get(timer.task_id, (None, ())) if timer.task_id is not None else (None, ())
            if task is not None and task.is_open:
                _HANDLERS[timer.kind](Firing(engine, tx, case, task, people, timer))

    def put_away(self) -> None:
        """Remove the timers that are done without a step, set aside those of cases that stand still."""
        if self.spent:
            self.tx.disarm(self.spent)
        if self.held:
            self.tx.hold(self.held)


@dataclass(frozen=True, slots=True)
class Firing:
    """A timer that hangs on an open user task, at its moment."""

    engine: Engine
    tx: Transaction
    case: InstanceRow
    task: UserTaskRow
    people: tuple[PersonId, ...]  #: to whom the task is offered
    timer: TimerRow


def _remind(firing: Firing) -> None:
    """Tell whoever holds the task; the kind of the timer is the kind of the notice."""
    tx, task, timer = firing.tx, firing.task, firing.timer
    facts = {**timer.rule, "name": task.name, "due_on": task.due_on.isoformat() if task.due_on else ""}
    people = (task.assignee,) if task.assignee else firing.people
    notice = NewNotice(id=firing.engine.ids.v7(tx.now), people=people, kind=timer.kind, task_id=task.id, facts=facts)
    fact = HistoryFact(event=timer.kind, node_id=timer.node_id, node_type="userTask", task_id=task.id)
    tx.record(_record(tx, firing.case, notices=(notice,), history=(fact,)))


def _begin_ladder(firing: Firing) -> None:
    if not firing.task.ladder_level:
        base = int(firing.timer.payload.get("base", 1))
        start_ladder(firing.engine, firing.tx, firing.task, firing.case, base=base)


def _deliver(firing: Firing) -> None:
    if firing.case.delivered_at is None:
        step = load_case(firing.engine, firing.tx, firing.case, by=SYSTEM)
        deliver_notice(step, firing.task)
        step.save()


def _hand_over(firing: Firing) -> None:
    always = bool(firing.timer.payload.get("always"))
    hand_over(firing.engine, firing.tx, firing.case, firing.task, by=SYSTEM, always=always)


def _record(
    tx: Transaction,
    case: InstanceRow,
    *,
    moved: tuple[MovedTimer, ...] = (),
    notices: tuple[NewNotice, ...] = (),
    history: tuple[HistoryFact, ...] = (),
) -> StepRecord:
    return StepRecord(
        instance_id=case.id,
        rev=case.rev,
        at=tx.now,
        actor=SYSTEM,
        moved=moved,
        notices=notices,
        history=history,
    )


def _waits_for_office(case: InstanceRow, timer: TimerRow) -> bool:
    """Not the ladder that counts natural hours: it runs through nights and holidays."""
    if case.key == LADDER_PROCESS:
        return case.variables.get("profile") != HOURLY
    return timer.kind in _OFFICE_ONLY and (timer.kind != LADDER or timer.rule.get("profile") != HOURLY)


def _is_working_day(engine: Engine, tx: Transaction) -> bool:
    return engine.reference(tx).calendar.is_working_day(local_day(tx.now))


def _next_opening(engine: Engine, tx: Transaction) -> datetime:
    return instant(engine.reference(tx).calendar.next_working_day(local_day(tx.now)), OFFICE_OPENS)


_HANDLERS: Mapping[str, Callable[[Firing], None]] = {
    REMINDER: _remind,
    STAGE: _remind,
    LADDER: _begin_ladder,
    DELIVERY: _deliver,
    HANDOVER: _hand_over,
}
#: What tells people something. A post changes hands on its day, whatever day that is.
_OFFICE_ONLY = _HANDLERS.keys() - {HANDOVER}
