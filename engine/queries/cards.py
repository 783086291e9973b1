"""Cards of the ladder as lists, and one card with its objections. Only those that the asking person may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import tuple_

from engine.core import Engine
from engine.errors import NotFound
from engine.model.step import InstanceId, PersonId
from engine.queries.paging import DEFAULT_LIMIT, Page, decode_cursor, page_of
from engine.queries.tasks import check_limit
from engine.store import tables as t
from engine.store.cards import CardRow, ObjectionRow
from engine.store.scope import of
from engine.store.visibility import visible_cards

_CARD = t.card.c


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFilter:
    """Which cards. Empty or None: do not ask for that."""

    unit: str = ""
    level: int | None = None
    state: str = ""  #: issued, objected, withdrawn
    case_id: InstanceId | None = None


def cards(
    engine: Engine, person: PersonId, wanted: CardFilter, *, cursor: str = "", limit: int = DEFAULT_LIMIT
) -> Page[CardRow]:
    """One page, the youngest first."""
    check_limit(limit)
    after = decode_cursor(cursor, datetime, str)
    query = of(CardRow, t.card).where(visible_cards(person))
    equal = ((_CARD.unit, wanted.unit), (_CARD.state, wanted.state), (_CARD.case_id, wanted.case_id))
    query = query.where(*(column == value for column, value in equal if value))
    if wanted.level is not None:
        query = query.where(_CARD.level == wanted.level)
    if after is not None:
        query = query.where(tuple_(_CARD.issued_at, _CARD.no) < tuple_(*after))
    query = query.order_by(_CARD.issued_at.desc(), _CARD.no.desc()).limit(limit + 1)
    with engine.reading(person) as tx:
        rows = [CardRow(**row._asdict()) for row in tx.connection.execute(query)]
    return page_of(rows, limit, lambda row: (row.issued_at, row.no))


def card(engine: Engine, person: PersonId, number: str) -> tuple[CardRow, tuple[ObjectionRow, ...]]:
    """A card with its objections. Raises NotFound for one that the person may not see."""
    with engine.reading(person) as tx:
        found = tx.connection.execute(of(CardRow, t.card).where(_CARD.no == number, visible_cards(person))).first()
        if found is None:
            raise NotFound(f"There is no card {number}.", no=number)
        return CardRow(**found._asdict()), tx.objections(number)
