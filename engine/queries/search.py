"""Search over everything the reader may see: cases, open tasks and cards, by number, title or unit.

What looks like a number is searched from its beginning, which an index serves; other words anywhere in the titles
of what the reader may see, which takes longer the more that is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select, union_all
from sqlalchemy.dialects.postgresql import distinct_on

from engine.core import Engine, Reference
from engine.errors import InputRejected
from engine.model.step import InstanceId, PersonId, TaskId
from engine.queries.frame import FrameFacts, UnitName, read_frame, unit_named
from engine.queries.inbox_counts import is_open
from engine.queries.lights import TaskLight, light_of_task
from engine.store import tables as t
from engine.store.transaction import Transaction
from engine.store.visibility import oversees, visible_cards, ways_to_instances

#: Rows of each group on the first page, and of the one group that is looked at alone.
FEW, MOST = 5, 50
_LONGEST = 100
_NUMBER = re.compile(r"[A-Za-z]{2}-[A-Za-z0-9-]*")  #: "WT-532503GA-2026-0007", or its beginning
_CASE, _TASK, _CARD = t.instance.c, t.user_task.c, t.card.c
GROUPS = ("tasks", "cases", "cards")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTask:
    """An open task."""

    id: TaskId
    title: str
    business_no: str
    name: str
    name_en: str
    unit: UnitName
    assignee_name: str  #: "" while it is offered
    due_on: date | None
    due_at: datetime | None
    state: str
    light: TaskLight | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCase:
    """A case, open or closed."""

    id: InstanceId
    title: str
    business_no: str
    mechanism: str  #: process key
    case_state: str
    unit: UnitName
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCard:
    """A card of the ladder."""

    no: str
    level: int
    state: str
    title: str
    unit: UnitName
    issued_on: date
    case_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found, and in which groups there is more than what is shown."""

    q: str
    tasks: tuple[FoundTask, ...] = ()
    cases: tuple[FoundCase, ...] = ()
    cards: tuple[FoundCard, ...] = ()
    more: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchView:
    """The page."""

    frame: FrameFacts
    found: Found


def search_view(engine: Engine, person: PersonId, q: str, *, group: str = "") -> SearchView:
    """Raises InputRejected for a group that does not exist."""
    with engine.reading(person) as tx:
        return SearchView(frame=read_frame(engine, tx), found=_search(engine, tx, q, group))


def search(engine: Engine, person: PersonId, q: str, *, group: str = "") -> Found:
    """Five of each group, or fifty of one. Nothing for an empty question. Raises as `search_view`."""
    with engine.reading(person) as tx:
        return _search(engine, tx, q, group)


def _search(engine: Engine, tx: Transaction, q: str, group: str) -> Found:
    if group and group not in GROUPS:
        raise InputRejected(
            f"没有“{group}”这一类。", f"There is no group {group!r}.", field="group", value=group, allowed=list(GROUPS)
        )
    words = " ".join(q.split())[:_LONGEST]
    if not words:
        return Found(q="")
    reference, limit = engine.reference(tx), MOST if group else FEW
    units = _units(reference, words)
    more: set[str] = set()

    def of(name: str, build: Callable[[Transaction, str, list[str], int], Select[Any]]) -> Iterable[Any]:
        if group not in {"", name}:
            return ()
        rows = tx.connection.execute(build(tx, words, units, limit + 1)).all()
        if len(rows) > limit:
            more.add(name)
        return rows[:limit]

    return Found(
        q=words,
        tasks=tuple(_task(row, reference, tx) for row in of("tasks", _tasks)),
        cases=tuple(_case(row, reference) for row in of("cases", _cases)),
        cards=tuple(_card(row, reference) for row in of("cards", _cards)),
        more=frozenset(more),
    )


def _units(reference: Reference, words: str) -> list[str]:
    """Units of that name or code: their things are found by it."""
    wanted = words.casefold()
    return [
        unit.code
        for unit in reference.organization.units
        if wanted in unit.name.casefold() or wanted in unit.short_name.casefold() or unit.code.casefold() == wanted
    ]


