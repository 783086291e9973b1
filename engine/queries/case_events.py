"""The history of a case for people: each event with its names, its place in the hash chain, and whether that holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, and_, bindparam, select

from engine.core import Definition, Engine
from engine.model.history import GENESIS, ExportedEvent, Verification, stamp, verify
from engine.model.migration import MIGRATED, UNDONE
from engine.model.organization import Organization
from engine.model.process import FlowNode
from engine.model.step import InstanceId, TaskId
from engine.store import tables as t
from engine.store.rows import InstanceRow
from engine.store.scope import written
from engine.store.transaction import Transaction

FLOW_EVENTS = ("entered", "completed", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event. What a person typed is not in it: forms are kept apart."""

    seq: int
    at: datetime
    event: str
    node_id: str
    node_name: str
    node_name_en: str
    node_type: str
    actor: str  #: account, or "system"
    actor_name: str  #: "" for the system
    task_id: TaskId | None
    body: Mapping[str, object]  #: empty where it was erased
    to_name: str  #: name of the person to whom a task was handed on
    previous_hash: bytes
    hash: bytes
    is_sound: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All events in order, and how many of them the verifier found sound."""

    events: tuple[Event, ...]
    good: int

    @property
    def visits(self) -> tuple[tuple[str, str], ...]:
        """(node id, what happened) for the drawing."""
        return tuple((e.node_id, e.event) for e in self.events if e.node_id and e.event in FLOW_EVENTS)

    @property
    def marks(self) -> Marks:
        """Which nodes are done, and which hold a token."""
        return _marks(self.visits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Where tokens were and are."""

    completed: frozenset[str]  #: nodes that a token has ever completed
    waiting: frozenset[str]  #: nodes that were entered more often than left


def marks_of(tx: Transaction, instance_id: InstanceId) -> Marks:
    """The same without reading and verifying the whole history."""
    return _marks([(row.node_id, row.event) for row in tx.rows(_visits(), {"instance_id": instance_id})])


@cache
def _visits() -> Select[Any]:
    event = t.history.c
    query = select(event.node_id, event.event).where(event.instance_id == bindparam("instance_id"))
    return query.where(event.event.in_(written(FLOW_EVENTS))).order_by(event.seq)


def _marks(visits: Sequence[tuple[str, str]]) -> Marks:
    balance: Counter[str] = Counter()
    for node_id, event in visits:
        balance[node_id] += 1 if event == "entered" else -1
    return Marks(
        completed=frozenset(node_id for node_id, event in visits if event == "completed"),
        waiting=frozenset(node_id for node_id, tokens in balance.items() if tokens > 0),
    )


def read_history(engine: Engine, tx: Transaction, case: InstanceRow, definition: Definition) -> History:
    """Read and verify the chain of a case. The caller has asked whether the case may be seen."""
    rows = tx.connection.execute(_query(case.id)).all()
    checked = verify([_exported(case.id, row) for row in rows])
    broken = {finding.seq for finding in checked.findings} | _broken_head(case, rows, checked)
    nodes, organization = _nodes(engine, tx, definition, rows), engine.reference(tx).organization
    events: list[Event] = []
    previous = GENESIS
    for row in rows:
        node = nodes.get(row.node_id)
        body: Mapping[str, object] = msgspec.json.decode(row.body) if row.body else {}
        events.append(
            Event(
                seq=row.seq,
                at=row.at,
                event=row.event,
                node_id=row.node_id,
                node_name=node.name if node is not None else "",
                node_name_en=node.name_en if node is not None else "",
                node_type=row.node_type,
                actor=row.actor,
                actor_name="" if row.actor == "system" else organization.person_name(row.actor),
                task_id=row.task_id,
                body=body,
                to_name=_receiver(organization, row.event, body),
                previous_hash=previous,
                hash=row.hash,
                is_sound=row.seq not in broken,
            )
        )
        previous = row.hash
    return History(events=tuple(events), good=sum(event.is_sound for event in events))


def _nodes(engine: Engine, tx: Transaction, definition: Definition, rows: Sequence[Any]) -> Mapping[str, FlowNode]:
    """Nodes by id; of a case that came from another version also those that it has passed there."""
    found = dict(definition.info.nodes)
    for row in rows:
        if row.event in {MIGRATED, UNDONE} and row.body:
            run = tx.migration(UUID(msgspec.json.decode(row.body)["run"]))
            for definition_id in (run.from_id, run.to_id):
                found = {**engine.definition(tx, definition_id).info.nodes, **found}
    return found


def _receiver(organization: Organization, event: str, body: Mapping[str, object]) -> str:
    """The name of the person to whom a task was handed on, or given by a supervisor."""
    to = body.get("to") if event in {"transferred", "reassigned"} else None
    named = to[0] if isinstance(to, list) and to else to
    return organization.person_name(str(named)) if named else ""


def _query(instance_id: InstanceId) -> Any:
    event, body = t.history.c, t.history_body.c
    joined = and_(body.instance_id == event.instance_id, body.seq == event.seq)
    query = select(t.history, body.salt, body.body).outerjoin(t.history_body, joined)
    return query.where(event.instance_id == instance_id).order_by(event.seq)


def _exported(instance_id: InstanceId, row: Any) -> ExportedEvent:
    return ExportedEvent(
        chain=str(instance_id),
        seq=row.seq,
        at=stamp(row.at),
        event=row.event,
        node_id=row.node_id,
        node_type=row.node_type,
        actor=row.actor,
        subject=str(row.task_id) if row.task_id else "",
        digest=row.digest,
        hash=row.hash,
        salt=row.salt,
        body=row.body,
    )


def _broken_head(case: InstanceRow, rows: Sequence[Any], checked: Verification) -> set[int]:
    """A tail that was cut off shows only at the case itself, which knows its last event."""
    last = checked.heads.get(str(case.id), (0, GENESIS))
    return set() if last == (case.history_seq, case.history_head) or not rows else {rows[-1].seq}
