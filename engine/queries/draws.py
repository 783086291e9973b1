"""The log of the draws by lot: what was promised, what came out, and everything that is needed to draw again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, literal, or_, select, tuple_

from engine.core import Engine
from engine.model.step import InstanceId, PersonId
from engine.queries.paging import DEFAULT_LIMIT, Page, decode_cursor, page_of
from engine.queries.tasks import check_limit
from engine.store import tables as t
from engine.store.visibility import visible_instances

_DRAW, _END = t.draw.c, t.draw_outcome.c
DrawState = Literal["committed", "drawn", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawFilter:
    """Which draws. Empty: do not ask for that."""

    unit: str = ""
    kind: str = ""
    state: str = ""
    id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedDraw:
    """One draw. Seed and pool are told with the result; of a round that is still secret, to its people alone."""

    id: UUID
    kind: str
    unit: str
    slot: str
    attempt: int
    state: DrawState
    instance_id: InstanceId
    commitment: bytes
    committed_at: datetime
    committed_by: str
    ended_at: datetime | None
    reason: str  #: of a cancellation
    anchor_no: int | None
    root: bytes | None
    seed: bytes | None
    pool: Sequence[Mapping[str, Any]] | None
    size: int | None
    drawn: Sequence[str] | None
    teams: Mapping[str, Any]
    is_open: bool  #: may the reader see what was drawn?


def draws(
    engine: Engine, person: PersonId, wanted: DrawFilter, *, cursor: str = "", limit: int = DEFAULT_LIMIT
) -> Page[LoggedDraw]:
    """One page, the youngest first: draws of the cases that the person sees; an auditor sees that each was promised
    and how it ended, and what came out once its case is no secret."""
    check_limit(limit)
    after = decode_cursor(cursor, datetime, UUID)
    seen = _is_seen(person)
    query = (
        select(t.draw, *(column for column in _END if column.name != "draw_id"), seen.label("is_open"))
        .outerjoin(t.draw_outcome, _END.draw_id == _DRAW.id)
        .where(or_(seen, _is_auditor(person)), *_conditions(wanted))
    )
    if after is not None:
        query = query.where(tuple_(_DRAW.committed_at, _DRAW.id) < tuple_(*after))
    query = query.order_by(_DRAW.committed_at.desc(), _DRAW.id.desc()).limit(limit + 1)
    with engine.reading(person) as tx:
        rows = [_logged(row._asdict()) for row in tx.connection.execute(query)]
    return page_of(rows, limit, lambda row: (row.committed_at, row.id))


def _is_seen(person: PersonId) -> ColumnElement[bool]:
    return exists(select(literal(1)).where(t.instance.c.id == _DRAW.instance_id, visible_instances(person)))


def _is_auditor(person: PersonId) -> ColumnElement[bool]:
    grant, today = t.role_grant.c, func.date(func.timezone("Asia/Shanghai", func.cx_now()))
    return exists(
        select(literal(1)).where(
            grant.person_id == person,
            grant.role == "auditor",
            grant.valid_from <= today,
            or_(grant.valid_until.is_(None), grant.valid_until >= today),
        )
    )


def _conditions(wanted: DrawFilter) -> list[ColumnElement[bool]]:
    asked = ((_DRAW.unit, wanted.unit), (_DRAW.kind, wanted.kind), (_DRAW.id, wanted.id))
    found = [column == value for column, value in asked if value]
    states = {
        "committed": _END.draw_id.is_(None),
        "drawn": _END.root.is_not(None),
        "cancelled": _END.draw_id.is_not(None) & _END.root.is_(None),
    }
    return [*found, states[wanted.state]] if wanted.state else found


def _logged(row: dict[str, Any]) -> LoggedDraw:
    row.pop("ended_by")
    state: DrawState = "committed" if row["ended_at"] is None else "drawn" if row["root"] is not None else "cancelled"
    if not row["is_open"]:  # an auditor, and the round is still secret
        row |= {"seed": None, "pool": None, "drawn": None, "teams": {}}
    return LoggedDraw(**row | {"state": state, "reason": row["reason"] or "", "teams": row["teams"] or {}})
