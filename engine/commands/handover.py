"""交接: open tasks of somebody who has left a post or lost a role move on (domain.md §1.5).

Not commands: the functions here run inside the transaction of the command that ends the post, and of the timer that
fires on the day after a post whose end was known beforehand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from engine.commands.assigning import Assigned, Former, assign_task
from engine.commands.case_step import CaseStep
from engine.commands.cases import load_case
from engine.commands.opening import HANDOVER, handover_timer
from engine.core import Engine
from engine.errors import StepFailed
from engine.model.assign_grammar import AssignRule, parse_assign
from engine.model.clock import local_day
from engine.model.step import InstanceId, OpenedTask, PersonId, TaskId
from engine.model.succession import has_lost_ground
from engine.store.record import ChangedTask, HistoryFact, StepRecord, TaskChanges, TaskState
from engine.store.rows import InstanceRow, UserTaskRow
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """One open task that has moved, or will on `on`. `to` is empty while it will, and where nobody could be found."""

    task_id: TaskId
    instance_id: InstanceId
    name: str
    on: date
    to: tuple[PersonId, ...] = ()
    name_en: str = ""
    sealed: bool = False  #: of a sealed case: who only administers is told that there is one, no more


def hand_over_from(engine: Engine, tx: Transaction, person: PersonId, *, on: date, by: str) -> tuple[HandedOver, ...]:
    """Move every open task for which the person has no ground any more from the day `on` on: now, or on that day.

    engine: one that sees what this transaction has changed (Engine.seeing).
    """
    with tx.as_system():
        return tuple(
            moved
            for task in tx.open_tasks_about(person)
            if _has_no_ground(engine, tx, task, person, on)
            for moved in _move(engine, tx, task, on=on, by=by)
        )


def give_to_new_holder(
    engine: Engine, tx: Transaction, unit: str, position: str, *, on: date, by: str
) -> tuple[HandedOver, ...]:
    """A vacant post is held again from `on` on: what waited elsewhere for its holder goes there."""
    with tx.as_system():
        return tuple(
            moved
            for task in tx.open_tasks_of_unit(unit)
            if _is_task_of_post(engine, tx, task, position)
            for moved in _move(engine, tx, task, on=on, by=by, always=True)
        )


def hand_over(
    engine: Engine, tx: Transaction, case: InstanceRow, task: UserTaskRow, *, by: str, always: bool = False
) -> tuple[PersonId, ...]:
    """Find the people for an open task of a locked case anew, where somebody who has it has lost the ground for it.

    always: also where nobody has. Answers who has it now; () where nothing changed. Raises NobodyAssignable.
    """
    step = load_case(engine, tx, case, by=by)
    node = step.node(task.node_id)
    rule, on, unit = parse_assign(node.assign), step.today, task.unit or step.unit
    had = people_of(tx, task)
    organization = step.reference.organization
    # A substitute acts on the ground of whom he substitutes for.
    grounds = (task.on_behalf_of,) if task.on_behalf_of else had
    lost = [person for person in grounds if has_lost_ground(rule, person, unit, organization, on)]
    if not lost and not always:
        return ()
    data = step.workflow.data_of(task.token)
    opened = OpenedTask(token=task.token, node_id=task.node_id, data=data, element=task.element)
    assigned = assign_task(step, node, opened, former=Former(person=lost[0], unit=unit) if lost else None)
    now = (assigned.assignee,) if assigned.assignee else assigned.candidates
    if set(now) == set(had):
        return ()
    give_to(step, task, rule, assigned, had=had, event="handed_over", reason="交接", kind=HANDOVER)
    return now


def _move(
    engine: Engine, tx: Transaction, task: UserTaskRow, *, on: date, by: str, always: bool = False
) -> Iterable[HandedOver]:
    case = tx.lock_instance(task.instance_id)
    task = tx.user_task(task.id)  # again, under the lock: somebody may have done it meanwhile
    if not task.is_open:
        return
    moved = HandedOver(
        task_id=task.id, instance_id=case.id, name=task.name, name_en=task.name_en, on=on, sealed=case.sealed
    )
    today = local_day(tx.now)
    if on <= today and case.status == "running":
        try:
            with tx.savepoint():
                to = hand_over(engine, tx, case, task, by=by, always=always)
            if to:
                yield replace(moved, to=to)
            return
        except StepFailed:
            # Nobody is left. The timer will fail in the same words, and leave an incident for the operator.
            case = tx.lock_instance(task.instance_id)
    timer = handover_timer(task.id, task.node_id, max(on, today), always=always)
    if (timer.due_at, always) not in _handovers_of(tx, task.id):
        tx.record(StepRecord(instance_id=case.id, rev=case.rev, at=tx.now, actor=by, timers=(timer,)))
    yield moved


def give_to(
    step: CaseStep,
    task: UserTaskRow,
    rule: AssignRule,
    assigned: Assigned,
    *,
    had: tuple[PersonId, ...],
    event: str,
    reason: str,
    kind: str,
) -> None:
    """Put an open task into the hands that were found for it, tell them, and write the step.

    had: who has it now. event, reason: for the history. kind: of the notice to those who are new.
    """
    now = (assigned.assignee,) if assigned.assignee else assigned.candidates
    step.changed.append(
        ChangedTask(
            id=task.id,
            changes=TaskChanges(
                state=_state_of(task, assigned),
                unit=assigned.unit,
                assignee=assigned.assignee,
                on_behalf_of=assigned.on_behalf_of,
                claimed_at=None,
                opened_at=None,
            ),
            candidates=assigned.candidates,
        )
    )
    step.history.append(
        HistoryFact(
            event=event,
            node_id=task.node_id,
            node_type="userTask",
            task_id=task.id,
            body={"from": list(had), "to": list(now), "reason": reason},
        )
    )
    if assigned.ends_on is not None:
        step.timers.append(handover_timer(task.id, task.node_id, assigned.ends_on))
    for person in now:
        if person not in had:
            step.tell(person, kind, task_id=task.id, name=task.name, former=list(had))
    # The element of a multi-instance belongs to this task alone; a list of people keeps its other members.
    is_named = rule.selector == "user" and task.element is None and isinstance(step.variables.get(rule.name), str)
    if is_named and assigned.assignee:
        # Later steps for "the owner" are the successor's; what was signed stays in the history under its own name.
        step.workflow.set_variables({rule.name: assigned.assignee})
        step.run()
    step.save()


def _state_of(task: UserTaskRow, assigned: Assigned) -> TaskState:
    if task.state == "suspended":  # its case stands still; whoever has it then gets it when that goes on
        return "suspended"
    return "assigned" if assigned.assignee else "offered"


def _handovers_of(tx: Transaction, task_id: TaskId) -> set[tuple[datetime, bool]]:
    return {(t.due_at, bool(t.payload.get("always"))) for t in tx.timers_of_task(task_id) if t.kind == HANDOVER}


def people_of(tx: Transaction, task: UserTaskRow) -> tuple[PersonId, ...]:
    """Who has an open task, or to whom it is offered."""
    return (task.assignee,) if task.assignee else tx.candidates(task.id)


def _has_no_ground(engine: Engine, tx: Transaction, task: UserTaskRow, person: PersonId, on: date) -> bool:
    # A substitute keeps what he does for somebody else; the end of his own post says nothing about it.
    if task.on_behalf_of and task.on_behalf_of != person:
        return False
    rule = _rule_of(engine, tx, task)
    organization = engine.reference(tx).organization
    return rule is not None and has_lost_ground(rule, person, task.unit or "", organization, on)


def _is_task_of_post(engine: Engine, tx: Transaction, task: UserTaskRow, position: str) -> bool:
    rule = _rule_of(engine, tx, task)
    return rule is not None and (rule.selector, rule.name) == ("pos", position)


def _rule_of(engine: Engine, tx: Transaction, task: UserTaskRow) -> AssignRule | None:
    definition = engine.definition(tx, tx.instance(task.instance_id).definition_id)
    node = definition.info.nodes.get(task.node_id)
    return parse_assign(node.assign) if node is not None and node.assign else None
