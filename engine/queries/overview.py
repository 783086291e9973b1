"""督办总览: the numbers of a supervisor's subtree now and in one half-year, by place, and the papers issued in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, func, select

from engine.core import Engine, Reference
from engine.model.clock import instant, local_day
from engine.model.period import Period
from engine.model.step import InstanceId, PersonId
from engine.queries.attention import Attention, attention
from engine.queries.closed_cases import DONE_LATE
from engine.queries.frame import PROBLEM, FrameFacts, UnitName, read_frame, unit_named
from engine.queries.narrowing import Narrowing, of_units, overseen, region_of, units_asked
from engine.queries.processes import ProcessRow, process_rows
from engine.queries.tally import Count, running_by_unit, tally
from engine.store import tables as t
from engine.store.transaction import Transaction
from engine.store.visibility import visible_cards

_CASE, _CARD = t.figure_case.c, t.card.c
YELLOW, RED = 2, 3
_RECENT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CardCount:
    """Papers of one level, issued in the period; withdrawn ones are told apart and counted nowhere else."""

    level: int
    issued: int = 0
    answered: int = 0
    objected: int = 0
    withdrawn: int = 0
    units: int = 0  #: that have got more than one of these


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentCard:
    """One paper of the period."""

    no: str
    level: int
    state: str  #: issued, objected, withdrawn
    unit: UnitName
    title: str
    issued_at: datetime
    answer_due_on: date | None
    answered_at: datetime | None
    case_id: InstanceId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCount:
    """What a region has open, and what it was sent in the period."""

    region: str
    units: int
    open: int
    red: int
    yellow: int
    cards: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Problems are the cases of S1_RECTIFY; the filters by region and type hold for everything."""

    frame: FrameFacts
    period: Period
    is_now: bool  #: the period is the present one
    units: int  #: in the filter
    running: int  #: problems
    red: int  #: late tasks of problems
    late_regions: int  #: that have any
    yellow: int
    closed: int  #: problems closed in the period
    closed_late: int
    unanswered: int  #: yellow cards without their explanation
    unanswered_late: int  #: of those, past the day of the answer
    places: tuple[PlaceCount, ...]
    attention: Attention
    cards: tuple[CardCount, ...]  #: by level, 1 to 5
    recent: tuple[RecentCard, ...]
    processes: tuple[ProcessRow, ...]
    regions: tuple[str, ...] = field(default=())
    unit_types: tuple[str, ...] = field(default=())


def overview(engine: Engine, person: PersonId, wanted: Narrowing, period: Period | None = None) -> Overview:
    """period: a half-year; None: the present one."""
    with engine.reading(person) as tx:
        reference, today = engine.reference(tx), local_day(tx.now)
        now = Period.containing("half", today)
        shown = period or now
        everything = tally(tx, reference, wanted)
        by_region: defaultdict[str, Count] = defaultdict(Count)
        for (key, _, unit), count in everything.items():
            if key == PROBLEM:
                by_region[region_of(unit)].add(count)
        by_unit = running_by_unit(tx, reference, wanted, PROBLEM)
        rows = process_rows(tx, reference, wanted, everything)
        closed, closed_late = _closed(tx, reference, wanted, shown)
        unanswered, unanswered_late = _unanswered(tx, reference, wanted, today)
        seen = overseen(reference.organization, person, today)
        asked = units_asked(reference.organization, wanted)
        return Overview(
            frame=read_frame(engine, tx),
            period=shown,
            is_now=shown == now,
            units=sum(asked is None or unit.code in asked for unit in seen),
            running=next((row.running for row in rows if row.current.key == PROBLEM), 0),
            red=sum(count.red for count in by_region.values()),
            late_regions=sum(count.red > 0 for count in by_region.values()),
            yellow=sum(count.yellow for count in by_region.values()),
            closed=closed,
            closed_late=closed_late,
            unanswered=unanswered,
            unanswered_late=unanswered_late,
            places=_places(tx, reference, wanted, shown, by_region, {u.code: by_unit.get(u.code, 0) for u in seen}),
            attention=attention(engine, tx, wanted),
            cards=_cards(tx, reference, wanted, shown),
            recent=_recent(tx, reference, wanted, shown),
            processes=rows,
            regions=tuple(sorted({region_of(unit.code) for unit in seen})),
            unit_types=tuple(sorted({unit.type for unit in seen})),
        )


