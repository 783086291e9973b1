"""Q5 黄牌红牌: cards in force by unit or half-year, those that repeat within twelve months, and the answers given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from engine.core import Reference
from engine.model.clock import local_day
from engine.model.declared_words import Words
from engine.model.ladder_levels import RED, YELLOW
from engine.model.period import Period, shift_months
from engine.queries.narrowing import Narrowing, of_units
from engine.queries.questions.halves import HALVES, half_words, halves_to
from engine.queries.questions.question import (
    Asked,
    Bars,
    Choice,
    Found,
    Listed,
    Question,
    Reading,
    column,
    option,
    total,
)
from engine.store import tables as t
from engine.store.transaction import Transaction
from engine.store.visibility import visible_cards

_CARD = t.card.c
_YEAR = 12  #: months in which a second card of the same level repeats the first


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What is counted of one yellow or red card."""

    unit: str
    level: int
    issued_on: date
    is_effective: bool  #: its objection window is over, or its objection was rejected
    is_withdrawn: bool
    repeats: bool  #: the unit had an effective one of the same level in the twelve months before
    answer: str  #: "", due, given, given_late, missing: of the statement that a yellow card asks for


@dataclass(frozen=True, slots=True, kw_only=True)
class CardCount:
    """Cards of one unit in one half-year, or of all units in one half-year."""

    unit: str | None
    half: str
    cards: Sequence[Card] = field(repr=False)

    def effective(self, level: int) -> int:
        return sum(card.is_effective and card.level == level for card in self.cards)

    @property
    def pending(self) -> int:
        """Issued, but the window of the objection runs, or the objection is not decided."""
        return sum(not card.is_effective and not card.is_withdrawn for card in self.cards)

    @property
    def withdrawn(self) -> int:
        return sum(card.is_withdrawn for card in self.cards)

    @property
    def repeats(self) -> int:
        return sum(card.repeats for card in self.cards)

    def answers(self, *kinds: str) -> int:
        return sum(card.answer in kinds for card in self.cards)


def cards_issued(tx: Transaction, reference: Reference, wanted: Narrowing, first: date, last: date) -> tuple[Card, ...]:
    """Yellow and red cards issued from `first` to `last`, the oldest first."""
    columns = (_CARD.unit, _CARD.level, _CARD.state, _CARD.issued_on, _CARD.effective_on)
    query = (
        select(*columns, _CARD.answer_due_on, _CARD.answered_at)
        .where(_CARD.level.in_((YELLOW.level, RED.level)), visible_cards(tx.actor))
        .where(_CARD.issued_on.between(shift_months(first, -_YEAR), last), *of_units(_CARD.unit, reference, wanted))
        .order_by(_CARD.issued_at, _CARD.no)
    )
    return tuple(card for card in _told(tx.connection.execute(query), local_day(tx.now)) if card.issued_on >= first)


def _told(rows: Iterable[Any], today: date) -> Iterable[Card]:
    """rows: the oldest first, those of the twelve months before among them."""
    before: dict[tuple[str, int], date] = {}
    for row in rows:
        place = row.unit, row.level
        is_effective = row.state == "issued" and row.effective_on is not None and row.effective_on <= today
        last = before.get(place)
        yield Card(
            unit=row.unit,
            level=row.level,
            issued_on=row.issued_on,
            is_effective=is_effective,
            is_withdrawn=row.state == "withdrawn",
            repeats=is_effective and last is not None and last >= shift_months(row.issued_on, -_YEAR),
            answer=_answered(row, today),
        )
        if is_effective:
            before[place] = row.issued_on


def _answered(row: Any, today: date) -> str:
    if row.answer_due_on is None or row.state == "withdrawn":
        return ""
    if row.answered_at is not None:
        return "given" if local_day(row.answered_at) <= row.answer_due_on else "given_late"
    return "due" if today <= row.answer_due_on else "missing"


