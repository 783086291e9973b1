"""The inside of one instance for an operator: never a value, nothing of a sealed one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Response

from engine.model.step import InstanceId
from engine.queries.internals import internals
from webui.api.blueprint import Nouns, answer
from webui.auth import current_person, rule
from webui.service import current_engine

nouns = Nouns("internals", "The inside of an instance, masked")


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedItem:
    key: str
    type: str
    size: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InnerToken:
    token: int
    task_id: UUID
    element_id: str
    state: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InnerTimer:
    kind: str
    element_id: str
    due_at: datetime
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InnerSubscription:
    kind: str
    name: str
    element_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InnerEvent:
    seq: int
    at: datetime
    event: str
    element_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceInternals:
    """The inside of an instance. Variables by key and type: no value of a case leaves by this."""

    id: UUID
    key: str
    version: int
    state: str
    rev: int
    tokens: tuple[InnerToken, ...]
    timers: tuple[InnerTimer, ...]
    subscriptions: tuple[InnerSubscription, ...]
    variables: tuple[MaskedItem, ...]
    events: tuple[InnerEvent, ...]


@nouns.get("/instances/<uuid:instance_id>/internals")
@rule("role:operator")
@nouns.answers(200, InstanceInternals)
def show_internals(instance_id: UUID) -> Response:
    """Tokens, timers, subscriptions and events of an instance. 404 for a sealed one."""
    found = internals(current_engine(), current_person(), InstanceId(instance_id))
    return answer(
        InstanceInternals(
            id=found.id,
            key=found.key,
            version=found.version,
            state=found.status,
            rev=found.rev,
            tokens=tuple(
                InnerToken(token=t.token, task_id=t.task_id, element_id=t.element.id, state=t.state, due_at=t.due_at)
                for t in found.tokens
            ),
            timers=tuple(
                InnerTimer(
                    kind=t.row.kind, element_id=t.element.id, due_at=t.row.due_at, held=t.row.held_at is not None
                )
                for t in found.timers
            ),
            subscriptions=tuple(
                InnerSubscription(kind=s.row.kind, name=s.row.name, element_id=s.element.id)
                for s in found.subscriptions
            ),
            variables=tuple(MaskedItem(key=v.key, type=v.type, size=v.size) for v in found.variables),
            events=tuple(
                InnerEvent(seq=e.seq, at=e.at, event=e.event, element_id=e.element.id if e.element else "")
                for e in found.events
            ),
        )
    )
