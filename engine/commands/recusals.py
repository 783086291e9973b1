"""申请回避: somebody asks to be kept out of a case; the next level decides in a case of its own (domain.md §1.6)."""

from __future__ import annotations

from typing import cast, get_args
from uuid import UUID

import structlog

from engine.commands.assigning import RECUSED, assign_task
from engine.commands.attempts import again_when_beaten
from engine.commands.case_step import CaseStep, StartRequest
from engine.commands.cases import begin_now, load_case
from engine.commands.handover import give_to, people_of
from engine.commands.opening import HANDOVER
from engine.commands.reasons import checked_reason
from engine.commands.tasks import check_may_act
from engine.core import Engine
from engine.errors import Conflict, InputRejected
from engine.model.assign_grammar import parse_assign
from engine.model.clock import local_day
from engine.model.recusal import RuleId
from engine.model.recusal_request import APPROVAL, DECIDED_WITHIN, PURPOSE, deciders, is_request_of
from engine.model.step import InstanceId, OpenedTask, PersonId, TaskId
from engine.store.record import HistoryFact, StepRecord
from engine.store.rows import UserTaskRow

logger = structlog.get_logger(__name__)
RECHECK = "需重核"
_ACCEPTED = frozenset({"同意", "修改后同意"})


class RecusalPending(Conflict):
    """The person has asked already, and it is not decided yet."""

    code = "recusal_pending"
    zh = "你已就这件任务申请回避，正在等待审批，不能重复申请。"
    en = "You have asked to be recused from this task already; it waits for a decision."


class NobodyDecides(Conflict):
    """Nobody stands above the person in the system."""

    code = "nobody_decides"
    zh = "本系统中没有可以审批你回避申请的上级，请按组织程序书面报告。"
    en = "Nobody in this system stands above you to decide: report it in writing."


@again_when_beaten
def request(engine: Engine, person: PersonId, task_id: TaskId, ground: str, reason: str) -> InstanceId | None:
    """Ask to be recused from the case of a task on one of the grounds R1 to R6. Answers the case that decides it.

    The task stays where it is meanwhile. The approval is sealed: it is seen by who asked and who decides. None while
    its process is not deployed. Raises InputRejected, RecusalPending, NobodyDecides, and what check_may_act raises.
    """
    if ground not in get_args(RuleId):
        raise InputRejected("请选择回避情形。", "Choose the ground.", field="rule", value=ground)
    reason = checked_reason(reason, zh="请说明回避理由。")
    with engine.transaction(person) as tx:
        task, case = tx.lock_task(task_id)
        check_may_act(engine, tx, task, person)
        organization, on = engine.reference(tx).organization, local_day(tx.now)
        approvers = deciders(person, organization, on)
        if not approvers:
            raise NobodyDecides
        unit = organization.home_unit(approvers[0])
        variables = {
            "purpose": PURPOSE,
            "mode": "单人",
            "approvers": list(approvers),
            "title": case.title,
            "about_task": str(task.id),
            "about_case": str(case.id),
            "person": person,
            "rule": ground,
            "reason": reason,
            "unit": unit,
        }
        with tx.as_system():
            asked_before = [child for child in tx.children_of_task(task.id) if not child.is_over]
            if any(is_request_of(person, child.key, child.variables) for child in asked_before):
                raise RecusalPending
            fact = HistoryFact(event="recusal_requested", task_id=task.id, body={"rule": ground})
            tx.record(StepRecord(instance_id=case.id, rev=case.rev, at=tx.now, actor=person, history=(fact,)))
            asked = StartRequest(
                key=APPROVAL,
                variables=variables,
                unit=unit,
                parent_task=task.id,
                due=DECIDED_WITHIN,
                sealed=True,
                parties=(person,),
                mark="回避申请",
            )
            started = begin_now(engine, tx, asked, by=person, parent_instance=case.id)
    logger.info("recusal requested", action="task.recuse", task_id=str(task_id), person_id=person)
    return started


def apply_decision(approval: CaseStep) -> None:
    """An approval of a recusal has ended: the task goes to somebody else, or its holder is told why not."""
    data, tx = approval.variables, approval.tx
    task, case = tx.lock_task(TaskId(UUID(str(data["about_task"]))))
    if case.is_over:
        return
    person, decision = PersonId(str(data["person"])), str(data.get("decision", ""))
    step = load_case(approval.engine, tx, case, by=approval.by, even_suspended=True)
    reason = _opinion(approval)
    step.tell(person, "recusal_decided", task_id=task.id, decision=decision, reason=reason)
    if decision not in _ACCEPTED:
        step.note("recusal_refused", task_id=task.id, reason=reason)
        step.save()
        return
    step.note("recusal_accepted", task_id=task.id, person=person)
    _mark_earlier_work(step, person)
    recused = {str(name) for name in cast("list[object]", step.variables.get(RECUSED) or [])}
    step.workflow.set_variables({RECUSED: sorted({*recused, person})})
    step.run()
    if task.is_open and person in people_of(tx, task):
        _give_to_another(step, task)
    else:
        step.save()


def _give_to_another(step: CaseStep, task: UserTaskRow) -> None:
    """By the rule of the task, which from now on passes over who is recused. Raises NobodyAssignable."""
    node, had = step.node(task.node_id), people_of(step.tx, task)
    data = step.workflow.data_of(task.token)
    opened = OpenedTask(token=task.token, node_id=task.node_id, data=data, element=task.element)
    assigned = assign_task(step, node, opened)
    rule = parse_assign(node.assign)
    give_to(step, task, rule, assigned, had=had, event="recused", reason="回避", kind=HANDOVER)


def _mark_earlier_work(step: CaseStep, person: PersonId) -> None:
    """What the person has done in this case is kept, and marked: somebody else has to repeat it."""
    done = [node for node, people in step.tx.node_actors(step.instance_id).items() if person in people]
    if done:
        step.mark(RECHECK)
        step.note("to_recheck", nodes=done, person=person)


def _opinion(approval: CaseStep) -> str:
    """The reason that the decision was given with, in this very step."""
    return str(approval.submissions[-1].values.get("opinion") or "") if approval.submissions else ""
