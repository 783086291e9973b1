"""What people do with their user tasks: open, claim, complete, hand on, send back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import structlog

from engine.commands.assigning import search_for
from engine.commands.attempts import again_when_beaten
from engine.commands.cases import finish, load_case
from engine.commands.completing import completion
from engine.commands.delivery import deliver_notice, waits_for_delivery
from engine.commands.failures import keep_failed
from engine.commands.filling import NOTHING_SAID, Known, check_known
from engine.commands.reasons import checked_reason
from engine.core import Engine
from engine.errors import AlreadyClaimed, InputRejected, Refused, StepFailed, TaskNotOpen
from engine.model.reassignment import may_take_over
from engine.model.steering import StandsStill
from engine.model.step import InstanceId, PersonId, TaskId
from engine.store.record import ChangedTask, HistoryFact, NewNotice, StepRecord, TaskChanges
from engine.store.rows import InstanceRow, UserTaskRow
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """What a completion led to."""

    task_id: TaskId
    instance_id: InstanceId
    case_state: str
    ended: bool
    opened: tuple[TaskId, ...]  #: user tasks that this step opened


@again_when_beaten
def complete(
    engine: Engine,
    task_id: TaskId,
    person: PersonId,
    values: Mapping[str, object],
    *,
    signed: bool = False,
    known: Known = NOTHING_SAID,
) -> Completed:
    """Complete an open user task with its form and advance the case to its next rest.

    signed: the person has just typed the password again (forms with a `sign` field ask for it). known: what the page
    knew on which the form was filled in.
    Raises NotFound, TaskNotOpen, AlreadyClaimed, DraftChanged, FormChanged, Refused, FormRejected; then nothing is
    written. Raises StepFailed where the process cannot go on: the values become a draft and an incident is written.
    """
    try:
        with engine.transaction(person) as tx:
            task, case = tx.lock_task(task_id)
            check_may_act(engine, tx, task, person)
            check_known(tx, task, person, known, values)
            step = completion(engine, tx, task, case, person, values, signed=signed)
            finish(step)
    except StepFailed as failure:
        engine.keep_after_rollback(partial(keep_failed, failure=failure, person=person, task_id=task_id, values=values))
        raise
    logger.info("task completed", action="task.complete", task_id=str(task_id), person_id=person)
    return Completed(
        task_id=task_id,
        instance_id=case.id,
        case_state=str(step.fact("case_state") or ""),
        ended=step.ended,
        opened=tuple(task.id for task in step.opened),
    )


def claim(engine: Engine, task_id: TaskId, person: PersonId) -> None:
    """Take an offered task. Raises AlreadyClaimed with the winner, TaskNotOpen, Refused for a non-candidate."""
    with engine.transaction(person) as tx:
        task, case = tx.lock_task(task_id)
        if task.state != "offered" and task.assignee == person and task.is_open:
            return
        check_may_act(engine, tx, task, person)
        _change(tx, case, task, person, "claimed", {"state": "assigned", "assignee": person, "claimed_at": tx.now})


def unclaim(engine: Engine, task_id: TaskId, person: PersonId) -> None:
    """Give a claimed task back to its group. Raises Refused where it was never claimed or is another's."""
    with engine.transaction(person) as tx:
        task, case = tx.lock_task(task_id)
        _check_open(tx, engine, task)
        if task.assignee != person or task.claimed_at is None:
            raise Refused("Only the person who claimed a task gives it back.", code="not_claimed_by_you")
        _change(tx, case, task, person, "unclaimed", {"state": "offered", "assignee": None, "claimed_at": None})


