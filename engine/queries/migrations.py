"""Migrations of running cases: what a map would do to them, and what runs have done. Sealed cases are never counted.

Neither an analyst nor an operator sees cases; what is read here with the system's eyes is where tokens stand and what
came of an item, never a title, a person or a value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from engine.core import Definition, Engine
from engine.model.migration import Link, MapProblem, NodeMap, Obstacle, Place, check_map, propose
from engine.model.step import DefinitionId, InstanceId, PersonId
from engine.queries.frame import FrameFacts, read_frame
from engine.queries.incidents import names_of
from engine.store import tables as t
from engine.store.definitions import DefinitionRow
from engine.store.migration_runs import MigrationRow
from engine.store.scope import of
from engine.store.transaction import Transaction
from engine.workflow import Carried, Migration, places

_CASE, _RUN, _ITEM, _VERSION = t.instance.c, t.migration_run.c, t.migration_item.c, t.definition_version.c
_READ_AT_ONCE = 500
_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OldVersion:
    """A version that is not in force any more, with how many running cases stand on it."""

    row: DefinitionRow
    current: DefinitionRow
    running: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Two versions, what stands for what, and where the tokens of the running cases are."""

    old: Definition
    new: Definition
    links: tuple[Link, ...]
    targets: Mapping[str, Place]  #: nodes of the new version
    standing: Mapping[str, int]  #: node of the old version -> cases that have open work there
    running: int
    dated_anew: tuple[str, ...]  #: old nodes whose counterpart under the same id counts its date otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A case that cannot go, and why."""

    instance_id: InstanceId
    obstacle: Obstacle


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What a migration would come to now. Nothing was written."""

    problems: tuple[MapProblem, ...]
    total: int = 0
    can: int = 0
    arms: int = 0  #: cases in which a timer is armed anew
    refused: tuple[Refused, ...] = ()

    @property
    def reasons(self) -> tuple[tuple[Obstacle, int], ...]:
        """The reasons with how many cases each keeps back, most first."""
        return tuple(Counter(found.obstacle for found in self.refused).most_common())


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What came of one case."""

    number: int
    instance_id: InstanceId
    outcome: str
    obstacle: Obstacle | None
    done_at: Any
    can_undo: bool  #: nothing has moved in it since


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A migration with its counts."""

    row: MigrationRow
    old: Definition
    new: Definition
    counts: Mapping[str, int] = field(default_factory=dict)  #: outcome -> cases; "" for those that wait
    reasons: tuple[tuple[Obstacle, int], ...] = ()
    people: Mapping[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def old_versions(engine: Engine, person: PersonId) -> tuple[OldVersion, ...]:
    """Versions not in force on which cases still run, by process and version."""
    count = (
        select(_CASE.definition_id, func.count().label("running"))
        .where(_CASE.ended_at.is_(None), ~_CASE.sealed)
        .group_by(_CASE.definition_id)
        .subquery()
    )
    query = of(DefinitionRow, t.definition_version).add_columns(count.c.running)
    query = query.join(count, count.c.definition_id == _VERSION.id).where(_VERSION.state == "superseded")
    with engine.reading(person) as tx:
        current = {row.key: row for row in tx.current_definitions()}
        with tx.as_system():
            rows = [
                dict(row) for row in tx.connection.execute(query.order_by(_VERSION.key, _VERSION.version)).mappings()
            ]
    found = [(row.pop("running"), DefinitionRow(**row)) for row in rows]
    return tuple(
        OldVersion(row=row, current=current[row.key], running=running) for running, row in found if row.key in current
    )


def plan(engine: Engine, person: PersonId, from_id: DefinitionId, to_id: DefinitionId) -> Plan:
    """Compare two versions of a process. Raises NotFound."""
    with engine.reading(person) as tx:
        old, new = engine.definition(tx, from_id), engine.definition(tx, to_id)
        sources, targets = places(old.compiled), places(new.compiled)
        links = propose(sources, targets)
        return Plan(
            old=old,
            new=new,
            links=links,
            targets=targets,
            standing=_standing(tx, from_id),
            running=len(_cases(tx, from_id)),
            dated_anew=tuple(
                link.place.id
                for link in links
                if link.target and old.info.nodes[link.place.id].due != new.info.nodes[link.target].due
            ),
        )


def standing_on(engine: Engine, person: PersonId, definition_id: DefinitionId) -> Mapping[str, int]:
    """How many running cases have something open on each node of a version; sealed ones are left out."""
    with engine.reading(person) as tx:
        return _standing(tx, definition_id)


def dry_run(
    engine: Engine,
    person: PersonId,
    from_id: DefinitionId,
    to_id: DefinitionId,
    node_map: NodeMap,
    *,
    chosen: Sequence[InstanceId] | None = None,
) -> DryRun:
    """Try every case that runs on the old version and is not sealed, and write nothing. Raises NotFound.

    chosen: these of them only.
    """
    with engine.reading(person) as tx:
        old, new = engine.definition(tx, from_id), engine.definition(tx, to_id)
        problems = check_map(node_map, places(old.compiled), places(new.compiled))
        if problems:
            return DryRun(problems=problems, total=len(_cases(tx, from_id, chosen)))
        migration = Migration(old.compiled, new.compiled, node_map)
        refused: list[Refused] = []
        total = arms = 0
        for case_id, state, seed, status in _states(tx, from_id, chosen):
            total += 1
            found = migration.carry(state, at=tx.now, seed=seed, is_suspended=status == "suspended")
            if isinstance(found, Carried):
                arms += bool(found.advance.timers)
            else:
                refused.append(Refused(instance_id=case_id, obstacle=found[0]))
        return DryRun(problems=(), total=total, can=total - len(refused), arms=arms, refused=tuple(refused))


def run(engine: Engine, person: PersonId, run_id: UUID) -> tuple[FrameFacts, Run]:
    """One migration as it stands. Raises NotFound."""
    with engine.reading(person) as tx:
        return read_frame(engine, tx), _run(engine, tx, tx.migration(run_id))


def runs(engine: Engine, person: PersonId) -> tuple[Run, ...]:
    """The last migrations, the youngest first."""
    query = of(MigrationRow, t.migration_run).order_by(_RUN.proposed_at.desc(), _RUN.id.desc()).limit(_SHOWN)
    with engine.reading(person) as tx:
        rows = [MigrationRow(**row) for row in tx.connection.execute(query).mappings()]
        return tuple(_run(engine, tx, row) for row in rows)


def items(engine: Engine, person: PersonId, run_id: UUID, *, after: int = 0, limit: int = 100) -> tuple[Item, ...]:
    """What came of each case, those that could not go first; for operators. Raises NotFound."""
    order = func.array_position(["refused", "kept", "", "migrated", "undone"], _ITEM.outcome)
    names = ("number", "instance_id", "outcome", "code", "node_id", "other", "done_at")
    query = (
        select(*(_ITEM[name] for name in names), (_CASE.rev == _ITEM.rev).label("unmoved"), _ITEM.before.isnot(None))
        .join(t.instance, _CASE.id == _ITEM.instance_id)
        .where(_ITEM.run_id == run_id, ~_CASE.sealed)
        .order_by(order, _ITEM.number)
        .offset(after)
        .limit(limit)
    )
    with engine.reading(person) as tx:
        tx.migration(run_id)
        with tx.as_system():
            return tuple(
                Item(
                    number=row.number,
                    instance_id=InstanceId(row.instance_id),
                    outcome=row.outcome,
                    obstacle=Obstacle(code=row.code, node_id=row.node_id, other=row.other) if row.code else None,
                    done_at=row.done_at,
                    can_undo=row.outcome == "migrated" and bool(row.unmoved) and bool(row[-1]),
                )
                for row in tx.connection.execute(query)
            )


def _run(engine: Engine, tx: Transaction, row: MigrationRow) -> Run:
    counts = select(_ITEM.outcome, func.count()).where(_ITEM.run_id == row.id).group_by(_ITEM.outcome)
    why = (_ITEM.code, _ITEM.node_id, _ITEM.other)
    reasons = select(*why, func.count().label("cases")).where(_ITEM.run_id == row.id, _ITEM.code != "")
    reasons = reasons.group_by(*why).order_by(func.count().desc(), *why)
    with tx.as_system():
        found = {str(line[0]): int(line[1]) for line in tx.connection.execute(counts)}
        told = [
            (Obstacle(code=line.code, node_id=line.node_id, other=line.other), int(line.cases))
            for line in tx.connection.execute(reasons)
        ]
    people = (row.proposed_by, row.decided_by, row.stopped_by, row.undone_by)
    return Run(
        row=row,
        old=engine.definition(tx, row.from_id),
        new=engine.definition(tx, row.to_id),
        counts=found,
        reasons=tuple(told),
        people=names_of(engine, tx, people),
    )


def _cases(
    tx: Transaction, definition_id: DefinitionId, chosen: Sequence[InstanceId] | None = None
) -> Sequence[InstanceId]:
    query = select(_CASE.id).where(_CASE.definition_id == definition_id, _CASE.ended_at.is_(None), ~_CASE.sealed)
    if chosen is not None:
        query = query.where(_CASE.id.in_(tuple(chosen)))
    with tx.as_system():
        return list(tx.connection.execute(query.order_by(_CASE.id)).scalars())


def _states(
    tx: Transaction, definition_id: DefinitionId, chosen: Sequence[InstanceId] | None
) -> Iterator[tuple[InstanceId, bytes, int, str]]:
    """State, seed and status of the cases, some hundred at a time: thousands of states need not lie in memory."""
    ids = _cases(tx, definition_id, chosen)
    for start in range(0, len(ids), _READ_AT_ONCE):
        query = select(_CASE.id, _CASE.state, _CASE.seed, _CASE.status)
        query = query.where(_CASE.id.in_(ids[start : start + _READ_AT_ONCE])).order_by(_CASE.id)
        with tx.as_system():
            rows = tx.connection.execute(query).all()
        for row in rows:
            yield InstanceId(row.id), bytes(row.state), row.seed, row.status


def _standing(tx: Transaction, definition_id: DefinitionId) -> Mapping[str, int]:
    """Cases by the node on which work of people or a drawn timer waits."""
    task, timer = t.user_task.c, t.timer.c
    mine = select(_CASE.id).where(_CASE.definition_id == definition_id, _CASE.ended_at.is_(None), ~_CASE.sealed)
    work = (
        select(task.node_id, func.count(task.instance_id.distinct()))
        .where(task.instance_id.in_(mine), task.state.in_(t.OPEN_STATES))
        .group_by(task.node_id)
    )
    waits = (
        select(timer.node_id, func.count(timer.instance_id.distinct()))
        .where(timer.instance_id.in_(mine), timer.kind == "bpmn")
        .group_by(timer.node_id)
    )
    with tx.as_system():
        return {str(line[0]): int(line[1]) for asked in (waits, work) for line in tx.connection.execute(asked)}
