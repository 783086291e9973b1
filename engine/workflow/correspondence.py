"""Which compiled node of one definition stands for which of another, by an explicit map of node ids."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

from engine.model.migration import NodeMap, Obstacle, ObstacleCode, Place
from engine.workflow.activities import Repeated, Subprocess
from engine.workflow.ad_hoc import Turn
from engine.workflow.compensation import Undo
from engine.workflow.compile import CompiledDefinition
from engine.workflow.compiled import Call, EndOfScope, Join, Manual, Parallel
from engine.workflow.elements.kinds import TURN
from engine.workflow.events import Alternative, Boundary, Catching, EventGateway, EventSubprocess
from engine.workflow.markings import Markings
from engine.workflow.throwing import Throwing

_PLACES = (Manual, Call, Catching, Subprocess, Repeated, Join)


def places(definition: CompiledDefinition) -> dict[str, Place]:
    """The nodes on which a token may rest, by id: work, waits, joins, sub-processes and the events around them."""
    found: dict[str, Place] = {}
    for scope in _scopes(definition):
        for spec in scope.task_specs.values():
            if spec.node and spec.node not in found and _is_place(spec):
                found[spec.node] = _place(definition, scope, spec)
    order = {node: number for number, node in enumerate(definition.info.nodes)}
    return dict(sorted(found.items(), key=lambda item: order.get(item[0], len(order))))


def _scopes(definition: CompiledDefinition) -> Iterator[Any]:
    yield definition.spec
    yield from (scope for scope in definition.subprocess_specs.values() if scope is not None)


def _is_place(spec: Any) -> bool:
    if isinstance(spec, Join):
        return bool(spec.fan_in > 1)
    return spec.owner is None and isinstance(spec, (*_PLACES, EventGateway))


def _place(definition: CompiledDefinition, scope: Any, spec: Any) -> Place:
    node = definition.info.nodes.get(spec.node)
    return Place(
        id=spec.node,
        name=node.name if node is not None else "",
        name_en=node.name_en if node is not None else "",
        type=node.type if node is not None else spec.node_type,
        kind=kind_of(spec),
        scope=scope.name,
        protected=node is not None and node.protected,
        before=frozenset(_nearest(spec, "before")),
        after=frozenset(_nearest(spec, "after")),
    )


def kind_of(spec: Any) -> str:
    """How the engine runs it, in one word: "Manual", "Parallel", "ParallelInstances of Manual", …"""
    kind = type(spec).__bases__[0].__name__
    return f"{kind} of {kind_of(spec.instance)}" if isinstance(spec, Repeated) else kind


def _nearest(spec: Any, direction: str) -> Iterator[str]:
    """Ids of the neighbours that are drawn, past the helpers in between."""
    seen, todo = {spec.name}, list(getattr(spec, direction))
    while todo:
        other = todo.pop()
        if other.name in seen:
            continue
        seen.add(other.name)
        if other.node:
            yield other.node
        else:
            todo += getattr(other, direction)


class Cannot(Exception):
    """A token cannot go over; `obstacle` says why."""

    def __init__(self, code: ObstacleCode, node_id: str, other: str = "") -> None:
        super().__init__(code)
        self.obstacle = Obstacle(code=code, node_id=node_id, other=other)


class Correspondence:
    """Looks nodes up and keeps what it found; shared by all instances that go the same way."""

    def __init__(self, old: CompiledDefinition, new: CompiledDefinition, node_map: NodeMap) -> None:
        self.old, self.new, self.node_map = old, new, dict(node_map)
        self.sources = {target: source for source, target in self.node_map.items()}
        self._lock = threading.Lock()
        self._markings = {scope.name: Markings(scope) for scope in _scopes(new)}
        self._passed: dict[int, dict[str, frozenset[str]]] = {}
        self._twins: dict[tuple[int, int], Any] = {}
        self._specs = {scope.name: _by_node(scope) for scope in _scopes(new)}

    def twin(self, spec: Any, scope: Any) -> Any:
        """The spec in the new `scope` that takes over a token of `spec`. Raises Cannot."""
        key = (id(spec), id(scope))
        if key not in self._twins:
            self._twins[key] = self._find(spec, scope)
        return self._twins[key]

    def done_twin(self, spec: Any, scope: Any) -> Any:
        """The spec in the new `scope` by which can be undone what was completed at `spec`. Raises Cannot.

        Also of a node on which no token rests, which no map names: the one of its id takes over.
        """
        found = self.twin(spec, scope) if _is_place(spec) else self._specs[scope.name].get(spec.node)
        if found is None or not found.records:
            raise Cannot("node_gone", spec.node)
        return found

    def _find(self, spec: Any, scope: Any) -> Any:
        if isinstance(spec, Undo | Throwing) or isinstance(spec.owner, Undo):
            raise Cannot("undoing", spec.node)  # the only one of these at which a token rests
        if spec.owner is not None:
            return self.twin(spec.owner, scope).instance
        if isinstance(spec, EndOfScope):
            return _end_of(scope)
        if isinstance(spec, Turn):
            return self._turn_of(spec, scope)
        node = self.node_map.get(spec.node, "") if spec.node else ""
        found = self._specs[scope.name].get(node)
        if found is None:
            if any(node in nodes for nodes in self._specs.values()):
                raise Cannot("nesting_changed", spec.node, node)
            raise Cannot("node_gone", spec.node or spec.name)
        _check_alike(spec, found)
        return found

    def _turn_of(self, spec: Any, scope: Any) -> Any:
        """An activity of an ad-hoc sub-process that has not begun yet: it waits for its turn there as well."""
        node = self.node_map.get(spec.stands_for, "")
        if node not in self._specs[scope.name]:
            raise Cannot("node_gone", spec.stands_for)
        found = scope.task_specs.get(node + TURN)
        if found is None:
            raise Cannot("nesting_changed", spec.stands_for, node)
        return found

    def came_from(self, join: Any, twin: Any, source: str) -> str:
        """The name of the flow into the new join that stands for the one from `source` into the old. Raises Cannot.

        A flow whose node was exchanged is told by being the only one left on either side.
        """
        new_names = {spec.name for spec in twin.before}
        images = {spec.name: self._image(spec) for spec in join.before}
        if len(new_names) != len(images):
            raise Cannot("join_changed", join.node, twin.node)
        if images.get(source) in new_names:
            return str(images[source])
        left_new = new_names - set(images.values())
        left_old = [name for name, image in images.items() if image not in new_names]
        if len(left_new) != 1 or left_old != [source]:
            raise Cannot("join_changed", join.node, twin.node)
        return str(left_new.pop())

    def _image(self, spec: Any) -> str:
        """The name that a spec has in the new definition: by its node, the same for what is not mapped."""
        if not spec.node:
            return str(spec.name)
        return str(self.node_map.get(spec.node, spec.node)) + str(spec.name)[len(spec.node) :]

    def markings(self, scope: Any) -> Markings:
        """Where the tokens of a new scope may stand together."""
        return self._markings[scope.name]

    def skipped(self, old: list[tuple[Any, str, str]], new: list[tuple[Any, str, str]]) -> str:
        """A protected step that the new drawing puts before these places, and that the old one did not; "" for none.

        Each: (scope, name of a spec, name of the spec it came from) of the tokens of a scope; the old ones with those
        of the activities around it, which are asked about for themselves.
        """
        been = {node for place in old for node in self._must(self.old, *place)}
        known = {self.node_map[node] for node in been if node in self.node_map}
        asked = {node for place in new for node in self._must(self.new, *place)}
        nodes = self.new.info.nodes
        found = sorted(node for node in asked - known if node in nodes and nodes[node].protected)
        return found[0] if found else ""

    def _must(self, definition: CompiledDefinition, scope: Any, name: str, came_from: str) -> frozenset[str]:
        inner = definition.subprocess_specs
        with self._lock:
            if id(scope) not in self._passed:
                self._passed[id(scope)] = _passed_everywhere(inner, scope)
            passed = self._passed[id(scope)]
        return passed[came_from] | _own(inner, scope.task_specs[came_from]) if came_from else passed[name]


def _by_node(scope: Any) -> dict[str, Any]:
    return {spec.node: spec for spec in scope.task_specs.values() if spec.node and spec.owner is None}


def _end_of(scope: Any) -> Any:
    return next(spec for spec in scope.task_specs.values() if isinstance(spec, EndOfScope))


def _check_alike(spec: Any, twin: Any) -> None:
    if isinstance(twin, Repeated) != isinstance(spec, Repeated) or isinstance(twin, Subprocess) != isinstance(
        spec, Subprocess
    ):
        raise Cannot("nesting_changed", spec.node, twin.node)
    if kind_of(spec) != kind_of(twin):
        raise Cannot("kind_changed", spec.node, twin.node)
    if isinstance(spec, Repeated):
        _check_alike(spec.instance, twin.instance)
    if isinstance(spec, Call) and spec.implementation != twin.implementation:
        raise Cannot("kind_changed", spec.node, twin.node)
    if isinstance(spec, Catching) and [t.kind for t in spec.triggers] != [t.kind for t in twin.triggers]:
        raise Cannot("trigger_changed", spec.node, twin.node)
    turned = isinstance(spec, Boundary) and spec.cancel_activity != twin.cancel_activity
    if turned or (isinstance(spec, EventSubprocess) and spec.interrupting != twin.interrupting):
        raise Cannot("trigger_changed", spec.node, twin.node)
    if isinstance(spec, Alternative) and not isinstance(twin, Alternative):
        raise Cannot("kind_changed", spec.node, twin.node)


def _passed_everywhere(inner: Mapping[str, Any], scope: Any) -> dict[str, frozenset[str]]:
    """For each spec what lies behind every token that stands there: of a parallel join all of its ways, else one."""
    specs: dict[str, Any] = scope.task_specs
    everything = frozenset(spec.node for spec in specs.values()).union(*(_own(inner, s) for s in specs.values()))
    entries = {scope.start.name, *(spec.name for spec in scope.starts), *(spec.name for spec in scope.scope_events)}
    passed = {name: frozenset[str]() if name in entries else everything for name in specs}
    sources = _sources(specs)
    changed = True
    while changed:
        changed = False
        for name, spec in specs.items():
            if name in entries or not sources[name]:
                continue
            ways = [passed[source] | _own(inner, specs[source]) for source in sources[name]]
            together = isinstance(spec, Parallel) and spec.fan_in > 1
            now = frozenset[str]().union(*ways) if together else ways[0].intersection(*ways[1:])
            if now != passed[name]:
                passed[name], changed = now, True
    return passed


def _sources(specs: Mapping[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {name: [] for name in specs}
    for name, spec in specs.items():
        for target in spec.after:
            found[target.name].append(name)
        if isinstance(spec, Repeated):
            found[spec.instance.name].append(name)
    return found


def _own(inner: Mapping[str, Any], spec: Any) -> frozenset[str]:
    """What a token has behind it that leaves this node: the node, and what nobody can avoid inside of it."""
    found = frozenset({spec.node} if spec.node else ())
    work = spec.instance if isinstance(spec, Repeated) else spec
    if isinstance(work, Subprocess) and not isinstance(work, EventSubprocess) and inner.get(work.spec) is not None:
        inside = inner[work.spec]
        found |= _passed_everywhere(inner, inside)[_end_of(inside).name]
    return found
