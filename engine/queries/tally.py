"""What of a process is open, by element and unit: counted on the views of figures, as cheaply as the filters allow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from sqlalchemy import ColumnElement, any_, bindparam, func, null, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from engine.core import Reference
from engine.model.clock import instant, local_day
from engine.model.light import first_green_day
from engine.model.process import FlowNode
from engine.model.step import DefinitionId
from engine.queries.narrowing import Narrowing, of_units, open_tasks, standing
from engine.store import tables as t
from engine.store.transaction import Transaction

_TASK, _CASE, _OPEN, _RUNNING = t.figure_task.c, t.figure_case.c, t.figure_open.c, t.figure_running.c
WAITING_TYPES = ("intermediateCatchEvent", "receiveTask")


@dataclass(slots=True)
class Count:
    """Tokens of one element, unit or region."""

    open: int = 0
    red: int = 0
    yellow: int = 0
    grey: int = 0

    def add(self, other: Count) -> None:
        self.open, self.red = self.open + other.open, self.red + other.red
        self.yellow, self.grey = self.yellow + other.yellow, self.grey + other.grey


#: (process, element, unit)
Place = tuple[str, str, str]
Tally = Mapping[Place, Count]


def tally(
    tx: Transaction, reference: Reference, wanted: Narrowing, key: str = "", only: DefinitionId | None = None
) -> Tally:
    """Open tasks. key: of one process; "" for all. only: cases of that version.

    The lights of what is late or nearly so come from the begin of an index; all of it is read only where a filter
    asks for more than the two counting views know.
    """
    found: defaultdict[Place, Count] = defaultdict(Count)
    of_process = [_TASK.mechanism == key] if key else []
    if only is None and wanted.level is None and wanted.light in {"", "red", "yellow"}:
        until = first_green_day(local_day(tx.now), reference.calendar)
        near = [_TASK.due_at < instant(until, time.min), *of_process]
        _add_lights(tx, reference, found, [*near, *open_tasks(tx, reference, wanted)], opened=bool(wanted.light))
        if not wanted.light:
            _add_open(tx, reference, found, wanted, key)
        return found
    _add_lights(tx, reference, found, [*of_process, *open_tasks(tx, reference, wanted, only)], opened=True)
    return found


def _add_lights(
    tx: Transaction,
    reference: Reference,
    found: defaultdict[Place, Count],
    conditions: Iterable[ColumnElement[bool]],
    *,
    opened: bool,
) -> None:
    """opened: these are all that are open, so count them as such."""
    light = standing(_TASK, tx, reference).label("light")
    groups = (_TASK.mechanism, _TASK.node_id, _TASK.unit, light)
    for row in tx.connection.execute(select(*groups, func.count().label("n")).where(*conditions).group_by(*groups)):
        count = found[row.mechanism, row.node_id, row.unit or ""]
        count.open += row.n if opened else 0
        count.red += row.n if row.light == "red" else 0
        count.yellow += row.n if row.light == "yellow" else 0
        count.grey += row.n if row.light == "grey" and opened else 0


def _add_open(
    tx: Transaction, reference: Reference, found: defaultdict[Place, Count], wanted: Narrowing, key: str
) -> None:
    query = select(_OPEN.mechanism, _OPEN.node_id, _OPEN.unit, _OPEN.open, _OPEN.grey)
    query = query.where(*of_units(_OPEN.unit, reference, wanted))
    if key:
        query = query.where(_OPEN.mechanism == key)
    if wanted.node:
        query = query.where(_OPEN.node_id == wanted.node)
    for row in tx.connection.execute(query):
        found[row.mechanism, row.node_id, row.unit or ""].add(Count(open=row.open, grey=row.grey))


def waiting(
    tx: Transaction,
    reference: Reference,
    wanted: Narrowing,
    key: str,
    only: DefinitionId | None,
    nodes: Mapping[str, FlowNode],
) -> Tally:
    """Tokens at timers and messages: nobody works on them, so they have no light and no rung."""
    places = [node.id for node in nodes.values() if node.type in WAITING_TYPES and wanted.node in {"", node.id}]
    if not places or wanted.light or wanted.level is not None:
        return {}
    both = tokens_at(places).subquery("waiting")
    conditions = [_CASE.key == key, _CASE.ended_at.is_(None), *of_units(_CASE.unit, reference, wanted)]
    if only is not None:
        conditions.append(_CASE.definition_id == only)
    query = (
        select(both.c.node_id, _CASE.unit, func.count().label("n"))
        .join(t.figure_case, _CASE.id == both.c.instance_id)
        .where(*conditions)
        .group_by(both.c.node_id, _CASE.unit)
    )
    return {(key, row.node_id, row.unit or ""): Count(open=row.n) for row in tx.connection.execute(query)}


def tokens_at(places: list[str]) -> Any:
    """SELECT of the tokens that wait at these events: instance_id, node_id, and until when."""
    here = bindparam("places", places, ARRAY(Text))
    timer, subscription = t.timer.c, t.subscription.c
    return union_all(
        select(timer.instance_id, timer.node_id, timer.due_at).where(timer.kind == "bpmn", timer.node_id == any_(here)),
        select(subscription.instance_id, subscription.node_id, null()).where(subscription.node_id == any_(here)),
    )


def running(tx: Transaction, reference: Reference, wanted: Narrowing, key: str = "") -> Mapping[DefinitionId, int]:
    """Running cases by version; the filters by light, rung and element are about tasks."""
    query = select(_RUNNING.definition_id, func.sum(_RUNNING.running)).group_by(_RUNNING.definition_id)
    query = query.where(*of_units(_RUNNING.unit, reference, wanted))
    if key:
        query = query.where(_RUNNING.key == key)
    return {row[0]: int(row[1]) for row in tx.connection.execute(query)}


def running_by_unit(tx: Transaction, reference: Reference, wanted: Narrowing, key: str) -> Mapping[str, int]:
    """Running cases of a process by their unit."""
    query = select(_RUNNING.unit, func.sum(_RUNNING.running)).where(_RUNNING.key == key).group_by(_RUNNING.unit)
    found = tx.connection.execute(query.where(*of_units(_RUNNING.unit, reference, wanted)))
    return {row[0]: int(row[1]) for row in found if row[0]}
