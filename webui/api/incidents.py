"""Incidents: work that gave up and waits for an operator. Masked: place and reason, never a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response
from flask_babel import gettext

from engine.commands import incidents
from engine.queries import incidents as queries
from engine.queries.paging import MAX_LIMIT
from engine.store.incidents import IncidentRow
from webui.api.blueprint import ListQuery, Nouns, answer
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.pages import listings
from webui.service import current_engine

nouns = Nouns("incidents", "Incidents: work that waits for an operator")


class IncidentsQuery(ListQuery):
    state = ma.fields.String(load_default="", validate=ma.validate.OneOf(("", "open", "retrying", "resolved")))
    key = ma.fields.String(load_default="", metadata={"description": "Process key."})
    instance_id = ma.fields.UUID(load_default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    id: UUID
    state: str  #: open, retrying, resolved
    kind: str  #: step, timer, job, calendar
    code: str
    message: str
    instance_id: UUID | None
    key: str
    element_id: str
    task_id: UUID | None
    details: Mapping[str, Any]
    attempts: int
    opened_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None
    resolution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentList:
    items: tuple[Incident, ...]
    next_cursor: str


@nouns.get("/incidents")
@rule("role:operator")
@nouns.takes(IncidentsQuery, location="query")
@nouns.answers(200, IncidentList)
def listing(query: dict[str, Any]) -> Response:
    """What waits for an operator, the youngest first; of sealed cases nothing."""
    cursor, limit, file = query.pop("cursor"), query.pop("limit"), query.pop("format")
    ask = partial(queries.incidents, current_engine(), current_person(), **query)
    if file:
        columns = listings.incident_columns()
        return listings.as_file("incidents", gettext("异常"), columns, lambda at: ask(cursor=at, limit=MAX_LIMIT), file)
    page = ask(cursor=cursor, limit=limit)
    return answer(IncidentList(items=tuple(_incident(row) for row in page.rows), next_cursor=page.next_cursor))


@nouns.post("/incidents/<uuid:incident_id>/retry")
@rule("role:operator")
@idempotent
@nouns.answers(200, Incident)
def retry(incident_id: UUID) -> Response:
    """Try again. The answer says whether it is resolved, or open with one attempt more."""
    return answer(_incident(incidents.retry(current_engine(), current_person(), incident_id)))


def _incident(row: IncidentRow) -> Incident:
    return Incident(
        id=row.id,
        state=row.state,
        kind=row.kind,
        code=row.code,
        message=row.message,
        instance_id=row.instance_id,
        key=row.key,
        element_id=row.node_id,
        task_id=row.task_id,
        details=row.details,
        attempts=row.attempts,
        opened_at=row.opened_at,
        resolved_at=row.resolved_at,
        resolved_by=row.resolved_by,
        resolution=row.resolution,
    )
