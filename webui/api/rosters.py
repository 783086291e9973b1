"""值班表: who is on duty in a unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response

from engine.commands import organization
from engine.model.organization import RosterEntry
from engine.model.roster import ROSTERS
from engine.queries.rosters import roster_view
from webui.api.blueprint import Arguments, Nouns, answer
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.service import current_engine

nouns = Nouns("rosters", "Who is on duty in a unit, day by day")
OF_UNIT = "/units/<string:unit>/roster"


class NewTurn(Arguments):
    roster = ma.fields.String(
        load_default="duty",
        validate=ma.validate.OneOf(ROSTERS),
        metadata={"description": "duty (值班员) or duty_leader (值班领导)."},
    )
    person = ma.fields.String(required=True, metadata={"description": "Account of somebody of the unit."})
    first_day = ma.fields.Date(required=True)
    last_day = ma.fields.Date(required=True, metadata={"description": "Inclusive."})


class RosterLines(Arguments):
    lines = ma.fields.String(
        required=True,
        metadata={"description": "One person a line: 2026-12-01 至 2026-12-07, name or account, 值班领导."},
    )


class RosterMonthBody(Arguments):
    month = ma.fields.Date(required=True, metadata={"description": "Any day of the month that is filled."})


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnItem:
    id: UUID
    roster: str
    person: str
    name: str
    first_day: date
    last_day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Today and to come."""

    unit: str
    turns: tuple[TurnItem, ...]


@nouns.get(OF_UNIT)
@rule("signed_in")
@nouns.answers(200, Roster)
def show(unit: str) -> Response:
    """The roster of the caller's unit, or of one below it."""
    return _answer(unit)


@nouns.post(f"{OF_UNIT}/turns")
@rule("signed_in")
@idempotent
@nouns.takes(NewTurn)
@nouns.answers(201, Roster)
def add(body: dict[str, Any], unit: str) -> Response:
    """Enter a turn: by officers and leaders of the unit itself, or an administrator."""
    turn = RosterEntry(
        name=body["roster"],
        unit=unit,
        person=body["person"],
        first_day=body["first_day"],
        last_day=body["last_day"],
    )
    organization.add_turn(current_engine(), current_person(), turn)
    return _answer(unit, 201)


@nouns.post(f"{OF_UNIT}/lines")
@rule("signed_in")
@idempotent
@nouns.takes(RosterLines)
@nouns.answers(201, Roster)
def enter_lines(body: dict[str, str], unit: str) -> Response:
    """Enter pasted lines, all or none. 422 names every line that is no turn."""
    organization.enter_turns(current_engine(), current_person(), unit, body["lines"])
    return _answer(unit, 201)


@nouns.post(f"{OF_UNIT}/copy")
@rule("signed_in")
@idempotent
@nouns.takes(RosterMonthBody)
@nouns.answers(201, Roster)
def copy_month(body: dict[str, date], unit: str) -> Response:
    """Fill the free days of a month as the same weekdays of the month before."""
    organization.copy_month(current_engine(), current_person(), unit, body["month"].replace(day=1))
    return _answer(unit, 201)


@nouns.post(f"{OF_UNIT}/turns/<uuid:turn_id>/end")
@rule("signed_in")
@idempotent
@nouns.answers(200, Roster)
def end(unit: str, turn_id: UUID) -> Response:
    """Take back a turn that has not begun; one that has begun ends with yesterday."""
    organization.end_turn(current_engine(), current_person(), unit, turn_id)
    return _answer(unit)


def _answer(unit: str, status: int = 200) -> Response:
    view = roster_view(current_engine(), current_person(), unit)
    found = Roster(
        unit=view.unit.code,
        turns=tuple(
            TurnItem(
                id=turn.id,
                roster=turn.roster,
                person=turn.person,
                name=turn.name,
                first_day=turn.first_day,
                last_day=turn.last_day,
            )
            for turn in view.turns
        ),
    )
    return answer(found, status)
