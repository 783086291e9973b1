"""User tasks: the inbox, one task with its form, and what people do with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, get_args
from uuid import UUID

import marshmallow as ma
from flask import Response, request
from flask_babel import gettext

from engine.commands import accounts, drafts, extensions, tasks
from engine.commands.filling import Known
from engine.errors import Refused
from engine.model.revision import revision_of
from engine.model.step import PersonId, TaskId
from engine.model.task import STATE_LABELS
from engine.queries import tasks as lists
from engine.queries.news import News, news
from engine.queries.paging import MAX_LIMIT
from engine.queries.task_detail import TaskDetail, task_detail
from engine.store.tables import OPEN_STATES
from webui.api.blueprint import Arguments, ListQuery, Nouns, Query, answer
from webui.api.idempotent import idempotent
from webui.api.shapes import TaskItem, TaskList, fields_of, task_item
from webui.auth import asked_by_itself, current_person, rule
from webui.pages import listings
from webui.service import current_engine, current_service

nouns = Nouns("tasks", "User tasks: work that waits for people")
TASK = "/tasks/<uuid:task_id>"


class WrongPassword(Refused):
    """The password typed again for the signature was wrong."""

    code = "wrong_password"


class InboxQuery(ListQuery):
    view = ma.fields.String(load_default="inbox", validate=ma.validate.OneOf(get_args(lists.View)))
    state = ma.fields.String(
        load_default="open",
        validate=ma.validate.OneOf(("open", *STATE_LABELS)),
        metadata={"description": "open: offered, assigned, started and suspended ones."},
    )
    key = ma.fields.String(load_default="", metadata={"description": "Process key."})
    node_id = ma.fields.String(load_default="")
    unit = ma.fields.String(load_default="", metadata={"description": "Unit that must act."})
    instance_id = ma.fields.UUID(load_default=None)
    level = ma.fields.Integer(
        load_default=None, validate=ma.validate.Range(0, 9), metadata={"description": "Level of the ladder."}
    )
    due_before = ma.fields.AwareDateTime(load_default=None)
    due_from = ma.fields.AwareDateTime(load_default=None)
    q = ma.fields.String(load_default="", validate=ma.validate.Length(max=100))


class NewsQuery(Query):
    since = ma.fields.String(load_default="", metadata={"description": "A mark of an answer before; none: now."})


class Values(Arguments):
    values = ma.fields.Dict(keys=ma.fields.String(), required=True)
    based_on = ma.fields.String(
        load_default=None,
        validate=ma.validate.Length(max=64),
        metadata={"description": "Revision of the draft that the caller knows, empty for none; compared where given."},
    )
    form_version = ma.fields.UUID(
        load_default=None, metadata={"description": "Version of the form that was filled in; compared where given."}
    )


class Submission(Values):
    password = ma.fields.String(metadata={"description": "Typed again, where the form is signed."})


class Handover(Arguments):
    to = ma.fields.String(required=True, metadata={"description": "Account of the receiver."})
    reason = ma.fields.String(required=True, validate=ma.validate.Length(max=2000))


class Reason(Arguments):
    reason = ma.fields.String(required=True, validate=ma.validate.Length(max=2000))


class ExtensionRequest(Reason):
    working_days = ma.fields.Integer(required=True, strict=True, validate=ma.validate.Range(1, 1000))


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDraft:
    """What the caller has filled in and not sent."""

    values: Mapping[str, Any]
    saved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderStep:
    """What is issued when, if the task stays open."""

    level: int
    zh: str
    en: str
    at: datetime
    reached: bool
    next: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(TaskItem):
    """A user task with its form, the caller's draft, the explanation of its date and the preview of its ladder."""

    form: Mapping[str, Any] | None  #: form-js JSON
    needs_signature: bool
    draft: TaskDraft | None
    suggested: Mapping[str, Any]  #: the values with which the form begins
    deadline: Mapping[str, Any] | None
    ladder: tuple[LadderStep, ...]
    mine: bool
    offered: bool  #: to the caller


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """What a completion led to."""

    task_id: UUID
    instance_id: UUID
    state: str  #: of the case
    ended: bool
    opened: tuple[UUID, ...]  #: tasks that this step opened


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskState:
    """A task after a change of hands."""

    id: UUID
    state: str
    assignee: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSaved:
    saved_at: datetime
    revision: str  #: of what is kept now; `based_on` of the next time


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The case in which the request is decided; None while its process is not deployed."""

    instance_id: UUID | None


@nouns.get("/tasks")
@rule("signed_in")
@nouns.takes(InboxQuery, location="query")
@nouns.answers(200, TaskList)
def inbox(query: dict[str, Any]) -> Response:
    """Tasks of the caller (mine, candidate, or both: inbox) or of the cases he may see (unit), earliest due first."""
    cursor, limit, file, state = (query.pop(name) for name in ("cursor", "limit", "format", "state"))
    states = OPEN_STATES if state == "open" else (state,)
    wanted = lists.InboxFilter(states=states, **query)
    ask = partial(lists.tasks, current_engine(), current_person(), wanted)
    if file:
        columns = listings.task_columns(listings.unit_names())
        return listings.as_file("tasks", gettext("任务"), columns, lambda at: ask(cursor=at, limit=MAX_LIMIT), file)
    page = ask(cursor=cursor, limit=limit)
    return answer(TaskList(items=tuple(task_item(row) for row in page.rows), next_cursor=page.next_cursor))


@nouns.get("/tasks/news")
@rule("signed_in")
@asked_by_itself
@nouns.takes(NewsQuery, location="query")
@nouns.answers(200, News)
def new_tasks(query: dict[str, str]) -> Response:
    """How many tasks came since the mark and still wait. Asking keeps no session awake."""
    return answer(news(current_engine(), current_person(), query["since"]))


@nouns.get(TASK)
@rule("signed_in")
@nouns.answers(200, Task)
def show(task_id: UUID) -> Response:
    """One task. The first look of its assignee, or of somebody to whom it is offered, delivers a notice."""
    return answer(_detail(look_at(TaskId(task_id), current_person())))


def look_at(task_id: TaskId, person: PersonId) -> TaskDetail:
    """The task as the person sees it, after noting that it was seen. Raises NotFound."""
    engine = current_engine()
    found = task_detail(engine, person, task_id)
    if found.row.opened_at is None and (found.is_mine or found.is_offered_to_me):
        tasks.open_task(engine, task_id, person)
        found = task_detail(engine, person, task_id)
    return found


@nouns.post(f"{TASK}/claim")
@rule("signed_in")
@idempotent
@nouns.answers(200, TaskState)
def claim(task_id: UUID) -> Response:
    """Take an offered task. 409 with the winner's name when somebody was first."""
    tasks.claim(current_engine(), TaskId(task_id), current_person())
    return _state(task_id)


