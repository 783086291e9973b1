"""User tasks as lists: the inbox of a person and the tasks of the units that a supervisor sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from engine.core import Engine, Reference
from engine.errors import InputRejected
from engine.model.step import InstanceId, PersonId, TaskId
from engine.queries.lights import TaskLight, light_of_task
from engine.queries.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, decode_cursor, page_of
from engine.queries.people import unit_name
from engine.store import tables as t
from engine.store.scope import SYSTEM
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
    query = _one_task(is_system=tx.actor == SYSTEM)
    return next(iter(_rows(engine, tx, tx.rows(query, {"task_id": task_id, "actor": tx.actor}))), None)


@cache
def _one_task(*, is_system: bool) -> Select[Any]:
    actor = SYSTEM if is_system else bindparam("actor", type_=Text)
    return _select().where(_TASK.id == bindparam("task_id"), visible_tasks(actor))


def count_tasks(tx: Transaction, person: PersonId, wanted: InboxFilter, *, at_most: int = 1000) -> int:
    """How many tasks `tasks` would list, counted up to `at_most` only."""
    found = [
        select(_TASK.id).join(t.instance, _CASE.id == _TASK.instance_id).where(*conditions).limit(at_most)
        for conditions in _branches(_shape(person, wanted))
    ]
    counts = [select(func.count()).select_from(query.subquery()) for query in found]
    total = sum(int(tx.connection.execute(query, _values(person, wanted)).scalar_one()) for query in counts)
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
    """By due date. Each branch is an index scan of its own, cut at the page's length; the few rows are merged."""
    after = decode_cursor(cursor, datetime | None, UUID)  # type: ignore[arg-type]
    values = _values(person, wanted)
    if after is not None:
        values |= {"after_due": after[0], "after_id": after[1]}
    behind = None if after is None else "undated" if after[0] is None else "dated"
    query = _open_page(_shape(person, wanted), behind, limit)
    rows = _rows(engine, tx, tx.rows(query, values, last=True))
    return page_of(rows, limit, lambda row: (row.due_at, row.id))


@lru_cache(maxsize=256)
def _open_page(shape: _Shape, behind: str | None, limit: int) -> Select[Any]:
    """Built once for all who ask alike: building it takes longer than the database does."""
    columns = [_TASK[name] for name in _TASK_COLUMNS]
    parts = []
    for conditions in _branches(shape):
        query = select(*columns).where(*conditions)
        if "title" in shape.asked:
            query = query.join(t.instance, _CASE.id == _TASK.instance_id)
        parts += [part.order_by(_TASK.due_at, _TASK.id).limit(_plain(limit + 1)) for part in _after_due(query, behind)]
    merged = union_all(*(select(part.subquery()) for part in parts)).subquery("found")
    return _shown(merged.c, merged).order_by(merged.c.due_at, merged.c.id).limit(_plain(limit + 1))


def _plain(number: int) -> ColumnElement[int]:
    """In the text of the statement, not beside it: a planner that knows how few rows are wanted takes the index."""
    return literal_column(str(number), Integer)


def _after_due(query: Select[Any], behind: str | None) -> Sequence[Select[Any]]:
    """From the cursor on. An index has those without a date last, but a comparison of rows does not know NULL."""
    if behind is None:
        return (query,)
    due_at, last = bindparam("after_due", type_=_TASK.due_at.type), bindparam("after_id", type_=_TASK.id.type)
    undated = query.where(_TASK.due_at.is_(None))
    if behind == "undated":
        return (undated.where(_TASK.id > last),)
    return (query.where(tuple_(_TASK.due_at, _TASK.id) > tuple_(due_at, last)), undated)


def _closed(
    engine: Engine, tx: Transaction, person: PersonId, wanted: InboxFilter, cursor: str, limit: int
) -> Page[TaskRow]:
    """What is done, the youngest first."""
    query = _select().where(visible_tasks(person), _TASK.done_at.is_not(None), *_conditions(_shape(person, wanted)))
    if wanted.view in ("mine", "inbox"):
        query = query.where(_TASK.done_by == bindparam("person"))
    after = decode_cursor(cursor, datetime, UUID)
    if after is not None:
        query = query.where(tuple_(_TASK.done_at, _TASK.id) < tuple_(*after))
    query = query.order_by(_TASK.done_at.desc(), _TASK.id.desc()).limit(limit + 1)
    rows = _rows(engine, tx, tx.connection.execute(query, _values(person, wanted)).all())
    return page_of(rows, limit, lambda row: (row.done_at, row.id))


