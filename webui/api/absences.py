"""Absences of a person and who stands in: by the person, or by an administrator of the unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast

import marshmallow as ma
from flask import Response

from engine.commands import organization
from engine.model.organization import Absence, Substitute
from engine.model.step import PersonId
from engine.queries.absences import absence_view
from webui.api.blueprint import Arguments, Nouns, answer
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.service import current_engine

nouns = Nouns("absences", "Who is away and who stands in")
OF_PERSON = "/people/<string:person_id>"


class NewAbsence(Arguments):
    kind = ma.fields.String(load_default="请假", validate=ma.validate.OneOf(("请假", "出差")))
    first_day = ma.fields.Date(required=True)
    last_day = ma.fields.Date(required=True, metadata={"description": "Inclusive."})
    reason = ma.fields.String(load_default="", validate=ma.validate.Length(max=200))


class Back(Arguments):
    back_on = ma.fields.Date(required=True, metadata={"description": "First day on which the person is there again."})


class FirstDay(Arguments):
    first_day = ma.fields.Date(required=True)


class Post(Arguments):
    unit = ma.fields.String(required=True)
    position = ma.fields.String(required=True, metadata={"description": "Code of the position, PERSON_RESP."})


class NewSubstitute(Post):
    person = ma.fields.String(required=True, metadata={"description": "Account of the substitute."})
    valid_from = ma.fields.Date(required=True)
    valid_until = ma.fields.Date(load_default=None, metadata={"description": "Inclusive; none: without end."})


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceItem:
    kind: str
    first_day: date
    last_day: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstituteItem:
    """A post of the person; substitute "" where nobody stands in."""

    unit: str
    position: str
    substitute: str
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """Today and to come."""

    person: str
    absences: tuple[AbsenceItem, ...]
    posts: tuple[SubstituteItem, ...]


@nouns.get(f"{OF_PERSON}/availability")
@rule("signed_in")
@nouns.answers(200, Availability)
def show(person_id: str) -> Response:
    """Absences and substitutes of the caller, or of somebody whom he administers."""
    return _answer(person_id)


@nouns.post(f"{OF_PERSON}/absences")
@rule("signed_in")
@idempotent
@nouns.takes(NewAbsence)
@nouns.answers(201, Availability)
def declare(body: dict[str, Any], person_id: str) -> Response:
    """请假、出差: new tasks go to the substitute meanwhile; open ones stay."""
    away = Absence(
        person=person_id,
        first_day=body["first_day"],
        last_day=body["last_day"],
        kind=cast("Literal['请假', '出差']", body["kind"]),
    )
    organization.declare_absence(current_engine(), current_person(), away, reason=body["reason"])
    return _answer(person_id, 201)


@nouns.post(f"{OF_PERSON}/absences/cut")
@rule("signed_in")
@idempotent
@nouns.takes(Back)
@nouns.answers(200, Availability)
def cut(body: dict[str, Any], person_id: str) -> Response:
    """The person is back earlier."""
    organization.cut_absence(current_engine(), current_person(), PersonId(person_id), body["back_on"])
    return _answer(person_id)


@nouns.post(f"{OF_PERSON}/absences/withdraw")
@rule("signed_in")
@idempotent
@nouns.takes(FirstDay)
@nouns.answers(200, Availability)
def withdraw(body: dict[str, Any], person_id: str) -> Response:
    """An absence that has not begun is taken back."""
    organization.withdraw_absence(current_engine(), current_person(), PersonId(person_id), body["first_day"])
    return _answer(person_id)


@nouns.post(f"{OF_PERSON}/substitutes")
@rule("signed_in")
@idempotent
@nouns.takes(NewSubstitute)
@nouns.answers(201, Availability)
def name(body: dict[str, Any], person_id: str) -> Response:
    """代理人: who acts in a post while its holder is away. One named before for the post ends."""
    organization.name_substitute(current_engine(), current_person(), Substitute(holder=person_id, **body))
    return _answer(person_id, 201)


@nouns.post(f"{OF_PERSON}/substitutes/end")
@rule("signed_in")
@idempotent
@nouns.takes(Post)
@nouns.answers(200, Availability)
def end(body: dict[str, Any], person_id: str) -> Response:
    """Nobody acts in this post any more."""
    organization.end_substitution(current_engine(), current_person(), PersonId(person_id), **body)
    return _answer(person_id)


def _answer(person_id: str, status: int = 200) -> Response:
    view = absence_view(current_engine(), current_person(), PersonId(person_id))
    found = Availability(
        person=view.person,
        absences=tuple(
            AbsenceItem(kind=row.kind, first_day=row.absent_from, last_day=row.absent_until, reason=row.reason)
            for row in view.absences
        ),
        posts=tuple(
            SubstituteItem(
                unit=post.unit.code,
                position=post.position.code,
                substitute=post.substitute,
                valid_from=post.first_day,
                valid_until=post.last_day,
            )
            for post in view.posts
        ),
    )
    return answer(found, status)
