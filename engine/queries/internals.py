"""The inside of one instance for an operator: tokens, timers, subscriptions, events; of variables only key and type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine.core import Definition, Engine
from engine.errors import NotFound
from engine.model.step import DefinitionId, InstanceId, PersonId, TaskId, Token
from engine.queries.frame import FrameFacts, read_frame
from engine.store import tables as t
from engine.store.incidents import IncidentRow
from engine.store.messages import SubscriptionRow
from engine.store.scope import SYSTEM, of
from engine.store.timers import TimerRow
from engine.store.transaction import Transaction

_EVENTS = 200  #: the youngest; the whole history belongs to those who may see the case
_HISTORY, _TASK, _INCIDENT = t.history.c, t.user_task.c, t.incident.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """An element of the drawing; its id where the drawing knows no name."""

    id: str
    name: str
    name_en: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkToken:
    """A token at a user task."""

    token: Token
    task_id: TaskId
    element: Element
    state: str
    since: datetime
    due_at: datetime | None
    ladder_level: int
    is_protected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmedTimer:
    row: TimerRow
    element: Element


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    row: SubscriptionRow
    element: Element


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedVariable:
    """What a variable is called and what kind of value it has: never the value."""

    key: str
    type: str  #: text, number, boolean, list, object, null
    size: int | None  #: of a list or object


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedEvent:
    """One event without its body. by_person: of people an operator learns no more."""

    seq: int
    at: datetime
    event: str
    element: Element | None
    by_person: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Internals:
    """Everything that an operator may know of an instance."""

    frame: FrameFacts
    id: InstanceId
    definition_id: DefinitionId
    key: str
    version: int
    process_name: str
    process_name_en: str
    status: str
    rev: int
    state_bytes: int
    started_at: datetime
    updated_at: datetime
    ended_at: datetime | None
    suspended_at: datetime | None
    parent_instance: InstanceId | None
    tokens: tuple[WorkToken, ...]
    timers: tuple[ArmedTimer, ...]
    subscriptions: tuple[Awaited, ...]
    variables: tuple[MaskedVariable, ...]
    events: tuple[MaskedEvent, ...]  #: the youngest first
    event_count: int
    incidents: tuple[IncidentRow, ...]


def internals(engine: Engine, person: PersonId, instance_id: InstanceId) -> Internals:
    """Raises NotFound for an instance that there is not, and for a sealed one: an operator learns not even that it is.

    person: an operator; the route has asked for the role.
    """
    with engine.reading(person) as tx:
        facts = read_frame(engine, tx)
        # An operator belongs to no unit, so row security shows him no case. What is read here is named column by
        # column, holds no content, and leaves sealed cases out; nothing else is read with these eyes.
        with tx.as_system():
            case = t.instance.c
            known = select(case.id).where(case.id == instance_id, ~case.sealed)
            if tx.connection.execute(known).first() is None:
                raise NotFound(f"There is no instance {instance_id}.", id=str(instance_id))
            row = tx.instance(instance_id)
            definition = engine.definition(tx, row.definition_id)
            return Internals(
                frame=facts,
                id=row.id,
                definition_id=row.definition_id,
                key=row.key,
                version=definition.row.version,
                process_name=definition.row.name,
                process_name_en=definition.row.name_en,
                status=row.status,
                rev=row.rev,
                state_bytes=len(row.state),
                started_at=row.started_at,
                updated_at=row.updated_at,
                ended_at=row.ended_at,
                suspended_at=row.suspended_at,
                parent_instance=_unsealed(tx, row.parent_instance),
                tokens=_tokens(tx, definition, row.id),
                timers=_timers(tx, definition, row.id),
                subscriptions=tuple(
                    Awaited(row=waiting, element=_element(definition, waiting.node_id))
                    for waiting in tx.subscriptions_of(row.id)
                ),
                variables=_masked(row.variables),
                events=_events(tx, definition, row.id),
                event_count=row.history_seq,
                incidents=_incidents(tx, row.id),
            )


def _unsealed(tx: Transaction, instance_id: InstanceId | None) -> InstanceId | None:
    """The instance, unless it is sealed: then there is none."""
    case = t.instance.c
    found = tx.connection.execute(select(case.id).where(case.id == instance_id, ~case.sealed)).scalar()
    return None if found is None else InstanceId(found)


def _element(definition: Definition, node_id: str) -> Element:
    node = definition.info.nodes.get(node_id)
    if node is None:
        return Element(id=node_id, name="", name_en="", type="")
    return Element(id=node_id, name=node.name, name_en=node.name_en, type=node.type)


def _tokens(tx: Transaction, definition: Definition, instance_id: InstanceId) -> tuple[WorkToken, ...]:
    names = ("id", "token", "node_id", "state", "created_at", "due_at", "ladder_level", "protected")
    query = select(*(_TASK[name] for name in names)).where(_TASK.instance_id == instance_id)
    found = tx.connection.execute(query.where(_TASK.state.in_(t.OPEN_STATES)).order_by(_TASK.token))
    return tuple(
        WorkToken(
            token=row.token,
            task_id=row.id,
            element=_element(definition, row.node_id),
            state=row.state,
            since=row.created_at,
            due_at=row.due_at,
            ladder_level=row.ladder_level,
            is_protected=row.protected,
        )
        for row in found
    )


def _timers(tx: Transaction, definition: Definition, instance_id: InstanceId) -> tuple[ArmedTimer, ...]:
    rows = sorted(tx.timers_of(instance_id), key=lambda timer: timer.due_at)
    return tuple(ArmedTimer(row=row, element=_element(definition, row.node_id)) for row in rows)


def _masked(variables: Mapping[str, object]) -> tuple[MaskedVariable, ...]:
    return tuple(masked(key, value) for key, value in sorted(variables.items()))


def masked(key: str, value: object) -> MaskedVariable:
    """What may be known of a value under `key`."""
    if isinstance(value, list | dict):
        return MaskedVariable(key=key, type="list" if isinstance(value, list) else "object", size=len(value))
    kinds = ((bool, "boolean"), (int, "number"), (float, "number"), (str, "text"))
    return MaskedVariable(
        key=key, type=next((name for kind, name in kinds if isinstance(value, kind)), "null"), size=None
    )


def _events(tx: Transaction, definition: Definition, instance_id: InstanceId) -> tuple[MaskedEvent, ...]:
    query = select(_HISTORY.seq, _HISTORY.at, _HISTORY.event, _HISTORY.node_id, _HISTORY.actor)
    query = query.where(_HISTORY.instance_id == instance_id).order_by(_HISTORY.seq.desc()).limit(_EVENTS)
    return tuple(
        MaskedEvent(
            seq=row.seq,
            at=row.at,
            event=row.event,
            element=_element(definition, row.node_id) if row.node_id else None,
            by_person=row.actor != SYSTEM,
        )
        for row in tx.connection.execute(query)
    )


def _incidents(tx: Transaction, instance_id: InstanceId) -> tuple[IncidentRow, ...]:
    query = of(IncidentRow, t.incident).where(_INCIDENT.instance_id == instance_id, ~_INCIDENT.sealed)
    found = tx.connection.execute(query.order_by(_INCIDENT.opened_at.desc()))
    return tuple(IncidentRow(**row) for row in found.mappings())
