"""One user task for the page on which it is worked on: form, draft, date and ladder, steps, history, earlier forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine.core import Definition, Engine
from engine.errors import NotFound
from engine.model.clock import local_day
from engine.model.deadline import longest_extension_wd
from engine.model.step import PersonId, TaskId
from engine.model.steps import ProcessStep, Status, standing_of, steps_of
from engine.queries.case_events import History, read_history
from engine.queries.case_head import (
    CaseHead,
    SentForm,
    Upload,
    forms_sent,
    head_of,
    uploads_of,
    visible_case,
)
from engine.queries.choices import Choices, PersonChoice, choices_for, people_of
from engine.queries.deadline_view import LedgerLine, Rung, ledger_of, rungs_of
from engine.queries.frame import FrameFacts, read_frame
from engine.queries.inbox_counts import is_open
from engine.queries.tasks import TaskRow, find_task, tasks_of_case
from engine.store import tables as t
from engine.store.drafts import DraftRow
from engine.store.rows import DeadlineRow, InstanceRow, UserTaskRow
from engine.store.transaction import Transaction
from forms import Form

#: Places in the own list are told up to here.
_MOST_PLACES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """May the date of this task be asked to be later? refused: why not, as a code; "" where it may."""

    longest_wd: int
    refused: str = ""  #: not_limited, asked_before, asked_late, too_short


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the task stands in the reader's own list."""

    number: int = 0  #: 0: it is not there
    of: int = 0
    following: TaskId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """Everything about one task that its reader may see."""

    frame: FrameFacts
    row: TaskRow
    task: UserTaskRow
    case: CaseHead
    is_mine: bool
    is_offered_to_me: bool
    on_behalf_of: str  #: name of the person for whom the assignee acts
    done_by: str  #: name
    rungs: tuple[Rung, ...]
    ledger: tuple[LedgerLine, ...]  #: of this task
    steps: tuple[tuple[ProcessStep, Status], ...]
    step_number: int  #: 0: this task is none of the counted steps
    step_count: int
    tasks: tuple[TaskRow, ...]  #: of the case, in the order in which they opened
    history: History
    sent: tuple[SentForm, ...]
    uploads: tuple[Upload, ...]
    form: Form | None
    draft: DraftRow | None
    choices: Choices
    place: Place
    extension: Extension
    reminders: tuple[datetime, ...]  #: still to come


def task_view(engine: Engine, person: PersonId, task_id: TaskId) -> TaskView:
    """Raises NotFound for a task that the person may not see."""
    with engine.reading(person) as tx:
        row, task, case = find(engine, tx, task_id)
        definition = engine.definition(tx, case.definition_id)
        organization = engine.reference(tx).organization
        entries = [entry for entry in tx.deadline_entries(case.id) if entry.task_id == task.id]
        history, steps = read_history(engine, tx, case, definition), steps_of(definition.info)
        tasks = tasks_of_case(engine, tx, case.id)
        own = next((step for step in steps if step.node_id == task.node_id), None)
        return TaskView(
            frame=read_frame(engine, tx),
            row=row,
            task=task,
            case=head_of(engine, tx, case, definition),
            is_mine=row.is_open and row.assignee == person,
            is_offered_to_me=row.state == "offered" and person in row.candidates,
            on_behalf_of=organization.person_name(task.on_behalf_of) if task.on_behalf_of else "",
            done_by=organization.person_name(task.done_by) if task.done_by else "",
            rungs=rungs_of(engine, tx, task),
            ledger=ledger_of(engine, tx, entries),
            steps=where_it_stands(definition, history, tasks),
            step_number=own.number if own is not None else 0,
            step_count=steps[-1].number if steps else 0,
            tasks=tasks,
            history=history,
            sent=forms_sent(engine, tx, case.id),
            uploads=uploads_of(engine, tx, case.id),
            form=engine.form_version(tx, task.form_version_id).form if task.form_version_id is not None else None,
            draft=tx.draft_of_task(task_id, person),
            choices=choices_for(engine, tx, (task.unit or organization.home_unit(person),)),
            place=_place(tx, person, task_id),
            extension=extension_of(engine, tx, task, case, tx.deadline_entries(case.id)),
            reminders=tuple(timer.due_at for timer in tx.timers_of_task(task.id) if timer.kind == "reminder"),
        )


def find(engine: Engine, tx: Transaction, task_id: TaskId) -> tuple[TaskRow, UserTaskRow, InstanceRow]:
    """The task with its case, where the actor may see both. Raises NotFound."""
    row = find_task(engine, tx, task_id)
    if row is None:
        raise NotFound(f"There is no user task {task_id}.", id=str(task_id))
    return row, tx.user_task(task_id), visible_case(tx, row.instance_id)


def where_it_stands(
    definition: Definition, history: History, tasks: Sequence[TaskRow]
) -> tuple[tuple[ProcessStep, Status], ...]:
    """The steps of the process, done, current and to come."""
    current = {task.node_id for task in tasks if task.is_open} | set(history.waiting)
    return standing_of(steps_of(definition.info), completed=history.completed, current=current)


def extension_of(
    engine: Engine, tx: Transaction, task: UserTaskRow, case: InstanceRow, entries: Sequence[DeadlineRow]
) -> Extension:
    """Once, before the due time, for tasks of the responsible unit (domain.md §3 S1). The command asks again."""
    reference = engine.reference(tx)
    if task.due_on is None or task.due_at is None or not case.issuer_unit or task.unit != case.unit:
        return Extension(longest_wd=0, refused="not_limited")
    limited = case.delivered_at is not None and (task.deadline or {}).get("rule") == "var(limit)"
    start = local_day(case.delivered_at if limited and case.delivered_at else task.created_at)
    longest = longest_extension_wd(
        reference.calendar.count(start, task.due_on), maximum_wd=reference.params.number("extension_max_wd")
    )
    if any(entry.kind in {"requested", "extended"} for entry in entries):
        return Extension(longest_wd=longest, refused="asked_before")
    if tx.now > task.due_at:
        return Extension(longest_wd=longest, refused="asked_late")
    return Extension(longest_wd=longest, refused="" if longest else "too_short")


def colleagues(engine: Engine, person: PersonId, task_id: TaskId) -> tuple[TaskRow, tuple[PersonChoice, ...]]:
    """The task, and to whom it may be handed on: the other people of the unit that must act. Raises NotFound."""
    with engine.reading(person) as tx:
        row, task, _ = find(engine, tx, task_id)
        organization = engine.reference(tx).organization
        unit = task.unit or organization.home_unit(person)
        on = local_day(tx.now)
        return row, tuple(
            receiver
            for receiver in people_of(engine, tx, (unit,))
            if receiver.id != person and not organization.is_absent(receiver.id, on)
        )


def own_tasks(tx: Transaction, person: PersonId) -> Mapping[TaskId, int]:
    """Open tasks in the person's hands with their places, the earliest due first."""
    task = t.user_task.c
    query = select(task.id).where(task.assignee == person, is_open()).order_by(task.due_at, task.id)
    found = tx.connection.execute(query.limit(_MOST_PLACES)).scalars()
    return {task_id: number for number, task_id in enumerate(found, start=1)}


def _place(tx: Transaction, person: PersonId, task_id: TaskId) -> Place:
    places = own_tasks(tx, person)
    others = [other for other in places if other != task_id]
    if task_id not in places:
        return Place(of=len(places), following=others[0] if others else None)
    behind = [other for other in others if places[other] > places[task_id]]
    return Place(number=places[task_id], of=len(places), following=next(iter(behind or others), None))
