"""Q15: which units nobody has inspected this year, and what became of what the inspected ones said."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Date, Integer, cast, func, or_, select

from engine.core import Reference
from engine.model.clock import instant, local_day
from engine.model.period import Period
from engine.model.step import InstanceId
from engine.queries.narrowing import Narrowing, of_units, units_asked
from engine.queries.questions.topics import ROUND
from engine.store import tables as t
from engine.store.transaction import Transaction
from engine.store.visibility import oversees, visible_instances

_VISIT, _CASE = t.inspection_visit.c, t.instance.c


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitVisits:
    """One unit in one year."""

    unit: str
    visits: int
    kinds: Mapping[str, int]  #: 经常, 节点, 专项 …: how often
    last_on: date | None  #: of the year; None: nobody was there
    before_on: date | None  #: the last visit before the year
    findings: int  #: put before the unit
    accepted: int  #: held after its reply: problems to put right
    contested: int  #: of the findings, those that the unit called untrue or partly so
    adopted: int  #: of these, dropped or changed after what it said
    last_round: InstanceId | None

    @property
    def is_visited(self) -> bool:
        return self.visits > 0


@dataclass(slots=True)
class _Told:
    findings: int = 0
    accepted: int = 0
    contested: int = 0
    adopted: int = 0
    round: InstanceId | None = None


def unit_visits(tx: Transaction, reference: Reference, wanted: Narrowing, year: Period) -> tuple[UnitVisits, ...]:
    """Every unit below a commission that the asking person oversees: who was not visited first, the longest ago first.

    What a round has found counts once it is no secret any more.
    """
    organization, asked = reference.organization, units_asked(reference.organization, wanted)
    seen = set(tx.connection.execute(oversees(tx.actor)).scalar_one())
    after = min(year.last_day, local_day(tx.now))
    units = [
        unit.code
        for unit in organization.units
        if unit.code in seen and unit.superior and unit.is_active(after) and (asked is None or unit.code in asked)
    ]
    visits, before = _visits(tx, reference, wanted, year)
    told = _told(tx, reference, wanted, year)
    rows = [
        UnitVisits(
            unit=unit,
            visits=len(visits.get(unit, ())),
            kinds=Counter(kind for _, kind in visits.get(unit, ())),
            last_on=max((local_day(at) for at, _ in visits.get(unit, ())), default=None),
            before_on=local_day(before[unit]) if unit in before else None,
            findings=told[unit].findings,
            accepted=told[unit].accepted,
            contested=told[unit].contested,
            adopted=told[unit].adopted,
            last_round=told[unit].round,
        )
        for unit in units
    ]
    return tuple(sorted(rows, key=lambda row: (row.last_on or date.min, row.before_on or date.min, row.unit)))


def _visits(
    tx: Transaction, reference: Reference, wanted: Narrowing, year: Period
) -> tuple[Mapping[str, list[tuple[datetime, str]]], Mapping[str, datetime]]:
    """By unit: the visits of the year, and the last one before it. Row security shows those of the own units."""
    first, after = instant(year.first_day, time.min), instant(year.last_day + timedelta(days=1), time.min)
    narrowed = list(of_units(_VISIT.unit, reference, wanted))
    query = select(_VISIT.unit, _VISIT.visited_at, _VISIT.kind).where(
        _VISIT.visited_at >= first, _VISIT.visited_at < after, *narrowed
    )
    found: defaultdict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for row in tx.connection.execute(query):
        found[row.unit].append((row.visited_at, row.kind))
    earlier = select(_VISIT.unit, func.max(_VISIT.visited_at)).where(_VISIT.visited_at < first, *narrowed)
    return found, {row[0]: row[1] for row in tx.connection.execute(earlier.group_by(_VISIT.unit))}


def _told(tx: Transaction, reference: Reference, wanted: Narrowing, year: Period) -> Mapping[str, _Told]:
    """By unit: what the rounds say of the visits of the year."""
    visit = func.jsonb_array_elements(_CASE.variables["visit_results"]).table_valued("value").lateral("visit")
    result = visit.c.value.op("->>")
    visited_on = cast(result("visited_on"), Date)
    numbers = ("findings", "accepted", "contested", "adopted")
    query = (
        select(result("unit").label("unit"), _CASE.id, *(cast(result(name), Integer).label(name) for name in numbers))
        .select_from(t.instance)
        .join(visit, onclause=func.jsonb_typeof(_CASE.variables["visit_results"]) == "array")
        .where(_CASE.key == ROUND)
        .where(or_(_CASE.ended_at.is_(None), _CASE.ended_at >= instant(year.first_day, time.min)))
        .where(visited_on.between(year.first_day, year.last_day), visible_instances(tx.actor))
        .where(*of_units(result("unit"), reference, wanted))
        .order_by(visited_on, _CASE.id)
    )
    found: defaultdict[str, _Told] = defaultdict(_Told)
    for row in tx.connection.execute(query):
        told = found[row.unit]
        told.findings += row.findings or 0
        told.accepted += row.accepted or 0
        told.contested += row.contested or 0
        told.adopted += row.adopted or 0
        told.round = InstanceId(row.id)
    return found
