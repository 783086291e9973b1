"""Cards: the numbered papers of the ladder, and objections to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response
from flask_babel import gettext

from engine.commands import cards
from engine.queries import cards as queries
from engine.queries.card_views import card_view
from engine.queries.paging import MAX_LIMIT
from engine.store.cards import CardRow
from webui.api.blueprint import Arguments, ListQuery, Nouns, answer
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.pages import listings
from webui.service import current_engine

nouns = Nouns("cards", "Cards (牌) of the escalation ladder")


class CardsQuery(ListQuery):
    unit = ma.fields.String(load_default="")
    level = ma.fields.Integer(
        load_default=None,
        validate=ma.validate.Range(1, 9),
        metadata={"description": "1 催办, 2 黄牌, 3 红牌, 4 上报上级, 5 问责启动建议"},
    )
    state = ma.fields.String(load_default="", validate=ma.validate.OneOf(("", "issued", "objected", "withdrawn")))
    case_id = ma.fields.UUID(load_default=None)
    region = ma.fields.String(load_default="", metadata={"description": "Of the unit, 532503."})
    half = ma.fields.String(load_default="", metadata={"description": "Half-year of issue, 2026H2."})
    answered = ma.fields.Boolean(load_default=None, metadata={"description": "Of yellow cards."})
    has_objection = ma.fields.Boolean(load_default=None)


class Objection(Arguments):
    reason = ma.fields.String(required=True, validate=ma.validate.Length(max=2000))


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    no: str
    level: int
    state: str  #: issued, objected, withdrawn
    unit: str
    issuer_unit: str
    instance_id: UUID  #: the ladder that issued it
    case_id: UUID | None
    task_id: UUID | None
    title: str
    grounds: Mapping[str, Any]
    issued_on: date
    issued_at: datetime
    effective_on: date | None  #: counts from here on, unless it is withdrawn
    answer_due_on: date | None
    answered_at: datetime | None
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardList:
    items: tuple[Card, ...]
    next_cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledObjection:
    filed_by: str
    filed_at: datetime
    reason: str
    decision: str | None  #: upheld, rejected
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenAnswer:
    """书面说明 to a yellow card."""

    person: str  #: who sent it
    on_behalf_of: str  #: name of the one for whom; "" for himself
    at: datetime
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardDetail:
    """A card with its answer and the objections to it."""

    card: Card
    answer: WrittenAnswer | None  #: null: none was given, or the caller may not read the ladder
    objections: tuple[FiledObjection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionCase:
    """The case in which the superior decides about the objection."""

    instance_id: UUID


@nouns.get("/cards")
@rule("signed_in")
@nouns.takes(CardsQuery, location="query")
@nouns.answers(200, CardList)
def listing(query: dict[str, Any]) -> Response:
    """Cards that the caller may see, the youngest first."""
    cursor, limit, file = query.pop("cursor"), query.pop("limit"), query.pop("format")
    ask = partial(queries.cards, current_engine(), current_person(), queries.CardFilter(**query))
    if file:
        columns = listings.card_columns(listings.unit_names())
        return listings.as_file("cards", gettext("牌卡"), columns, lambda at: ask(cursor=at, limit=MAX_LIMIT), file)
    page = ask(cursor=cursor, limit=limit)
    return answer(CardList(items=tuple(_card(row) for row in page.rows), next_cursor=page.next_cursor))


@nouns.get("/cards/<string:number>")
@rule("signed_in")
@nouns.answers(200, CardDetail)
def show(number: str) -> Response:
    """One card with its written answer and the objections to it."""
    view = card_view(current_engine(), current_person(), number)
    written = view.answer
    return answer(
        CardDetail(
            card=_card(view.paper.card),
            answer=WrittenAnswer(
                person=written.person, on_behalf_of=written.on_behalf_of, at=written.at, values=written.values
            )
            if written is not None
            else None,
            objections=tuple(
                FiledObjection(
                    filed_by=filed.filed_by,
                    filed_at=filed.filed_at,
                    reason=filed.reason,
                    decision=filed.decision,
                    decided_by=filed.decided_by,
                    decided_at=filed.decided_at,
                    decision_reason=filed.decision_reason,
                )
                for filed in view.objections
            ),
        )
    )


@nouns.post("/cards/<string:number>/objections")
@rule("signed_in")
@idempotent
@nouns.takes(Objection)
@nouns.answers(201, ObjectionCase)
def file_objection(body: dict[str, str], number: str) -> Response:
    """牌卡异议: a leader of the unit objects to a yellow or red card, once and within its window."""
    case = cards.object_to_card(current_engine(), current_person(), number, body["reason"])
    return answer(ObjectionCase(instance_id=case), 201)


def _card(row: CardRow) -> Card:
    return Card(
        no=row.no,
        level=row.level,
        state=row.state,
        unit=row.unit,
        issuer_unit=row.issuer_unit,
        instance_id=row.instance_id,
        case_id=row.case_id,
        task_id=row.task_id,
        title=row.title,
        grounds=row.grounds,
        issued_on=row.issued_on,
        issued_at=row.issued_at,
        effective_on=row.effective_on,
        answer_due_on=row.answer_due_on,
        answered_at=row.answered_at,
        withdrawn_at=row.withdrawn_at,
    )
