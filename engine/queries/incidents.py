"""Incidents as an operator sees them: where and why something gave up, never a value, never a sealed case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Select, func, select, tuple_

from engine.core import Engine
from engine.errors import ChangxiaoError, NotFound
from engine.model.clock import instant
from engine.model.step import DefinitionId, InstanceId, PersonId
from engine.queries.frame import FrameFacts, read_frame
from engine.queries.paging import DEFAULT_LIMIT, Page, decode_cursor, page_of
from engine.queries.tasks import check_limit
from engine.store import tables as t
from engine.store.incidents import IncidentRow
from engine.store.retries import RetryRunRow
from engine.store.scope import of
from engine.store.transaction import Transaction

_INCIDENT = t.incident.c
_RUNS_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFilter:
    """Which incidents. state: open (not resolved), new (nobody has noted it), noted, resolved, all."""

    state: str = "open"
    kind: str = ""
    key: str = ""
    since: date | None = None  #: opened on this day or later
    instance_id: InstanceId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A node or process as drawn."""

    name: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentList:
    """One page of the list, with what its filters offer and who is named in it."""

    frame: FrameFacts
    page: Page[IncidentRow]
    total: int  #: that fit the filter
    kinds: Mapping[str, int]  #: of those not resolved
    keys: Mapping[str, int]
    elements: Mapping[UUID, Element]  #: by incident
    processes: Mapping[str, Element]  #: names by key, as they are published now
    people: Mapping[str, str]  #: names
    retried: frozenset[UUID]  #: wait in a run that goes on
    runs: tuple[RetryRunRow, ...]  #: the last ones, the youngest first; those without an end go on


def incidents(
    engine: Engine, person: PersonId, wanted: IncidentFilter, *, cursor: str = "", limit: int = DEFAULT_LIMIT
) -> Page[IncidentRow]:
    """One page, the youngest first."""
    check_limit(limit)
    with engine.reading(person) as tx:
        return _page(tx, wanted, cursor, limit)


def incident(engine: Engine, person: PersonId, incident_id: UUID) -> IncidentRow:
    """One of them. Raises NotFound, also for one of a sealed case."""
    with engine.reading(person) as tx:
        return _unsealed(tx, incident_id)


def incident_list(
    engine: Engine, person: PersonId, wanted: IncidentFilter, *, cursor: str = "", limit: int = DEFAULT_LIMIT
) -> IncidentList:
    """The page of an operator."""
    check_limit(limit)
    with engine.reading(person) as tx:
        page = _page(tx, wanted, cursor, limit)
        runs = last_runs(tx, _RUNS_SHOWN)
        return IncidentList(
            frame=read_frame(engine, tx),
            page=page,
            total=_count(tx, _matching(wanted)),
            kinds=_counts(tx, "kind"),
            keys=_counts(tx, "key"),
            elements=elements_of(engine, tx, page.rows),
            people=names_of(engine, tx, (*_concerned(page.rows), *(run.started_by for run in runs))),
            processes=process_names(tx),
            retried=tx.incidents_being_retried(),
            runs=runs,
        )


def incident_page(engine: Engine, person: PersonId, incident_id: UUID) -> IncidentList:
    """The same for one incident alone. Raises NotFound."""
    with engine.reading(person) as tx:
        row = _unsealed(tx, incident_id)
        return IncidentList(
            frame=read_frame(engine, tx),
            page=Page(rows=(row,)),
            total=1,
            kinds={},
            keys={},
            elements=elements_of(engine, tx, (row,)),
            people=names_of(engine, tx, _concerned((row,))),
            processes=process_names(tx),
            retried=tx.incidents_being_retried(),
            runs=(),
        )


def matching_ids(engine: Engine, person: PersonId, wanted: IncidentFilter, *, limit: int) -> tuple[UUID, ...]:
    """Those that fit and are not resolved, the oldest first."""
    query = _matching(wanted).with_only_columns(_INCIDENT.id).where(_INCIDENT.state != "resolved")
    with engine.reading(person) as tx:
        return tuple(tx.connection.execute(query.order_by(_INCIDENT.opened_at, _INCIDENT.id).limit(limit)).scalars())


