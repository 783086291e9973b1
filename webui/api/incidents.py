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
from flask_babel import pgettext

from engine.commands import incidents, retries
from engine.queries import incidents as queries
from engine.queries import retries as run_queries
from engine.queries.incidents import IncidentFilter
from engine.queries.paging import MAX_LIMIT
from engine.store.incidents import IncidentRow
from engine.store.retries import RetryRunRow
from webui.api.blueprint import Arguments, ListQuery, Nouns, answer
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.pages import listings
from webui.service import current_engine

nouns = Nouns("incidents", "Incidents: work that waits for an operator")

STATES = ("", "open", "new", "noted", "retrying", "resolved", "all")
#: What an incident says beside its reason: never what somebody has typed.
_SHOWN = ("cause", "line", "error", "job", "attempts", "timer", "due_at", "waiting_at")


class IncidentsQuery(ListQuery):
    state = ma.fields.String(
        load_default="",
        validate=ma.validate.OneOf(STATES),
        metadata={"description": "open (not resolved, the default), new (nobody has noted it), noted, resolved, all."},
    )
    kind = ma.fields.String(load_default="", metadata={"description": "step, timer, job, calendar, message."})
    key = ma.fields.String(load_default="", metadata={"description": "Process key."})
    since = ma.fields.Date(load_default=None, metadata={"description": "Opened on this day or later."})
    instance_id = ma.fields.UUID(load_default=None)


class NoteArguments(Arguments):
    note = ma.fields.String(required=True, validate=ma.validate.Length(max=2000))


class RetriesArguments(Arguments):
    """Either ids, or a filter: then all that it finds and that are not resolved."""

    ids = ma.fields.List(ma.fields.UUID(), load_default=None, validate=ma.validate.Length(max=retries.MAX_RUN))
    kind = ma.fields.String(load_default="")
    key = ma.fields.String(load_default="")
    since = ma.fields.Date(load_default=None)


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
    noted_at: datetime | None
    noted_by: str | None
    note: str
    resolved_at: datetime | None
    resolved_by: str | None
    resolution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentList:
    items: tuple[Incident, ...]
    next_cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryRun:
    """One run over many incidents."""

    id: UUID
    started_by: str
    started_at: datetime
    stopped_by: str | None
    stopped_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryRunList:
    items: tuple[RetryRun, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryItem:
    incident_id: UUID
    outcome: str  #: "" (waits), resolved, failed (again), refused
    code: str  #: why it was refused
    done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryRunDetail:
    run: RetryRun
    total: int
    done: int
    resolved: int
    items: tuple[RetryItem, ...]


@nouns.get("/incidents")
@rule("role:operator")
@nouns.takes(IncidentsQuery, location="query")
@nouns.answers(200, IncidentList)
def listing(query: dict[str, Any]) -> Response:
    """What waits for an operator, the youngest first; of sealed cases nothing."""
    cursor, limit, file = query.pop("cursor"), query.pop("limit"), query.pop("format")
    wanted = IncidentFilter(**(query | {"state": query["state"] or "open"}))
    ask = partial(queries.incidents, current_engine(), current_person(), wanted)
    if file:
        columns = listings.incident_columns()
        return listings.as_file(
            "incidents", pgettext("incidents", "异常"), columns, lambda at: ask(cursor=at, limit=MAX_LIMIT), file
        )
    page = ask(cursor=cursor, limit=limit)
    return answer(IncidentList(items=tuple(_incident(row) for row in page.rows), next_cursor=page.next_cursor))


@nouns.get("/incidents/<uuid:incident_id>")
@rule("role:operator")
@nouns.answers(200, Incident)
def one(incident_id: UUID) -> Response:
    """One incident."""
    return answer(_incident(queries.incident(current_engine(), current_person(), incident_id)))


@nouns.post("/incidents/<uuid:incident_id>/retry")
@rule("role:operator")
@idempotent
@nouns.answers(200, Incident)
def retry(incident_id: UUID) -> Response:
    """Try again. The answer says whether it is resolved, or open with one attempt more."""
    return answer(_incident(incidents.retry(current_engine(), current_person(), incident_id)))


@nouns.post("/incidents/<uuid:incident_id>/note")
@rule("role:operator")
@idempotent
@nouns.takes(NoteArguments)
@nouns.answers(200, Incident)
def note(body: dict[str, Any], incident_id: UUID) -> Response:
    """Mark it as noted, with what is known of it. It stays open."""
    return answer(_incident(incidents.note(current_engine(), current_person(), incident_id, body["note"])))


@nouns.get("/incidents/retries")
@rule("role:operator")
@nouns.answers(200, RetryRunList)
def runs() -> Response:
    """The last runs over many incidents, the youngest first."""
    found = run_queries.retry_runs(current_engine(), current_person())
    return answer(RetryRunList(items=tuple(_run(row) for row in found)))


@nouns.post("/incidents/retries")
@rule("role:operator")
@idempotent
@nouns.takes(RetriesArguments)
@nouns.answers(202, RetryRun)
def retry_many(body: dict[str, Any]) -> Response:
    """Try many again: a worker does it one after the other; ask for the run to see how far it is."""
    ids, engine, person = body.pop("ids"), current_engine(), current_person()
    if ids is None:
        ids = queries.matching_ids(engine, person, IncidentFilter(**body), limit=retries.MAX_RUN)
    return answer(_run(retries.begin(engine, person, ids)), 202)


@nouns.get("/incidents/retries/<uuid:run_id>")
@rule("role:operator")
@nouns.answers(200, RetryRunDetail)
def run(run_id: UUID) -> Response:
    """How far a run is, and what came of each incident."""
    found = run_queries.retry_run(current_engine(), current_person(), run_id)
    items = tuple(
        RetryItem(incident_id=item.incident_id, outcome=item.outcome, code=item.code, done_at=item.done_at)
        for item in found.items
    )
    done = [item for item in items if item.outcome]
    return answer(
        RetryRunDetail(
            run=_run(found.row),
            total=len(items),
            done=len(done),
            resolved=sum(item.outcome == "resolved" for item in done),
            items=items,
        )
    )


@nouns.post("/incidents/retries/<uuid:run_id>/stop")
@rule("role:operator")
@idempotent
@nouns.answers(200, RetryRun)
def stop(run_id: UUID) -> Response:
    """Stop a run after what it has in hand; the rest stays as it is."""
    return answer(_run(retries.stop(current_engine(), current_person(), run_id)))


def _run(row: RetryRunRow) -> RetryRun:
    return RetryRun(
        id=row.id,
        started_by=row.started_by,
        started_at=row.started_at,
        stopped_by=row.stopped_by,
        stopped_at=row.stopped_at,
        ended_at=row.ended_at,
    )


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
        details={name: row.details[name] for name in _SHOWN if name in row.details},
        attempts=row.attempts,
        opened_at=row.opened_at,
        noted_at=row.noted_at,
        noted_by=row.noted_by,
        note=row.note,
        resolved_at=row.resolved_at,
        resolved_by=row.resolved_by,
        resolution=row.resolution,
    )
