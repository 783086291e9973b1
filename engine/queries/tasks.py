"""User tasks as lists: the inbox of a person and the tasks of the units that a supervisor sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, literal_column, or_, select, tuple_

from engine.core import Engine, Reference
from engine.errors import InputRejected
from engine.model.step import InstanceId, PersonId, TaskId
from engine.queries.lights import TaskLight, light_of_task
from engine.queries.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, decode_cursor, page_of
from engine.queries.people import unit_name
from engine.store import tables as t
from engine.store.transaction import Transaction
from engine.store.visibility import visible_tasks

#: mine: in my hands; candidate: offered to me; inbox: both; unit: of the cases that I may see.
View = Literal["mine", "candidate", "inbox", "unit"]
_TASK, _CASE = t.user_task.c, t.instance.c


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxFilter:
    """Which tasks. Empty or None: do not ask for that."""

    view: View = "inbox"
    states: tuple[str, ...] = t.OPEN_STATES
    key: str = ""  #: process key
    node_id: str = ""
    unit: str = ""  #: unit that must act
    instance_id: InstanceId | None = None
    level: int | None = None  #: of the ladder
    due_before: datetime | None = None
    due_from: datetime | None = None
    q: str = ""  #: part of title or business number


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """One line of a list of tasks."""

    id: TaskId
    instance_id: InstanceId
    node_id: str
    name: str
    name_en: str
    mechanism: str  #: process key
    form_key: str | None
    unit: str | None
    unit_name: str
    state: str
    assignee: str | None
    assignee_name: str
    candidates: tuple[str, ...]
    created_at: datetime
    opened_at: datetime | None
    due_on: date | None
    due_at: datetime | None
    light: TaskLight | None  #: None: a task without a date
    ladder_level: int
    protected: bool
    done_at: datetime | None
    done_by: str | None
    outcome: str | None
    title: str
    business_no: str | None
    case_state: str
    case_unit: str | None
    severity: str | None
    marks: tuple[str, ...] = field(default=())

    @property
    def is_open(self) -> bool:
        return self.state in t.OPEN_STATES


def tasks(
    engine: Engine,
    person: PersonId,
    wanted: InboxFilter,
    *,
    cursor: str = "",
    limit: int = DEFAULT_LIMIT,
) -> Page[TaskRow]:
    """One page of tasks, the earliest due first, those without a date last; done ones the youngest first.

    Raises InputRejected for an unknown view, a foreign cursor and a limit outside 1…200.
    """
    if wanted.view not in get_args(View):
        raise InputRejected(
            f"没有“{wanted.view}”这一视图。", f"There is no view {wanted.view!r}.", field="view", value=wanted.view
        )
    check_limit(limit)
    with engine.reading(person) as tx:
        if wanted.states and not set(wanted.states) & set(t.OPEN_STATES):
            return _closed(engine, tx, person, wanted, cursor, limit)
        return _open(engine, tx, person, wanted, cursor, limit)


def tasks_of_case(engine: Engine, tx: Transaction, instance_id: InstanceId) -> tuple[TaskRow, ...]:
    """Every task of a case, in the order in which they opened. The caller has asked whether the case may be seen."""
    query = _select().where(_TASK.instance_id == instance_id, visible_tasks(tx.actor))
    return _rows(engine, tx, tx.connection.execute(query.order_by(_TASK.created_at, _TASK.token)).all())


def find_task(engine: Engine, tx: Transaction, task_id: TaskId) -> TaskRow | None:
    """One task that the actor may see, or that is offered to him."""
    query = _select().where(_TASK.id == task_id, visible_tasks(tx.actor))
    return next(iter(_rows(engine, tx, tx.connection.execute(query).all())), None)


def count_tasks(tx: Transaction, person: PersonId, wanted: InboxFilter, *, at_most: int = 1000) -> int:
    """How many tasks `tasks` would list, counted up to `at_most` only."""
    found = [
        select(_TASK.id).join(t.instance, _CASE.id == _TASK.instance_id).where(*conditions).limit(at_most)
        for conditions in _branches(person, wanted)
    ]
    total = sum(
        int(tx.connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()) for query in found
    )
    return min(total, at_most)


def check_limit(limit: int) -> None:
    """Raises InputRejected."""
    if not 1 <= limit <= MAX_LIMIT:
        raise InputRejected(
            f"每页应为1至{MAX_LIMIT}条。", f"A page has 1 to {MAX_LIMIT} rows.", field="limit", value=limit
        )


def _open(
    engine: Engine, tx: Transaction, person: PersonId, wanted: InboxFilter, cursor: str, limit: int
) -> Page[TaskRow]:
    """By due date. Each branch is an index scan of its own, cut at the page's length; the few rows are merged here."""
    after = decode_cursor(cursor, datetime | None, UUID)  # type: ignore[arg-type]
    found: dict[UUID, Any] = {}
    for conditions in _branches(person, wanted):
        base = _select().where(*conditions)
        for part in _after_due(after):
            found.update({row.id: row for row in tx.connection.execute(part(base).limit(limit + 1))})
    ordered = sorted(found.values(), key=lambda row: (row.due_at is None, row.due_at or 0, row.id))
    rows = _rows(engine, tx, ordered[: limit + 1])
    return page_of(rows, limit, lambda row: (row.due_at, row.id))


