"""Draws by lot: the log, with all that anybody needs to draw again; withdrawing one before it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response

from engine.commands import draws
from engine.queries import draws as queries
from engine.queries.draws import DrawFilter, LoggedDraw
from engine.queries.paging import DEFAULT_LIMIT
from webui.api.blueprint import Arguments, Nouns, Query, answer
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.service import current_engine

nouns = Nouns("draws", "Draws by lot (随机抽取)")


class DrawsQuery(Query):
    cursor = ma.fields.String(load_default="")
    limit = ma.fields.Integer(load_default=DEFAULT_LIMIT)
    unit = ma.fields.String(load_default="", metadata={"description": "In whose name is drawn, 532500-ZF."})
    kind = ma.fields.String(load_default="", validate=ma.validate.OneOf(("", "inspection", "verify", "recheck")))
    state = ma.fields.String(load_default="", validate=ma.validate.OneOf(("", "committed", "drawn", "cancelled")))
    id = ma.fields.UUID(load_default=None, metadata={"description": "Of one draw."})


class Withdrawal(Arguments):
    reason = ma.fields.String(required=True, validate=ma.validate.Length(min=2, max=500))


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """A draw. Seed, pool and root are told with the result; `changxiao verify-draw` draws again from them."""

    id: UUID
    kind: str  #: inspection, verify, recheck
    unit: str
    slot: str  #: what for, once: window, quarter, month, case number
    attempt: int
    state: str  #: committed, drawn, cancelled
    instance_id: UUID
    commitment: str  #: sha256(seed ‖ sorted pool ‖ weights), hex
    committed_at: datetime
    committed_by: str
    ended_at: datetime | None
    reason: str  #: of a cancellation
    anchor_no: int | None  #: of the hourly anchor whose root was used; 0: there was none yet
    root: str | None
    seed: str | None
    pool: Sequence[Mapping[str, Any]] | None  #: code, weight, first
    size: int | None
    drawn: Sequence[str] | None
    teams: Mapping[str, Any]  #: by unit: pool of inspectors, size, team


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawList:
    items: tuple[Draw, ...]
    next_cursor: str


@nouns.get("/draws")
@rule("signed_in")
@nouns.takes(DrawsQuery, location="query")
@nouns.answers(200, DrawList)
def listing(query: dict[str, Any]) -> Response:
    """Draws of the cases that the caller sees, the youngest first; to an auditor all, without what is still secret."""
    cursor, limit = query.pop("cursor"), query.pop("limit")
    page = queries.draws(current_engine(), current_person(), DrawFilter(**query), cursor=cursor, limit=limit)
    return answer(DrawList(items=tuple(told(row) for row in page.rows), next_cursor=page.next_cursor))


@nouns.post("/draws/<uuid:draw_id>/withdrawal")
@rule("role:inspector|unit_leader")
@idempotent
@nouns.takes(Withdrawal)
@nouns.answers_nothing()
def withdraw(body: dict[str, str], draw_id: UUID) -> Response:
    """撤回方案: the plan is withdrawn before the draw. The commitment stays in the log as cancelled."""
    draws.withdraw(current_engine(), current_person(), draw_id, body["reason"])
    return Response(status=204)


def told(row: LoggedDraw) -> Draw:
    """All that is needed to draw again, as it leaves."""
    return Draw(
        id=row.id,
        kind=row.kind,
        unit=row.unit,
        slot=row.slot,
        attempt=row.attempt,
        state=row.state,
        instance_id=row.instance_id,
        commitment=row.commitment.hex(),
        committed_at=row.committed_at,
        committed_by=row.committed_by,
        ended_at=row.ended_at,
        reason=row.reason,
        anchor_no=row.anchor_no,
        root=row.root.hex() if row.root is not None else None,
        seed=row.seed.hex() if row.seed is not None else None,
        pool=row.pool,
        size=row.size,
        drawn=row.drawn,
        teams=row.teams,
    )