def card_counts(cards: Iterable[Card], *, by_unit: bool) -> tuple[CardCount, ...]:
    """By unit, those with most red ones first; or by half-year, the oldest first."""
    parts: defaultdict[tuple[str | None, str], list[Card]] = defaultdict(list)
    for card in cards:
        parts[card.unit if by_unit else None, Period.containing("half", card.issued_on).code].append(card)
    counts = [CardCount(unit=unit, half=half, cards=found) for (unit, half), found in parts.items()]
    if not by_unit:
        return tuple(sorted(counts, key=lambda row: row.half))
    most = sorted(counts, key=lambda row: (-row.effective(RED.level), -row.effective(YELLOW.level), row.unit or ""))
    return tuple(most)


def _answer(reading: Reading, asked: Asked) -> Found[CardCount]:
    by_unit, half = asked.options["by"] == "unit", asked.span
    first = half.first_day if by_unit else halves_to(half)[0].first_day
    cards = cards_issued(reading.tx, reading.reference, asked.narrowing, first, half.last_day)
    whole = CardCount(unit=None, half=half.code, cards=cards)
    return Found(
        rows=card_counts(cards, by_unit=by_unit),
        totals=(
            total("yellow", "有效黄牌", "yellow in force", whole.effective(YELLOW.level)),
            total("red", "有效红牌", "red in force", whole.effective(RED.level)),
            total("repeats", "12个月内重复", "repeated in 12 months", whole.repeats),
            total("withdrawn", "已撤回", "withdrawn", whole.withdrawn),
            total("missing", "逾期未说明", "statement missing", whole.answers("missing")),
        ),
    )


def _list(row: CardCount, _asked: Asked) -> Listed:
    filters: Mapping[str, str] = {"half": row.half} | ({"unit": row.unit} if row.unit is not None else {})
    return Listed(of="cards", filters=filters)


CARD_COUNTS: Question[CardCount] = Question(
    number=5,
    group="supervision",
    title=Words(zh="有效黄牌、红牌", en="Cards in force"),
    asks=Words(
        zh="各单位各有多少有效黄牌、红牌，哪些是12个月内重复，书面说明交了没有？",
        en="How many yellow and red cards are in force against each unit, which repeat, and were they answered?",
    ),
    counts=Words(
        zh="按制发日期归入半年。异议期满或异议未获支持的为有效，已撤回的一律不计；"
        "同一单位12个月内再有同级有效牌为重复。黄牌须交书面说明，过期未交的为逾期未说明。",
        en="By day of issue. In force once the objection window is over or the objection was rejected; withdrawn ones "
        "count nowhere. A second card of the same level to a unit within 12 months repeats. A yellow card asks for a "
        "statement; not given by its day, it is missing.",
    ),
    period="half",
    choices=(
        Choice(
            name="by",
            words=Words(zh="统计方式", en="Rows"),
            options=(
                option("unit", "按单位", "By unit"),
                option("half", f"近{HALVES}个半年", f"Last {HALVES} half-years"),
            ),
        ),
    ),
    columns=(
        column("unit", "单位", "Unit", lambda row: row.unit, "unit"),
        column("half", "半年", "Half-year", lambda row: half_words(Period.parse(row.half)) if not row.unit else None),
        column("yellow", "有效黄牌", "Yellow", lambda row: row.effective(YELLOW.level), "number"),
        column("red", "有效红牌", "Red", lambda row: row.effective(RED.level), "number"),
        column("repeats", "12个月内重复", "Repeated", lambda row: row.repeats, "number"),
        column("pending", "尚未生效", "Not in force yet", lambda row: row.pending, "number"),
        column("withdrawn", "已撤回", "Withdrawn", lambda row: row.withdrawn, "number"),
        column("given", "按期说明", "Answered", lambda row: row.answers("given"), "number"),
        column("given_late", "逾期说明", "Answered late", lambda row: row.answers("given_late"), "number"),
        column("missing", "逾期未说明", "Missing", lambda row: row.answers("missing"), "number"),
    ),
    answer=_answer,
    lists=_list,
    bars=Bars(parts=("yellow", "red")),
)