def _after_due(after: tuple[object, ...] | None) -> Sequence[Any]:
    """Two ranges of the index, dated and undated tasks, from the cursor on; a row comparison would not know NULL."""
    dated_from: list[ColumnElement[bool]] = [_TASK.due_at.is_not(None)]
    undated_from: list[ColumnElement[bool]] = [_TASK.due_at.is_(None)]
    parts = []
    if after is not None:
        due_at, last = after
        if due_at is None:
            undated_from.append(_TASK.id > last)
        else:
            dated_from.append(tuple_(_TASK.due_at, _TASK.id) > tuple_(due_at, last))
    if after is None or after[0] is not None:
        parts.append(lambda query: query.where(*dated_from).order_by(_TASK.due_at, _TASK.id))
    parts.append(lambda query: query.where(*undated_from).order_by(_TASK.id))
    return parts


def _closed(
    engine: Engine, tx: Transaction, person: PersonId, wanted: InboxFilter, cursor: str, limit: int
) -> Page[TaskRow]:
    """What is done, the youngest first."""
    query = _select().where(visible_tasks(person), _TASK.done_at.is_not(None), *_conditions(wanted))
    if wanted.view in ("mine", "inbox"):
        query = query.where(_TASK.done_by == person)
    after = decode_cursor(cursor, datetime, UUID)
    if after is not None:
        query = query.where(tuple_(_TASK.done_at, _TASK.id) < tuple_(*after))
    query = query.order_by(_TASK.done_at.desc(), _TASK.id.desc()).limit(limit + 1)
    rows = _rows(engine, tx, tx.connection.execute(query).all())
    return page_of(rows, limit, lambda row: (row.done_at, row.id))


def _branches(person: PersonId, wanted: InboxFilter) -> Sequence[Sequence[ColumnElement[bool]]]:
    """The conditions of each index scan that the view is made of."""
    conditions = _conditions(wanted)
    mine = [_TASK.assignee == person, *conditions]
    offered = [_TASK.id.in_(select(t.task_candidate.c.task_id).where(t.task_candidate.c.person_id == person))]
    match wanted.view:
        case "mine":
            return [mine]
        case "candidate":
            return [[*offered, *conditions]]
        case "inbox":
            return [mine, [_TASK.assignee.is_(None), *offered, *conditions]]
        case "unit":
            return [[visible_tasks(person), *conditions]]


def _conditions(wanted: InboxFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if set(wanted.states) == set(t.OPEN_STATES):
        found.append(_is_open())
    elif wanted.states:
        found.append(_TASK.state.in_(wanted.states))
        if set(wanted.states) <= set(t.OPEN_STATES):
            found.append(_is_open())  # so that the partial indexes are known to fit
    equal = (
        (_TASK.mechanism, wanted.key),
        (_TASK.node_id, wanted.node_id),
        (_TASK.unit, wanted.unit),
        (_TASK.instance_id, wanted.instance_id),
    )
    found += [column == value for column, value in equal if value]
    if wanted.level is not None:
        found.append(_TASK.ladder_level == wanted.level)
    if wanted.due_before is not None:
        found.append(_TASK.due_at < wanted.due_before)
    if wanted.due_from is not None:
        found.append(_TASK.due_at >= wanted.due_from)
    if wanted.q.strip():
        part = wanted.q.strip()
        in_title = _CASE.title.contains(part, autoescape=True)
        found.append(or_(in_title, _CASE.business_no.contains(part.upper(), autoescape=True)))
    return found


def _is_open() -> ColumnElement[bool]:
    """Written out as in the partial indexes: bound parameters would hide from the planner that they fit."""
    return _TASK.state.in_([literal_column(f"'{state}'") for state in t.OPEN_STATES])


def _select() -> Select[Any]:
    return select(
        *(_TASK[name] for name in _TASK_COLUMNS), *(_CASE[name].label(label) for name, label in _CASE_COLUMNS)
    ).join(t.instance, _CASE.id == _TASK.instance_id)


_TASK_COLUMNS = (
    *("id", "instance_id", "node_id", "name", "name_en", "mechanism", "form_key", "unit", "state", "assignee"),
    *("created_at", "opened_at", "due_on", "due_at", "deadline", "ladder_level", "protected"),
    *("done_at", "done_by", "outcome"),
)
_CASE_COLUMNS = (
    ("title", "title"),
    ("business_no", "business_no"),
    ("case_state", "case_state"),
    ("unit", "case_unit"),
    ("severity", "severity"),
    ("marks", "marks"),
)


def _rows(engine: Engine, tx: Transaction, found: Sequence[Any]) -> tuple[TaskRow, ...]:
    reference = engine.reference(tx)
    candidates = _candidates(tx, [row.id for row in found if row.state == "offered"])
    return tuple(_row(row._asdict(), reference, tx.now, candidates) for row in found)


def _row(
    values: Mapping[str, Any], reference: Reference, now: datetime, candidates: Mapping[UUID, tuple[str, ...]]
) -> TaskRow:
    named = {name: value for name, value in values.items() if name != "deadline"}
    named["marks"] = tuple(named["marks"])
    return TaskRow(
        **named,
        unit_name=unit_name(reference.organization, values["unit"]),
        assignee_name=reference.organization.person_name(values["assignee"]) if values["assignee"] else "",
        candidates=candidates.get(values["id"], ()),
        light=light_of_task(values, now, reference.calendar),
    )


def _candidates(tx: Transaction, ids: Sequence[UUID]) -> Mapping[UUID, tuple[str, ...]]:
    if not ids:
        return {}
    offered = t.task_candidate.c
    query = select(offered.task_id, func.array_agg(offered.person_id)).where(offered.task_id.in_(ids))
    found = tx.connection.execute(query.group_by(offered.task_id))
    return {task_id: tuple(sorted(people)) for task_id, people in found}
