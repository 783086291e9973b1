"""我的任务: one page of a person's tasks in one of six views, and in one statement what stands in the other views."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, desc, func, or_, select, tuple_, union_all

from engine.core import Engine
from engine.model.step import InstanceId, PersonId, TaskId
from engine.queries.date_lists import DateList, date_lists
from engine.queries.frame import OWN_WORK, FrameFacts, UnitName, read_frame, unit_named
from engine.queries.inbox_counts import ME, MOST, NOW, UNTIL, Facet, Tallies, count_inbox, is_open, units_in, values_of
from engine.queries.lights import TaskLight, light_of_task
from engine.queries.news import mark_of
from engine.queries.obligation_list import count_due
from engine.queries.paging import MAX_LIMIT, decode_cursor, encode_cursor
from engine.queries.task_brief import TaskBrief, brief_of
from engine.store import tables as t
from engine.store.saved_views import SavedViewRow
from engine.store.scope import written
from engine.store.transaction import Transaction
from engine.store.visibility import visible_tasks

View = Literal["offered", "todo", "soon", "late", "done", "cc"]
PAGE = 20
_TASK, _CASE = t.user_task.c, t.instance.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What of the inbox is asked for. Empty or None: not asked."""

    view: View = "todo"
    mechanism: str = ""  #: process key
    step: str = ""  #: node id
    level: int | None = None  #: of the ladder
    unit: str = ""  #: responsible unit of the case
    q: str = ""  #: part of title or business number
    after: str = ""  #: cursor: the page behind this row
    before: str = ""  #: cursor: the page in front of this row
    selected: TaskId | None = None  #: shown beside the list
    also: TaskId | None = None  #: a task to show although it is no longer there: somebody else was first
    size: int = PAGE  #: rows of a page


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxTask:
    """One line of the list."""

    id: TaskId
    instance_id: InstanceId
    node_id: str
    name: str
    name_en: str
    mechanism: str
    state: str
    unit: UnitName  #: responsible for the case
    assignee: str | None
    assignee_name: str
    claimed_at: datetime | None
    opened_at: datetime | None
    created_at: datetime
    due_on: date | None
    due_at: datetime | None
    light: TaskLight | None
    ladder_level: int
    title: str
    business_no: str
    severity: str
    marks: tuple[str, ...]
    key: tuple[object, ...]  #: its place in the order of the list
    notice: Notice | None = None  #: only in 抄送


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Why a line stands in 抄送."""

    id: UUID
    kind: str
    at: datetime
    facts: Mapping[str, object]
    is_read: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """One page and the numbers around it."""

    frame: FrameFacts
    rows: tuple[InboxTask, ...]
    tallies: Tallies
    facets: tuple[Facet, ...]  #: what the open tasks of this view are, for the filters
    units: tuple[UnitName, ...]  #: responsible for those
    total: int  #: of this view and filter, counted up to 1000
    previous: str  #: cursor of the page before; "" for none
    following: str
    chosen: InboxTask | None  #: the task that was asked for, on this page or not; else the first one
    preview: TaskBrief | None  #: what there is to know of it
    views: tuple[SavedViewRow, ...] = ()  #: filters that the reader comes back to
    mark: str = ""  #: to ask with for what has come since (queries.news)
    moved: tuple[DateList, ...] = ()  #: only in 抄送: what changes of the calendar have moved
    duties_due: tuple[int, int] = (0, 0)  #: what the reader's unit owes soon, and what of it is late


def inbox(engine: Engine, person: PersonId, ask: Ask) -> Inbox:
    """Open tasks the earliest due first, those without a date last; done ones and copies the youngest first.

    Raises InputRejected for a cursor of another list.
    """
    with engine.reading(person) as tx:
        calendar = engine.reference(tx).calendar
        rows, previous, following = _page(engine, tx, ask)
        counted, shown = count_inbox(tx, calendar), _with_the_taken(engine, tx, ask, rows)
        chosen = _chosen(engine, tx, ask, shown)
        return Inbox(
            frame=read_frame(engine, tx),
            rows=shown,
            tallies=counted.tallies(),
            facets=counted.facets_of(ask.view),
            units=units_in(counted.facets_of(ask.view), engine.reference(tx).organization),
            total=counted.total(ask) if not ask.q.strip() else _count_found(engine, tx, ask),
            previous=previous,
            following=following,
            chosen=chosen,
            preview=brief_of(engine, tx, chosen.id) if chosen is not None else None,
            views=tx.saved_views(person),
            mark=mark_of(tx),
            moved=date_lists(engine, tx) if ask.view == "cc" else (),
            duties_due=count_due(tx, engine.reference(tx).organization.home_unit(person)),
        )


def inbox_rows(engine: Engine, person: PersonId, ask: Ask, *, at_most: int) -> tuple[tuple[InboxTask, ...], bool]:
    """All rows of a view with its filters, in its order, up to `at_most`; and whether there are more."""
    found: list[InboxTask] = []
    ask = replace(ask, size=MAX_LIMIT, after="", before="")
    with engine.reading(person) as tx:
        while True:
            rows, _, following = _page(engine, tx, ask)
            found += rows
            if not following or len(found) >= at_most:
                return tuple(found[:at_most]), bool(following) or len(found) > at_most
            ask = replace(ask, after=following)


def own_order(engine: Engine, tx: Transaction, ask: Ask, *, at_most: int) -> tuple[tuple[datetime | None, TaskId], ...]:
    """Tasks in the actor's hands in the order of the view as it is filtered: (due, id) of each."""
    parts = [part.query.order_by(part.at, part.row_id).limit(at_most) for part in _parts(ask)]
    merged = _merged(parts)
    query = select(merged.c["at"], merged.c.row_id).where(merged.c.assignee == ME)
    query = query.order_by(*_order(merged.c["at"], merged.c.row_id, downwards=False)).limit(at_most)
    found = tx.connection.execute(query, values_of(tx, engine.reference(tx).calendar))
    return tuple((row[0], TaskId(row[1])) for row in found)


