"""One user task for the page on which it is worked on: form, draft, date and ladder, steps, history, earlier forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.core import Engine
from engine.model.clock import local_day
from engine.model.step import PersonId, TaskId
from engine.queries.case_events import History, read_history
from engine.queries.case_head import Paper, SentForm, Upload, forms_sent, papers_of, uploads_named, uploads_of
from engine.queries.choices import Choices, PersonChoice, choices_for, people_of
from engine.queries.comments import Comments, comments_of_case
from engine.queries.frame import FrameFacts, read_frame
from engine.queries.inbox import Ask
from engine.queries.task_brief import TaskBrief, brief_of
from engine.queries.task_places import Place, place_of
from engine.queries.tasks import TaskRow, tasks_of_case
from engine.store.drafts import DraftRow
from forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """Everything about one task that its reader may see."""

    frame: FrameFacts
    brief: TaskBrief
    tasks: tuple[TaskRow, ...]  #: of the case, in the order in which they opened
    history: History
    papers: tuple[Paper, ...]
    sent: tuple[SentForm, ...]
    uploads: tuple[Upload, ...]
    comments: Comments
    is_new_copy: bool  #: the case was pointed out to the reader, who had not opened it
    form: Form | None
    draft: DraftRow | None
    suggested: Mapping[str, object]  #: what the form begins with while there is no draft
    draft_uploads: tuple[Upload, ...]  #: files that the draft names
    choices: Choices
    place: Place


def task_view(engine: Engine, person: PersonId, task_id: TaskId, ask: Ask | None = None) -> TaskView:
    """ask: the list from which the reader comes; None: 待办. Raises NotFound for a task that he may not see."""
    with engine.reading(person) as tx:
        brief = brief_of(engine, tx, task_id)
        task, case = brief.task, tx.instance(brief.case.id)
        home = engine.reference(tx).organization.home_unit(person)
        form = engine.form_version(tx, task.form_version_id).form if task.form_version_id is not None else None
        draft = tx.draft_of_task(task_id, person)
        return TaskView(
            frame=read_frame(engine, tx),
            brief=brief,
            tasks=tasks_of_case(engine, tx, case.id),
            history=read_history(engine, tx, case, engine.definition(tx, case.definition_id)),
            papers=papers_of(engine, tx, case.id),
            sent=forms_sent(engine, tx, case.id),
            uploads=uploads_of(engine, tx, case.id),
            comments=comments_of_case(engine, tx, case),
            is_new_copy=tx.has_unread_copy(case.id),
            form=form,
            draft=draft,
            suggested=form.prefilled(case.variables) if form is not None else {},
            draft_uploads=uploads_named(engine, tx, form, draft.values if draft is not None else {}),
            choices=choices_for(engine, tx, (task.unit or home,)),
            place=place_of(engine, tx, task, ask or Ask()),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionView:
    """A task for the small forms about it."""

    frame: FrameFacts
    brief: TaskBrief
    colleagues: tuple[PersonChoice, ...]  #: to whom it may be handed on: others of the unit that must act


def action_view(engine: Engine, person: PersonId, task_id: TaskId) -> ActionView:
    """Raises NotFound for a task that the person may not see."""
    with engine.reading(person) as tx:
        brief, organization, on = brief_of(engine, tx, task_id), engine.reference(tx).organization, local_day(tx.now)
        unit = brief.task.unit or organization.home_unit(person)
        others = [found for found in people_of(engine, tx, (unit,)) if found.id != person]
        return ActionView(
            frame=read_frame(engine, tx),
            brief=brief,
            colleagues=tuple(found for found in others if not organization.is_absent(found.id, on)),
        )
