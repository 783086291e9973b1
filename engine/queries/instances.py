"""Cases: lists, one case with its history, variables and deadline ledger. Only what the asking person may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, and_, func, or_, select, tuple_

from engine.core import Engine, Reference
from engine.errors import NotFound
from engine.model.step import DefinitionId, InstanceId, PersonId, TaskId
from engine.queries.paging import DEFAULT_LIMIT, Page, decode_cursor, page_of
from engine.queries.people import unit_name
from engine.queries.tasks import TaskRow, check_limit, tasks_of_case
from engine.store import tables as t
from engine.store.rows import DeadlineRow
from engine.store.transaction import Transaction
from engine.store.visibility import visible_instances

_CASE, _VERSION = t.instance.c, t.definition_version.c
FLOW_EVENTS = ("entered", "completed", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases. Empty: do not ask for that."""

    key: str = ""
    statuses: tuple[str, ...] = ()  #: running, suspended, completed, terminated, incident
    case_state: str = ""
    unit: str = ""
    issuer_unit: str = ""
    business_key: str = ""
    business_no: str = ""
    parent_instance: InstanceId | None = None
    q: str = ""  #: part of title or business number


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One case as lists and the head of its page show it."""

    id: InstanceId
    definition_id: DefinitionId
    key: str
    version: int
    process_name: str
    process_name_en: str
    status: str
    case_state: str
    title: str
    business_key: str | None
    business_no: str | None
    unit: str | None
    unit_name: str
    issuer_unit: str | None
    issuer_unit_name: str
    severity: str | None
    limit_at: datetime | None
    marks: tuple[str, ...]
    sealed: bool
    parent_instance: InstanceId | None
    parent_task: TaskId | None
    started_by: str
    started_at: datetime
    updated_at: datetime
    delivered_at: datetime | None
    suspended_at: datetime | None
    ended_at: datetime | None
    end_node: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """One event of a case, in the order of its chain."""

    seq: int
    at: datetime
    event: str
    node_id: str
    node_name: str
    node_type: str
    actor: str
    actor_name: str
    task_id: TaskId | None
    body: Mapping[str, object] | None  #: None: erased
    hash: bytes


def cases(
    engine: Engine, person: PersonId, wanted: CaseFilter, *, cursor: str = "", limit: int = DEFAULT_LIMIT
) -> Page[CaseRow]:
    """One page of the cases that the person may see, the youngest first."""
    check_limit(limit)
    after = decode_cursor(cursor, datetime, UUID)
    with engine.reading(person) as tx:
        query = _select().where(visible_instances(person), *_conditions(wanted))
        if after is not None:
            query = query.where(tuple_(_CASE.started_at, _CASE.id) < tuple_(*after))
        query = query.order_by(_CASE.started_at.desc(), _CASE.id.desc()).limit(limit + 1)
        reference = engine.reference(tx)
        rows = [_row(found._asdict(), reference) for found in tx.connection.execute(query)]
    return page_of(rows, limit, lambda row: (row.started_at, row.id))


def case(engine: Engine, person: PersonId, instance_id: InstanceId) -> tuple[CaseRow, tuple[TaskRow, ...]]:
    """A case and its user tasks. Raises NotFound for one that the person may not see."""
    with engine.reading(person) as tx:
        found = find_case(engine, tx, instance_id)
        return found, tasks_of_case(engine, tx, instance_id)


def find_case(engine: Engine, tx: Transaction, instance_id: InstanceId) -> CaseRow:
    """The case, where the actor may see it. Raises NotFound."""
    query = _select().where(_CASE.id == instance_id, visible_instances(tx.actor))
    found = tx.connection.execute(query).first()
    if found is None:
        raise NotFound(f"There is no instance {instance_id}.", id=str(instance_id))
    return _row(found._asdict(), engine.reference(tx))


def history(
    engine: Engine, person: PersonId, instance_id: InstanceId, *, flow_only: bool = False
) -> tuple[HistoryRow, ...]:
    """All events of a case in order; flow_only: only what tokens did on the drawing. Raises NotFound."""
    with engine.reading(person) as tx:
        definition_id = find_case(engine, tx, instance_id).definition_id
        nodes = engine.definition(tx, definition_id).info.nodes
        organization = engine.reference(tx).organization
        event, body = t.history.c, t.history_body.c
        query = (
            select(t.history, body.body)
            .outerjoin(t.history_body, and_(body.instance_id == event.instance_id, body.seq == event.seq))
            .where(event.instance_id == instance_id)
            .order_by(event.seq)
        )
        if flow_only:
            query = query.where(event.event.in_(FLOW_EVENTS))
        return tuple(
            HistoryRow(
                seq=row.seq,
                at=row.at,
                event=row.event,
                node_id=row.node_id,
                node_name=nodes[row.node_id].name if row.node_id in nodes else "",
                node_type=row.node_type,
                actor=row.actor,
                actor_name=organization.person_name(row.actor),
                task_id=row.task_id,
                body=msgspec.json.decode(row.body) if row.body is not None else None,
                hash=row.hash,
            )
            for row in tx.connection.execute(query)
        )


def variables(engine: Engine, person: PersonId, instance_id: InstanceId) -> Mapping[str, object]:
    """The process data of a case. Raises NotFound."""
    with engine.reading(person) as tx:
        find_case(engine, tx, instance_id)
        return tx.instance(instance_id).variables


def deadlines(engine: Engine, person: PersonId, instance_id: InstanceId) -> tuple[DeadlineRow, ...]:
    """The deadline ledger of a case, oldest first. Raises NotFound."""
    with engine.reading(person) as tx:
        find_case(engine, tx, instance_id)
        return tx.deadline_entries(instance_id)


def _conditions(wanted: CaseFilter) -> Sequence[Any]:
    equal = (
        (_CASE.key, wanted.key),
        (_CASE.case_state, wanted.case_state),
        (_CASE.unit, wanted.unit),
        (_CASE.issuer_unit, wanted.issuer_unit),
        (_CASE.business_key, wanted.business_key),
        (_CASE.business_no, wanted.business_no),
        (_CASE.parent_instance, wanted.parent_instance),
    )
    found: list[Any] = [column == value for column, value in equal if value]
    if wanted.statuses:
        found.append(_CASE.status.in_(wanted.statuses))
    part = wanted.q.strip()
    if part:
        in_number = func.coalesce(_CASE.business_no, "").contains(part.upper(), autoescape=True)
        found.append(or_(_CASE.title.contains(part, autoescape=True), in_number))
    return found


def _select() -> Select[Any]:
    return select(
        *(_CASE[name] for name in _CASE_COLUMNS),
        _VERSION.version,
        _VERSION.name.label("process_name"),
        _VERSION.name_en.label("process_name_en"),
    ).join(t.definition_version, _VERSION.id == _CASE.definition_id)


_CASE_COLUMNS = (
    *("id", "definition_id", "key", "status", "case_state", "title", "business_key", "business_no", "unit"),
    *("issuer_unit", "severity", "limit_at", "marks", "sealed", "parent_instance", "parent_task", "started_by"),
    *("started_at", "updated_at", "delivered_at", "suspended_at", "ended_at", "end_node"),
)


def _row(values: Mapping[str, Any], reference: Reference) -> CaseRow:
    organization = reference.organization
    return CaseRow(
        **{**values, "marks": tuple(values["marks"])},
        unit_name=unit_name(organization, values["unit"]),
        issuer_unit_name=unit_name(organization, values["issuer_unit"]),
    )
