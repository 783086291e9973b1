"""Cases of a process that ended in a half-year, the youngest first: kept their limit, or done late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_

from engine.core import Engine, Reference
from engine.model.clock import instant, local_day
from engine.model.period import Period
from engine.model.step import InstanceId, PersonId
from engine.queries.frame import FrameFacts, UnitName, read_frame, unit_named
from engine.queries.load import versions_of
from engine.queries.narrowing import Narrowing, of_units
from engine.queries.paging import DEFAULT_LIMIT, Page, decode_cursor, page_of
from engine.queries.tasks import check_limit
from engine.store import tables as t
from engine.store.definitions import DefinitionRow
from engine.store.visibility import visible_instances

_CASE = t.instance.c
DONE_LATE = "逾期办结"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedCase:
    """One ended case."""

    id: InstanceId
    title: str
    business_no: str
    unit: UnitName
    severity: str
    marks: tuple[str, ...]
    started_at: datetime
    ended_at: datetime
    working_days: int  #: from begin to end

    @property
    def is_late(self) -> bool:
        return DONE_LATE in self.marks


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedCases:
    """One page of them."""

    frame: FrameFacts
    process: DefinitionRow
    period: Period
    page: Page[ClosedCase]


def closed_cases(
    engine: Engine,
    person: PersonId,
    key: str,
    wanted: Narrowing,
    period: Period | None,
    *,
    cursor: str = "",
    limit: int = DEFAULT_LIMIT,
) -> ClosedCases:
    """period: None: the present half-year. Raises NotFound for a process never in force, InputRejected for a cursor."""
    check_limit(limit)
    after = decode_cursor(cursor, datetime, UUID)
    with engine.reading(person) as tx:
        reference = engine.reference(tx)
        shown = period or Period.containing("half", local_day(tx.now))
        begin = instant(shown.first_day, time.min)
        end = instant(shown.last_day + timedelta(days=1), time.min)
        names = ("id", "title", "business_no", "unit", "severity", "marks", "started_at", "ended_at")
        query = select(*(_CASE[name] for name in names)).where(_CASE.key == key, _CASE.status == "completed")
        query = query.where(_CASE.ended_at >= begin, _CASE.ended_at < end, visible_instances(person))
        query = query.where(*of_units(_CASE.unit, reference, wanted))
        if after is not None:
            query = query.where(tuple_(_CASE.ended_at, _CASE.id) < tuple_(*after))
        found = tx.connection.execute(query.order_by(_CASE.ended_at.desc(), _CASE.id.desc()).limit(limit + 1))
        rows = [_closed(row, reference) for row in found.mappings()]
        return ClosedCases(
            frame=read_frame(engine, tx),
            process=versions_of(tx, key)[0],
            period=shown,
            page=page_of(rows, limit, lambda row: (row.ended_at, row.id)),
        )


def _closed(row: Mapping[Any, Any], reference: Reference) -> ClosedCase:
    begun, ended = local_day(row["started_at"]), local_day(row["ended_at"])
    return ClosedCase(
        **{name: row[name] for name in ("id", "title", "started_at", "ended_at")},
        business_no=row["business_no"] or "",
        unit=unit_named(reference.organization, row["unit"]),
        severity=row["severity"] or "",
        marks=tuple(row["marks"]),
        working_days=reference.calendar.count(begun, ended),
    )
