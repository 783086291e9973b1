"""What an operator sees of one instance. Rules as in `views.py`; no value of a case stands here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from webui.pages.parts import Fact, Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class InsideLine:
    """A token, timer or subscription."""

    kind: str
    element: str
    detail: str = ""
    at: datetime | None = None  #: due
    since: datetime | None = None
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableLine:
    """The value is never shown."""

    key: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    seq: int
    at: datetime
    event: str
    element: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLine:
    href: str
    reason: str
    at: datetime
    resolved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InstancePage:
    """运行维护 · 实例."""

    frame: Frame
    id: str
    process: str
    version: int
    status: str  #: term
    facts: tuple[Fact, ...]
    tokens: tuple[InsideLine, ...]
    timers: tuple[InsideLine, ...]
    subscriptions: tuple[InsideLine, ...]
    variables: tuple[VariableLine, ...]
    events: tuple[EventLine, ...]
    event_count: int
    incidents: tuple[IncidentLine, ...] = ()
