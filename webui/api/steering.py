"""Supervision: what inspectors and leaders above do with a case of others, each with a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response

from engine.commands import reassigning, standstill, urging
from engine.errors import ChangxiaoError, StepFailed
from engine.model.step import InstanceId, PersonId, TaskId
from webui.api.blueprint import Arguments, Nouns, answer
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.problems import detail_of
from webui.service import current_engine

nouns = Nouns("steering", "Supervision: suspend and resume cases, urge and reassign tasks")
#: Tasks of one request: each is a command of its own.
MOST_TASKS = 50

_REASON = ma.fields.String(required=True, validate=ma.validate.Length(max=2000))
_TASKS = ma.fields.List(ma.fields.UUID(), required=True, validate=ma.validate.Length(1, MOST_TASKS))
_TO = ma.fields.String(required=True, metadata={"description": "Account of the receiver."})


class WithReason(Arguments):
    reason = _REASON


class Reassignment(WithReason):
    to = _TO


class UrgedTasks(WithReason):
    task_ids = _TASKS


class ReassignedTasks(UrgedTasks):
    to = _TO


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whether a case runs or stands still."""

    instance_id: UUID
    state: str  #: running, suspended
    moved_wd: int  #: working days by which its dates have moved; 0 for a suspension


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one task."""

    task_id: UUID
    done: bool
    code: str  #: of the refusal; empty: done
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What came of each task, in the order of the request."""

    items: tuple[Outcome, ...]


@nouns.post("/instances/<uuid:instance_id>/suspend")
@rule("signed_in")
@idempotent
@nouns.takes(WithReason)
@nouns.answers(200, Standing)
def suspend(body: dict[str, str], instance_id: UUID) -> Response:
    """暂停: tasks, dates, reminders, timers and ladders stand still until the case is resumed."""
    standstill.suspend(current_engine(), current_person(), InstanceId(instance_id), body["reason"])
    return answer(Standing(instance_id=instance_id, state="suspended", moved_wd=0))


@nouns.post("/instances/<uuid:instance_id>/resume")
@rule("signed_in")
@idempotent
@nouns.takes(WithReason)
@nouns.answers(200, Standing)
def resume(body: dict[str, str], instance_id: UUID) -> Response:
    """恢复: every date moves by the working days lost; what was kept for the case is delivered."""
    moved = standstill.resume(current_engine(), current_person(), InstanceId(instance_id), body["reason"])
    return answer(Standing(instance_id=instance_id, state="running", moved_wd=moved))


@nouns.post("/tasks/<uuid:task_id>/urge")
@rule("signed_in")
@idempotent
@nouns.takes(WithReason)
@nouns.answers(200, Outcome)
def urge(body: dict[str, str], task_id: UUID) -> Response:
    """催办: tell whoever has the task, and the leader in charge; once a day."""
    urging.urge(current_engine(), current_person(), TaskId(task_id), body["reason"])
    return answer(_done(task_id))


@nouns.post("/tasks/<uuid:task_id>/reassign")
@rule("signed_in")
@idempotent
@nouns.takes(Reassignment)
@nouns.answers(200, Outcome)
def reassign(body: dict[str, str], task_id: UUID) -> Response:
    """改派: give an open task to somebody else who may do it."""
    to = PersonId(body["to"])
    reassigning.reassign(current_engine(), current_person(), TaskId(task_id), to, body["reason"])
    return answer(_done(task_id))


@nouns.post("/tasks/urge")
@rule("signed_in")
@idempotent
@nouns.takes(UrgedTasks)
@nouns.answers(200, Outcomes)
def urge_each(body: dict[str, Any]) -> Response:
    """Urge several tasks; the answer says of each what came of it."""
    return answer(Outcomes(items=urge_several(body["task_ids"], body["reason"])))


@nouns.post("/tasks/reassign")
@rule("signed_in")
@idempotent
@nouns.takes(ReassignedTasks)
@nouns.answers(200, Outcomes)
def reassign_each(body: dict[str, Any]) -> Response:
    """Give several tasks to one person; the answer says of each what came of it."""
    return answer(Outcomes(items=reassign_several(body["task_ids"], PersonId(body["to"]), body["reason"])))


def urge_several(task_ids: Sequence[UUID], reason: str) -> tuple[Outcome, ...]:
    """Each by itself: one that is refused keeps none of the others."""
    act = partial(urging.urge, current_engine(), current_person(), reason=reason)
    return tuple(_tried(task_id, lambda one=task_id: act(TaskId(one))) for task_id in task_ids)  # type: ignore[misc]


def reassign_several(task_ids: Sequence[UUID], to: PersonId, reason: str) -> tuple[Outcome, ...]:
    """The same for a change of hands."""
    act = partial(reassigning.reassign, current_engine(), current_person(), to=to, reason=reason)
    return tuple(_tried(task_id, lambda one=task_id: act(TaskId(one))) for task_id in task_ids)  # type: ignore[misc]


def _tried(task_id: UUID, act: Callable[[], None]) -> Outcome:
    try:
        act()
    except StepFailed:
        raise
    except ChangxiaoError as refused:
        code = str(refused.facts.get("code") or refused.code)
        return Outcome(task_id=task_id, done=False, code=code, detail=detail_of(refused))
    return _done(task_id)


def _done(task_id: UUID) -> Outcome:
    return Outcome(task_id=task_id, done=True, code="", detail="")
