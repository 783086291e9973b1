"""Lists of dates that a changed calendar has moved, as the inspectors of the superior unit were sent them (§6.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import select

from engine.core import Engine
from engine.queries.frame import UnitName, unit_named
from engine.store import tables as t
from engine.store.transaction import Transaction
from engine.store.visibility import visible_instances

KIND = "calendar_changed"
#: Older ones stand in the history of each case.
_MOST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedLine:
    """One date: of a task, or the limit of the case itself."""

    instance_id: UUID
    title: str
    business_no: str
    name: str  #: of the task; "" for the limit
    name_en: str
    unit: UnitName
    old: date
    new: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DateList:
    """What one change of the calendar has moved among the reader's cases."""

    id: UUID  #: of the notice
    at: datetime
    document: str
    is_read: bool
    lines: tuple[MovedLine, ...]


def date_lists(engine: Engine, tx: Transaction) -> tuple[DateList, ...]:
    """The last lists of whoever asks. A case that he may not see any more, sealed since, is left out."""
    notice = t.notice.c
    query = select(notice.id, notice.at, notice.read_at, notice.facts).where(
        notice.person_id == tx.actor, notice.kind == KIND
    )
    rows = tx.connection.execute(query.order_by(notice.at.desc(), notice.id.desc()).limit(_MOST)).all()
    changes = [cast("Sequence[Mapping[str, str]]", row.facts["changes"]) for row in rows]
    cases = _cases(tx, {UUID(change["instance_id"]) for found in changes for change in found})
    return tuple(
        DateList(
            id=row.id,
            at=row.at,
            document=str(row.facts["document"]),
            is_read=row.read_at is not None,
            lines=tuple(_line(engine, tx, change, cases) for change in found if UUID(change["instance_id"]) in cases),
        )
        for row, found in zip(rows, changes, strict=True)
    )


def _cases(tx: Transaction, ids: set[UUID]) -> Mapping[UUID, tuple[str, str]]:
    """Title and number of those that the reader may see."""
    case = t.instance.c
    query = select(case.id, case.title, case.business_no).where(case.id.in_(ids), visible_instances(tx.actor))
    return {row.id: (row.title, row.business_no or "") for row in tx.connection.execute(query)} if ids else {}


def _line(
    engine: Engine, tx: Transaction, change: Mapping[str, str], cases: Mapping[UUID, tuple[str, str]]
) -> MovedLine:
    instance_id = UUID(change["instance_id"])
    title, number = cases[instance_id]
    return MovedLine(
        instance_id=instance_id,
        title=title,
        business_no=number,
        name=change["name"],
        name_en=change["name_en"],
        unit=unit_named(engine.reference(tx).organization, change["unit"]),
        old=date.fromisoformat(change["old"]),
        new=date.fromisoformat(change["new"]),
    )
