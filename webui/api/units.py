"""Units are opened and closed; what that leads to can be looked at first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import marshmallow as ma
from flask import Response

from engine.commands import organization
from engine.model.organization import Unit
from webui.api.blueprint import Arguments, answer
from webui.api.idempotent import idempotent
from webui.api.organization import PREVIEW, REASON, UNIT, OrganizationUnit, nouns, unit_answer
from webui.auth import current_person, rule
from webui.service import current_engine


class NewUnit(Arguments):
    code = ma.fields.String(required=True, metadata={"description": "Region, hyphen, type: 532503-GA"})
    name = ma.fields.String(required=True)
    short_name = ma.fields.String(required=True)
    document_prefix = ma.fields.String(required=True, metadata={"description": "机关代字"})
    level = ma.fields.String(required=True, validate=ma.validate.OneOf(("PREF", "COUNTY")))
    type = ma.fields.String(required=True)
    superior = ma.fields.String(required=True)
    staff = ma.fields.Integer(load_default=0, strict=True)
    active_from = ma.fields.Date(load_default=None)
    preview = ma.fields.Boolean(load_default=False, metadata=PREVIEW)


class ClosingBody(Arguments):
    last_day = ma.fields.Date(required=True, metadata={"description": "Inclusive."})
    reason = ma.fields.String(required=True, metadata=REASON)
    preview = ma.fields.Boolean(load_default=False, metadata=PREVIEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedTerm:
    code: str
    period: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAdded:
    preview: bool
    code: str
    owes: tuple[OwedTerm, ...]  #: of the periods that run on its first day


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitClosing:
    preview: bool
    last_day: date
    is_possible: bool
    below: tuple[str, ...]
    open_tasks: int
    lapsing: int
    remaining: int


@nouns.post("/organization")
@rule("role:admin")
@idempotent
@nouns.takes(NewUnit)
@nouns.answers(201, UnitAdded)
def add(body: dict[str, Any]) -> Response:
    """Open a unit. A preview answers 200."""
    preview = body.pop("preview")
    owed = organization.add_unit(current_engine(), current_person(), Unit(**body), preview=preview)
    terms = tuple(OwedTerm(code=term.rule.code, period=term.period, due_on=term.due_on) for term in owed)
    return answer(UnitAdded(preview=preview, code=body["code"], owes=terms), 200 if preview else 201)


@nouns.post(f"{UNIT}/close")
@rule("role:admin")
@idempotent
@nouns.takes(ClosingBody)
@nouns.answers(200, UnitClosing)
def close(body: dict[str, Any], unit: str) -> Response:
    """The unit works until that day. 409 while it has units below it or open tasks."""
    found = organization.close_unit(current_engine(), current_person(), unit, **body)
    return answer(
        UnitClosing(
            preview=body["preview"],
            last_day=found.last_day,
            is_possible=found.is_possible,
            below=found.below,
            open_tasks=found.open_tasks,
            lapsing=found.lapsing,
            remaining=found.remaining,
        )
    )


@nouns.post(f"{UNIT}/keep")
@rule("role:admin")
@idempotent
@nouns.answers(200, OrganizationUnit)
def keep(unit: str) -> Response:
    """Take back a closing that is still to come."""
    organization.withdraw_closing(current_engine(), current_person(), unit)
    return unit_answer(unit)
