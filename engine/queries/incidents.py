"""Incidents as an operator sees them: where and why something gave up, never a value, never a sealed case."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import tuple_

from engine.core import Engine
from engine.model.step import InstanceId, PersonId
from engine.queries.paging import DEFAULT_LIMIT, Page, decode_cursor, page_of
from engine.queries.tasks import check_limit
from engine.store import tables as t
from engine.store.incidents import IncidentRow
from engine.store.scope import of

_INCIDENT = t.incident.c


def incidents(
    engine: Engine,
    person: PersonId,
    *,
    state: str = "",
    key: str = "",
    instance_id: InstanceId | None = None,
    cursor: str = "",
    limit: int = DEFAULT_LIMIT,
) -> Page[IncidentRow]:
    """One page, the youngest first. state: open, retrying, resolved; empty: those not resolved."""
    check_limit(limit)
    after = decode_cursor(cursor, datetime, UUID)
    query = of(IncidentRow, t.incident).where(~_INCIDENT.sealed)
    query = query.where(_INCIDENT.state == state if state else _INCIDENT.state != "resolved")
    if key:
        query = query.where(_INCIDENT.key == key)
    if instance_id is not None:
        query = query.where(_INCIDENT.instance_id == instance_id)
    if after is not None:
        query = query.where(tuple_(_INCIDENT.opened_at, _INCIDENT.id) < tuple_(*after))
    query = query.order_by(_INCIDENT.opened_at.desc(), _INCIDENT.id.desc()).limit(limit + 1)
    with engine.reading(person) as tx:
        rows = [IncidentRow(**row._asdict()) for row in tx.connection.execute(query)]
    return page_of(rows, limit, lambda row: (row.opened_at, row.id))
