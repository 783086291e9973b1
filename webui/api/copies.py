"""Copies of cases: pointed out to people who see them, and who has opened them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response

from engine.commands import copies
from engine.commands.copies import MAX_RECEIVERS
from engine.model.step import InstanceId
from engine.queries import copies as queries
from webui.api.blueprint import Arguments, Nouns, answer
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.service import current_engine

nouns = Nouns("copies", "Cases pointed out to people, and who has opened them")


class NewCopies(Arguments):
    to = ma.fields.List(
        ma.fields.String(validate=ma.validate.Length(1, 40)),
        load_default=list,
        validate=ma.validate.Length(max=MAX_RECEIVERS),
        metadata={"description": "Accounts, each of somebody who sees the case."},
    )
    units = ma.fields.List(
        ma.fields.String(validate=ma.validate.Length(1, 40)),
        load_default=list,
        validate=ma.validate.Length(max=MAX_RECEIVERS),
        metadata={"description": "Codes of units; each stands for those of the unit who see the case now."},
    )
    note = ma.fields.String(load_default="", validate=ma.validate.Length(max=2000))


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyItem:
    id: UUID  # the same for all who were told together
    person: str
    name: str
    unit: str
    sent_by: str
    at: datetime
    note: str
    read_at: datetime | None  #: null while the receiver has not opened the case


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyList:
    items: tuple[CopyItem, ...]


@nouns.get("/instances/<uuid:instance_id>/copies")
@rule("signed_in")
@nouns.answers(200, CopyList)
def listing(instance_id: UUID) -> Response:
    """To whom a case was pointed out, oldest first, and when each opened it."""
    return answer(_list(instance_id))


@nouns.post("/instances/<uuid:instance_id>/copies")
@rule("signed_in")
@idempotent
@nouns.takes(NewCopies)
@nouns.answers(201, CopyList)
def send(sent: dict[str, Any], instance_id: UUID) -> Response:
    """抄送. 422 for somebody who may not see the case: a copy opens nothing. Answers all copies of the case."""
    engine, person = current_engine(), current_person()
    copies.copy_case(engine, person, InstanceId(instance_id), sent["to"], sent["note"], units=sent["units"])
    return answer(_list(instance_id), 201)


def _list(instance_id: UUID) -> CopyList:
    found = queries.copies(current_engine(), current_person(), InstanceId(instance_id))
    return CopyList(
        items=tuple(
            CopyItem(
                id=line.copy,
                person=line.person,
                name=line.name,
                unit=line.unit.code,
                sent_by=line.sender,
                at=line.at,
                note=line.note,
                read_at=line.read_at,
            )
            for line in found.lines
        )
    )
