"""The cases behind a picture: every token of a process that passes the filters, the most overdue first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, literal, null, or_, select, tuple_, union_all
from sqlalchemy.types import SmallInteger, Text

from engine.core import Engine, Reference
from engine.model.step import InstanceId, PersonId, TaskId
from engine.queries.frame import UnitName, unit_named
from engine.queries.lights import TaskLight, light_of_task
from engine.queries.load import chosen_version, versions_of
from engine.queries.narrowing import Narrowing, of_tasks, of_units
from engine.queries.paging import DEFAULT_LIMIT, Page, decode_cursor, page_of
from engine.queries.tally import WAITING_TYPES, tokens_at
from engine.queries.tasks import check_limit
from engine.store import tables as t
from engine.store.transaction import Transaction
from engine.store.visibility import visible_instances, visible_tasks

_TASK, _CASE, _VERSION = t.user_task.c, t.instance.c, t.definition_version.c


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseToken:
    """One place at which a case stands: an open task, or a timer or message that it waits for."""

    instance_id: InstanceId
    task_id: TaskId | None  #: None: nobody has to act
    node_id: str
    name: str  #: of the step; "" for an event
    name_en: str
    state: str  #: of the task; "waiting" for an event
    assignee_name: str
    since: datetime | None
    due_on: date | None
    due_at: datetime | None
    light: TaskLight | None
    ladder_level: int
    title: str
    business_no: str
    severity: str
    marks: tuple[str, ...]
    unit: UnitName
    version: int
    row_id: UUID  #: with `due_at`, its place in the order of the list


def case_tokens(
    engine: Engine, person: PersonId, key: str, wanted: Narrowing, *, cursor: str = "", limit: int = DEFAULT_LIMIT
) -> Page[CaseToken]:
    """One page, the earliest due first, those without a date last.

    Raises NotFound for a process or version that was never in force, InputRejected for a foreign cursor.
    """
    check_limit(limit)
    after = decode_cursor(cursor, datetime | None, UUID)  # type: ignore[arg-type]
    with engine.reading(person) as tx:
        reference = engine.reference(tx)
        rows = versions_of(tx, key)
        drawn = chosen_version(rows, wanted.version, key)
        places = [
            node.id
            for row in rows
            for node in engine.definition(tx, row.id).info.nodes.values()
            if node.type in WAITING_TYPES
        ]
        parts = [_tasks(tx, reference, key, wanted)]
        if places and not wanted.light and wanted.level is None:
            parts.append(_events(tx, reference, key, wanted, sorted(set(places))))
        if wanted.version is not None:
            parts = [part.where(_CASE.definition_id == drawn.id) for part in parts]
        found = tx.connection.execute(_page(parts, after, limit)).mappings()
        tokens = [_token(row, reference, tx.now) for row in found]
    return page_of(tokens, limit, lambda token: (token.due_at, token.row_id))


def _tasks(tx: Transaction, reference: Reference, key: str, wanted: Narrowing) -> Select[Any]:
    return (
        select(
            _TASK.id.label("row_id"),
            _TASK.id.label("task_id"),
            *(_TASK[name] for name in ("instance_id", "node_id", "name", "name_en", "state", "assignee")),
            _TASK.created_at.label("since"),
            *(_TASK[name] for name in ("due_on", "due_at", "deadline", "ladder_level", "done_at")),
        )
        .join(t.instance, _CASE.id == _TASK.instance_id)
        .where(_TASK.mechanism == key, visible_tasks(tx.actor), *of_tasks(_TASK, tx, reference, wanted))
        .where(*of_units(_TASK.case_unit, reference, wanted))
    )


def _events(tx: Transaction, reference: Reference, key: str, wanted: Narrowing, places: Sequence[str]) -> Select[Any]:
    token = tokens_at([place for place in places if wanted.node in {"", place}]).subquery("token").c
    nothing: ColumnElement[Any] = null()
    return (
        select(
            token.instance_id.label("row_id"),
            nothing.cast(t.user_task.c.id.type).label("task_id"),
            token.instance_id,
            token.node_id,
            literal("", Text).label("name"),
            literal("", Text).label("name_en"),
            literal("waiting", Text).label("state"),
            nothing.cast(Text).label("assignee"),
            nothing.cast(_TASK.created_at.type).label("since"),
            nothing.cast(_TASK.due_on.type).label("due_on"),
            token.due_at,
            nothing.cast(_TASK.deadline.type).label("deadline"),
            literal(0, SmallInteger).label("ladder_level"),
            nothing.cast(_TASK.done_at.type).label("done_at"),
        )
        .join(t.instance, _CASE.id == token.instance_id)
        .where(_CASE.key == key, _CASE.ended_at.is_(None), visible_instances(tx.actor))
        .where(*of_units(_CASE.unit, reference, wanted))
    )


def _page(parts: Sequence[Select[Any]], after: tuple[object, ...] | None, limit: int) -> Select[Any]:
    """Each part cut at the page's length in the order of the list; the few rows are merged and told by their case."""
    cut = []
    for part in parts:
        columns = part.selected_columns
        behind = part if after is None else part.where(_behind(columns["due_at"], columns["row_id"], after))
        ordered = behind.order_by(columns["due_at"], part.selected_columns["row_id"]).limit(limit + 1)
        cut.append(select(ordered.subquery()))
    merged = union_all(*cut).subquery("found")
    # An approval has no number of its own: it is known by that of the case it is about.
    about = t.instance.alias("about")
    return (
        select(
            merged,
            *(_CASE[name] for name in ("title", "severity", "marks", "unit")),
            _CASE.business_no,
            about.c.business_no.label("about_no"),
            _VERSION.version,
        )
        .join(t.instance, _CASE.id == merged.c.instance_id)
        .join(t.definition_version, _VERSION.id == _CASE.definition_id)
        .outerjoin(about, about.c.id == _CASE.parent_instance)
        .order_by(merged.c.due_at, merged.c.row_id)
        .limit(limit + 1)
    )


def _behind(at: ColumnElement[Any], row_id: ColumnElement[Any], after: tuple[object, ...]) -> ColumnElement[bool]:
    when, last = after
    if when is None:
        return and_(at.is_(None), row_id > last)
    return or_(tuple_(at, row_id) > tuple_(when, last), at.is_(None))


def _token(row: Mapping[Any, Any], reference: Reference, now: datetime) -> CaseToken:
    organization = reference.organization
    is_task = row["task_id"] is not None
    return CaseToken(
        **{name: row[name] for name in _SAME},
        assignee_name=organization.person_name(row["assignee"]) if row["assignee"] else "",
        light=light_of_task(row, now, reference.calendar) if is_task else None,
        business_no=row["business_no"] or row["about_no"] or "",
        severity=row["severity"] or "",
        marks=tuple(row["marks"]),
        unit=unit_named(organization, row["unit"]),
    )


_SAME = (
    *("instance_id", "task_id", "node_id", "name", "name_en", "state", "since", "due_on", "due_at", "ladder_level"),
    *("title", "version", "row_id"),
)
