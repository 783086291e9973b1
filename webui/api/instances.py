"""Process instances: start one, find them, and what is known about one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response
from flask_babel import gettext

from engine.commands import instances
from engine.model.case import STATUS_LABELS
from engine.model.step import InstanceId
from engine.queries import instances as cases
from engine.queries.paging import MAX_LIMIT
from webui.api.blueprint import Arguments, ListQuery, Nouns, Query, answer
from webui.api.idempotent import idempotent
from webui.api.shapes import TaskItem, fields_of, task_item
from webui.auth import current_person, rule
from webui.pages import listings
from webui.service import current_engine

nouns = Nouns("instances", "Process instances: running and finished cases")
INSTANCE = "/instances/<uuid:instance_id>"


class Start(Arguments):
    variables = ma.fields.Dict(
        keys=ma.fields.String(),
        load_default=dict,
        metadata={"description": "Values of the start form; plain variables where the process has none."},
    )
    business_key = ma.fields.String(load_default=None, allow_none=True, validate=ma.validate.Length(1, 200))


class CaseQuery(ListQuery):
    key = ma.fields.String(load_default="", metadata={"description": "Process key."})
    status = ma.fields.String(load_default="", validate=ma.validate.OneOf(("", *STATUS_LABELS)))
    case_state = ma.fields.String(load_default="", metadata={"description": "Label, for instance 整改中."})
    unit = ma.fields.String(load_default="")
    issuer_unit = ma.fields.String(load_default="")
    business_key = ma.fields.String(load_default="")
    business_no = ma.fields.String(load_default="")
    parent_instance = ma.fields.UUID(load_default=None)
    q = ma.fields.String(load_default="", validate=ma.validate.Length(max=100))


class HistoryQuery(Query):
    all = ma.fields.Boolean(
        load_default=False,
        metadata={"description": "Also what is not about an element of the drawing: decisions, cards, changed dates."},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """A task that the start opened."""

    id: UUID
    node_id: str
    name: str
    state: str
    assignee: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """An instance that has just begun."""

    id: UUID
    key: str
    version: int
    business_key: str | None
    business_no: str | None
    state: str  #: running or completed
    case_state: str
    tasks: tuple[OpenTask, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceItem:
    """A process instance in a list."""

    id: UUID
    definition_id: UUID
    key: str
    version: int
    process_name: str
    state: str  #: running, suspended, completed, terminated, incident
    case_state: str  #: label of the case, "整改中"
    title: str
    business_key: str | None
    business_no: str | None
    unit: str | None
    issuer_unit: str | None
    severity: str | None
    limit_at: datetime | None
    marks: tuple[str, ...]
    parent_instance: UUID | None
    parent_task: UUID | None
    started_by: str
    started_at: datetime
    updated_at: datetime
    delivered_at: datetime | None
    suspended_at: datetime | None
    ended_at: datetime | None
    end_event: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceList:
    items: tuple[InstanceItem, ...]
    next_cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance(InstanceItem):
    """One instance with all its user tasks, open and closed."""

    tasks: tuple[TaskItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEvent:
    """One event of the append-only history, in the order in which it happened."""

    seq: int
    at: datetime
    event: str  #: entered, completed, cancelled; and others that are not about an element
    element_id: str
    element_name: str
    element_type: str
    actor: str
    task_id: UUID | None
    body: Mapping[str, Any] | None  #: None: erased by retention
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    items: tuple[HistoryEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variables:
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineEntry:
    """One change of a date, and how it came about. task_id None: the limit of the case itself."""

    id: UUID
    task_id: UUID | None
    kind: str  #: set, redated, extended, requested, refused, suspended, resumed
    rule: str
    due_on: date | None
    due_at: datetime | None
    previous_due_on: date | None
    explanation: Mapping[str, Any]
    reason: str
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    items: tuple[DeadlineEntry, ...]


@nouns.post("/process-definitions/<string:key>/instances")
@rule("signed_in")
@idempotent
@nouns.takes(Start)
@nouns.answers(201, Started)
def start(body: dict[str, Any], key: str) -> Response:
    """Start an instance of the version in force. 409 when an open one has the same business key."""
    engine, person = current_engine(), current_person()
    began = instances.start(engine, key, person, body["variables"], business_key=body["business_key"])
    return answer(
        Started(
            id=began.instance_id,
            key=began.key,
            version=began.version,
            business_key=began.business_key,
            business_no=began.business_no,
            state="completed" if began.ended else "running",
            case_state=began.case_state,
            tasks=tuple(
                OpenTask(id=task.id, node_id=task.node_id, name=task.name, state=task.state, assignee=task.assignee)
                for task in began.opened
            ),
        ),
        201,
    )


@nouns.get("/instances")
@rule("signed_in")
@nouns.takes(CaseQuery, location="query")
@nouns.answers(200, InstanceList)
def listing(query: dict[str, Any]) -> Response:
    """Instances that the caller may see, the youngest first."""
    cursor, limit, file, status = (query.pop(name) for name in ("cursor", "limit", "format", "status"))
    wanted = cases.CaseFilter(statuses=(status,) if status else (), **query)
    ask = partial(cases.cases, current_engine(), current_person(), wanted)
    if file:
        columns = listings.case_columns(listings.unit_names())
        return listings.as_file("cases", gettext("事项"), columns, lambda at: ask(cursor=at, limit=MAX_LIMIT), file)
    page = ask(cursor=cursor, limit=limit)
    return answer(InstanceList(items=tuple(_item(row) for row in page.rows), next_cursor=page.next_cursor))


@nouns.get(INSTANCE)
@rule("signed_in")
@nouns.answers(200, Instance)
def show(instance_id: UUID) -> Response:
    """One instance with its user tasks."""
    row, found = cases.case(current_engine(), current_person(), InstanceId(instance_id))
    return answer(Instance(**fields_of(_item(row)), tasks=tuple(task_item(task) for task in found)))


@nouns.get(f"{INSTANCE}/history")
@rule("signed_in")
@nouns.takes(HistoryQuery, location="query")
@nouns.answers(200, History)
def history(query: dict[str, bool], instance_id: UUID) -> Response:
    """Its events in order, each with the hash that links it to the one before."""
    rows = cases.history(current_engine(), current_person(), InstanceId(instance_id), flow_only=not query["all"])
    return answer(History(items=tuple(_event(row) for row in rows)))


@nouns.get(f"{INSTANCE}/variables")
@rule("signed_in")
@nouns.answers(200, Variables)
def variables(instance_id: UUID) -> Response:
    """Its process data: what gateways and dates read. Forms as they were sent are not part of it."""
    return answer(Variables(variables=cases.variables(current_engine(), current_person(), InstanceId(instance_id))))


@nouns.get(f"{INSTANCE}/deadlines")
@rule("signed_in")
@nouns.answers(200, Deadlines)
def deadlines(instance_id: UUID) -> Response:
    """Its deadline ledger: every date with rule, calendar, extensions, and who moved it."""
    rows = cases.deadlines(current_engine(), current_person(), InstanceId(instance_id))
    return answer(
        Deadlines(
            items=tuple(
                DeadlineEntry(
                    id=row.id,
                    task_id=row.task_id,
                    kind=row.kind,
                    rule=row.rule,
                    due_on=row.due_on,
                    due_at=row.due_at,
                    previous_due_on=row.previous_due_on,
                    explanation=row.explanation,
                    reason=row.reason,
                    at=row.at,
                    actor=row.actor,
                )
                for row in rows
            )
        )
    )


def _item(row: cases.CaseRow) -> InstanceItem:
    return InstanceItem(
        id=row.id,
        definition_id=row.definition_id,
        key=row.key,
        version=row.version,
        process_name=row.process_name,
        state=row.status,
        case_state=row.case_state,
        title=row.title,
        business_key=row.business_key,
        business_no=row.business_no,
        unit=row.unit,
        issuer_unit=row.issuer_unit,
        severity=row.severity,
        limit_at=row.limit_at,
        marks=row.marks,
        parent_instance=row.parent_instance,
        parent_task=row.parent_task,
        started_by=row.started_by,
        started_at=row.started_at,
        updated_at=row.updated_at,
        delivered_at=row.delivered_at,
        suspended_at=row.suspended_at,
        ended_at=row.ended_at,
        end_event=row.end_node,
    )


def _event(row: cases.HistoryRow) -> HistoryEvent:
    return HistoryEvent(
        seq=row.seq,
        at=row.at,
        event=row.event,
        element_id=row.node_id,
        element_name=row.node_name,
        element_type=row.node_type,
        actor=row.actor,
        task_id=row.task_id,
        body=row.body,
        hash=row.hash.hex(),
    )
