"""One user task in short: its case, date, ladder and place in the process; what the preview beside the inbox shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.core import Definition, Engine
from engine.errors import NotFound
from engine.model.clock import local_day
from engine.model.deadline import counted_from, longest_extension_wd
from engine.model.process import FlowNode
from engine.model.recusal_request import is_request_of
from engine.model.step import InstanceId, PersonId, TaskId
from engine.model.steps import ProcessStep, Status, standing_of, steps_of
from engine.model.way_back import tasks_before
from engine.model.withdrawal import Past, Refusal, came_of, refusal_to_withdraw
from engine.queries.case_events import marks_of
from engine.queries.case_head import CaseHead, head_of
from engine.queries.deadline_view import LedgerLine, Rung, ledger_of, rungs_of
from engine.queries.occasion import Occasion, occasion_of
from engine.queries.tasks import TaskRow, find_task
from engine.store.rows import DeadlineRow, InstanceRow, UserTaskRow
from engine.store.transaction import Transaction
from engine.workflow import Workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """May the date of this task be asked to be later? refused: why not, as a code; "" where it may."""

    longest_wd: int
    refused: str = ""  #: not_limited, asked_before, asked_late, too_short


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskBrief:
    """What there is to know of a task before working on it."""

    row: TaskRow
    task: UserTaskRow
    case: CaseHead
    occasion: Occasion
    is_mine: bool  #: open in the reader's hands, and its case does not stand still
    is_offered_to_me: bool
    on_behalf_of: str  #: name of the person for whom the assignee acts
    done_by: str  #: name
    rungs: tuple[Rung, ...]
    ledger: tuple[LedgerLine, ...]  #: of this task
    limit: tuple[LedgerLine, ...]  #: of the limit of the case, where that ends this task; else ()
    steps: tuple[tuple[ProcessStep, Status], ...]
    step_number: int  #: 0: this task is none of the counted steps
    step_count: int
    extension: Extension
    returns: tuple[FlowNode, ...]  #: tasks before it to which it may be sent back, the nearest first
    reminders: tuple[datetime, ...]  #: still to come
    documents: int  #: of the case
    withdrawal: Refusal | None = None  #: of a task that the reader has completed: what stands against taking it back
    recusal_asked_at: datetime | None = None  #: the reader has asked to be recused; it is not decided yet


def brief_of(engine: Engine, tx: Transaction, task_id: TaskId) -> TaskBrief:
    """Raises NotFound for a task that the actor may not see."""
    row, task, case = find(engine, tx, task_id)
    definition = engine.definition(tx, case.definition_id)
    organization, person = engine.reference(tx).organization, PersonId(tx.actor)
    entries, steps = tx.deadline_entries(case.id), steps_of(definition.info)
    own = next((step for step in steps if step.node_id == task.node_id), None)
    return TaskBrief(
        row=row,
        task=task,
        case=head_of(engine, tx, case, definition),
        occasion=occasion_of(engine, tx, case),
        is_mine=row.is_open and row.state != "suspended" and row.assignee == person,
        is_offered_to_me=row.state == "offered" and person in row.candidates,
        on_behalf_of=organization.person_name(task.on_behalf_of) if task.on_behalf_of else "",
        done_by=organization.person_name(task.done_by) if task.done_by else "",
        rungs=rungs_of(engine, tx, task),
        ledger=ledger_of(engine, tx, [entry for entry in entries if entry.task_id == task.id]),
        limit=ledger_of(engine, tx, [entry for entry in entries if entry.task_id is None]) if _is_limit(task) else (),
        steps=where_it_stands(tx, definition, case),
        step_number=own.number if own is not None else 0,
        step_count=steps[-1].number if steps else 0,
        extension=extension_of(engine, tx, task, case, entries),
        returns=_returns(tx, definition, task, case),
        reminders=tuple(timer.due_at for timer in tx.timers_of_task(task.id) if timer.kind == "reminder"),
        documents=len(tx.attachments_of(case.id)),
        withdrawal=_withdrawal(tx, definition, task, case),
        recusal_asked_at=_recusal_asked_at(tx, task),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """What the page after a submission says of the task that was done."""

    id: TaskId
    instance_id: InstanceId
    name: str
    name_en: str
    title: str
    may_withdraw: bool


def after_submitting(engine: Engine, person: PersonId, task_id: TaskId) -> Submitted:
    """Raises NotFound for a task that the person may not see."""
    with engine.reading(person) as tx:
        row, task, case = find(engine, tx, task_id)
        may_withdraw = _withdrawal(tx, engine.definition(tx, case.definition_id), task, case) == ""
        return Submitted(
            id=row.id,
            instance_id=case.id,
            name=row.name,
            name_en=row.name_en,
            title=case.title,
            may_withdraw=may_withdraw,
        )


def returns_of(engine: Engine, person: PersonId, task_id: TaskId) -> tuple[FlowNode, ...]:
    """User tasks to which this one may be sent back, the nearest first. Raises NotFound for one not to be seen."""
    with engine.reading(person) as tx:
        _, task, case = find(engine, tx, task_id)
        return _returns(tx, engine.definition(tx, case.definition_id), task, case)


def find(engine: Engine, tx: Transaction, task_id: TaskId) -> tuple[TaskRow, UserTaskRow, InstanceRow]:
    """The task with its case, where the actor may see both. Raises NotFound."""
    row = find_task(engine, tx, task_id)
    if row is None:
        raise NotFound(f"There is no user task {task_id}.", id=str(task_id))
    # Who sees a task sees its case: the task carries the columns that decide it (visibility.py).
    return row, tx.user_task(task_id), tx.instance(row.instance_id)


def where_it_stands(
    tx: Transaction, definition: Definition, case: InstanceRow
) -> tuple[tuple[ProcessStep, Status], ...]:
    """The steps of the process, done, current and to come."""
    marks = marks_of(tx, case.id)
    waiting = set() if case.is_over else marks.waiting
    return standing_of(steps_of(definition.info), completed=marks.completed, current=waiting)


def _is_limit(task: UserTaskRow) -> bool:
    return str((task.deadline or {}).get("rule", "")) == "var(limit)"


def _returns(tx: Transaction, definition: Definition, task: UserTaskRow, case: InstanceRow) -> tuple[FlowNode, ...]:
    """For the button; the command asks again, under the lock."""
    if task.protected or not task.is_open:
        return ()
    nodes, completed = definition.info.nodes, tx.completed_nodes(case.id)
    workflow = Workflow.load(definition.compiled, case.state, at=tx.now, seed=case.seed)
    ways = tasks_before(workflow.moves().ways_back(task.token), completed, nodes)
    return tuple(nodes[node] for node in dict.fromkeys(way.node_id for way in ways))


def _withdrawal(tx: Transaction, definition: Definition, task: UserTaskRow, case: InstanceRow) -> Refusal | None:
    """For the button; the command asks again, under the lock. None: it was never the reader's to take back."""
    if task.is_open or task.done_by != tx.actor or case.is_over:
        return None
    workflow = Workflow.load(definition.compiled, case.state, at=tx.now, seed=case.seed)
    last = tx.last_done_at(case.id, task.node_id)
    past = Past(
        completed=tx.completed_nodes(case.id),
        nodes=definition.info.nodes,
        last_here=last.id if last is not None else None,
        ways_back=workflow.moves().ways_back,
    )
    following, stands = came_of(task, tx.open_tasks(case.id), past)
    waiting = following[0] if following is not None else None
    return refusal_to_withdraw(task, waiting, person=tx.actor, stands=stands, now=tx.now)


