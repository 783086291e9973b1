"""Cards (牌): the numbered papers of the ladder, the unit's objection to them, and from when they count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from engine.errors import Conflict
from engine.model.calendar import WorkCalendar
from engine.model.period import shift_months

CardKind = Literal["yellow", "red"]
CardState = Literal["open", "objected", "effective", "withdrawn"]

KIND_LABELS: dict[CardKind, tuple[str, str]] = {"yellow": ("黄牌", "Yellow card"), "red": ("红牌", "Red card")}
STATE_LABELS: dict[CardState, tuple[str, str]] = {
    "open": ("异议期内", "Open to objection"),
    "objected": ("异议审定中", "Objection under decision"),
    "effective": ("已生效", "Effective"),
    "withdrawn": ("已撤回", "Withdrawn"),
}


class ObjectionRefused(Conflict):
    """The objection cannot be taken or decided now. Facts: card_no, reason."""

    code = "objection_refused"

    def __init__(self, card_no: str, reason: str, zh: str, en: str) -> None:
        super().__init__(en, card_no=card_no, reason=reason)
        self.reason, self.zh, self.en = reason, zh, en


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """牌卡异议: what the unit said against a card, and what the superior decided."""

    filed_on: date
    by: str
    reason: str
    due_on: date  #: last day for the superior's decision
    decided_on: date | None = None
    decided_by: str = ""
    is_upheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card. Its number is never used again, also when it is withdrawn."""

    no: str  #: PK-532503GA-2026-0007
    kind: CardKind
    unit: str
    issued_on: date
    window_ends: date  #: last day for an objection
    objection: Objection | None = None

    @property
    def effective_from(self) -> date | None:
        """The day from which it counts, None while an objection is pending and for a withdrawn card."""
        if self.objection is None:
            return self.window_ends + timedelta(days=1)
        return None if self.objection.is_upheld else self.objection.decided_on

    def state(self, on: date) -> CardState:
        """The state on the day `on`, as it was known then."""
        objection = self.objection
        if objection is None or objection.filed_on > on:
            return "open" if on <= self.window_ends else "effective"
        if objection.decided_on is None or objection.decided_on > on:
            return "objected"
        return "withdrawn" if objection.is_upheld else "effective"


def issue(no: str, kind: CardKind, unit: str, on: date, calendar: WorkCalendar, *, window_wd: int) -> Card:
    """A card issued on the working day `on`, open to objection for `window_wd` working days."""
    return Card(no=no, kind=kind, unit=unit, issued_on=on, window_ends=calendar.add_working_days(on, window_wd))


def object_to(card: Card, *, on: date, by: str, reason: str, calendar: WorkCalendar, decision_wd: int) -> Card:
    """The card with an objection filed. Raises ObjectionRefused after the window and for a second objection."""
    if card.objection is not None:
        raise ObjectionRefused(card.no, "filed_before", "该牌卡已提出过异议。", "This card was objected to before.")
    if on > card.window_ends:
        raise ObjectionRefused(
            card.no,
            "window_closed",
            f"异议期已于{card.window_ends}结束。",
            f"The objection window ended on {card.window_ends}.",
        )
    due_on = calendar.add_working_days(on, decision_wd)
    return replace(card, objection=Objection(filed_on=on, by=by, reason=reason, due_on=due_on))


def decide_objection(card: Card, *, on: date, by: str, upheld: bool) -> Card:
    """The card after the superior's decision: withdrawn when upheld. Raises ObjectionRefused without an open one."""
    if card.objection is None or card.objection.decided_on is not None:
        raise ObjectionRefused(
            card.no, "nothing_open", "该牌卡没有待审定的异议。", "There is no open objection to this card."
        )
    return replace(card, objection=replace(card.objection, decided_on=on, decided_by=by, is_upheld=upheld))


def effective_cards(
    cards: Iterable[Card], *, unit: str, kind: CardKind, on: date, months: int = 12
) -> tuple[Card, ...]:
    """Cards of `unit` that count on `on` and were issued in the `months` before it; `red_12m` is their number."""
    first = shift_months(on, -months)
    return tuple(
        card
        for card in cards
        if card.unit == unit and card.kind == kind and first < card.issued_on <= on and card.state(on) == "effective"
    )


def stops_unanswered_rule(card: Card) -> bool:
    """True while an objection is pending or was upheld: then D2 rule 2 (yellow unanswered) does not apply."""
    objection = card.objection
    return objection is not None and (objection.decided_on is None or objection.is_upheld)