@dataclass(frozen=True, slots=True)
class _Shape:
    """All that the text of a statement depends on."""

    view: View
    states: tuple[str, ...]
    asked: frozenset[str]  #: which of the values below there are
    eyes: str  #: whose cases, where the view is not the person's own


def _shape(person: PersonId, wanted: InboxFilter) -> _Shape:
    asked = frozenset(_values(person, wanted)) - {"person"}
    return _Shape(wanted.view, wanted.states, asked, person if wanted.view == "unit" else "")


def _values(person: PersonId, wanted: InboxFilter) -> dict[str, object]:
    """What was asked for, by the names of the parameters; what was not asked for is left out."""
    part = wanted.q.strip().replace("/", "//").replace("%", "/%").replace("_", "/_")
    values = {
        "key": wanted.key or None,
        "node_id": wanted.node_id or None,
        "unit": wanted.unit or None,
        "instance_id": wanted.instance_id,
        "level": wanted.level,
        "due_before": wanted.due_before,
        "due_from": wanted.due_from,
        "title": f"%{part}%" if part else None,
        "number": f"%{part.upper()}%" if part else None,
    }
    return {"person": person} | {name: value for name, value in values.items() if value is not None}


def _branches(shape: _Shape) -> Sequence[Sequence[ColumnElement[bool]]]:
    """The conditions of each index scan that the view is made of."""
    conditions, person = _conditions(shape), bindparam("person", type_=Text)
    mine = [_TASK.assignee == person, *conditions]
    offered = [_TASK.id.in_(select(t.task_candidate.c.task_id).where(t.task_candidate.c.person_id == person))]
    match shape.view:
        case "mine":
            return [mine]
        case "candidate":
            return [[*offered, *conditions]]
        case "inbox":
            return [mine, [_TASK.assignee.is_(None), *offered, *conditions]]
        case "unit":
            return [[visible_tasks(shape.eyes), *conditions]]


def _conditions(shape: _Shape) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if set(shape.states) == set(t.OPEN_STATES):
        found.append(_is_open())
    elif shape.states:
        found.append(or_(*(_TASK.state == state for state in shape.states)))  # not IN: see Scope.rows
        if set(shape.states) <= set(t.OPEN_STATES):
            found.append(_is_open())  # so that the partial indexes are known to fit
    possible: Mapping[str, Callable[[BindParameter[Any]], ColumnElement[bool]]] = {
        "key": _TASK.mechanism.__eq__,
        "node_id": _TASK.node_id.__eq__,
        "unit": _TASK.unit.__eq__,
        "instance_id": _TASK.instance_id.__eq__,
        "level": _TASK.ladder_level.__eq__,
        "due_before": _TASK.due_at.__lt__,
        "due_from": _TASK.due_at.__ge__,
    }
    found += [compare(bindparam(name)) for name, compare in possible.items() if name in shape.asked]
    if "title" in shape.asked:
        in_title = _CASE.title.like(bindparam("title"), escape="/")
        found.append(or_(in_title, _CASE.business_no.like(bindparam("number"), escape="/")))
    return found


def _is_open() -> ColumnElement[bool]:
    """Written out as in the partial indexes: bound parameters would hide from the planner that they fit."""
    return _TASK.state.in_([literal_column(f"'{state}'") for state in t.OPEN_STATES])


def _select() -> Select[Any]:
    return _shown(_TASK, t.user_task)


def _shown(task: ReadOnlyColumnCollection[str, Any], source: FromClause) -> Select[Any]:
    """What a line of a list shows, of the tasks in `source`: of the task, of its case, and to whom it is offered."""
    offered = t.task_candidate.c
    people = select(offered.person_id).where(offered.task_id == task.id).order_by(offered.person_id).scalar_subquery()
    return select(
        *(task[name] for name in _TASK_COLUMNS),
        *(_CASE[name].label(label) for name, label in _CASE_COLUMNS),
        case((task.state == "offered", func.array(people, type_=ARRAY(Text)))).label("candidates"),
    ).select_from(source.join(t.instance, _CASE.id == task.instance_id))


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
    return tuple(_row(row._asdict(), reference, tx.now) for row in found)


def _row(values: Mapping[str, Any], reference: Reference, now: datetime) -> TaskRow:
    named = {name: value for name, value in values.items() if name != "deadline"}
    named["marks"], named["candidates"] = tuple(named["marks"]), tuple(named["candidates"] or ())
    return TaskRow(
        **named,
        unit_name=unit_name(reference.organization, values["unit"]),
        assignee_name=reference.organization.person_name(values["assignee"]) if values["assignee"] else "",
        light=light_of_task(values, now, reference.calendar),
    )
