"""A try-out as it stands: what is open, what has happened, and the test clock. Plain values, kept as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import msgspec

from engine.model.declared_words import Words


@dataclass(slots=True, kw_only=True)
class TrialTask:
    """An open task: test people have it, and its date is counted by the real calendar."""

    token: int
    element_id: str
    name: Words
    assign: Words
    people: list[Words]
    form: str  #: key, "" for none
    opened_at: datetime
    due_on: date | None = None
    due_at: datetime | None = None
    due_words: Words | None = None  #: how it was counted, or why it could not be
    rule: str = ""
    inputs: dict[str, Any] = field(default_factory=dict)
    remind: str = ""
    ladder: str = ""


@dataclass(slots=True, kw_only=True)
class TrialTimer:
    """A timer that waits for the test clock."""

    token: int
    element_id: str
    name: Words
    due_at: datetime


@dataclass(slots=True, kw_only=True)
class TrialWait:
    """A message or signal that is waited for."""

    token: int
    element_id: str
    kind: str
    name: str


@dataclass(slots=True, kw_only=True)
class TrialEvent:
    """Something that has happened, in words."""

    at: datetime
    element_id: str
    words: Words
    term: str = ""  #: a label of the drawing that the edge adds in the reader's language


@dataclass(slots=True, kw_only=True)
class TrialProblem:
    """Why the try-out does not go on; it stands where it stood before."""

    element_id: str
    words: Words


@dataclass(slots=True, kw_only=True)
class TrialToken:
    """How many tokens stand on an element."""

    element_id: str
    count: int


@dataclass(slots=True, kw_only=True)
class TrialRun:
    """Everything about a try-out but the workflow's own state."""

    now: datetime
    seed: int
    unit: str
    started: date
    key: str
    start_form: str = ""
    delivered: date | None = None
    tasks: list[TrialTask] = field(default_factory=list)
    timers: list[TrialTimer] = field(default_factory=list)
    waiting: list[TrialWait] = field(default_factory=list)
    tokens: list[TrialToken] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    events: list[TrialEvent] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    stored: list[tuple[str, str, Any]] = field(default_factory=list)  #: of data stores: store, key, value
    ended: bool = False
    problem: TrialProblem | None = None

    def as_dict(self) -> dict[str, object]:
        """Ready for JSON."""
        found: dict[str, object] = msgspec.to_builtins(self)
        return found


def run_from(values: object) -> TrialRun:
    """The run that `as_dict` wrote."""
    return msgspec.convert(values, TrialRun)
