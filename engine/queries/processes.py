"""流程监控: every process in force, with what runs, what is late, and how long a case takes from begin to end."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import func, select

from engine.core import Engine, Reference
from engine.model.clock import instant, local_day
from engine.model.period import shift_months
from engine.model.step import PersonId
from engine.queries.dwell import median
from engine.queries.frame import FrameFacts, read_frame
from engine.queries.load import HISTORY_MONTHS, VersionLoad
from engine.queries.narrowing import Narrowing, WorkingDays, of_units, overseen, region_of
from engine.queries.tally import Count, Tally, running, tally
from engine.store import tables as t
from engine.store.definitions import DefinitionRow
from engine.store.scope import of
from engine.store.transaction import Transaction

_CASE, _VERSION = t.figure_case.c, t.definition_version.c


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessRow:
    """One process."""

    current: DefinitionRow  #: the version in force
    versions: tuple[VersionLoad, ...]  #: those with running cases and the one in force, the newest first
    red: int  #: open tasks
    yellow: int
    closed: int  #: cases ended since `since`
    median_days: float | None  #: working days from begin to end, of those

    @property
    def running(self) -> int:
        return sum(version.running for version in self.versions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Processes:
    """The list, and what its filters offer."""

    frame: FrameFacts
    rows: tuple[ProcessRow, ...]
    since: date
    regions: tuple[str, ...]
    unit_types: tuple[str, ...]


def processes(engine: Engine, person: PersonId, wanted: Narrowing) -> Processes:
    """By what is late, then by what runs; only the filters by region, type and unit are asked."""
    with engine.reading(person) as tx:
        reference, today = engine.reference(tx), local_day(tx.now)
        rows = process_rows(tx, reference, wanted, tally(tx, reference, wanted))
        seen = overseen(reference.organization, person, today)
        return Processes(
            frame=read_frame(engine, tx),
            rows=rows,
            since=shift_months(today, -HISTORY_MONTHS),
            regions=tuple(sorted({region_of(unit.code) for unit in seen})),
            unit_types=tuple(sorted({unit.type for unit in seen})),
        )


def process_rows(tx: Transaction, reference: Reference, wanted: Narrowing, everything: Tally) -> tuple[ProcessRow, ...]:
    """everything: what is open in all processes."""
    by_key: defaultdict[str, Count] = defaultdict(Count)
    for (key, _, _unit), count in everything.items():
        by_key[key].add(count)
    since = shift_months(local_day(tx.now), -HISTORY_MONTHS)
    on_version, took = running(tx, reference, wanted), _took(tx, reference, wanted, since)
    versions: defaultdict[str, list[VersionLoad]] = defaultdict(list)
    for row in _in_force(tx):
        if row.state == "current" or row.id in on_version:
            versions[row.key].append(VersionLoad(row=row, running=on_version.get(row.id, 0)))
    rows = [
        _row(found, by_key[key], took.get(key, []))
        for key, found in versions.items()
        if any(version.row.state == "current" for version in found)
    ]
    return tuple(sorted(rows, key=lambda row: (-row.red, -row.running, row.current.key)))


def _row(versions: list[VersionLoad], count: Count, took: list[tuple[int, int]]) -> ProcessRow:
    return ProcessRow(
        current=next(version.row for version in versions if version.row.state == "current"),
        versions=tuple(versions),
        red=count.red,
        yellow=count.yellow,
        closed=sum(n for _, n in took),
        median_days=median(took),
    )


def _in_force(tx: Transaction) -> tuple[DefinitionRow, ...]:
    query = of(DefinitionRow, t.definition_version).where(_VERSION.state.in_(("current", "superseded")))
    query = query.order_by(_VERSION.key, _VERSION.version.desc())
    return tuple(DefinitionRow(**row) for row in tx.connection.execute(query).mappings())


def _took(tx: Transaction, reference: Reference, wanted: Narrowing, since: date) -> dict[str, list[tuple[int, int]]]:
    """By process: (working days from begin to end, how many cases)."""
    days = WorkingDays(reference, since, local_day(tx.now)).between(_CASE.started_at, _CASE.ended_at).label("days")
    query = select(_CASE.key, days, func.count().label("n")).where(_CASE.ended_at >= instant(since, time.min))
    query = query.where(_CASE.status == "completed", *of_units(_CASE.unit, reference, wanted))
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in tx.connection.execute(query.group_by(_CASE.key, days)):
        found[row.key].append((row.days, row.n))
    return found
