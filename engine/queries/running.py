"""The running cases of a version for operators: how many stand at each element, and which. Sealed ones are left out.

As in `internals`: an operator sees no case through row security. What is read here with the system's eyes is where
tokens stand and since when, never a title, a person or a value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, literal, null, select

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
    """One element of the drawing and how many tokens of cases stand there."""

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
    """limit: cases of a page; each has a row for every element at which it stands, or for `node` alone.

    Raises NotFound for a version that was never in force, InputRejected for a foreign cursor.
    """
    check_limit(limit)
    after = decode_cursor(cursor, UUID)
    with engine.reading(person) as tx:
        definition = engine.definition(tx, definition_id)
        if definition.row.state not in {"current", "superseded"}:
            raise NotFound(f"There is no version {definition_id} in force.", id=str(definition_id))
        nodes = definition.info.nodes
        events = [found.id for found in nodes.values() if found.type in WAITING_TYPES]
        current = tx.current_definition(definition.row.key)
        with tx.as_system():
            wanted = _wanted(tx, definition_id, events, node, which)
            if after is not None:
                wanted = wanted.where(_CASE.id > after[0])
            found = tx.connection.execute(wanted.order_by(_CASE.id).limit(limit + 1)).all()
            page = page_of(found, limit, lambda row: (row.id,))
            rows = _standing(tx, page.rows, nodes, events, node)
            tallies = _tallies(tx, definition.row.key)
            counts = _counts(tx, definition.row, nodes, events, alone=tallies.keys() <= {definition_id})
        return RunningView(
            frame=read_frame(engine, tx),
            drawn=definition.row,
            current=current if current is not None and current.id != definition_id else None,
            cases=tallies.get(definition_id, Tally()),
            elements=counts,
            nodes=nodes,
            page=Page(rows=rows, next_cursor=page.next_cursor),
        )


def _running(definition_id: DefinitionId | None) -> list[ColumnElement[bool]]:
    found = [_CASE.ended_at.is_(None), ~_CASE.sealed]
    return found if definition_id is None else [_CASE.definition_id == definition_id, *found]


def _failed() -> Select[Any]:
    """Cases with an incident that is not resolved: few, whatever the number of cases."""
    return select(_INCIDENT.instance_id).where(_INCIDENT.state != "resolved", _INCIDENT.instance_id.isnot(None))


def _tallies(tx: Transaction, key: str = "") -> Mapping[DefinitionId, Tally]:
    """By version, of one process or of all; without those on which nothing runs."""
    mine = [*_running(None), *([_CASE.key == key] if key else [])]
    suspended = func.count().filter(_CASE.status == "suspended")
    groups = select(_CASE.definition_id, func.count(), suspended).where(*mine).group_by(_CASE.definition_id)
    failed = select(_CASE.definition_id, func.count()).where(_CASE.id.in_(_failed()), *mine)
    with tx.as_system():
        found = tx.connection.execute(groups).all()
        gave_up = {row[0]: row[1] for row in tx.connection.execute(failed.group_by(_CASE.definition_id))}
    return {row[0]: Tally(running=row[1], suspended=row[2], failed=gave_up.get(row[0], 0)) for row in found}


def _wanted(
    tx: Transaction, definition_id: DefinitionId, events: Sequence[str], node: str, which: Which
) -> Select[Any]:
    """The cases that pass the filters."""
    query = select(_CASE.id, _CASE.status, _CASE.id.in_(_failed()).label("failed")).where(*_running(definition_id))
    work = exists().where(_TASK.instance_id == _CASE.id, is_open_in(_TASK))
    here = work.where(_TASK.node_id == node) if node else work
    match which:
        case "running":
            query = query.where(_CASE.status != "suspended")
        case "suspended":
            query = query.where(_CASE.status == "suspended")
        case "late":
            return query.where(here.where(_TASK.due_at < tx.now))
        case "failed":
            query = query.where(_CASE.id.in_(_failed()))
    if not node:
        return query
    if node in events:
        return query.where(_CASE.id.in_(select(tokens_at([node]).subquery().c.instance_id)))
    return query.where(here)


def _standing(
    tx: Transaction, cases: Sequence[Any], nodes: Mapping[str, FlowNode], events: Sequence[str], node: str
) -> tuple[StandingCase, ...]:
    """Where these cases stand, in their order."""
    ids = [row.id for row in cases]
    work = select(_TASK.instance_id, _TASK.node_id, _TASK.created_at, _TASK.due_at)
    work = work.where(_TASK.instance_id.in_(ids), is_open_in(_TASK)).order_by(_TASK.token)
    token = tokens_at(list(events)).subquery("token").c
    waits = select(token.instance_id, token.node_id, null(), token.due_at).where(token.instance_id.in_(ids))
    places: defaultdict[Any, dict[str, list[Any]]] = defaultdict(dict)
    for number, asked in enumerate((work, waits)):
        for row in tx.connection.execute(asked):
            places[row.instance_id].setdefault(row.node_id, []).append((bool(number), row[2], row.due_at))
    found: list[StandingCase] = []
    for case in cases:
        told = {here: tokens for here, tokens in places[case.id].items() if node in {"", here}}
        for here, tokens in (told or {"": []}).items():
            found.append(_told(case, nodes.get(here), tokens, tx.now))
    return tuple(found)


def _told(case: Any, node: FlowNode | None, tokens: Sequence[Any], now: datetime) -> StandingCase:
    dates = [due_at for _, _, due_at in tokens if due_at is not None]
    return StandingCase(
        instance_id=InstanceId(case.id),
        node=node,
        tokens=len(tokens),
        waits=all(waits for waits, _, _ in tokens),
        since=min((since for _, since, _ in tokens if since is not None), default=None),
        due_at=min(dates, default=None),
        is_late=any(due_at is not None and due_at < now and not waits for waits, _, due_at in tokens),
        status=case.status,
        failed=case.failed,
    )


def _counts(
    tx: Transaction, drawn: DefinitionRow, nodes: Mapping[str, FlowNode], events: Sequence[str], *, alone: bool
) -> tuple[ElementCount, ...]:
    """Tokens, as 流程监控 counts them: grouping by case as well would cost as much again.

    alone: no other version of the process has cases, so no task has to be asked for its version.
    """
    late = func.count().filter(_TASK.due_at < tx.now)
    work = select(_TASK.node_id, func.count(), late).where(_TASK.mechanism == drawn.key, is_open_in(_TASK))
    if not alone:
        work = work.join(t.instance, _CASE.id == _TASK.instance_id).where(*_running(drawn.id))
    work = work.where(~_TASK.case_sealed).group_by(_TASK.node_id)
    token = tokens_at(list(events)).subquery("token").c
    waits = select(token.node_id, func.count(), literal(0)).join(t.instance, _CASE.id == token.instance_id)
    waits = waits.where(*_running(drawn.id)).group_by(token.node_id)
    found = {row[0]: (row[1], row[2]) for asked in (waits, work) for row in tx.connection.execute(asked)}
    return tuple(
        ElementCount(node=node, open=found[node.id][0], late=found[node.id][1])
        for node in nodes.values()
        if node.id in found
    )
