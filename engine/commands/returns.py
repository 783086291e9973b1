"""退回: send a user task back to one before it, where nothing final lies in between and no other branch goes along."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import structlog

from engine.commands.attempts import again_when_beaten
from engine.commands.case_step import CaseStep
from engine.commands.cases import finish, load_case
from engine.commands.drafts import keep_what_was_sent
from engine.commands.failures import keep_failed
from engine.commands.reasons import checked_reason
from engine.commands.tasks import check_may_act
from engine.core import Engine
from engine.errors import Conflict, Refused, StepFailed
from engine.model.step import InstanceId, PersonId, TaskId
from engine.model.way_back import WayBack, tasks_before
from engine.store.rows import UserTaskRow

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBack:
    """Where the case stands after a return."""

    instance_id: InstanceId
    case_state: str
    opened: tuple[TaskId, ...]


@again_when_beaten
def send_back(engine: Engine, task_id: TaskId, person: PersonId, reason: str, to: str = "") -> SentBack:
    """Close the task as returned and open the user task at the node `to` again; "" is the nearest before it.

    Other branches and instances of the case go on. Raises NotFound, TaskNotOpen, AlreadyClaimed, Refused for a
    protected task, InputRejected without a reason, Conflict where more than this task would have to go back, or
    something final lies in between.
    """
    reason = checked_reason(reason, zh="请填写退回理由。")
    try:
        with engine.transaction(person) as tx:
            task, case = tx.lock_task(task_id)
            check_may_act(engine, tx, task, person)
            if task.protected:
                raise Refused("A protected task is never sent back.", code="protected")
            step = load_case(engine, tx, case, by=person)
            way = _chosen(step, task, to)
            before = tx.last_done_at(case.id, way.node_id)
            alone = len(tx.open_tasks(case.id)) == 1
            step.task_ids[task.token] = task.id
            step.returned.add(task.token)
            step.note("returned", task_id=task.id, to=way.node_id, reason=reason)
            step.workflow.moves().put(way.scope, way.node_id)
            with tx.as_system():
                step.run()
                if before is not None and alone:  # else the state is that of the other branches
                    restore_state(step, before.id)
            finish(step)
            if before is not None:
                keep_what_was_sent(tx, before.id, step.opened)
    except StepFailed as failure:
        engine.keep_after_rollback(partial(keep_failed, failure=failure, person=person, task_id=task_id, values={}))
        raise
    logger.info("task sent back", action="task.return", task_id=str(task_id), person_id=person)
    return SentBack(
        instance_id=case.id,
        case_state=str(step.fact("case_state") or ""),
        opened=tuple(opened.id for opened in step.opened),
    )


def restore_state(step: CaseStep, task_id: TaskId) -> None:
    """A case that goes back to a task is again in the state in which that task was completed."""
    state = step.tx.state_before(step.instance_id, task_id)
    if state and state != step.fact("case_state"):
        step.changes["case_state"] = state
        step.note("state", to=state)


def _chosen(step: CaseStep, task: UserTaskRow, to: str) -> WayBack:
    ways = step.workflow.moves().ways_back(task.token)
    before = tasks_before(ways, step.tx.completed_nodes(step.instance_id), step.definition.info.nodes)
    found = next((way for way in before if to in {"", way.node_id}), None)
    if found is None:
        raise Conflict(f"There is no task {to} to send {task.id} back to.", code="not_returnable")
    return found
