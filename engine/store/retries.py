"""Runs in which an operator lets many incidents try again: what waits, what came of each, who has stopped it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from engine.errors import NotFound
from engine.store import tables as t
from engine.store.scope import Scope, of

_RUN, _ITEM = t.retry_run.c, t.retry_item.c


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryRunRow:
    """One run. It ends when nothing waits in it any more, or soon after somebody has stopped it."""

    id: UUID
    started_by: str
    started_at: datetime
    stopped_by: str | None
    stopped_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryItemRow:
    """One incident of a run. outcome: "" waits, resolved, failed again, refused (code says why)."""

    run_id: UUID
    number: int
    incident_id: UUID
    outcome: str
    code: str
    done_at: datetime | None


class Retries(Scope):
    """Part of Transaction."""

    __slots__ = ()

    def add_retry_run(self, run_id: UUID, incidents: Sequence[UUID]) -> None:
        """A run of these incidents, in this order, in the actor's name."""
        self._insert(t.retry_run, {"id": run_id, "started_by": self.actor, "started_at": self.now})
        rows = [{"run_id": run_id, "number": n, "incident_id": found} for n, found in enumerate(incidents, start=1)]
        self._insert(t.retry_item, *rows)

    def retry_run(self, run_id: UUID, *, lock: bool = False) -> RetryRunRow:
        """The run. lock: nobody else takes an item of it until we commit. Raises NotFound."""
        query = of(RetryRunRow, t.retry_run).where(_RUN.id == run_id)
        found = self._find(RetryRunRow, query.with_for_update() if lock else query)
        if found is None:
            raise NotFound(f"There is no run {run_id}.", id=str(run_id))
        return found

    def next_retry(self, run_id: UUID) -> RetryItemRow | None:
        """The first item that waits; None: there is none."""
        query = of(RetryItemRow, t.retry_item).where(_ITEM.run_id == run_id, _ITEM.outcome == "")
        return self._find(RetryItemRow, query.order_by(_ITEM.number).limit(1))

    def finish_retry(self, item: RetryItemRow, outcome: str, code: str = "") -> None:
        """Write down what came of an item."""
        mine = (_ITEM.run_id == item.run_id) & (_ITEM.number == item.number)
        self._run(update(t.retry_item).where(mine).values(outcome=outcome, code=code, done_at=self.now))

    def end_retry_run(self, run_id: UUID) -> None:
        self._run(update(t.retry_run).where(_RUN.id == run_id, _RUN.ended_at.is_(None)).values(ended_at=self.now))

    def stop_retry_run(self, run_id: UUID) -> None:
        """Ask it to stop, in the actor's name."""
        open_one = (_RUN.id == run_id) & _RUN.ended_at.is_(None) & _RUN.stopped_at.is_(None)
        self._run(update(t.retry_run).where(open_one).values(stopped_at=self.now, stopped_by=self.actor))

    def incidents_being_retried(self) -> frozenset[UUID]:
        """Incidents that wait in a run that goes on."""
        query = (
            select(_ITEM.incident_id)
            .join(t.retry_run, _RUN.id == _ITEM.run_id)
            .where(_RUN.ended_at.is_(None), _ITEM.outcome == "")
        )
        return frozenset(self.connection.execute(query).scalars())
