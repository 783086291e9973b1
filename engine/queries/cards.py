"""Cards of the ladder as lists, and one card with its objections. Only those that the asking person may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, tuple_

from engine.core import Engine
from engine.model.period import Period
from engine.model.step import InstanceId, PersonId
from engine.queries.paging import DEFAULT_LIMIT, Page, decode_cursor, page_of
from engine.queries.tasks import check_limit
from engine.store import tables as t
from engine.store.cards import CardRow
from engine.store.scope import of
from engine.store.visibility import visible_cards

_CARD = t.card.c
_CARDS_PROPER = (2, 3)  #: 黄牌, 红牌


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFilter:
    """Which cards. Empty or None: do not ask for that."""

    unit: str = ""
    level: int | None = None
    state: str = ""  #: issued, objected, withdrawn
    case_id: InstanceId | None = None
    region: str = ""  #: of the unit: "532503"
    half: str = ""  #: half-year of issue: "2026H2"
    answered: bool | None = None  #: of yellow cards, which ask for an answer
    has_objection: bool | None = None  #: whatever became of it
    since: date | None = None  #: issued on that day or later
    is_in_force: bool = False  #: yellow and red ones that were not withdrawn


def cards(
    engine: Engine, person: PersonId, wanted: CardFilter, *, cursor: str = "", limit: int = DEFAULT_LIMIT
) -> Page[CardRow]:
    """One page, the youngest first."""
    check_limit(limit)
    after = decode_cursor(cursor, datetime, str)
    query = of(CardRow, t.card).where(visible_cards(person), *conditions(wanted))
    if after is not None:
        query = query.where(tuple_(_CARD.issued_at, _CARD.no) < tuple_(*after))
    query = query.order_by(_CARD.issued_at.desc(), _CARD.no.desc()).limit(limit + 1)
    with engine.reading(person) as tx:
        rows = [CardRow(**row._asdict()) for row in tx.connection.execute(query)]
    return page_of(rows, limit, lambda row: (row.issued_at, row.no))


def conditions(wanted: CardFilter) -> list[ColumnElement[bool]]:
    """What a filter asks for. Raises InputRejected for what is no half-year."""
    equal = ((_CARD.unit, wanted.unit), (_CARD.state, wanted.state), (_CARD.case_id, wanted.case_id))
    found = [column == value for column, value in equal if value]
    if wanted.level is not None:
        found.append(_CARD.level == wanted.level)
    if wanted.region:
        found.append(_CARD.unit.startswith(f"{wanted.region}-", autoescape=True))
    if wanted.half:
        half = Period.parse(wanted.half)
        found.append(_CARD.issued_on.between(half.first_day, half.last_day))
    if wanted.answered is not None:
        answered = _CARD.answered_at.is_not(None)
        found += [_CARD.answer_due_on.is_not(None), answered if wanted.answered else ~answered]
    if wanted.since is not None:
        found.append(_CARD.issued_on >= wanted.since)
    if wanted.is_in_force:
        found += [_CARD.state != "withdrawn", _CARD.level.in_(_CARDS_PROPER)]
    if wanted.has_objection is not None:
        objected = exists().where(t.card_objection.c.card_no == _CARD.no)
        found.append(objected if wanted.has_objection else ~objected)
    return found
