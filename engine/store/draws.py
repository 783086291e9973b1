"""Draws by lot and visits of inspections: added, never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from engine.model.anchor import Anchor
from engine.model.clock import instant
from engine.model.history import GENESIS
from engine.model.period import Period
from engine.model.step import InstanceId
from engine.store import tables as t
from engine.store.scope import Scope, of


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawRow:
    """A draw that was promised."""

    id: UUID
    kind: str
    unit: str
    slot: str
    attempt: int
    instance_id: InstanceId
    commitment: bytes
    committed_at: datetime
    committed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawSecret:
    """What is not told before the draw."""

    draw_id: UUID
    seed: bytes
    pool: Sequence[Mapping[str, Any]]
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawResult:
    """What came out."""

    drawn: tuple[str, ...]
    teams: Mapping[str, object]


class Draws(Scope):
    """Part of Transaction. All of it with the system's eyes."""

    __slots__ = ()

    def lock_slot(self, kind: str, unit: str, slot: str) -> None:
        """Whoever promises a draw for this is alone with it until the end of the transaction."""
        name = f"draw:{kind}:{unit}:{slot}"
        self.connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))

    def draws_for(self, kind: str, unit: str, slot: str) -> tuple[tuple[DrawRow, bool], ...]:
        """What was promised for this so far, in order, each with whether it was cancelled."""
        table, outcome = t.draw.c, t.draw_outcome.c
        query = (
            of(DrawRow, t.draw)
            .add_columns((outcome.draw_id.is_not(None) & outcome.root.is_(None)).label("is_cancelled"))
            .outerjoin(t.draw_outcome, outcome.draw_id == table.id)
            .where(table.kind == kind, table.unit == unit, table.slot == slot)
            .order_by(table.attempt)
        )
        found = []
        for row in self.connection.execute(query).mappings():
            named = dict(row)
            found.append((DrawRow(**{k: v for k, v in named.items() if k != "is_cancelled"}), named["is_cancelled"]))
        return tuple(found)

    def add_draw(self, draw: DrawRow, secret: DrawSecret) -> None:
        """Promise a draw."""
        self._insert(t.draw, {name: getattr(draw, name) for name in DrawRow.__slots__})
        self._insert(t.draw_secret, {name: getattr(secret, name) for name in DrawSecret.__slots__})

    def promised_draw(self, draw_id: UUID) -> DrawRow | None:
        """What was promised; None where there is no such draw, or the actor sees nothing of it."""
        return self._find(DrawRow, of(DrawRow, t.draw).where(t.draw.c.id == draw_id))

    def draw_secret(self, draw_id: UUID) -> DrawSecret | None:
        """Seed and pool of a draw; None: there is no such draw."""
        return self._find(DrawSecret, of(DrawSecret, t.draw_secret).where(t.draw_secret.c.draw_id == draw_id))

    def has_ended(self, draw_id: UUID) -> bool:
        """Was it drawn or cancelled?"""
        found = t.draw_outcome.c.draw_id
        return self.connection.execute(select(found).where(found == draw_id)).first() is not None

    def add_result(self, secret: DrawSecret, result: DrawResult, anchor: Anchor | None) -> None:
        """Tell what came out, and everything that is needed to draw again. Once: a second time is an error."""
        self._insert(
            t.draw_outcome,
            {
                "draw_id": secret.draw_id,
                "ended_at": self.now,
                "ended_by": self.actor,
                "anchor_no": anchor.no if anchor is not None else 0,
                "root": anchor.root if anchor is not None else GENESIS,
                "seed": secret.seed,
                "pool": secret.pool,
                "size": secret.size,
                "drawn": list(result.drawn),
                "teams": result.teams,
            },
        )

    def cancel_draw(self, draw_id: UUID, *, by: str, reason: str) -> None:
        """It will not be drawn; what was promised stays visible."""
        self._insert(
            t.draw_outcome, {"draw_id": draw_id, "ended_at": self.now, "ended_by": by, "reason": reason, "teams": {}}
        )

    def is_drawn(self, kind: str, unit: str, code: str) -> bool:
        """Did the code come out of a draw of this kind in the unit's name?"""
        table, outcome = t.draw.c, t.draw_outcome.c
        query = (
            select(table.id)
            .join(t.draw_outcome, outcome.draw_id == table.id)
            .where(table.kind == kind, table.unit == unit, outcome.drawn.any_() == code)
        )
        return self.connection.execute(query.limit(1)).first() is not None

    def count_draws(self, kind: str, case: InstanceId) -> int:
        """How many draws of this kind the case has promised so far."""
        table = t.draw.c
        query = select(func.count()).select_from(t.draw).where(table.kind == kind, table.instance_id == case)
        return int(self.connection.execute(query).scalar_one())

    def closed_problems(self, issuer: str, *, first: date, last: date) -> tuple[str, ...]:
        """Numbers of the A and B problems that the unit issued and that were closed in these days."""
        table = t.instance.c
        closed_on = table.variables["closed_on"].astext
        query = select(table.business_no).where(
            table.key == "S1_RECTIFY",
            table.issuer_unit == issuer,
            table.severity.in_(("A", "B")),
            table.business_no.is_not(None),
            closed_on.between(first.isoformat(), last.isoformat()),
        )
        return tuple(self.connection.execute(query.order_by(table.business_no)).scalars())

    def overdue_problems(self, units: Sequence[str]) -> dict[str, int]:
        """{unit: how many of its problems are past their limit}; units without one are left out."""
        table = t.instance.c
        query = (
            select(table.unit, func.count().label("overdue"))
            .where(
                table.key == "S1_RECTIFY",
                table.unit.in_(units),
                table.ended_at.is_(None),
                table.limit_at < self.now,
                table.variables["closed_on"].is_(None),
            )
            .group_by(table.unit)
        )
        return {row.unit: row.overdue for row in self.connection.execute(query)}

    def zero_statements(self, units: Sequence[str], on: date) -> frozenset[str]:
        """Which of the units have stated in this half-year that they found no problem at all (P02)."""
        table = t.user_task.c
        half = Period.containing("half", on)
        query = select(table.unit).where(
            table.mechanism == "P02_PUSH",
            table.node_id == "P02_T8",
            table.state == "completed",
            table.unit.in_(units),
            table.done_at >= instant(half.first_day, time.min),
        )
        return frozenset(self.connection.execute(query).scalars())

    def add_visit(self, case: InstanceId, *, unit: str, organizer: str, kind: str, at: datetime) -> None:
        """An inspection has been at the unit."""
        row = {"instance_id": case, "unit": unit, "organizer": organizer, "kind": kind, "visited_at": at}
        self._insert(t.inspection_visit, row)

    def last_visits(self, units: Sequence[str]) -> dict[str, datetime]:
        """{unit: when an inspection was there last}; units never visited are left out."""
        table = t.inspection_visit.c
        query = select(table.unit, func.max(table.visited_at).label("newest"))
        query = query.where(table.unit.in_(units)).group_by(table.unit)
        return {row.unit: row.newest for row in self.connection.execute(query)}
