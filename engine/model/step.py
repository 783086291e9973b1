"""The one value between the two seams: all that one advance of a process instance changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NewType
from uuid import UUID

InstanceId = NewType("InstanceId", UUID)
TaskId = NewType("TaskId", UUID)
DefinitionId = NewType("DefinitionId", UUID)
PersonId = NewType("PersonId", str)  #: the account name, "u101": stable, unique, never reused
Token = NewType("Token", int)  #: the engine's own number of a task inside one instance; never leaves the engine

type_of_event = Literal["entered", "completed", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeEvent:
    """A token entered, completed or left (cancelled) a flow node. In the order in which it happened."""

    node_id: str
    node_type: str
    token: Token
    event: type_of_event


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedTask:
    """A user task (or manual task) that now waits for a person."""

    token: Token
    node_id: str
    data: Mapping[str, object]  #: process data as seen by this token
    element: object = None  #: the collection element, inside a multi-instance activity


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmedTimer:
    """A timer event that now waits for `due_at`. The store fires it with Workflow.fire_timer(token)."""

    token: Token
    node_id: str
    due_at: datetime  #: aware
    expression: str  #: as drawn, for re-dating and display


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A message or signal that a token now waits for."""

    token: Token
    node_id: str
    kind: Literal["message", "signal"]
    name: str
    correlation_key: str = ""  #: empty: any


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCall:
    """Machine work that a token waits for: a service, send (cx:start) or business rule task.

    The command layer answers it with Workflow.finish_service(token, result), in the same transaction for the engine's
    own services and decisions, later by a job for work outside.
    """

    token: Token
    node_id: str
    implementation: (
        str  #: "urn:changxiao:service:deliver", "urn:changxiao:decision:D1_SEVERITY", "urn:changxiao:start:S3_ACCOUNT"
    )
    data: Mapping[str, object]
    element: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrownEvent:
    """A message or signal thrown to the outside of the instance."""

    node_id: str
    kind: Literal["message", "signal"]
    name: str
    payload: Mapping[str, object]
    correlation_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """All that one advance changed, as seen by the workflow seam: no database, no people, no dates but timers'."""

    state: bytes  #: opaque outside engine/workflow
    variables: Mapping[str, object]  #: process data at the end of this advance, for conditions and the screen
    events: tuple[NodeEvent, ...] = ()
    opened: tuple[OpenedTask, ...] = ()
    closed: tuple[tuple[Token, Literal["completed", "cancelled"]], ...] = ()  #: waiting things that wait no longer
    timers: tuple[ArmedTimer, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    calls: tuple[ServiceCall, ...] = ()
    thrown: tuple[ThrownEvent, ...] = ()
    ended: bool = False
    end_node: str = ""  #: id of the last end event reached when `ended`
    printed: str = field(default="", repr=False)  #: what scripts printed, for the analyst only, never logged