def _wanted(
    title: ColumnElement[Any], number: ColumnElement[Any], unit: ColumnElement[Any], words: str, units: list[str]
) -> ColumnElement[bool]:
    of_units = [unit.in_(units)] if units else []
    if _NUMBER.fullmatch(words):
        return or_(number.startswith(words.upper(), autoescape=True), *of_units)
    return or_(title.icontains(words, autoescape=True), *of_units)


def _tasks(tx: Transaction, words: str, units: list[str], limit: int) -> Select[Any]:
    """Open ones, the earliest due first."""
    names = ("id", "name", "name_en", "assignee", "due_on", "due_at", "state", "deadline", "done_at", "created_at")
    query = select(*(_TASK[name] for name in names), _TASK.case_unit, _CASE.title, _CASE.business_no)
    query = query.join(t.instance, _CASE.id == _TASK.instance_id).where(is_open())
    query = query.where(_wanted(_CASE.title, _CASE.business_no, _TASK.case_unit, words, units))
    # By their cases, which have an index for each way; whoever sees the case sees its tasks.
    ways = ways_to_instances(tx.actor, _overseen(tx))
    return _first_of(query, ways, lambda row: (row.due_at, row.id), limit)


def _cases(tx: Transaction, words: str, units: list[str], limit: int) -> Select[Any]:
    """The youngest first."""
    names = ("id", "title", "business_no", "key", "case_state", "unit", "started_at")
    query = select(*(_CASE[name] for name in names))
    # A ladder and an approval have no number: they are found by the case they are about.
    query = query.where(
        _CASE.business_no.is_not(None), _wanted(_CASE.title, _CASE.business_no, _CASE.unit, words, units)
    )
    ways = ways_to_instances(tx.actor, _overseen(tx))
    return _first_of(query, ways, lambda row: (row.id.desc(),), limit)


def _overseen(tx: Transaction) -> list[str]:
    """Asked before, not inside: the planner has to know how many units there are."""
    return tx.connection.execute(oversees(tx.actor)).scalars().one()


def _first_of(
    query: Select[Any],
    ways: Iterable[ColumnElement[bool]],
    order: Callable[[Any], Iterable[ColumnElement[Any]]],
    limit: int,
) -> Select[Any]:
    """The first rows of each way to see them, merged: what is seen in several ways comes once."""
    columns = query.selected_columns
    parts = [query.where(way).order_by(*order(columns)).limit(limit).subquery() for way in ways]
    merged = union_all(*(select(part) for part in parts)).subquery("found").c
    once = select(*merged).ext(distinct_on(merged.id)).order_by(merged.id).subquery("once").c
    return select(*once).order_by(*order(once)).limit(limit)


def _cards(tx: Transaction, words: str, units: list[str], limit: int) -> Select[Any]:
    names = ("no", "level", "state", "title", "unit", "issued_on", "case_id")
    wanted = _wanted(_CARD.title, _CARD.no, _CARD.unit, words, units)
    found = select(*(_CARD[name] for name in names)).where(visible_cards(tx.actor), wanted)
    return found.order_by(_CARD.issued_at.desc(), _CARD.no.desc()).limit(limit)


def _task(row: Any, reference: Reference, tx: Transaction) -> FoundTask:
    organization = reference.organization
    return FoundTask(
        id=row.id,
        title=row.title,
        business_no=row.business_no or "",
        name=row.name,
        name_en=row.name_en,
        unit=unit_named(organization, row.case_unit),
        assignee_name=organization.person_name(row.assignee) if row.assignee else "",
        due_on=row.due_on,
        due_at=row.due_at,
        state=row.state,
        light=light_of_task(row._asdict(), tx.now, reference.calendar),
    )


def _case(row: Any, reference: Reference) -> FoundCase:
    return FoundCase(
        id=row.id,
        title=row.title,
        business_no=row.business_no or "",
        mechanism=row.key,
        case_state=row.case_state,
        unit=unit_named(reference.organization, row.unit),
        started_at=row.started_at,
    )


def _card(row: Any, reference: Reference) -> FoundCard:
    return FoundCard(
        no=row.no,
        level=row.level,
        state=row.state,
        title=row.title,
        unit=unit_named(reference.organization, row.unit),
        issued_on=row.issued_on,
        case_id=row.case_id,
    )