def _chosen(engine: Engine, tx: Transaction, ask: Ask, rows: Sequence[InboxTask]) -> InboxTask | None:
    first = rows[0] if rows else None
    if ask.selected is None:
        return first
    here = next((row for row in rows if row.id == ask.selected), None)
    return here or _one(engine, tx, ask.selected) or first


def _page(engine: Engine, tx: Transaction, ask: Ask) -> tuple[tuple[InboxTask, ...], str, str]:
    """The rows of this page and the cursors of its neighbours."""
    backwards = bool(ask.before)
    is_plain = ask == Ask(view=ask.view, selected=ask.selected, also=ask.also)
    values = values_of(tx, engine.reference(tx).calendar)
    found: Iterable[Any] = (
        tx.rows(_first_page(ask.view), values) if is_plain else tx.connection.execute(_page_of(ask), values)
    )
    rows = [_task(engine, tx, row._asdict()) for row in found]
    more, rows = len(rows) > ask.size, rows[: ask.size]
    if backwards:
        rows.reverse()
    first, last = (encode_cursor(*rows[0].key), encode_cursor(*rows[-1].key)) if rows else ("", "")
    has_before, has_after = (more, True) if backwards else (bool(ask.after), more)
    return tuple(rows), first if has_before else "", last if has_after else ""


@cache
def _first_page(view: View) -> Select[Any]:
    """What nearly everybody asks for. Put together once: that takes as long as the database does."""
    return _page_of(Ask(view=view))


def _page_of(ask: Ask) -> Select[Any]:
    cut = [_cut(part, ask) for part in _parts(ask)]
    return _with_case(_merged(cut), downwards=_is_downwards(ask), size=ask.size)