def elements_of(engine: Engine, tx: Transaction, rows: Iterable[IncidentRow]) -> dict[UUID, Element]:
    """How the nodes of these incidents are called in their drawings, by incident."""
    found = {row.id: element_of(engine, tx, row.definition_id, row.node_id) for row in rows}
    return {incident: element for incident, element in found.items() if element is not None}


def element_of(engine: Engine, tx: Transaction, definition_id: DefinitionId | None, node_id: str) -> Element | None:
    """How a node is called in its drawing; None where that cannot be told, so that its id has to do."""
    if definition_id is None or not node_id:
        return None
    try:
        node = engine.definition(tx, definition_id).info.nodes.get(node_id)
    except ChangxiaoError:
        return None  # the definition itself may be what is wrong
    return Element(name=node.name, name_en=node.name_en) if node is not None and node.name else None


def process_names(tx: Transaction) -> dict[str, Element]:
    """How the processes in force are called, by key."""
    version = t.definition_version.c
    query = select(version.key, version.name, version.name_en).where(version.state == "current")
    return {row.key: Element(name=row.name, name_en=row.name_en) for row in tx.connection.execute(query)}


def names_of(engine: Engine, tx: Transaction, people: Iterable[str | None]) -> dict[str, str]:
    """What these people are called."""
    organization = engine.reference(tx).organization
    return {person: organization.person_name(PersonId(person)) for person in set(people) if person}


def last_runs(tx: Transaction, limit: int) -> tuple[RetryRunRow, ...]:
    """The last runs, the youngest first."""
    run = t.retry_run.c
    query = of(RetryRunRow, t.retry_run).order_by(run.started_at.desc(), run.id.desc()).limit(limit)
    return tuple(RetryRunRow(**row._asdict()) for row in tx.connection.execute(query))


def _concerned(rows: Iterable[IncidentRow]) -> Iterator[str | None]:
    for row in rows:
        yield row.noted_by
        yield row.resolved_by


def _page(tx: Transaction, wanted: IncidentFilter, cursor: str, limit: int) -> Page[IncidentRow]:
    query, after = _matching(wanted), decode_cursor(cursor, datetime, UUID)
    if after is not None:
        query = query.where(tuple_(_INCIDENT.opened_at, _INCIDENT.id) < tuple_(*after))
    query = query.order_by(_INCIDENT.opened_at.desc(), _INCIDENT.id.desc()).limit(limit + 1)
    rows = [IncidentRow(**row._asdict()) for row in tx.connection.execute(query)]
    return page_of(rows, limit, lambda row: (row.opened_at, row.id))


def _matching(wanted: IncidentFilter) -> Select[Any]:
    query = of(IncidentRow, t.incident).where(~_INCIDENT.sealed)
    match wanted.state:
        case "all":
            pass
        case "new" | "noted":
            noted = _INCIDENT.noted_at.is_not(None)
            query = query.where(_INCIDENT.state != "resolved", noted if wanted.state == "noted" else ~noted)
        case "resolved" | "retrying":
            query = query.where(_INCIDENT.state == wanted.state)
        case _:
            query = query.where(_INCIDENT.state != "resolved")
    if wanted.kind:
        query = query.where(_INCIDENT.kind == wanted.kind)
    if wanted.key:
        query = query.where(_INCIDENT.key == wanted.key)
    if wanted.since is not None:
        query = query.where(_INCIDENT.opened_at >= instant(wanted.since, time.min))
    if wanted.instance_id is not None:
        query = query.where(_INCIDENT.instance_id == wanted.instance_id)
    return query


def _count(tx: Transaction, query: Select[Any]) -> int:
    return int(tx.connection.execute(select(func.count()).select_from(query.subquery())).scalar_one())


def _counts(tx: Transaction, column: Literal["kind", "key"]) -> dict[str, int]:
    """How many are not resolved, by kind or process."""
    by = _INCIDENT[column]
    query = select(by, func.count()).where(~_INCIDENT.sealed, _INCIDENT.state != "resolved").group_by(by).order_by(by)
    return {row[0]: row[1] for row in tx.connection.execute(query)}


def _unsealed(tx: Transaction, incident_id: UUID) -> IncidentRow:
    row = tx.incident(incident_id)
    if row.sealed:
        raise NotFound(f"There is no incident {incident_id}.", id=str(incident_id))
    return row