@nouns.post(f"{TASK}/unclaim")
@rule("signed_in")
@idempotent
@nouns.answers(200, TaskState)
def unclaim(task_id: UUID) -> Response:
    """Give a claimed task back to its group."""
    tasks.unclaim(current_engine(), TaskId(task_id), current_person())
    return _state(task_id)


@nouns.post(f"{TASK}/complete")
@rule("signed_in")
@idempotent
@nouns.takes(Submission)
@nouns.answers(200, Completed)
def complete(body: dict[str, Any], task_id: UUID) -> Response:
    """Complete a task with its form. 422 with the problems by field; 409 with the name of who was first."""
    done = tasks.complete(
        current_engine(),
        TaskId(task_id),
        current_person(),
        body["values"],
        signed=_is_signed(body.get("password")),
        known=_known(body),
    )
    return answer(
        Completed(
            task_id=done.task_id,
            instance_id=done.instance_id,
            state=done.case_state,
            ended=done.ended,
            opened=done.opened,
        )
    )


@nouns.post(f"{TASK}/transfer")
@rule("signed_in")
@idempotent
@nouns.takes(Handover)
@nouns.answers(200, TaskState)
def transfer(body: dict[str, str], task_id: UUID) -> Response:
    """转办: hand an own task to another person of the unit."""
    tasks.transfer(current_engine(), TaskId(task_id), current_person(), PersonId(body["to"]), body["reason"])
    return _state(task_id)


@nouns.post(f"{TASK}/extension")
@rule("signed_in")
@idempotent
@nouns.takes(ExtensionRequest)
@nouns.answers(201, Asked)
def ask_extension(body: dict[str, Any], task_id: UUID) -> Response:
    """申请延期: once, before the date, decided by the issuer's leader in a case of its own."""
    asked = extensions.request(
        current_engine(), current_person(), TaskId(task_id), body["working_days"], body["reason"]
    )
    return answer(Asked(instance_id=asked), 201)


@nouns.put(f"{TASK}/draft")
@rule("signed_in")
@nouns.takes(Values)
@nouns.answers(200, DraftSaved)
def save_draft(body: dict[str, Any], task_id: UUID) -> Response:
    """Keep what is filled in so far; nothing of it is checked. 409 where another window has saved something else."""
    values = body["values"]
    saved_at = drafts.save_task_draft(current_engine(), TaskId(task_id), current_person(), values, _known(body))
    return answer(DraftSaved(saved_at=saved_at, revision=revision_of(values)))


def _known(body: dict[str, Any]) -> Known:
    return Known(draft=body["based_on"], form_version=body["form_version"])


def _is_signed(password: str | None) -> bool:
    """Was the right password typed again? Counted apart from the step, so that a refusal stays counted."""
    if password is None:
        return False
    engine, address = current_service().engine, request.remote_addr or ""
    if not accounts.confirm_password(engine, current_person(), password, address=address):
        raise WrongPassword
    return True


def _state(task_id: UUID) -> Response:
    with current_engine().reading(current_person()) as tx:
        task = tx.user_task(TaskId(task_id))
    return answer(TaskState(id=task.id, state=task.state, assignee=task.assignee))


def _detail(found: TaskDetail) -> Task:
    return Task(
        **fields_of(task_item(found.row)),
        form=found.form,
        needs_signature=found.needs_signature,
        draft=TaskDraft(values=found.draft.values, saved_at=found.draft.saved_at) if found.draft else None,
        suggested=found.suggested,
        deadline=found.deadline,
        ladder=tuple(
            LadderStep(
                level=row.level.level,
                zh=row.level.zh,
                en=row.level.en,
                at=row.at,
                reached=row.is_reached,
                next=row.is_next,
            )
            for row in found.ladder
        ),
        mine=found.is_mine,
        offered=found.is_offered_to_me,
    )
