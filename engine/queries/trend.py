"""Two pictures over time: cases opened and closed per month, and how old the open ones are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, bindparam, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from engine.core import Engine, Reference
from engine.model.clock import instant, local_day
from engine.model.period import shift_months
from engine.model.step import PersonId
from engine.queries.frame import FrameFacts, read_frame
from engine.queries.load import versions_of
from engine.queries.narrowing import Narrowing, of_units
from engine.store import tables as t
from engine.store.definitions import DefinitionRow
from engine.store.transaction import Transaction

_CASE = t.figure_case.c
MONTHS = 12
#: Upper ends of the classes of age, in calendar days; the last class has none.
AGES = (10, 30, 60, 90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What happened in one month."""

    first: date
    opened: int
    closed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Of one process, or of all."""

    frame: FrameFacts
    process: DefinitionRow
    months: tuple[Month, ...]  #: the oldest first, the present one last
    ages: tuple[int, ...]  #: running cases by age: up to each of AGES days, and older


def trend(engine: Engine, person: PersonId, key: str, wanted: Narrowing) -> Trend:
    """Raises NotFound for a process that was never in force."""
    with engine.reading(person) as tx:
        reference, today = engine.reference(tx), local_day(tx.now)
        first = shift_months(today.replace(day=1), 1 - MONTHS)
        opened, closed = _by_month(tx, reference, key, wanted, first)
        months = [shift_months(first, number) for number in range(MONTHS)]
        return Trend(
            frame=read_frame(engine, tx),
            process=versions_of(tx, key)[0],
            months=tuple(Month(first=month, opened=opened[month], closed=closed[month]) for month in months),
            ages=_ages(tx, reference, key, wanted, today),
        )


def _by_month(
    tx: Transaction, reference: Reference, key: str, wanted: Narrowing, first: date
) -> tuple[Counter[date], Counter[date]]:
    since = instant(first, time.min)
    begun, ended = _month(_CASE.started_at), _month(_CASE.ended_at)
    of_process = [_CASE.key == key, *of_units(_CASE.unit, reference, wanted)]
    opened: Counter[date] = Counter()
    closed: Counter[date] = Counter()
    # Two index scans: a case that has begun since then is still running or has ended since then.
    for is_over in (_CASE.ended_at.is_(None), _CASE.ended_at >= since):
        query = select(begun, func.count()).where(*of_process, is_over, _CASE.started_at >= since).group_by(begun)
        for month, count in tx.connection.execute(query):
            opened[month] += count
    query = select(ended, func.count()).where(*of_process, _CASE.ended_at >= since).group_by(ended)
    for month, count in tx.connection.execute(query):
        closed[month] += count
    return opened, closed


def _month(at: ColumnElement[Any]) -> ColumnElement[date]:
    return cast(func.date_trunc("month", func.timezone(literal("Asia/Shanghai"), at)), Date)


def _ages(tx: Transaction, reference: Reference, key: str, wanted: Narrowing, today: date) -> tuple[int, ...]:
    age = literal(today, Date) - cast(func.timezone(literal("Asia/Shanghai"), _CASE.started_at), Date)
    place = func.width_bucket(age, bindparam(None, [limit + 1 for limit in AGES], ARRAY(Integer)))
    query = select(place.label("place"), func.count().label("n"))
    query = query.where(_CASE.key == key, _CASE.ended_at.is_(None), *of_units(_CASE.unit, reference, wanted))
    found = {row.place: row.n for row in tx.connection.execute(query.group_by(place))}
    return tuple(found.get(number, 0) for number in range(len(AGES) + 1))
