"""How long tasks stay at each element of a process: counted by the database, in working days of the calendar."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import func, or_, select

from engine.core import Reference
from engine.model.clock import instant, local_day
from engine.model.step import DefinitionId
from engine.queries.narrowing import Narrowing, WorkingDays, of_units
from engine.store import tables as t
from engine.store.transaction import Transaction

_TASK, _CASE = t.figure_task.c, t.figure_case.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Dwell:
    """Of the tasks that were done at one element."""

    count: int
    median_days: float  #: working days from its opening until it was done
    limit_days: float | None  #: median of the working days that they had; None: none had a date
    total_days: int
    late: int  #: done after their date

    @classmethod
    def nothing(cls) -> Dwell:
        """Of no task at all."""
        return cls(count=0, median_days=0.0, limit_days=None, total_days=0, late=0)


def dwell_of(
    tx: Transaction, reference: Reference, key: str, wanted: Narrowing, only: DefinitionId | None, since: date
) -> dict[str, Dwell]:
    """By element id, of the tasks done since that day. The filters by light and rung are about open tasks only."""
    days = WorkingDays(reference, since, local_day(tx.now))
    # How often each length occurred: a few rows for any number of tasks, and nothing to sort.
    stayed = days.between(_TASK.created_at, _TASK.done_at).label("stayed")
    allowed = days.until_day(_TASK.created_at, _TASK.due_on).label("allowed")
    late = func.count().filter(_TASK.done_at > _TASK.due_at).label("late")
    query = (
        select(_TASK.node_id, stayed, allowed, func.count().label("n"), late)
        .where(_TASK.mechanism == key, _TASK.done_at >= instant(since, time.min))
        .where(or_(_TASK.state == "completed", _TASK.state == "returned"))
        .where(*of_units(_TASK.unit, reference, wanted))
        .group_by(_TASK.node_id, stayed, allowed)
    )
    if only is not None:
        query = query.where(_TASK.instance_id.in_(select(_CASE.id).where(_CASE.definition_id == only)))
    rows: defaultdict[str, list[Any]] = defaultdict(list)
    for row in tx.connection.execute(query):
        rows[row.node_id].append(row)
    return {node: _dwell(found) for node, found in rows.items()}


def _dwell(rows: Sequence[Any]) -> Dwell:
    return Dwell(
        count=sum(row.n for row in rows),
        median_days=median((row.stayed, row.n) for row in rows) or 0.0,
        limit_days=median((row.allowed, row.n) for row in rows if row.allowed is not None),
        total_days=sum(row.stayed * row.n for row in rows),
        late=sum(row.late for row in rows),
    )


def median(lengths: Iterable[tuple[int, int]]) -> float | None:
    """The middle of values that each occur so many times: the mean of the two middle ones, as usual; None of none."""
    counted = sorted(lengths)
    whole = sum(count for _, count in counted)
    if not whole:
        return None
    return (_at(counted, (whole - 1) // 2) + _at(counted, whole // 2)) / 2


def _at(counted: Sequence[tuple[int, int]], place: int) -> int:
    for value, count in counted:
        if place < count:
            return value
        place -= count
    raise IndexError(place)
