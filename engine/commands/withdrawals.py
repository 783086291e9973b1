"""撤回: whoever has completed a task takes it back, while nobody else has read what came of it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import structlog

from engine.commands.attempts import again_when_beaten
from engine.commands.case_step import CaseStep
from engine.commands.cases import load_case
from engine.commands.drafts import keep_what_was_sent
from engine.commands.failures import keep_failed
from engine.commands.opening import LADDER, REMINDER, date_task, timers_of
from engine.commands.reasons import checked_reason
from engine.commands.returns import SentBack, restore_state
from engine.commands.services.ladder import due_in_force
from engine.core import Engine
from engine.errors import StepFailed
from engine.model.ladder import ProfileName
from engine.model.step import PersonId, TaskId, Token
from engine.model.withdrawal import Past, WithdrawalRefused, came_of, refusal_to_withdraw
from engine.store.record import NewTask
from engine.store.rows import UserTaskRow

logger = structlog.get_logger(__name__)
_GIVEN_BY_RULE = frozenset({REMINDER, LADDER})


@again_when_beaten
def withdraw(engine: Engine, task_id: TaskId, person: PersonId, reason: str) -> SentBack:
    """Open the task again for the person, with its old date and what was sent as a draft; the next one is cancelled.

    Raises NotFound, InputRejected without a reason, WithdrawalRefused with the rule that stands against it, Conflict
    where the case has ended or stands still.
    """
    reason = checked_reason(reason, zh="请填写撤回理由。")
    try:
        with engine.transaction(person) as tx:
            done, case = tx.lock_task(task_id)
            step = load_case(engine, tx, case, by=person)
            following, scope = _check(step, done, person)
            step.task_ids[following.token] = following.id
            step.note("withdrawn", task_id=done.id, reason=reason)
            step.workflow.moves().put(scope, done.node_id)
            with tx.as_system():  # as every step that runs a process
                step.run()
                restore_state(step, done.id)
                again = _as_it_was(step, done, person)
                step.save()
            keep_what_was_sent(tx, done.id, (again,))
    except StepFailed as failure:
        engine.keep_after_rollback(partial(keep_failed, failure=failure, person=person, task_id=task_id, values={}))
        raise
    logger.info("task withdrawn", action="task.withdraw", task_id=str(task_id), person_id=person)
    return SentBack(instance_id=case.id, case_state=str(step.fact("case_state") or ""), opened=(again.id,))


def _check(step: CaseStep, done: UserTaskRow, person: PersonId) -> tuple[UserTaskRow, Token]:
    """The task that waits now in place of the one done, and the scope in which that stood. Raises WithdrawalRefused."""
    tx, last = step.tx, step.tx.last_done_at(step.instance_id, done.node_id)
    past = Past(
        completed=tx.completed_nodes(step.instance_id),
        nodes=step.definition.info.nodes,
        last_here=last.id if last is not None else None,
        ways_back=step.workflow.moves().ways_back,
    )
    following, stands = came_of(done, tx.open_tasks(step.instance_id), past)
    waiting = following[0] if following is not None else None
    refusal = refusal_to_withdraw(done, waiting, person=person, stands=stands, now=step.tx.now)
    if refusal or following is None:
        raise WithdrawalRefused(refusal)
    return following


def _as_it_was(step: CaseStep, done: UserTaskRow, person: PersonId) -> NewTask:
    """The task that was opened again: in the same hands and with the same date, for taking back wins no time."""
    found = next(task for task in step.opened if task.node_id == done.node_id)
    again = replace(
        found,
        state="assigned",
        assignee=person,
        on_behalf_of=done.on_behalf_of,
        candidates=(),
        unit=done.unit,
        due_on=done.due_on,
        due_at=done.due_at,
        deadline=done.deadline,
        ladder_profile=done.ladder_profile,
    )
    step.opened = [again if task is found else task for task in step.opened]
    step.notices = [notice for notice in step.notices if notice.task_id != again.id]
    step.deadlines = [entry for entry in step.deadlines if entry.task_id != again.id]
    step.timers = [timer for timer in step.timers if timer.task_id != again.id or timer.kind not in _GIVEN_BY_RULE]
    if done.deadline is not None:
        due, profile = due_in_force(done, step.reference.calendar), done.ladder_profile
        date_task(step, again.id, due)
        step.timers += timers_of(step, again.id, step.node(done.node_id), due, _profile(profile))
    return again


def _profile(name: str | None) -> ProfileName | None:
    return name  # type: ignore[return-value]  # one of the literals in the database
