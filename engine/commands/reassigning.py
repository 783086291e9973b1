"""改派: a supervisor gives an open task to somebody else who may do it (domain.md §1.3)."""

from __future__ import annotations

import structlog

from engine.commands.assigning import Assigned, search_for
from engine.commands.attempts import again_when_beaten
from engine.commands.case_step import CaseStep
from engine.commands.cases import load_case
from engine.commands.handover import give_to, people_of
from engine.commands.reasons import checked_reason
from engine.commands.steering import lock_task_to_steer
from engine.core import Engine
from engine.errors import InputRejected, Refused, TaskNotOpen
from engine.model.assign_grammar import AssignRule
from engine.model.reassignment import people_for
from engine.model.steering import StandsStill
from engine.model.step import PersonId, TaskId
from engine.store.rows import UserTaskRow

logger = structlog.get_logger(__name__)

NOTICE, GONE = "reassigned", "taken_over"


@again_when_beaten
def reassign(engine: Engine, person: PersonId, task_id: TaskId, to: PersonId, reason: str) -> None:
    """Give the task to `to`: one whom its rule could have found, present, and kept out by no rule of recusal.

    The date stays. Later steps for the same named person are the new one's. Raises NotFound, NotSteering, TaskNotOpen,
    StandsStill, Refused for a protected task, InputRejected without a reason or for a person who may not do it.
    """
    reason = checked_reason(reason, zh="请填写改派理由。")
    with engine.transaction(person) as tx:
        task, case = lock_task_to_steer(engine, tx, person, task_id)
        if not task.is_open:
            raise TaskNotOpen(f"Task {task.id} is {task.state}.", state=task.state)
        if task.state == "suspended":
            raise StandsStill(f"Task {task.id} is suspended.", state=task.state)
        if task.protected:
            raise Refused("A protected task is not given to others.", code="protected")
        with tx.as_system():
            step = load_case(engine, tx, case, by=person)
            rule = _check(step, task, to)
            had = people_of(tx, task)
            for former in had:
                if former != to:
                    step.tell(former, GONE, task_id=task.id, name=task.name, reason=reason)
            hands = Assigned(unit=task.unit or step.unit, assignee=to)
            give_to(step, task, rule, hands, had=had, event=NOTICE, reason=reason, kind=NOTICE)
    logger.info("task reassigned", action="task.reassign", task_id=str(task_id), person_id=person, to=to)


def _check(step: CaseStep, task: UserTaskRow, to: PersonId) -> AssignRule:
    """The rule of the task. Raises InputRejected."""
    organization = step.reference.organization
    rule, context = search_for(step, task)
    may = people_for(rule, context, organization, unit=task.unit or step.unit)
    if to not in may or to == task.assignee:
        name = organization.person_name(to)
        raise InputRejected(
            f"“{name}”不能承办这一环节：不是应办单位可以承办的人员、已在办理、不在岗或者应当回避。",
            f"{name} cannot have this task: not of those who may do it, has it already, is absent or recused.",
            field="to",
            value=to,
        )
    return rule
