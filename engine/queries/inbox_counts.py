"""How much stands in each view of an inbox, and what kinds of tasks: one statement, counted up to 1000 per source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Protocol

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Select,
    Text,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from engine.model.calendar import WorkCalendar
from engine.model.clock import local_day
from engine.model.light import first_green_day
from engine.model.organization import Organization
from engine.queries.frame import OWN_WORK, UnitName, unit_named
from engine.store import tables as t
from engine.store.scope import written
from engine.store.tables_base import Timestamp
from engine.store.transaction import Transaction

MOST = 1000
Standing = Literal["red", "yellow", "green", "grey"]
_TASK = t.user_task.c
#: Parameters of the statements about an inbox; values_of() gives them their values.
ME, NOW, UNTIL = bindparam("me", type_=Text), bindparam("now", type_=Timestamp), bindparam("until", type_=Date)


class Narrowed(Protocol):
    """Filters of a list, as far as counting knows them."""

    @property
    def view(self) -> str: ...
    @property
    def mechanism(self) -> str: ...
    @property
    def step(self) -> str: ...
    @property
    def level(self) -> int | None: ...
    @property
    def unit(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """Some of a person's open tasks that are alike in all that the filters ask for."""

    is_offered: bool
    mechanism: str
    node_id: str
    name: str
    name_en: str
    level: int
    unit: str  #: responsible for the case
    standing: Standing
    count: int

    def is_in(self, view: str) -> bool:
        """Does the view show these?"""
        match view:
            case "offered":
                return self.is_offered
            case "todo":
                return not self.is_offered
            case "late":
                return self.standing == "red"
            case "soon":
                return self.standing == "yellow"
            case _:
                return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallies:
    """Rows per view and open tasks per light; each at most 1000, which then means "1000 and more"."""

    offered: int
    todo: int
    soon: int
    late: int
    done: int
    cc: int
    red: int
    yellow: int
    grey: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What the statement found."""

    facets: tuple[Facet, ...]
    done: int
    cc: int

    def facets_of(self, view: str) -> tuple[Facet, ...]:
        return tuple(facet for facet in self.facets if facet.is_in(view))

    def total(self, ask: Narrowed) -> int:
        """Rows of a view with its filters."""
        if ask.view in {"done", "cc"}:
            return self.done if ask.view == "done" else self.cc
        return _capped(f.count for f in self.facets_of(ask.view) if _fits(f, ask))

    def tallies(self) -> Tallies:
        views = {view: _capped(f.count for f in self.facets_of(view)) for view in ("offered", "todo", "soon", "late")}
        lights: Counter[str] = Counter()
        for facet in self.facets:
            lights[facet.standing] += facet.count
        return Tallies(
            **views, done=self.done, cc=self.cc, red=lights["red"], yellow=lights["yellow"], grey=lights["grey"]
        )


def count_inbox(tx: Transaction, calendar: WorkCalendar) -> Counted:
    """Everything that the person who asks has open, done and copied to him."""
    found = tx.rows(_statement(), values_of(tx, calendar))
    return Counted(
        facets=tuple(_facet(row) for row in found if row.standing not in {"done", "cc"}),
        done=sum(row.n for row in found if row.standing == "done"),
        cc=sum(row.n for row in found if row.standing == "cc"),
    )


@cache
def _statement() -> CompoundSelect[Any]:
    """Put together once: for each page of each person it would take as long as its answer.

    What a person holds, held or is offered is his to see (inbox.py); row security holds the same.
    """
    candidate = t.task_candidate.c
    mine = _open_tasks(literal(False)).where(_TASK.assignee == ME)
    offered = _open_tasks(literal(True)).join(t.task_candidate, candidate.task_id == _TASK.id)
    offered = offered.where(candidate.person_id == ME, _TASK.assignee.is_(None))
    both = union_all(*(select(part.limit(MOST).subquery()) for part in (mine, offered))).subquery("both").c
    kinds = (both.offered, both.mechanism, both.node_id, both.name, both.name_en, both.ladder_level, both.case_unit)
    standing = _standing(both.state, both.due_at, both.due_on).label("standing")
    # Grouped one storey above: written twice, the values in it would be two expressions to the database.
    stood = select(*kinds, standing).subquery("stood").c
    grouped = select(*stood, func.count().label("n")).group_by(*stood)
    return union_all(grouped, *_closed())


def is_open() -> ColumnElement[bool]:
    return is_open_in(_TASK)


def is_open_in(task: ReadOnlyColumnCollection[str, Any]) -> ColumnElement[bool]:
    """Written out as in the partial indexes: bound parameters would hide from the planner that they fit."""
    found: ColumnElement[bool] = task["state"].in_([literal_column(f"'{state}'") for state in t.OPEN_STATES])
    return found


def values_of(tx: Transaction, calendar: WorkCalendar) -> dict[str, object]:
    """Who asks, when, and the first due day that is not yet 黄灯, as a bound for an index."""
    return {"me": tx.actor, "now": tx.now, "until": first_green_day(local_day(tx.now), calendar)}


def units_in(facets: Sequence[Facet], organization: Organization) -> tuple[UnitName, ...]:
    """The units of these tasks, by code."""
    return tuple(unit_named(organization, code) for code in sorted({f.unit for f in facets if f.unit}))


def _open_tasks(offered: ColumnElement[bool]) -> Select[Any]:
    columns = ("mechanism", "node_id", "name", "name_en", "ladder_level", "case_unit", "state", "due_at", "due_on")
    return select(offered.label("offered"), *(_TASK[name] for name in columns)).where(is_open())


def _standing(state: Any, due_at: Any, due_on: Any) -> ColumnElement[str]:
    """The light as far as it sorts tasks into views; the lights of the rows themselves come from engine.model."""
    return case((state == "suspended", "grey"), (due_at < NOW, "red"), (due_on < UNTIL, "yellow"), else_="green")


def _closed() -> Iterable[Select[Any]]:
    """已办 and 抄送 as rows of the same shape."""
    notice = t.notice.c
    done: Select[Any] = select(literal_column("1")).where(_TASK.done_by == ME).limit(MOST)
    copies: Select[Any] = (
        select(literal_column("1"))
        .join(t.user_task, _TASK.id == notice.task_id)
        .where(notice.person_id == ME, notice.kind.not_in(written(OWN_WORK)))
        .limit(MOST)
    )
    nothing: list[ColumnElement[Any]] = [null() for _ in range(7)]
    for name, query in (("done", done), ("cc", copies)):
        yield select(*nothing, literal(name), func.count()).select_from(query.subquery())


def _facet(row: Any) -> Facet:
    return Facet(
        is_offered=row.offered,
        mechanism=row.mechanism,
        node_id=row.node_id,
        name=row.name,
        name_en=row.name_en,
        level=row.ladder_level,
        unit=row.case_unit or "",
        standing=row.standing,
        count=row.n,
    )


def _fits(facet: Facet, ask: Narrowed) -> bool:
    return (
        ask.mechanism in {"", facet.mechanism}
        and ask.step in {"", facet.node_id}
        and ask.unit in {"", facet.unit}
        and ask.level in {None, facet.level}
    )


def _capped(counts: Iterable[int]) -> int:
    return min(sum(counts), MOST)
