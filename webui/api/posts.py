"""Posts of a unit: appointed and ended, with what happens to the open tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response

from engine.commands import organization
from engine.commands.handover import HandedOver
from engine.errors import InputRejected
from engine.model.organization import Position
from engine.model.step import PersonId
from webui.api.blueprint import Arguments, answer
from webui.api.idempotent import idempotent
from webui.api.organization import PREVIEW, REASON, UNIT, nouns
from webui.auth import current_person, rule
from webui.service import current_engine


class Appointment(Arguments):
    position = ma.fields.String(required=True, metadata={"description": "LEAD_MAIN, PERSON_RESP, …"})
    person = ma.fields.String(required=True)
    valid_from = ma.fields.Date(required=True)
    valid_until = ma.fields.Date(load_default=None, metadata={"description": "Inclusive; none: without end."})
    departments = ma.fields.List(ma.fields.String(), load_default=list, metadata={"description": "In charge of."})
    replaces = ma.fields.String(load_default=None, allow_none=True, metadata={"description": "The former holder."})
    reason = ma.fields.String(required=True, metadata=REASON)
    preview = ma.fields.Boolean(load_default=False, metadata=PREVIEW)


class Leaving(Arguments):
    position = ma.fields.String(required=True)
    person = ma.fields.String(required=True)
    last_day = ma.fields.Date(required=True, metadata={"description": "Inclusive."})
    successor = ma.fields.String(
        load_default=None, allow_none=True, metadata={"description": "Gets the post from the next day, and the tasks."}
    )
    reason = ma.fields.String(required=True, metadata=REASON)
    preview = ma.fields.Boolean(load_default=False, metadata=PREVIEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedTask:
    """An open task that moves. An administrator reads no cases: its step and to whom it goes."""

    task_id: UUID
    step: str
    to: tuple[str, ...]
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PostChanged:
    """What the change led to, or would."""

    preview: bool
    ended: tuple[str, ...]  #: whose posts end
    moved: tuple[MovedTask, ...]
    sealed: int  #: tasks of sealed cases that move, of which no more is told


@nouns.post(f"{UNIT}/posts")
@rule("role:admin")
@idempotent
@nouns.takes(Appointment)
@nouns.answers(200, PostChanged)
def appoint(body: dict[str, Any], unit: str) -> Response:
    """Appoint somebody of the unit to a post; open tasks of whom he replaces move to him."""
    replaces = body["replaces"]
    made = organization.appoint(
        current_engine(),
        current_person(),
        Position(
            person=body["person"],
            unit=unit,
            code=body["position"],
            departments=tuple(body["departments"]),
            valid_from=body["valid_from"],
            valid_until=body["valid_until"],
        ),
        replaces=PersonId(replaces) if replaces else None,
        reason=body["reason"],
        preview=body["preview"],
    )
    return _changed(made.handed_over, tuple(former.person for former in made.ended), preview=body["preview"])


@nouns.post(f"{UNIT}/posts/end")
@rule("role:admin")
@idempotent
@nouns.takes(Leaving)
@nouns.answers(200, PostChanged)
def end(body: dict[str, Any], unit: str) -> Response:
    """The holder leaves the post; open tasks move to the successor, or as a vacant post falls back."""
    person, successor, last_day = PersonId(body["person"]), body["successor"], body["last_day"]
    more = {"reason": body["reason"], "preview": body["preview"]}
    if successor:
        if successor == person:
            raise InputRejected(
                "接任人应为另一人。", "The successor is another person.", field="successor", value=successor
            )
        position = Position(person=successor, unit=unit, code=body["position"], valid_from=last_day + timedelta(days=1))
        made = organization.appoint(current_engine(), current_person(), position, replaces=person, **more)
        return _changed(made.handed_over, (person,), preview=body["preview"])
    handed = organization.end_position(
        current_engine(), current_person(), person, unit, body["position"], last_day, **more
    )
    return _changed(handed, (person,), preview=body["preview"])


def _changed(handed: tuple[HandedOver, ...], ended: tuple[str, ...], *, preview: bool) -> Response:
    shown = [one for one in handed if not one.sealed]
    return answer(
        PostChanged(
            preview=preview,
            ended=ended,
            moved=tuple(MovedTask(task_id=one.task_id, step=one.name, to=one.to, on=one.on) for one in shown),
            sealed=len(handed) - len(shown),
        )
    )
