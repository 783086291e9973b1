"""The rows that commands work on, as frozen values: an instance, a user task, a deadline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from engine.model.step import DefinitionId, InstanceId, PersonId, TaskId, Token


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """A process instance as it stands; when it comes from a lock_… call, nobody else can change it until we commit."""

    id: InstanceId
    definition_id: DefinitionId
    key: str
    status: str
    rev: int
    state: bytes
    variables: Mapping[str, object]
    seed: int
    business_key: str | None
    business_no: str | None
    title: str
    case_state: str
    unit: str | None
    issuer_unit: str | None
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
    history_seq: int  #: seq and hash of the last history row: where the chain goes on
    history_head: bytes

    @property
    def is_over(self) -> bool:
        return self.status in {"completed", "terminated"}


@dataclass(frozen=True, slots=True)
class UserTaskRow:
    """A user task as it stands."""

    id: TaskId
    instance_id: InstanceId
    token: Token
    node_id: str
    name: str
    name_en: str
    mechanism: str
    form_key: str | None
    form_version_id: UUID | None
    unit: str | None
    lane: str
    state: str
    assignee: PersonId | None
    on_behalf_of: PersonId | None
    element: object
    created_at: datetime
    claimed_at: datetime | None
    opened_at: datetime | None
    due_on: date | None
    due_at: datetime | None
    deadline: Mapping[str, object] | None
    ladder_profile: str | None
    ladder_level: int
    protected: bool
    done_at: datetime | None
    done_by: PersonId | None
    outcome: str | None

    @property
    def is_open(self) -> bool:
        return self.state in {"offered", "assigned", "started", "suspended"}


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """One line of the deadline ledger; task_id None: the limit of the case itself."""

    id: UUID
    instance_id: InstanceId
    task_id: TaskId | None
    kind: str
    rule: str
    due_on: date | None
    due_at: datetime | None
    previous_due_on: date | None
    explanation: Mapping[str, object]
    reason: str
    at: datetime
    actor: str

    @property
    def held_wd(self) -> int:
        """Working days by which the end of a suspension has moved the day."""
        moved = self.explanation.get("working_days", 0)
        return moved if self.kind == "resumed" and isinstance(moved, int) else 0


INSTANCE_NAMES = tuple(f.name for f in fields(InstanceRow))
TASK_NAMES = tuple(f.name for f in fields(UserTaskRow))
#: Every statement that makes rows of these kinds begins so.
SELECT_INSTANCE = " ".join(("SELECT", ", ".join(INSTANCE_NAMES), "FROM instance"))
SELECT_TASK = " ".join(("SELECT", ", ".join(TASK_NAMES), "FROM user_task"))
_MARKS = INSTANCE_NAMES.index("marks")


def instance_row(values: Sequence[Any]) -> InstanceRow:
    """From the columns INSTANCE_NAMES, in that order."""
    fields_of_row = list(values)
    fields_of_row[_MARKS] = tuple(values[_MARKS])
    return InstanceRow(*fields_of_row)


def task_row(values: Sequence[Any]) -> UserTaskRow:
    """From the columns TASK_NAMES, in that order."""
    return UserTaskRow(*values)