def transfer(engine: Engine, task_id: TaskId, person: PersonId, to: PersonId, reason: str) -> None:
    """转办: hand an own task to another person of the same unit, with a reason.

    Raises Refused for a protected task or another's, InputRejected for an unknown, foreign, absent or recused receiver.
    """
    reason = checked_reason(reason, zh="请填写理由。")
    with engine.transaction(person) as tx:
        task, case = tx.lock_task(task_id)
        check_may_act(engine, tx, task, person)
        if task.protected:
            raise Refused("A protected task is not handed on.", code="protected")
        receiver = engine.reference(tx).organization
        if to == person or receiver.home_unit(to) != (task.unit or receiver.home_unit(person)):
            raise InputRejected(
                f"“{to}”不是本单位可以接办的人员。",
                f"{to!r} is not another person of the unit that must act.",
                field="to",
                value=to,
            )
        _check_free(engine, tx, case, task, person, to)
        changes: TaskChanges = {"state": "assigned", "assignee": to, "on_behalf_of": None, "opened_at": None}
        new_id, facts = engine.ids.v7(tx.now), {"by": person}
        handover = NewNotice(id=new_id, people=(to,), kind="handover", task_id=task.id, facts=facts)
        _change(
            tx,
            case,
            task,
            person,
            "transferred",
            changes,
            candidates=(),
            notices=(handover,),
            body={"to": to, "reason": reason},
        )


def _check_free(
    engine: Engine, tx: Transaction, case: InstanceRow, task: UserTaskRow, person: PersonId, to: PersonId
) -> None:
    """Raises InputRejected for a receiver who is away, or whom an exclude or a rule of recusal keeps out."""
    step = load_case(engine, tx, case, by=person)
    organization = step.reference.organization
    rule, context = search_for(step, task)
    if not may_take_over(to, rule, context, organization, unit=task.unit or step.unit):
        name = organization.person_name(to)
        raise InputRejected(
            f"“{name}”不能接办：不在岗，或者对本事项应当回避。请另选一人。",
            f"{name} cannot take this over: is absent, or recused in this matter. Choose somebody else.",
            field="to",
            value=to,
        )


def open_task(engine: Engine, task_id: TaskId, person: PersonId) -> None:
    """Note that its assignee has seen the task: the first look delivers a notice (domain.md §3 S1 step 2)."""
    with engine.transaction(person) as tx:
        task, case = tx.lock_task(task_id)
        mine = task.assignee == person or (task.state == "offered" and person in tx.candidates(task.id))
        if not mine or not task.is_open or task.opened_at is not None or case.status == "suspended":
            return  # a notice that is read while the case stands still is delivered when somebody looks again
        if case.delivered_at is None and waits_for_delivery(task):
            step = load_case(engine, tx, case, by=person)
            deliver_notice(step, task)
            step.save()
        else:
            _change(tx, case, task, person, "opened", {"opened_at": tx.now})


def check_may_act(engine: Engine, tx: Transaction, task: UserTaskRow, person: PersonId) -> None:
    """May `person` work on this task now? Raises TaskNotOpen, AlreadyClaimed, Refused."""
    _check_open(tx, engine, task)
    if task.assignee is not None:
        if task.assignee != person:
            by = engine.reference(tx).organization.person_name(task.assignee)
            at = task.claimed_at.isoformat() if task.claimed_at is not None else ""
            raise AlreadyClaimed(f"Task {task.id} is {task.assignee}'s.", by=by, person=task.assignee, at=at)
        return
    if person not in tx.candidates(task.id):
        raise Refused("This task is offered to others.", code="not_a_candidate")


def _check_open(tx: Transaction, engine: Engine, task: UserTaskRow) -> None:
    if not task.is_open:
        name = engine.reference(tx).organization.person_name(task.done_by) if task.done_by else ""
        raise TaskNotOpen(f"Task {task.id} is {task.state}.", state=task.state, by=name, person=task.done_by or "")
    if task.state == "suspended":
        raise StandsStill(f"Task {task.id} is suspended.", state=task.state)


def _change(
    tx: Transaction,
    case: InstanceRow,
    task: UserTaskRow,
    person: PersonId,
    event: str,
    changes: TaskChanges,
    *,
    candidates: Sequence[PersonId] | None = None,
    notices: tuple[NewNotice, ...] = (),
    body: Mapping[str, object] | None = None,
) -> None:
    """A change of hands or state that does not move the process."""
    tx.record(
        StepRecord(
            instance_id=case.id,
            rev=case.rev,
            at=tx.now,
            actor=person,
            changed=(
                ChangedTask(
                    id=task.id, changes=changes, candidates=tuple(candidates) if candidates is not None else None
                ),
            ),
            notices=notices,
            history=(HistoryFact(event=event, node_id=task.node_id, node_type="userTask", task_id=task.id, body=body),),
        )
    )