def _parts(ask: Ask) -> tuple[_Part, ...]:
    """What the view is made of: each part an index scan of its own.

    Whoever holds, held or is offered a task is a party of its case, so only 抄送 asks for visibility besides. Row
    security asks anyway, which for 500 offered tasks costs as much as the rest of the page.
    """
    if ask.view == "cc":
        return (_Part(_narrowed(_copied(), ask), t.notice.c.at, t.notice.c.id),)
    if ask.view == "done":
        done = _tasks_by(_TASK.done_at).where(_TASK.done_by == ME)
        return (_Part(_narrowed(done, ask), _TASK.done_at, _TASK.id),)
    queries = []
    if ask.view != "offered":
        queries.append(_tasks_by(_TASK.due_at).where(_TASK.assignee == ME))
    if ask.view != "todo":
        candidate = t.task_candidate.c
        offered = _tasks_by(_TASK.due_at).join(t.task_candidate, candidate.task_id == _TASK.id)
        queries.append(offered.where(candidate.person_id == ME, _TASK.assignee.is_(None)))
    wanted = [is_open(), *_standing(ask.view)]
    return tuple(_Part(_narrowed(query.where(*wanted), ask), _TASK.due_at, _TASK.id) for query in queries)


@dataclass(frozen=True, slots=True)
class _Part:
    """A list and the two columns that say its order."""

    query: Select[Any]
    at: ColumnElement[Any]
    row_id: ColumnElement[Any]


def _tasks_by(at: ColumnElement[Any]) -> Select[Any]:
    return select(*_columns(), at.label("at"), _TASK.id.label("row_id"))


def _copied() -> Select[Any]:
    """What was told to a person about a task, with the task as it is now."""
    notice = t.notice.c
    told = (notice.kind, notice.facts, notice.read_at, notice.at.label("at"), notice.id.label("row_id"))
    query = select(*_columns(), *told).join(t.notice, notice.task_id == _TASK.id)
    return query.where(notice.person_id == ME, notice.kind.not_in(written(OWN_WORK)), visible_tasks(ME))


def _standing(view: View) -> list[ColumnElement[bool]]:
    """即将到期 and 已逾期, as bounds of an index: the lights themselves are computed from the rows."""
    if view == "late":
        return [_TASK.due_at < NOW, _TASK.state != "suspended"]
    if view == "soon":
        return [_TASK.due_at >= NOW, _TASK.due_on < UNTIL, _TASK.state != "suspended"]
    return []


def _columns() -> tuple[ColumnElement[Any], ...]:
    return tuple(_TASK[name] for name in _TASK_COLUMNS)


_TASK_COLUMNS = (
    *("id", "instance_id", "node_id", "name", "name_en", "mechanism", "state", "case_unit", "assignee", "claimed_at"),
    *("opened_at", "created_at", "due_on", "due_at", "deadline", "ladder_level", "done_at"),
)


def _narrowed(query: Select[Any], ask: Ask) -> Select[Any]:
    equal = ((_TASK.mechanism, ask.mechanism), (_TASK.node_id, ask.step), (_TASK.case_unit, ask.unit))
    for column, value in equal:
        if value:
            query = query.where(column == value)
    if ask.level is not None:
        query = query.where(_TASK.ladder_level == ask.level)
    part = ask.q.strip()
    if part:
        query = query.join(t.instance, _CASE.id == _TASK.instance_id).where(
            or_(_CASE.title.contains(part, autoescape=True), _CASE.business_no.contains(part.upper(), autoescape=True))
        )
    return query


def _is_downwards(ask: Ask) -> bool:
    """Is the list walked from the greatest to the smallest? The youngest stand first in 已办 and 抄送."""
    return (ask.view in {"done", "cc"}) != bool(ask.before)


def _cut(part: _Part, ask: Ask) -> Select[Any]:
    """From the cursor on, in the order of the view; a row without a date stands behind all others."""
    query, downwards = part.query, _is_downwards(ask)
    cursor = decode_cursor(ask.before or ask.after, datetime | None, UUID)  # type: ignore[arg-type]
    if cursor is not None:
        query = query.where(_behind(cursor, part, downwards=downwards))
    return query.order_by(*_order(part.at, part.row_id, downwards=downwards)).limit(ask.size + 1)


