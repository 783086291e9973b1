"""Operators' moves: where the tokens of a running case can go, what would come of it, and the act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response

from engine.commands import moves, variables
from engine.commands.moves import Moved
from engine.model.moves import WORDS, Move
from engine.model.step import InstanceId, Token
from engine.queries import moves as queries
from engine.queries.moves import MovesView, Preview
from webui.api.blueprint import Arguments, Nouns, Query, answer
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.language import language
from webui.service import current_engine

nouns = Nouns("moves", "Operators' moves: return, jump, skip, cancel and terminate, each with a preview and a reason")

KINDS = ("return", "jump", "skip", "cancel", "terminate")
_REASON = ma.fields.String(required=True, validate=ma.validate.Length(max=2000))
_REV = ma.fields.Integer(required=True, metadata={"description": "Revision that was previewed; another one: 409."})


class _Wanted(ma.Schema):
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(KINDS))
    node_id = ma.fields.String(load_default="", metadata={"description": "Where to: of return and jump."})
    scope = ma.fields.Integer(load_default=0, metadata={"description": "Sub-process token around it; 0: the process."})
    token = ma.fields.Integer(load_default=0, metadata={"description": "Which one: of skip and cancel."})


class PreviewQuery(_Wanted, Query):
    """A move to look at."""


class MoveArguments(_Wanted, Arguments):
    """A move to make."""

    rev = _REV
    reason = _REASON


class RevealArguments(Arguments):
    reason = _REASON


class EditArguments(Arguments):
    value = ma.fields.Raw(required=True, allow_none=True)
    rev = _REV
    reason = _REASON


@dataclass(frozen=True, slots=True, kw_only=True)
class MovableToken:
    token: int
    element_id: str
    scope: int
    state: str  #: ready, waiting, started
    at_join: bool
    skip_refused: str  #: code; empty: it can be skipped
    cancel_refused: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveTarget:
    element_id: str
    scope: int
    may_return: bool  #: a user task that was done in this case before
    refused: str  #: code; empty: a token can be put there
    why: str  #: the same in words
    cancels: tuple[int, ...]  #: tokens that the new one takes the place of


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveChoices:
    """Everything that can be done with the tokens of a case, and why not for the rest."""

    instance_id: UUID
    rev: int
    state: str
    tokens: tuple[MovableToken, ...]
    targets: tuple[MoveTarget, ...]
    terminate_refused: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingTask:
    task_id: UUID
    element_id: str
    state: str
    due_at: datetime | None
    drafts: int  #: of how many people something that is filled in is lost


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePreview:
    """What a move would do, worked out on a copy. Nothing is written."""

    rev: int
    refused: str
    why: str
    fails_at: str  #: element at which the process could not go on from there
    before: tuple[str, ...]  #: elements of the tokens
    after: tuple[str, ...]
    ends_tasks: tuple[EndingTask, ...]
    ends_timers: int
    ends_waiting: tuple[str, ...]  #: messages and signals
    stays: tuple[str, ...]
    opens: tuple[str, ...]
    ends_case: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveMade:
    instance_id: UUID
    rev: int
    state: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableValue:
    name: str
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableEdited:
    name: str
    rev: int


@nouns.get("/instances/<uuid:instance_id>/moves")
@rule("role:operator")
@nouns.answers(200, MoveChoices)
def choices(instance_id: UUID) -> Response:
    """Tokens, targets and refusals. 404 for a sealed case."""
    return answer(_choices(queries.moves_view(current_engine(), current_person(), InstanceId(instance_id))))


@nouns.get("/instances/<uuid:instance_id>/moves/preview")
@rule("role:operator")
@nouns.takes(PreviewQuery, location="query")
@nouns.answers(200, MovePreview)
def preview(query: dict[str, Any], instance_id: UUID) -> Response:
    """What one move would do: what ends, what stays, what opens."""
    engine, person = current_engine(), current_person()
    return answer(_preview(queries.preview(engine, person, InstanceId(instance_id), _move(query))))


@nouns.post("/instances/<uuid:instance_id>/moves")
@rule("role:operator")
@idempotent
@nouns.takes(MoveArguments)
@nouns.answers(200, MoveMade)
def make(body: dict[str, Any], instance_id: UUID) -> Response:
    """Make the move that was previewed at `rev`; history keeps both positions and the reason."""
    engine, person, known = current_engine(), current_person(), InstanceId(instance_id)
    return answer(_made(moves.make(engine, person, known, _move(body), rev=body["rev"], reason=body["reason"])))


@nouns.post("/instances/<uuid:instance_id>/variables/<string:name>/reveal")
@rule("role:operator")
@idempotent
@nouns.takes(RevealArguments)
@nouns.answers(200, VariableValue)
def reveal(body: dict[str, Any], instance_id: UUID, name: str) -> Response:
    """The value of one variable; the access log keeps who has looked and why."""
    value = variables.reveal(current_engine(), current_person(), InstanceId(instance_id), name, body["reason"])
    return answer(VariableValue(name=name, value=value))


@nouns.put("/instances/<uuid:instance_id>/variables/<string:name>")
@rule("role:operator")
@idempotent
@nouns.takes(EditArguments)
@nouns.answers(200, VariableEdited)
def edit(body: dict[str, Any], instance_id: UUID, name: str) -> Response:
    """Another value, in every token of the case. Never of protected steps."""
    rev = variables.edit(
        current_engine(),
        current_person(),
        InstanceId(instance_id),
        name,
        body["value"],
        rev=body["rev"],
        reason=body["reason"],
    )
    return answer(VariableEdited(name=name, rev=rev))


def why(refusal: str) -> str:
    """A refusal in the reader's language; "" for none."""
    zh, en = WORDS.get(refusal, ("", ""))
    return zh if language() == "zh" else en


def _move(wanted: dict[str, Any]) -> Move:
    return Move(
        kind=wanted["kind"], node_id=wanted["node_id"], scope=Token(wanted["scope"]), token=Token(wanted["token"])
    )


def _choices(view: MovesView) -> MoveChoices:
    return MoveChoices(
        instance_id=view.id,
        rev=view.rev,
        state=view.status,
        tokens=tuple(
            MovableToken(
                token=found.standing.token,
                element_id=found.node.id,
                scope=found.standing.scope,
                state=found.standing.state,
                at_join=found.standing.at_join,
                skip_refused=found.standing.skip,
                cancel_refused=found.standing.cancel,
            )
            for found in view.tokens
        ),
        targets=tuple(
            MoveTarget(
                element_id=place.node.id,
                scope=place.target.scope,
                may_return=place.is_return and not place.target.refusal,
                refused=place.target.refusal,
                why=why(place.target.refusal),
                cancels=place.target.cancels,
            )
            for place in view.places
        ),
        terminate_refused=view.to_end,
    )


def _preview(found: Preview) -> MovePreview:
    return MovePreview(
        rev=found.view.rev,
        refused=found.refusal,
        why=why(found.refusal),
        fails_at=found.failure,
        before=found.before,
        after=found.after,
        ends_tasks=tuple(
            EndingTask(
                task_id=gone.task.id,
                element_id=gone.task.node_id,
                state=gone.task.state,
                due_at=gone.task.due_at,
                drafts=gone.drafts,
            )
            for gone in found.gone
        ),
        ends_timers=len(found.timers),
        ends_waiting=found.awaited,
        stays=found.stays,
        opens=tuple(node.id for node in found.opens),
        ends_case=found.ends,
    )


def _made(moved: Moved) -> MoveMade:
    return MoveMade(
        instance_id=moved.instance_id, rev=moved.rev, state=moved.state, before=moved.before, after=moved.after
    )
