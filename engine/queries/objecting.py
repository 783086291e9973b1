"""牌卡异议 for its page: the card with its case, and until when the reader may object. The command decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from engine.core import Engine
from engine.errors import NotFound
from engine.model.clock import local_day
from engine.model.organization import Organization
from engine.model.step import PersonId
from engine.queries.frame import FrameFacts, read_frame
from engine.store import tables as t
from engine.store.cards import CardRow
from engine.store.scope import of
from engine.store.transaction import Transaction
from engine.store.visibility import visible_cards

_LEADERS = ("LEAD_MAIN", "LEAD_DIRECT")
_YELLOW, _RED = 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionView:
    """A card that somebody wants to object to."""

    frame: FrameFacts
    card: CardRow
    business_no: str  #: of the case
    until: date | None  #: last day for the reader; None: he may not, or not any more


def objection_view(engine: Engine, person: PersonId, number: str) -> ObjectionView:
    """Raises NotFound for a card that the person may not see."""
    query = of(CardRow, t.card).where(t.card.c.no == number, visible_cards(person))
    with engine.reading(person) as tx:
        found = tx.connection.execute(query).first()
        if found is None:
            raise NotFound(f"There is no card {number}.", no=number)
        card = CardRow(**found._asdict())
        return ObjectionView(
            frame=read_frame(engine, tx),
            card=card,
            business_no=_business_no(tx, card),
            until=objection_until(engine.reference(tx).organization, card, person, local_day(tx.now)),
        )


def objection_until(organization: Organization, card: CardRow, person: str, today: date) -> date | None:
    """The last day of the window, for the leaders of the unit while it is open and nobody has objected.

    A card counts from the day after its window; one whose objection was rejected, from the day of that decision.
    """
    if card.level not in {_YELLOW, _RED} or card.state != "issued" or card.effective_on is None:
        return None
    if today >= card.effective_on:
        return None
    leaders = {post.person for code in _LEADERS for post in organization.holders(card.unit, code, today)}
    return card.effective_on - timedelta(days=1) if person in leaders else None


def _business_no(tx: Transaction, card: CardRow) -> str:
    case = t.instance.c
    return str(tx.connection.execute(select(case.business_no).where(case.id == card.case_id)).scalar() or card.no)
