"""Firing what is due: drawn timers, reminders, first rungs of ladders, deliveries, stage reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

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
from engine.store.record import HistoryFact, MovedTimer, NewNotice, StepRecord
from engine.store.rows import InstanceRow, UserTaskRow
from engine.store.timers import DueTimer, TimerRow
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)

#: Timers fired in one transaction: a commit costs more than a timer.
BATCH = 50


def fire_due(engine: Engine, *, until: datetime | None = None, limit: int = BATCH) -> int:
    """Fire up to `limit` timers that are due, oldest first. Answers how many were taken in hand.

    until: business time up to which timers count as due; None = now. Safe to run in many processes at once: nobody
    gets the same timer. One that fails leaves an incident and is set aside; the others go on.
    """
    with engine.transaction(SYSTEM) as tx:
        due = tx.claim_due(until or tx.now, limit=limit)
        for item in due:
            _fire_safely(engine, tx, item)
    if due:
        logger.info("timers fired", action="timer.fire", count=len(due))
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
    if case.is_over:
        tx.disarm([timer.id])
        return
    if case.status == "suspended":
        tx.hold([timer.id])
        return
    office_only = timer.kind in _OFFICE_ONLY or case.key == LADDER_PROCESS
    if office_only and not engine.reference(tx).calendar.is_working_day(local_day(tx.now)):
        # A reminder or card never goes out on a day off, however late the clock finds it (domain.md §2).
        tx.record(_record(tx, case, moved=(MovedTimer(id=timer.id, due_at=_next_opening(engine, tx)),)))
        return
    if timer.kind == "bpmn":
        step = load_case(engine, tx, case, by=SYSTEM)
        if timer.token is None or not step.workflow.fire_timer(timer.token):
            tx.disarm([timer.id])
            return
        finish(step)
        return
    tx.disarm([timer.id])
    task = tx.user_task(timer.task_id) if timer.task_id is not None else None
    if task is not None and task.is_open:
        _HANDLERS[timer.kind](engine, tx, case, task, timer)


def _remind(engine: Engine, tx: Transaction, case: InstanceRow, task: UserTaskRow, timer: TimerRow) -> None:
    """Tell whoever holds the task; the kind of the timer is the kind of the notice."""
    people = (task.assignee,) if task.assignee else tx.candidates(task.id)
    facts = {**timer.rule, "name": task.name, "due_on": task.due_on.isoformat() if task.due_on else ""}
    notices = tuple(
        NewNotice(id=engine.ids.v7(tx.now), person_id=person, kind=timer.kind, task_id=task.id, facts=facts)
        for person in people
    )
    fact = HistoryFact(event=timer.kind, node_id=timer.node_id, node_type="userTask", task_id=task.id)
    tx.record(_record(tx, case, notices=notices, history=(fact,)))


def _begin_ladder(engine: Engine, tx: Transaction, case: InstanceRow, task: UserTaskRow, timer: TimerRow) -> None:
    if not task.ladder_level:
        start_ladder(engine, tx, task, case, base=int(timer.payload.get("base", 1)))


def _deliver(engine: Engine, tx: Transaction, case: InstanceRow, task: UserTaskRow, _timer: TimerRow) -> None:
    if case.delivered_at is None:
        step = load_case(engine, tx, case, by=SYSTEM)
        deliver_notice(step, task)
        step.save()


def _hand_over(engine: Engine, tx: Transaction, case: InstanceRow, task: UserTaskRow, timer: TimerRow) -> None:
    hand_over(engine, tx, case, task, by=SYSTEM, always=bool(timer.payload.get("always")))


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


def _next_opening(engine: Engine, tx: Transaction) -> datetime:
    return instant(engine.reference(tx).calendar.next_working_day(local_day(tx.now)), OFFICE_OPENS)


_HANDLERS: Mapping[str, Callable[[Engine, Transaction, InstanceRow, UserTaskRow, TimerRow], None]] = {
    REMINDER: _remind,
    STAGE: _remind,
    LADDER: _begin_ladder,
    DELIVERY: _deliver,
    HANDOVER: _hand_over,
}
#: What tells people something. A post changes hands on its day, whatever day that is.
_OFFICE_ONLY = _HANDLERS.keys() - {HANDOVER}
