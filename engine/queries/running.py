"""The running cases of a version for operators: how many stand at each element, and which. Sealed ones are left out.

As in `internals`: an operator sees no case through row security. What is read here with the system's eyes is where
tokens stand and since when, never a title, a person or a value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, false, func, literal, null, select, true, tuple_, union_all
from sqlalchemy.types import Text

from engine.core import Engine
from engine.errors import NotFound
from engine.model.process import FlowNode
from engine.model.step import DefinitionId, InstanceId, PersonId
from engine.queries.frame import FrameFacts, read_frame
from engine.queries.inbox_counts import is_open_in
from engine.queries.paging import Page, decode_cursor, page_of
from engine.queries.tally import WAITING_TYPES, tokens_at
from engine.queries.tasks import check_limit
from engine.store import tables as t
from engine.store.definitions import DefinitionRow
from engine.store.scope import of
from engine.store.transaction import Transaction

_CASE, _TASK, _INCIDENT, _VERSION = t.instance.c, t.user_task.c, t.incident.c, t.definition_version.c

Which = Literal["", "running", "suspended", "late", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Cases of one version. failed: with an incident that is not resolved."""

    running: int = 0
    suspended: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionInUse:
    """A version in force, or on which cases still run."""

    row: DefinitionRow
    cases: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementCount:
    """One element of the drawing and how many cases stand there."""

    node: FlowNode
    open: int
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingCase:
    """A case at one element. Several tokens of a case at one element are told once."""

    instance_id: InstanceId
    node: FlowNode | None  #: None: at no task and no awaited event, as while a service works
    tokens: int
    waits: bool  #: for an event: nobody has to act
    since: datetime | None  #: None for an event
    due_at: datetime | None
    is_late: bool
    status: str
    failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningView:
    """A version on its drawing, with one page of its cases."""

    frame: FrameFacts
    drawn: DefinitionRow
    current: DefinitionRow | None  #: the version in force, where that is another one
    cases: Tally
    elements: tuple[ElementCount, ...]  #: those at which a case stands, as they are drawn
    nodes: Mapping[str, FlowNode] = field(default_factory=dict)
    page: Page[StandingCase]


def versions_in_use(engine: Engine, person: PersonId) -> tuple[FrameFacts, tuple[VersionInUse, ...]]:
    """By process, the newest version first. person: an operator; the route has asked for the role."""
    query = of(DefinitionRow, t.definition_version).where(_VERSION.state.in_(("current", "superseded")))
    with engine.reading(person) as tx:
        rows = [DefinitionRow(**row) for row in tx.connection.execute(query).mappings()]
        found = _tallies(tx)
        return read_frame(engine, tx), tuple(
            VersionInUse(row=row, cases=found.get(row.id, Tally()))
            for row in sorted(rows, key=lambda row: (row.key, -row.version))
            if row.state == "current" or row.id in found
        )


def running_view(
    engine: Engine,
    person: PersonId,
    definition_id: DefinitionId,
    *,
    node: str = "",
    which: Which = "",
    cursor: str = "",
    limit: int = 50,
) -> RunningView:
    """Raises NotFound for a version that was never in force, InputRejected for a foreign cursor."""
    check_limit(limit)
    after = decode_cursor(cursor, UUID, str)
    with engine.reading(person) as tx:
        definition = engine.definition(tx, definition_id)
        if definition.row.state not in {"current", "superseded"}:
            raise NotFound(f"There is no version {definition_id} in force.", id=str(definition_id))
        nodes = definition.info.nodes
        current = tx.current_definition(definition.row.key)
        everywhere = _places(tx, definition_id, nodes)
        wanted = _wanted(everywhere, node, which)
        if after is not None:
            wanted = wanted.where(tuple_(everywhere.c.instance_id, everywhere.c.node_id) > tuple_(*after))
        wanted = wanted.order_by(everywhere.c.instance_id, everywhere.c.node_id).limit(limit + 1)
        with tx.as_system():
            rows = [_standing(row, nodes) for row in tx.connection.execute(wanted)]
        return RunningView(
            frame=read_frame(engine, tx),
            drawn=definition.row,
            current=current if current is not None and current.id != definition_id else None,
            cases=_tallies(tx, definition_id).get(definition_id, Tally()),
            elements=_counts(tx, everywhere, nodes),
            nodes=nodes,
            page=page_of(rows, limit, lambda row: (row.instance_id, row.node.id if row.node is not None else "")),
        )


