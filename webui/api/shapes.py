"""What several nouns answer with: a task in a list, a case in a list."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from engine.queries.tasks import TaskRow


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskItem:
    """A user task in a list."""

    id: UUID
    name: str
    name_en: str
    node_id: str
    form_key: str | None
    key: str  #: process key
    instance_id: UUID
    business_no: str | None
    title: str
    case_state: str
    severity: str | None
    state: str
    assignee: str | None
    candidates: tuple[str, ...]
    unit: str | None
    created_at: datetime
    opened_at: datetime | None
    due_on: date | None
    due_at: datetime | None
    days_left: int | None  #: working days in (today, due]; negative: late
    light: str | None  #: green, yellow, red, blue, grey
    provisional: bool  #: the calendar of that year is not known yet
    ladder_level: int
    protected: bool
    done_at: datetime | None
    done_by: str | None
    outcome: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskList:
    """One page of tasks. next_cursor: ask again with ?cursor=…; empty: there is no more."""

    items: tuple[TaskItem, ...]
    next_cursor: str


def fields_of(item: object) -> dict[str, Any]:
    """The fields of a list item, for an answer that shows the item itself with more."""
    return {field.name: getattr(item, field.name) for field in fields(item)}  # type: ignore[arg-type]


def task_item(row: TaskRow) -> TaskItem:
    return TaskItem(
        id=row.id,
        name=row.name,
        name_en=row.name_en,
        node_id=row.node_id,
        form_key=row.form_key,
        key=row.mechanism,
        instance_id=row.instance_id,
        business_no=row.business_no,
        title=row.title,
        case_state=row.case_state,
        severity=row.severity,
        state=row.state,
        assignee=row.assignee,
        candidates=row.candidates,
        unit=row.unit,
        created_at=row.created_at,
        opened_at=row.opened_at,
        due_on=row.due_on,
        due_at=row.due_at,
        days_left=row.light.days_left if row.light is not None else None,
        light=row.light.color if row.light is not None else None,
        provisional=row.light.provisional if row.light is not None else False,
        ladder_level=row.ladder_level,
        protected=row.protected,
        done_at=row.done_at,
        done_by=row.done_by,
        outcome=row.outcome,
    )
