"""Runs that try many incidents again: every operator sees them, whoever has begun them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from engine.core import Engine
from engine.model.step import PersonId
from engine.queries.frame import FrameFacts, read_frame
from engine.queries.incidents import Element, elements_of, last_runs, names_of
from engine.store import tables as t
from engine.store.incidents import IncidentRow
from engine.store.retries import RetryItemRow, RetryRunRow
from engine.store.scope import of

_ITEM = t.retry_item.c
_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryRun:
    """A run with its items and what they concern."""

    frame: FrameFacts
    row: RetryRunRow
    items: tuple[RetryItemRow, ...]
    incidents: Mapping[UUID, IncidentRow]  #: without those that have been sealed since
    elements: Mapping[UUID, Element]
    people: Mapping[str, str]  #: names


def retry_run(engine: Engine, person: PersonId, run_id: UUID) -> RetryRun:
    """A run and what came of each of its incidents. Raises NotFound."""
    items = of(RetryItemRow, t.retry_item).where(_ITEM.run_id == run_id).order_by(_ITEM.number)
    named = select(_ITEM.incident_id).where(_ITEM.run_id == run_id)
    incidents = of(IncidentRow, t.incident).where(t.incident.c.id.in_(named), ~t.incident.c.sealed)
    with engine.reading(person) as tx:
        run = tx.retry_run(run_id)
        found = [IncidentRow(**row._asdict()) for row in tx.connection.execute(incidents)]
        return RetryRun(
            frame=read_frame(engine, tx),
            row=run,
            items=tuple(RetryItemRow(**row._asdict()) for row in tx.connection.execute(items)),
            incidents={row.id: row for row in found},
            elements=elements_of(engine, tx, found),
            people=names_of(engine, tx, (run.started_by, run.stopped_by)),
        )


def retry_runs(engine: Engine, person: PersonId) -> tuple[RetryRunRow, ...]:
    """The last runs, the youngest first."""
    with engine.reading(person) as tx:
        return last_runs(tx, _SHOWN)