def _running(definition_id: DefinitionId | None) -> list[ColumnElement[bool]]:
    found = [_CASE.ended_at.is_(None), ~_CASE.sealed]
    return found if definition_id is None else [_CASE.definition_id == definition_id, *found]


def _has_failed() -> ColumnElement[bool]:
    return exists().where(_INCIDENT.instance_id == _CASE.id, _INCIDENT.state != "resolved")


def _tallies(tx: Transaction, definition_id: DefinitionId | None = None) -> Mapping[DefinitionId, Tally]:
    suspended = func.count().filter(_CASE.status == "suspended")
    groups = select(_CASE.definition_id, func.count(), suspended, func.count().filter(_has_failed()))
    with tx.as_system():
        found = tx.connection.execute(groups.where(*_running(definition_id)).group_by(_CASE.definition_id)).all()
    return {row[0]: Tally(running=row[1], suspended=row[2], failed=row[3]) for row in found}


def _places(tx: Transaction, definition_id: DefinitionId, nodes: Mapping[str, FlowNode]) -> Any:
    """One row for each case and element at which it stands."""
    at_events = tokens_at([node.id for node in nodes.values() if node.type in WAITING_TYPES]).subquery("token")
    work = is_open_in(_TASK)
    parts = (
        select(
            _CASE.id.label("instance_id"),
            _TASK.node_id,
            false().label("waits"),
            _TASK.created_at.label("since"),
            _TASK.due_at,
        )
        .join(t.user_task, _TASK.instance_id == _CASE.id)
        .where(work, *_running(definition_id)),
        select(
            _CASE.id,
            at_events.c.node_id,
            true(),
            null().cast(_TASK.created_at.type),
            at_events.c.due_at.cast(_TASK.due_at.type),
        )
        .join(at_events, at_events.c.instance_id == _CASE.id)
        .where(*_running(definition_id)),
        select(
            _CASE.id,
            literal("", Text),
            true(),
            null().cast(_TASK.created_at.type),
            null().cast(_TASK.due_at.type),
        ).where(
            *_running(definition_id),
            ~exists().where(_TASK.instance_id == _CASE.id, work),
            ~exists().where(at_events.c.instance_id == _CASE.id),
        ),
    )
    token = union_all(*parts).subquery("standing").c
    late = (token.due_at < tx.now) & ~token.waits
    grouped = select(
        token.instance_id,
        token.node_id,
        func.count().label("tokens"),
        func.bool_and(token.waits).label("waits"),
        func.min(token.since).label("since"),
        func.min(token.due_at).label("due_at"),
        func.coalesce(func.bool_or(late), False).label("is_late"),
    )
    return grouped.group_by(token.instance_id, token.node_id).subquery("place")


def _wanted(place: Any, node: str, which: Which) -> Select[Any]:
    query = select(place, _CASE.status, _has_failed().label("failed")).join(t.instance, _CASE.id == place.c.instance_id)
    if node:
        query = query.where(place.c.node_id == node)
    match which:
        case "running":
            query = query.where(_CASE.status != "suspended")
        case "suspended":
            query = query.where(_CASE.status == "suspended")
        case "late":
            query = query.where(place.c.is_late)
        case "failed":
            query = query.where(_has_failed())
    return query


def _counts(tx: Transaction, place: Any, nodes: Mapping[str, FlowNode]) -> tuple[ElementCount, ...]:
    groups = select(place.c.node_id, func.count(), func.count().filter(place.c.is_late)).group_by(place.c.node_id)
    with tx.as_system():
        found: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
        found |= {row[0]: (row[1], row[2]) for row in tx.connection.execute(groups)}
    return tuple(
        ElementCount(node=node, open=found[node.id][0], late=found[node.id][1])
        for node in nodes.values()
        if node.id in found
    )


def _standing(row: Any, nodes: Mapping[str, FlowNode]) -> StandingCase:
    return StandingCase(
        instance_id=InstanceId(row.instance_id),
        node=nodes.get(row.node_id),
        tokens=row.tokens,
        waits=row.waits,
        since=row.since,
        due_at=row.due_at,
        is_late=row.is_late,
        status=row.status,
        failed=row.failed,
    )
