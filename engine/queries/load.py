"""How a process is loaded: what stands at each element, what is late, how long it stays there, and where it waits."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine.core import Engine
from engine.errors import NotFound
from engine.model.clock import local_day
from engine.model.period import shift_months
from engine.model.process import WORK_OF_PEOPLE, FlowNode
from engine.model.step import DefinitionId, PersonId
from engine.queries.dwell import Dwell, dwell_of
from engine.queries.frame import FrameFacts, read_frame
from engine.queries.narrowing import Narrowing, overseen, region_of
from engine.queries.tally import WAITING_TYPES, Count, Tally, running, tally, waiting
from engine.store import tables as t
from engine.store.definitions import DefinitionRow
from engine.store.scope import of
from engine.store.transaction import Transaction

_VERSION = t.definition_version.c
HISTORY_MONTHS = 6
_LONG_AGO = date(2020, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementLoad:
    """One element of the drawing."""

    node: FlowNode
    open: int = 0  #: tokens that wait here
    red: int = 0
    yellow: int = 0
    grey: int = 0
    dwell: Dwell | None = None  #: None: nobody has left it in this time, or nobody works here
    share: float = 0.0  #: of the time that all elements together have taken, 0…1


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLoad:
    """What one unit has open."""

    unit: str
    open: int
    red: int
    yellow: int

    @property
    def region(self) -> str:
        return region_of(self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLoad:
    """A version and how many cases run on it."""

    row: DefinitionRow
    running: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bottleneck:
    """Where most of the time goes."""

    element: ElementLoad
    late_by_region: tuple[tuple[str, int], ...]  #: (region, late tasks there now), the most first


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessLoad:
    """A process as it runs now, and as it ran since `since`."""

    frame: FrameFacts
    drawn: DefinitionRow  #: the version whose drawing this is
    versions: tuple[VersionLoad, ...]  #: those with cases, and the one in force; the newest first
    elements: tuple[ElementLoad, ...]  #: as drawn, then those that only other versions have
    units: tuple[UnitLoad, ...]
    since: date | None  #: None: all of the history
    bottleneck: Bottleneck | None
    regions: tuple[str, ...]  #: what the reader can choose from
    unit_types: tuple[str, ...]
    overseen: tuple[str, ...]  #: codes of units

    @property
    def running(self) -> int:
        return sum(version.running for version in self.versions)

    @property
    def red(self) -> int:
        return sum(element.red for element in self.elements)

    @property
    def yellow(self) -> int:
        return sum(element.yellow for element in self.elements)


def process_load(
    engine: Engine, person: PersonId, key: str, wanted: Narrowing, *, months: int | None = HISTORY_MONTHS
) -> ProcessLoad:
    """months: how much of the history tells how long things take; None: all of it.

    Raises NotFound for a process or version that was never put into force.
    """
    with engine.reading(person) as tx:
        reference = engine.reference(tx)
        rows = versions_of(tx, key)
        chosen = chosen_version(rows, wanted.version, key)
        on_version = running(tx, reference, wanted, key)
        only = chosen.id if wanted.version is not None and on_version.keys() - {chosen.id} else None
        today = local_day(tx.now)
        since = shift_months(today, -months) if months is not None else None
        found = tally(tx, reference, wanted, key, only)
        dwell = dwell_of(tx, reference, key, wanted, only, since or _LONG_AGO)
        nodes = _nodes(engine, tx, chosen, rows, {node for _, node, _ in found} | set(dwell))
        held = waiting(tx, reference, wanted, key, only, nodes)
        elements = _elements(nodes, _by_element(found, held), dwell, wanted.node)
        seen = overseen(reference.organization, person, today)
        return ProcessLoad(
            frame=read_frame(engine, tx),
            drawn=chosen,
            versions=_versions(rows, on_version, wanted),
            elements=elements,
            units=_by_unit(found, held),
            since=since,
            bottleneck=_bottleneck(elements, found),
            regions=tuple(sorted({region_of(unit.code) for unit in seen})),
            unit_types=tuple(sorted({unit.type for unit in seen})),
            overseen=tuple(unit.code for unit in seen),
        )


def versions_of(tx: Transaction, key: str) -> tuple[DefinitionRow, ...]:
    """Versions that are or were in force, the newest first. Raises NotFound where there is none."""
    query = of(DefinitionRow, t.definition_version).where(_VERSION.key == key)
    query = query.where(_VERSION.state.in_(("current", "superseded"))).order_by(_VERSION.version.desc())
    rows = tuple(DefinitionRow(**row) for row in tx.connection.execute(query).mappings())
    if not rows:
        raise NotFound(f"There is no process {key}.", key=key)
    return rows


def chosen_version(rows: Sequence[DefinitionRow], version: int | None, key: str) -> DefinitionRow:
    """The version asked for, else the one in force. Raises NotFound."""
    if version is None:
        return next((row for row in rows if row.state == "current"), rows[0])
    found = next((row for row in rows if row.version == version), None)
    if found is None:
        raise NotFound(f"There is no version {version} of {key}.", key=key, version=version)
    return found


def _by_element(*parts: Tally) -> dict[str, Count]:
    by_node: defaultdict[str, Count] = defaultdict(Count)
    for part in parts:
        for (_, node, _unit), count in part.items():
            by_node[node].add(count)
    return by_node


def _by_unit(*parts: Tally) -> tuple[UnitLoad, ...]:
    """The units with most that is late first."""
    by_unit: defaultdict[str, Count] = defaultdict(Count)
    for part in parts:
        for (_, _node, unit), count in part.items():
            by_unit[unit].add(count)
    units = (UnitLoad(unit=unit, open=n.open, red=n.red, yellow=n.yellow) for unit, n in by_unit.items() if unit)
    return tuple(sorted(units, key=lambda u: (-u.red, -u.yellow, u.unit)))


def _nodes(
    engine: Engine, tx: Transaction, drawn: DefinitionRow, rows: Sequence[DefinitionRow], needed: set[str]
) -> dict[str, FlowNode]:
    """The elements of the drawing in its order, then those that only an older version has and that have something."""
    nodes = dict(engine.definition(tx, drawn.id).info.nodes)
    for row in rows:
        if needed <= nodes.keys():
            break
        for node_id, node in engine.definition(tx, row.id).info.nodes.items():
            if node_id in needed:
                nodes.setdefault(node_id, node)
    return nodes


def _elements(
    nodes: Mapping[str, FlowNode], counts: Mapping[str, Count], dwell: Mapping[str, Dwell], only: str
) -> tuple[ElementLoad, ...]:
    whole = sum(found.total_days for found in dwell.values())
    elements = []
    for node in nodes.values():
        found, stayed = counts.get(node.id, Count()), dwell.get(node.id)
        is_shown = node.type in WORK_OF_PEOPLE or node.type in WAITING_TYPES or found.open or stayed
        if is_shown and node.name and only in {"", node.id}:
            elements.append(
                ElementLoad(
                    node=node,
                    open=found.open,
                    red=found.red,
                    yellow=found.yellow,
                    grey=found.grey,
                    dwell=stayed,
                    share=stayed.total_days / whole if stayed is not None and whole else 0.0,
                )
            )
    return tuple(elements)


def _versions(
    rows: Sequence[DefinitionRow], on_version: Mapping[DefinitionId, int], wanted: Narrowing
) -> tuple[VersionLoad, ...]:
    """A version on which nothing runs is told only while it is in force or asked for."""
    return tuple(
        VersionLoad(row=row, running=on_version.get(row.id, 0))
        for row in rows
        if row.id in on_version or row.state == "current" or row.version == wanted.version
    )


def _bottleneck(elements: Sequence[ElementLoad], found: Tally) -> Bottleneck | None:
    """The element that has taken the greatest part of the time; of two alike, the one with more that is late."""
    measured = [element for element in elements if element.dwell is not None and element.dwell.total_days > 0]
    if not measured:
        return None
    worst = max(measured, key=lambda element: (element.share, element.red))
    late: Counter[str] = Counter()
    for (_, node, unit), count in found.items():
        if node == worst.node.id and count.red:
            late[region_of(unit)] += count.red
    return Bottleneck(element=worst, late_by_region=tuple(sorted(late.items(), key=lambda item: (-item[1], item[0]))))