def _recusal_asked_at(tx: Transaction, task: UserTaskRow) -> datetime | None:
    """The approval is sealed: who asked sees it, others do not."""
    if not task.is_open:
        return None
    waiting = [child for child in tx.children_of_task(task.id) if not child.is_over]
    return next((child.started_at for child in waiting if is_request_of(tx.actor, child.key, child.variables)), None)


def extension_of(
    engine: Engine, tx: Transaction, task: UserTaskRow, case: InstanceRow, entries: Sequence[DeadlineRow]
) -> Extension:
    """Once, before the due time, for tasks of the responsible unit (domain.md §3 S1). The command asks again."""
    reference = engine.reference(tx)
    if task.due_on is None or task.due_at is None or not case.issuer_unit or task.unit != case.unit:
        return Extension(longest_wd=0, refused="not_limited")
    if case.delivered_at is not None and _is_limit(task):
        start, held_wd = counted_from(case.delivered_at, case.variables, reference.calendar), 0
    else:
        start = local_day(task.created_at)
        held_wd = sum(entry.held_wd for entry in entries if entry.task_id == task.id)
    whole = reference.calendar.count(start, task.due_on) - held_wd
    longest = longest_extension_wd(whole, maximum_wd=reference.params.number("extension_max_wd"))
    if any(entry.kind in {"requested", "extended"} for entry in entries):
        return Extension(longest_wd=longest, refused="asked_before")
    if tx.now > task.due_at:
        return Extension(longest_wd=longest, refused="asked_late")
    return Extension(longest_wd=longest, refused="" if longest else "too_short")