def _closed(tx: Transaction, reference: Reference, wanted: Narrowing, period: Period) -> tuple[int, int]:
    """Problems closed in the period, and how many of them late."""
    begin, end = _bounds(period)
    late = func.count().filter(_CASE.marks.contains([DONE_LATE]))
    query = select(func.count(), late).where(_CASE.key == PROBLEM, _CASE.status == "completed")
    query = query.where(_CASE.ended_at >= begin, _CASE.ended_at < end, *of_units(_CASE.unit, reference, wanted))
    row = tx.connection.execute(query).one()
    return int(row[0]), int(row[1])


def _unanswered(tx: Transaction, reference: Reference, wanted: Narrowing, today: date) -> tuple[int, int]:
    """Yellow cards that still wait for the written explanation, of whatever half-year."""
    query = select(func.count(), func.count().filter(_CARD.answer_due_on < today))
    query = query.where(*_of_cards(tx, reference, wanted), is_unanswered())
    row = tx.connection.execute(query).one()
    return int(row[0]), int(row[1])


def is_unanswered() -> ColumnElement[bool]:
    return and_(_CARD.level == YELLOW, _CARD.answered_at.is_(None), _CARD.state != "withdrawn")


def _of_cards(tx: Transaction, reference: Reference, wanted: Narrowing) -> Iterable[ColumnElement[bool]]:
    yield visible_cards(tx.actor)
    yield from of_units(_CARD.unit, reference, wanted)


def _issued_in(period: Period) -> ColumnElement[bool]:
    return _CARD.issued_on.between(period.first_day, period.last_day)


def _cards(tx: Transaction, reference: Reference, wanted: Narrowing, period: Period) -> tuple[CardCount, ...]:
    in_force = _CARD.state != "withdrawn"
    query = (
        select(
            _CARD.level,
            _CARD.unit,
            func.count().filter(in_force).label("issued"),
            func.count().filter(in_force, _CARD.answered_at.is_not(None)).label("answered"),
            func.count().filter(_CARD.state == "objected").label("objected"),
            func.count().filter(_CARD.state == "withdrawn").label("withdrawn"),
        )
        .where(*_of_cards(tx, reference, wanted), _issued_in(period))
        .group_by(_CARD.level, _CARD.unit)
    )
    rows = tx.connection.execute(query).all()
    return tuple(
        CardCount(
            level=level,
            issued=sum(row.issued for row in rows if row.level == level),
            answered=sum(row.answered for row in rows if row.level == level),
            objected=sum(row.objected for row in rows if row.level == level),
            withdrawn=sum(row.withdrawn for row in rows if row.level == level),
            units=sum(row.issued > 1 for row in rows if row.level == level),
        )
        for level in range(1, 6)
    )


def _recent(tx: Transaction, reference: Reference, wanted: Narrowing, period: Period) -> tuple[RecentCard, ...]:
    """Cards proper: a mere 催办 is told by the count."""
    names = ("no", "level", "state", "unit", "title", "issued_at", "answer_due_on", "answered_at", "case_id")
    query = select(*(_CARD[name] for name in names)).where(_CARD.level >= YELLOW, _issued_in(period))
    query = query.where(*_of_cards(tx, reference, wanted))
    found = tx.connection.execute(query.order_by(_CARD.issued_at.desc(), _CARD.no.desc()).limit(_RECENT)).mappings()
    return tuple(RecentCard(**{**row, "unit": unit_named(reference.organization, row["unit"])}) for row in found)


def _places(
    tx: Transaction,
    reference: Reference,
    wanted: Narrowing,
    period: Period,
    by_region: dict[str, Count],
    running: Mapping[str, int],
) -> tuple[PlaceCount, ...]:
    """The regions with most that is late first; one with nothing open stands there too. running: by unit overseen."""
    query = select(_CARD.unit, func.count()).where(*_of_cards(tx, reference, wanted), _issued_in(period))
    query = query.where(_CARD.state != "withdrawn", _CARD.level >= YELLOW).group_by(_CARD.unit)
    cards: defaultdict[str, int] = defaultdict(int)
    for unit, count in tx.connection.execute(query):
        cards[region_of(unit)] += count
    units: defaultdict[str, list[int]] = defaultdict(list)
    asked = units_asked(reference.organization, wanted)
    for code, count in running.items():
        if asked is None or code in asked:
            units[region_of(code)].append(count)
    rows = [
        PlaceCount(
            region=region,
            units=len(counts),
            open=sum(counts),
            red=by_region[region].red,
            yellow=by_region[region].yellow,
            cards=cards[region],
        )
        for region, counts in units.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.red, -row.yellow, -row.open, row.region)))


def _bounds(period: Period) -> tuple[datetime, datetime]:
    return instant(period.first_day, time.min), instant(period.last_day + timedelta(days=1), time.min)
