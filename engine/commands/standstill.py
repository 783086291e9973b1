"""暂停 and 恢复: a case stands still with all its dates, and goes on with the working time it had left."""

from __future__ import annotations

from collections.abc import Iterable

import structlog

from engine.commands.attempts import again_when_beaten
from engine.commands.case_step import CaseStep
from engine.commands.cases import deliver_kept, load_case
from engine.commands.reasons import checked_reason
from engine.commands.standstill_dates import freeze, move_on
from engine.commands.steering import is_companion, lock_to_steer, may_steer_case
from engine.core import Engine
from engine.model.clock import local_day
from engine.model.steering import NotRunning, NotSuspended, OwnLimit
from engine.model.step import InstanceId, PersonId
from engine.store.record import HistoryFact
from engine.store.rows import InstanceRow
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)

HELD_STATE = "已中止"  #: domain.md §6.1: what a problem is called meanwhile


@again_when_beaten
def suspend(engine: Engine, person: PersonId, instance_id: InstanceId, reason: str) -> None:
    """Stop a case: its tasks, dates, reminders, timers and ladders stand still until `resume`.

    Messages and signals that reach it meanwhile are kept for it. Raises NotFound, NotSteering, OwnLimit, GoesWithCase,
    NotRunning, InputRejected without a reason, DeadlineRefused where a task has a limit in natural hours.
    """
    reason = checked_reason(reason, zh="请填写暂停理由。")
    with engine.transaction(person) as tx:
        case = lock_to_steer(engine, tx, person, instance_id, technical=True)
        if case.status != "running":
            raise NotRunning(f"The case {case.id} is {case.status}.", state=case.status)
        if may_steer_case(engine, tx, person, case):
            _check_own_limit(tx, case, person)
        told: set[PersonId] = {person}
        with tx.as_system():
            _stop(engine, tx, case, by=person, reason=reason, told=told)
            for companion in _companions(tx, case, status="running"):
                _stop(engine, tx, companion, by=person, reason=reason, told=told)
    logger.info("case suspended", action="instance.suspend", instance_id=str(instance_id), person_id=person)


@again_when_beaten
def resume(engine: Engine, person: PersonId, instance_id: InstanceId, reason: str) -> int:
    """Let a case go on. Every date moves by the working days after the suspension day up to and including today.

    Answers how many these were. What was kept for the case is delivered now. Raises NotFound, NotSteering,
    GoesWithCase, NotSuspended, InputRejected without a reason.
    """
    reason = checked_reason(reason, zh="请填写恢复理由。")
    with engine.transaction(person) as tx:
        case = lock_to_steer(engine, tx, person, instance_id, technical=True)
        if case.status != "suspended":
            raise NotSuspended(f"The case {case.id} is {case.status}.", state=case.status)
        told: set[PersonId] = {person}
        with tx.as_system():
            held_wd = _go_on(engine, tx, case, by=person, reason=reason, told=told)
            companions = _companions(tx, case, status="suspended")
            for companion in companions:
                _go_on(engine, tx, companion, by=person, reason=reason, told=told)
            for one in (case, *companions):
                deliver_kept(engine, tx, one.id, by=person)
    logger.info("case resumed", action="instance.resume", instance_id=str(instance_id), person_id=person)
    return held_wd


def _stop(
    engine: Engine, tx: Transaction, case: InstanceRow, *, by: PersonId, reason: str, told: set[PersonId]
) -> None:
    step = load_case(engine, tx, case, by=by)
    freeze(step, reason=reason)
    step.changes["status"], step.changes["suspended_at"] = "suspended", step.at
    if case.case_state:
        _enter(step, HELD_STATE)
    step.note("suspended", reason=reason)
    _tell(step, "suspended", told, reason=reason)
    step.save()


def _go_on(
    engine: Engine, tx: Transaction, case: InstanceRow, *, by: PersonId, reason: str, told: set[PersonId]
) -> int:
    step = load_case(engine, tx, case, by=by, even_suspended=True)
    held_wd = move_on(step, reason=reason)
    step.changes["status"], step.changes["suspended_at"] = "running", None
    if case.case_state == HELD_STATE:
        _enter(step, _state_before(tx, case))
    step.note("resumed", reason=reason, working_days=held_wd)
    _tell(step, "resumed", told, working_days=held_wd, reason=reason)
    step.save()
    return held_wd


def _enter(step: CaseStep, state: str) -> None:
    step.changes["case_state"] = state
    step.history.append(HistoryFact(event="state", body={"to": state}))


def _state_before(tx: Transaction, case: InstanceRow) -> str:
    """The state in which the case was stopped, as the ledger keeps it."""
    stops = [row for row in tx.deadline_entries(case.id) if row.task_id is None and row.kind == "suspended"]
    return str(stops[-1].explanation.get("state", "")) if stops else ""


def _companions(tx: Transaction, case: InstanceRow, *, status: str) -> tuple[InstanceRow, ...]:
    """Ladders of its tasks and decisions about its extension, locked."""
    found = [child.id for child in tx.children(case.id) if is_companion(child)]
    return tuple(locked for child in found if (locked := tx.lock_instance(child)).status == status)


def _check_own_limit(tx: Transaction, case: InstanceRow, person: PersonId) -> None:
    if any(task.assignee == person for task in tx.open_tasks(case.id)):
        raise OwnLimit(f"{person} has an open task of the case {case.id}.")


def _tell(step: CaseStep, kind: str, told: set[PersonId], **facts: object) -> None:
    """Whoever has its work, and the leaders in charge of the unit; each once for all that stops together."""
    tasks = step.tx.open_tasks(step.instance_id)
    for task in tasks:
        people = (task.assignee,) if task.assignee else step.tx.candidates(task.id)
        for person in _new(people, told):
            step.tell(person, kind, task_id=task.id, name=task.name, **facts)
    leaders = step.reference.organization.holders(step.unit, "LEAD_DIRECT", local_day(step.at))
    about = tasks[0].id if tasks else None
    for person in _new((PersonId(held.person) for held in leaders), told):
        step.tell(person, kind, task_id=about, **facts)


def _new(people: Iterable[PersonId], told: set[PersonId]) -> tuple[PersonId, ...]:
    found = tuple(dict.fromkeys(person for person in people if person not in told))
    told.update(found)
    return found