def _order(at: ColumnElement[Any], row_id: ColumnElement[Any], *, downwards: bool) -> tuple[ColumnElement[Any], ...]:
    return (desc(at).nulls_first(), desc(row_id)) if downwards else (at, row_id)


def _behind(cursor: tuple[object, ...], part: _Part, *, downwards: bool) -> ColumnElement[bool]:
    """Rows that come after the cursor when walking up (or down) the order; NULL is greater than every date."""
    (when, last), at, row_id = cursor, part.at, part.row_id
    if when is None:
        undated = and_(at.is_(None), row_id < last if downwards else row_id > last)
        return or_(undated, at.is_not(None)) if downwards else undated
    if downwards:
        return tuple_(at, row_id) < tuple_(when, last)
    return or_(tuple_(at, row_id) > tuple_(when, last), at.is_(None))


def _with_case(merged: Subquery, *, downwards: bool, size: int = PAGE) -> Select[Any]:
    """The parts merged, and beside each of the few rows what its case is."""
    # A ladder and an approval have no number of their own: they are known by that of the case they are about.
    about = t.instance.alias("about")
    number = func.coalesce(_CASE.business_no, about.c.business_no).label("business_no")
    query = select(merged, _CASE.title, number, _CASE.severity, _CASE.marks)
    query = query.join(t.instance, _CASE.id == merged.c.instance_id)
    query = query.outerjoin(about, about.c.id == _CASE.parent_instance)
    return query.order_by(*_order(merged.c["at"], merged.c.row_id, downwards=downwards)).limit(size + 1)


def _merged(cut: Sequence[Select[Any]]) -> Subquery:
    if len(cut) == 1:
        return cut[0].subquery("found")
    return union_all(*(select(query.subquery()) for query in cut)).subquery("found")


def _count_found(engine: Engine, tx: Transaction, ask: Ask) -> int:
    """How many rows a search has, counted up to 1000 of each part only."""
    found = select(func.count()).select_from(_merged([part.query.limit(MOST) for part in _parts(ask)]))
    return int(tx.connection.execute(found, values_of(tx, engine.reference(tx).calendar)).scalar_one())


def _with_the_taken(engine: Engine, tx: Transaction, ask: Ask, rows: tuple[InboxTask, ...]) -> tuple[InboxTask, ...]:
    """The list with a task on it that somebody else has just claimed: the row stays, with his name."""
    if ask.also is None or any(row.id == ask.also for row in rows):
        return rows
    gone = _one(engine, tx, ask.also)
    return rows if gone is None else (gone, *rows)


def _one(engine: Engine, tx: Transaction, task_id: TaskId) -> InboxTask | None:
    """A task that stands in no part of the list, where the actor may see it."""
    query = _tasks_by(_TASK.due_at).where(_TASK.id == task_id, visible_tasks(tx.actor))
    found = tx.connection.execute(_with_case(_merged([query]), downwards=False)).first()
    return None if found is None else _task(engine, tx, found._mapping)


def _task(engine: Engine, tx: Transaction, row: Mapping[Any, Any]) -> InboxTask:
    reference = engine.reference(tx)
    return InboxTask(
        **{name: row[name] for name in _TASK_COLUMNS if name not in {"case_unit", "deadline", "done_at"}},
        unit=unit_named(reference.organization, row["case_unit"]),
        assignee_name=reference.organization.person_name(row["assignee"]) if row["assignee"] else "",
        light=light_of_task({name: row[name] for name in _TASK_COLUMNS}, tx.now, reference.calendar),
        title=row["title"],
        business_no=row["business_no"] or "",
        severity=row["severity"] or "",
        marks=tuple(row["marks"]),
        key=(row["at"], row["row_id"]),
        notice=_notice(row),
    )


def _notice(row: Mapping[Any, Any]) -> Notice | None:
    if "kind" not in row:
        return None
    return Notice(
        id=row["row_id"], kind=row["kind"], at=row["at"], facts=row["facts"], is_read=row["read_at"] is not None
    )
