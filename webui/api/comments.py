"""Comments on cases: read and said by whoever sees the case, withdrawn by their author."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response

from engine.commands import comments
from engine.model.comment import MAX_MENTIONED
from engine.model.step import InstanceId
from engine.queries import comments as queries
from webui.api.blueprint import Arguments, Nouns, answer
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.service import current_engine

nouns = Nouns("comments", "What people say about a case beside its forms")


class NewComment(Arguments):
    text = ma.fields.String(required=True, validate=ma.validate.Length(max=8000))
    mentioned = ma.fields.List(
        ma.fields.String(validate=ma.validate.Length(1, 40)),
        load_default=(),
        validate=ma.validate.Length(max=MAX_MENTIONED),
        metadata={"description": "Accounts to be told, besides those whom the text names after @."},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentItem:
    id: UUID
    instance_id: UUID
    person: str
    name: str
    at: datetime
    text: str  #: "" once it is withdrawn
    mentioned: tuple[str, ...]  #: accounts
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentList:
    items: tuple[CommentItem, ...]


@nouns.get("/instances/<uuid:instance_id>/comments")
@rule("signed_in")
@nouns.answers(200, CommentList)
def listing(instance_id: UUID) -> Response:
    """All comments on a case that the caller may see, oldest first; withdrawn ones without their text."""
    found = queries.comments(current_engine(), current_person(), InstanceId(instance_id))
    return answer(CommentList(items=tuple(_item(line) for line in found)))


@nouns.post("/instances/<uuid:instance_id>/comments")
@rule("signed_in")
@idempotent
@nouns.takes(NewComment)
@nouns.answers(201, CommentItem)
def say(sent: dict[str, Any], instance_id: UUID) -> Response:
    """Comment on a case. 422 for an ID-card or phone number and for somebody who may not see the case."""
    engine, person = current_engine(), current_person()
    row = comments.comment(engine, person, InstanceId(instance_id), sent["text"], mentioned=sent["mentioned"])
    return answer(_item(queries.comment_line(engine, person, row.id)), 201)


@nouns.post("/comments/<uuid:comment_id>/withdraw")
@rule("signed_in")
@idempotent
@nouns.answers(200, CommentItem)
def withdraw(comment_id: UUID) -> Response:
    """The words are shown to nobody from now on; that there was a comment stays. By its author alone."""
    engine, person = current_engine(), current_person()
    comments.withdraw_comment(engine, person, comment_id)
    return answer(_item(queries.comment_line(engine, person, comment_id)))


def _item(line: queries.CommentLine) -> CommentItem:
    return CommentItem(
        id=line.id,
        instance_id=line.instance_id,
        person=line.person,
        name=line.name,
        at=line.at,
        text=line.text,
        mentioned=tuple(account for account, _ in line.mentioned),
        withdrawn_at=line.withdrawn_at,
    )
