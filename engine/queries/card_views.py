"""牌卡 for their pages: the list with its counts, and one card with its grounds, answer, objections and kin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from engine.core import Engine
from engine.errors import NotFound
from engine.model.clock import local_day
from engine.model.period import Period, shift_months
from engine.model.preloaded import Labelled, regions
from engine.model.step import PersonId
from engine.queries.cards import CardFilter, cards, conditions
from engine.queries.case_head import Paper, SentForm, forms_sent, paper_of, visible_case
from engine.queries.documents import document_of_card
from engine.queries.frame import FrameFacts, UnitName, names_of_unit, read_frame
from engine.store import tables as t
from engine.store.cards import CardRow, ObjectionRow
from engine.store.scope import of
from engine.store.transaction import Transaction
from engine.store.visibility import visible_cards

PAGE = 50
_HALVES = 6
_ANSWER_FORM = "S2_T2"
_CARD = t.card.c


@dataclass(frozen=True, slots=True, kw_only=True)
class CardsView:
    """One page of cards and what stands around it."""

    frame: FrameFacts
    rows: tuple[CardRow, ...]
    next_cursor: str
    counts: Mapping[int, int]  #: by level, of the filter, withdrawn ones left out
    withdrawn: int
    units: Mapping[str, UnitName]  #: of the cards that the reader may see
    regions: tuple[Labelled, ...]
    halves: tuple[str, ...]  #: codes, the present one first


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """One card."""

    frame: FrameFacts
    paper: Paper
    issuer: UnitName
    objections: tuple[ObjectionRow, ...]
    people: Mapping[str, str]  #: names of those who filed and decided
    answer: SentForm | None  #: 书面说明; None: not given, or the reader may not see the ladder
    case_href: str  #: id of the late case; "" where the reader may not see it
    case_no: str
    kin: tuple[CardRow, ...]  #: cards of the same level to the unit in the twelve months before, the youngest first
    counts_from: date | None  #: from when it counts; None: it does not
    document_id: UUID | None  #: of its paper; None: it has none, or the reader may not see the ladder


def cards_view(engine: Engine, person: PersonId, wanted: CardFilter, *, cursor: str = "") -> CardsView:
    """Raises InputRejected for a foreign cursor and for what is no half-year."""
    page = cards(engine, person, wanted, cursor=cursor, limit=PAGE)
    with engine.reading(person) as tx:
        organization, today = engine.reference(tx).organization, local_day(tx.now)
        seen = set(tx.connection.execute(select(_CARD.unit).distinct().where(visible_cards(person))).scalars())
        seen |= {row.issuer_unit for row in page.rows}
        counts, withdrawn = _counts(tx, person, wanted)
        present = {unit.code: names_of_unit(unit) for unit in organization.units if unit.code in seen}
        return CardsView(
            frame=read_frame(engine, tx),
            rows=page.rows,
            next_cursor=page.next_cursor,
            counts=counts,
            withdrawn=withdrawn,
            units=present,
            regions=tuple(one for one in regions() if any(code.startswith(f"{one.code}-") for code in present)),
            halves=tuple(Period.containing("half", shift_months(today, -6 * back)).code for back in range(_HALVES)),
        )


def card_view(engine: Engine, person: PersonId, number: str) -> CardView:
    """Raises NotFound for a card that the person may not see."""
    with engine.reading(person) as tx:
        found = tx.connection.execute(of(CardRow, t.card).where(_CARD.no == number, visible_cards(person))).first()
        if found is None:
            raise NotFound(f"There is no card {number}.", no=number)
        row, organization = CardRow(**found._asdict()), engine.reference(tx).organization
        objections = tx.objections(number)
        named = {name for one in objections for name in (one.filed_by, one.decided_by) if name}
        issuer = organization.unit(row.issuer_unit)
        case_id, case_no = _case(tx, row)
        return CardView(
            frame=read_frame(engine, tx),
            paper=paper_of(engine, tx, row),
            issuer=names_of_unit(issuer)
            if issuer is not None
            else UnitName(code=row.issuer_unit, zh=row.issuer_unit, short_zh=row.issuer_unit, en=row.issuer_unit),
            objections=objections,
            people={name: organization.person_name(name) for name in named},
            answer=_answer(engine, tx, row),
            case_href=case_id,
            case_no=case_no,
            kin=_kin(tx, person, row),
            counts_from=None if row.is_withdrawn or row.is_objected else row.effective_on,
            document_id=document_of_card(tx, number),
        )


def _counts(tx: Transaction, person: PersonId, wanted: CardFilter) -> tuple[Mapping[int, int], int]:
    query = (
        select(_CARD.level, _CARD.state, func.count())
        .where(visible_cards(person), *conditions(wanted))
        .group_by(_CARD.level, _CARD.state)
    )
    counts: dict[int, int] = {}
    withdrawn = 0
    for level, state, number in tx.connection.execute(query):
        if state == "withdrawn":
            withdrawn += number
        else:
            counts[level] = counts.get(level, 0) + number
    return counts, withdrawn


def _case(tx: Transaction, row: CardRow) -> tuple[str, str]:
    """Id and number of the late case, where the reader may see it."""
    if row.case_id is None:
        return "", ""
    try:
        case = visible_case(tx, row.case_id)
    except NotFound:
        return "", ""
    return str(case.id), case.business_no or ""


def _answer(engine: Engine, tx: Transaction, row: CardRow) -> SentForm | None:
    try:
        visible_case(tx, row.instance_id)
    except NotFound:
        return None
    sent = [form for form in forms_sent(engine, tx, row.instance_id) if form.form_key == _ANSWER_FORM]
    return sent[-1] if sent and row.answered_at is not None else None


def _kin(tx: Transaction, person: PersonId, row: CardRow) -> tuple[CardRow, ...]:
    since = shift_months(row.issued_on, -12)
    query = of(CardRow, t.card).where(
        visible_cards(person),
        _CARD.unit == row.unit,
        _CARD.level == row.level,
        _CARD.no != row.no,
        _CARD.issued_on.between(since, row.issued_on),
        _CARD.issued_at <= row.issued_at,
    )
    found = tx.connection.execute(query.order_by(_CARD.issued_at.desc(), _CARD.no.desc()))
    return tuple(CardRow(**one) for one in found.mappings())
