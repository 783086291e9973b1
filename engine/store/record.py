"""StepRecord: all that one step writes about one instance, as values; `Transaction.record` hands it to one SQL call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NewType, TypedDict
from uuid import UUID

from engine.model.step import DefinitionId, InstanceId, PersonId, TaskId, Token

TimerId = NewType("TimerId", int)
TaskState = Literal["offered", "assigned", "started", "suspended", "completed", "returned", "transferred", "cancelled"]
InstanceStatus = Literal["running", "suspended", "completed", "terminated", "incident"]


class InstanceChanges(TypedDict, total=False):
    """Columns of the instance that a step sets besides its state; a name that is absent keeps its value."""

    status: InstanceStatus
    business_key: str | None
    business_no: str | None
    title: str
    case_state: str
    unit: str | None
    issuer_unit: str | None
    severity: str | None
    limit_at: datetime | None
    marks: list[str]
    sealed: bool
    delivered_at: datetime | None
    suspended_at: datetime | None
    ended_at: datetime | None
    end_node: str | None
    definition_id: DefinitionId  #: migration to another version


class TaskChanges(TypedDict, total=False):
    """Columns of an open user task that a step sets; a name that is absent keeps its value."""

    state: TaskState
    name: str
    assignee: PersonId | None
    on_behalf_of: PersonId | None
    unit: str | None
    claimed_at: datetime | None
    opened_at: datetime | None
    due_on: date | None
    due_at: datetime | None
    deadline: Mapping[str, object] | None
    ladder_level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInstance:
    """What is fixed when an instance starts. Titles, units and states go into StepRecord.changes."""

    definition_id: DefinitionId
    key: str  #: process key
    seed: int = 0
    parent_instance: InstanceId | None = None
    parent_task: TaskId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """A user task that now waits. Its assignee and candidates become parties of the case."""

    id: TaskId
    token: Token
    node_id: str
    name: str
    mechanism: str  #: process key of the definition that drew the node
    name_en: str = ""
    form_key: str | None = None
    form_version_id: UUID | None = None
    unit: str | None = None  #: unit that must act
    lane: str = ""
    state: Literal["offered", "assigned"] = "assigned"
    assignee: PersonId | None = None
    on_behalf_of: PersonId | None = None
    candidates: tuple[PersonId, ...] = ()  #: of an offered task
    due_on: date | None = None
    due_at: datetime | None = None
    deadline: Mapping[str, object] | None = None  #: explanation of the date
    ladder_profile: str | None = None
    protected: bool = False
    element: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedToken:
    """A token that waits no longer: its user task is closed, its timer and subscriptions are removed, as there are any.

    The timers that a command hung on the user task (reminders, ladder thresholds) go with it, and all its drafts.
    """

    token: Token
    state: Literal["completed", "returned", "transferred", "cancelled"] = "completed"
    by: str = ""  #: empty: actor of the step
    taker: PersonId | None = None  #: who has an offered user task from now on, by having done it
    outcome: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedTask:
    """A user task that stays open but changes hands, state or date."""

    id: TaskId
    changes: TaskChanges
    candidates: tuple[PersonId, ...] | None = None  #: the new list; None: unchanged


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFact:
    """One fact for the history of the instance, in the order in which it happened. `body` holds no form values."""

    event: str  #: entered, completed, cancelled, started, ended, claimed, transferred, …
    node_id: str = ""
    node_type: str = ""
    task_id: TaskId | None = None
    actor: str = ""  #: empty: actor of the step
    body: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTimer:
    """Something to do at `due_at`: a drawn timer (kind "bpmn", with its token) or one a command hangs on a task."""

    kind: str
    due_at: datetime
    token: Token | None = None
    task_id: TaskId | None = None
    node_id: str = ""
    rule: Mapping[str, object] | None = None  #: expression and base, for re-dating and display
    payload: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedTimer:
    """A timer that gets another date, or is held (never due until it is moved again without `held_at`)."""

    id: TimerId
    due_at: datetime
    held_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSubscription:
    """A message or signal that a token now waits for."""

    token: Token
    kind: Literal["message", "signal"]
    name: str
    node_id: str = ""
    correlation_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSubmission:
    """A form as it was sent. `digest` = sha256 of its canonical JSON; the history names it, never the values."""

    id: UUID
    form_key: str
    values: Mapping[str, object]
    digest: bytes
    task_id: TaskId | None = None  #: None: the start form
    node_id: str = ""
    form_version_id: UUID | None = None
    person_id: PersonId | None = None  #: None: actor of the step
    on_behalf_of: PersonId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDeadlineEntry:
    """One line of the deadline ledger of a task, or of the case itself (task_id None)."""

    id: UUID
    kind: str  #: set, extended, suspended, resumed, redated, requested, refused
    task_id: TaskId | None = None
    rule: str = ""
    due_on: date | None = None
    due_at: datetime | None = None
    previous_due_on: date | None = None
    explanation: Mapping[str, object] | None = None
    reason: str = ""
    actor: str = ""  #: empty: actor of the step


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNotice:
    """A line in the notices of these people. `kind` and `facts` become words at the edge, in the reader's language."""

    id: UUID
    people: tuple[PersonId, ...]  #: each once; each reads it, or not, alone
    kind: str
    task_id: TaskId | None = None
    facts: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCard:
    """A numbered paper of the ladder, issued by the instance that is recorded."""

    no: str
    level: int
    unit: str
    issuer_unit: str
    issued_on: date
    case_id: InstanceId | None = None
    task_id: TaskId | None = None
    title: str = ""
    grounds: Mapping[str, object] | None = None
    effective_on: date | None = None
    answer_due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """Everything that one step changes in one instance; it is written whole or not at all.

    rev: of the InstanceRow from which the step was computed; 0 for a new instance. `Transaction.record` answers the
    next one and raises Conflict where the row has moved on.
    state: None leaves the engine's state and variables as they are (a claim, a transfer, a new date).
    """

    instance_id: InstanceId
    rev: int
    at: datetime  #: business time
    actor: str  #: PersonId or "system"
    state: bytes | None = None
    variables: Mapping[str, object] | None = None
    new: NewInstance | None = None
    changes: InstanceChanges | None = None
    closed: tuple[ClosedToken, ...] = ()
    opened: tuple[NewTask, ...] = ()
    changed: tuple[ChangedTask, ...] = ()
    history: tuple[HistoryFact, ...] = ()
    timers: tuple[NewTimer, ...] = ()
    moved: tuple[MovedTimer, ...] = ()
    disarmed: tuple[TimerId, ...] = ()
    subscriptions: tuple[NewSubscription, ...] = ()
    submissions: tuple[NewSubmission, ...] = ()
    deadlines: tuple[NewDeadlineEntry, ...] = ()
    notices: tuple[NewNotice, ...] = ()
    cards: tuple[NewCard, ...] = ()
    parties: tuple[PersonId, ...] = ()  #: besides assignees and candidates: who else may see a sealed case
    attachments: tuple[UUID, ...] = ()  #: uploads that now belong to the case (NewSubmission names them)
