"""Where a card stands, in one word: the same on the page of its case, in the list and on the card itself."""

from __future__ import annotations

from datetime import date

from engine.store.cards import CardRow

_YELLOW, _RED = 2, 3


def card_status(card: CardRow, today: date) -> str:
    """A term."""
    if card.is_withdrawn:
        return "已撤回"
    if card.is_objected:
        return "异议审定中"
    if card.answered_at is not None:
        return "已答复"
    if card.level == _YELLOW:
        return "待答复"
    return "已生效" if card.level == _RED and card.counts_on(today) else "已送达"
