"""One user task as the person who works on it sees it: form, draft, how the date came about, what happens if not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import msgspec

from engine.core import Engine
from engine.errors import NotFound
from engine.model.ladder import ProfileName, level_reached, preview
from engine.model.ladder_levels import Level
from engine.model.step import PersonId, TaskId
from engine.queries.lights import due_in_force
from engine.queries.tasks import TaskRow, find_task
from engine.store.drafts import DraftRow
from engine.store.rows import UserTaskRow
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderRow:
    """One rung of the ladder of a task: what is issued when, if it stays open."""

    level: Level
    at: datetime
    is_reached: bool
    is_next: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDetail:
    """A task with everything that belongs to it."""

    row: TaskRow
    form: Mapping[str, Any] | None  #: form-js JSON of the version that belongs to the task; None: no form
    needs_signature: bool
    draft: DraftRow | None  #: the asking person's own
    suggested: Mapping[str, object]  #: what the form begins with while there is no draft
    deadline: Mapping[str, object] | None  #: how the date was counted, as engine.model.due.Due.as_dict
    ladder: tuple[LadderRow, ...]
    data: Mapping[str, object]  #: process data of the case
    is_mine: bool  #: in the asking person's hands
    is_offered_to_me: bool


def task_detail(engine: Engine, person: PersonId, task_id: TaskId) -> TaskDetail:
    """Raises NotFound for a task that the person may not see."""
    with engine.reading(person) as tx:
        row = find_task(engine, tx, task_id)
        if row is None:
            raise NotFound(f"There is no user task {task_id}.", id=str(task_id))
        task = tx.user_task(task_id)
        form = engine.form_version(tx, task.form_version_id) if task.form_version_id is not None else None
        return TaskDetail(
            row=row,
            form=form_document(tx, task),
            needs_signature=form is not None and bool(form.form.sign_keys),
            draft=tx.draft_of_task(task_id, person),
            suggested=form.form.prefilled(tx.instance(task.instance_id).variables) if form is not None else {},
            deadline=task.deadline,
            ladder=ladder_of(engine, tx, task),
            data=tx.instance(task.instance_id).variables,
            is_mine=row.is_open and row.assignee == person,
            is_offered_to_me=row.state == "offered" and person in row.candidates,
        )


def form_document(tx: Transaction, task: UserTaskRow) -> Mapping[str, Any] | None:
    """The form-js JSON of a task, as it was published with the version of the process."""
    if task.form_version_id is None:
        return None
    return cast("Mapping[str, Any]", msgspec.json.decode(tx.form_version(task.form_version_id).content))


def ladder_of(engine: Engine, tx: Transaction, task: UserTaskRow) -> tuple[LadderRow, ...]:
    """下一步升级预告: every rung of the task's ladder with its moment; () without date or ladder."""
    calendar = engine.reference(tx).calendar
    columns = {"deadline": task.deadline, "due_on": task.due_on, "due_at": task.due_at}
    due = due_in_force(columns, calendar)
    if due is None or task.ladder_profile is None:
        return ()
    profile = cast("ProfileName", task.ladder_profile)
    level = level_reached(due, profile, task.ladder_level, calendar, at=task.done_at or tx.now)
    rows = preview(due, profile, level, calendar)
    return tuple(LadderRow(level=r.level, at=r.at, is_reached=r.is_reached, is_next=r.is_next) for r in rows)
