"""Where a token comes to rest that was put on a flow: everything that nobody else can influence is passed at once.

A scope without inclusive joins, event sub-processes and nodes that end all of it (terminate, errors) is *calm*: there
it makes no difference when a free choice is made or work is done, so a token rests before joins and once in every loop
only. In other scopes it rests at every activity and every split, since it matters who comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from engine.lint.soundness.exits import Exit, Exits, Outcome
from engine.lint.soundness.net import ACTIVITIES, Node, Scope

MAX_LANDINGS = 128  #: alternatives of one flow that are followed

#: Where a token is: ("flow", id) before a join, ("node", id, begun), ("in", id, "stuck" or "forever", begun),
#: ("handler", id). begun: events at the boundary that have sent a token beside it.
Place = tuple[object, ...]
#: Ids that were passed, as a tree: joining is cheap, and only the path that is told is ever flattened.
Rope: TypeAlias = "str | tuple[Rope, ...]"
_PASSED = frozenset({"exclusiveGateway", "intermediateThrowEvent", "startEvent", "boundaryEvent"})


@dataclass(frozen=True, slots=True)
class Landing:
    """One way in which a token comes to rest, or ends."""

    places: tuple[Place, ...] = ()
    ended: bool = False
    raised: frozenset[str] = frozenset()
    outcome: Outcome | None = None
    path: Rope = ()

    @property
    def key(self) -> object:
        return (self.places, self.ended, self.raised, self.outcome)


def flatten(rope: Rope) -> list[str]:
    """The ids of a rope, in order."""
    found, todo = [], [rope]
    while todo:
        part = todo.pop()
        if isinstance(part, str):
            found.append(part)
        else:
            todo.extend(reversed(part))
    return found


def merged(one: Landing, other: Landing) -> Landing:
    """Both tokens have come to rest."""
    return Landing(
        places=tuple(sorted((*one.places, *other.places), key=repr)),
        ended=one.ended or other.ended,
        raised=one.raised | other.raised,
        outcome=one.outcome or other.outcome,
        path=(one.path, other.path),
    )


class Landings:
    """The landings of every flow of one scope. truncated: there were more alternatives than are followed."""

    def __init__(self, scope: Scope, exits: Exits) -> None:
        self.scope, self.exits = scope, exits
        nodes = scope.nodes.values()
        inclusive = any(node.is_join and node.kind != "parallelGateway" for node in nodes)
        sweeping = any(way.outcome is not None for node in nodes for way in exits.of(node))
        self.calm = not (inclusive or sweeping or scope.handlers)
        self.truncated = False
        self._of_node: dict[str, tuple[Landing, ...]] = {}
        self._rests: set[str] = set()
        self._ways: dict[str, list[Exit]] = {}
        self._prepare()

    def of_flow(self, flow: str) -> tuple[Landing, ...]:
        """The ways in which a token on `flow` comes to rest."""
        target = self.scope.nodes[self.scope.flows[flow].target]
        if target.is_join:
            return (Landing(places=(("flow", flow),), path=flow),)
        return self.of_node(target.id, flow)

    def of_node(self, node: str, before: str = "") -> tuple[Landing, ...]:
        """The same of a token that arrives at `node`."""
        rests = self.rests(node)
        found = (Landing(places=(("node", node, frozenset()),), path=node),) if rests else self._of_node[node]
        return (
            tuple(Landing(o.places, o.ended, o.raised, o.outcome, (before, o.path)) for o in found) if before else found
        )

    def rests(self, node: str) -> bool:
        return node in self._rests

    def after(self, node: Node, ways: Iterator[Exit]) -> tuple[Landing, ...]:
        """Where the tokens come to rest that leave `node` by one of the ways."""
        found: dict[object, Landing] = {}
        for way in ways:
            for landing in self._along(node, way):
                found.setdefault(landing.key, landing)
            if len(found) > MAX_LANDINGS:
                self.truncated = True
                break
        return tuple(found.values())

    def mark(self, seen: set[str], node: Node, ways: Iterable[Exit]) -> None:
        """Add to `seen` what tokens pass that leave `node` by these ways, up to where they rest."""
        seen.add(node.id)
        todo = [flow for way in ways for flow in self._noted(seen, way)]
        while todo:
            flow = self.scope.flows[todo.pop()]
            if flow.id in seen:
                continue
            seen.add(flow.id)
            target = self.scope.nodes[flow.target]
            if not target.is_join and target.id not in seen:
                todo += self.arrive(seen, target.id)

    def arrive(self, seen: set[str], node: str) -> list[str]:
        """Add to `seen` that a token has come to `node`; answers the flows on which it goes on at once."""
        seen.add(node)
        if self.rests(node):
            return []
        return [flow for way in self._ways[node] for flow in self._noted(seen, way)]

    @staticmethod
    def _noted(seen: set[str], way: Exit) -> tuple[str, ...]:
        seen.update(way.path)
        return way.flows

    def ways(self, node: Node) -> list[Exit]:
        """Exits of `node`; in a calm scope with what may begin beside it."""
        ways = list(self.exits.of(node))
        if self.calm:
            for event in self.exits.beside(node):
                joint = [both for way in ways for both in self._with(way, event)]
                ways = [way for way in ways if not way.rest] + joint  # beside what never ends it comes some day
                if len(ways) > MAX_LANDINGS:
                    self.truncated = True
                    return ways[:MAX_LANDINGS]
        return ways

    def _with(self, way: Exit, event: Node) -> Iterator[Exit]:
        for other in self.exits.forward(event, path=(event.id,)):
            yield Exit(
                flows=(*way.flows, *other.flows),
                path=(*way.path, *other.path),
                ended=way.ended or other.ended,
                raised=way.raised | other.raised,
                outcome=way.outcome,
                rest=way.rest,
            )

    def _along(self, node: Node, way: Exit) -> list[Landing]:
        places: tuple[Place, ...] = (("in", node.id, way.rest, frozenset()),) if way.rest else ()
        found = [Landing(places, way.ended, way.raised, way.outcome, (node.id, *way.path))]
        for flow in way.flows:
            combined: dict[object, Landing] = {}
            for one in found:
                for other in self.of_flow(flow):
                    both = merged(one, other)
                    combined.setdefault(both.key, both)
            found = list(combined.values())
            if len(found) > MAX_LANDINGS:
                self.truncated = True
                found = found[:MAX_LANDINGS]
        return found

    def _prepare(self) -> None:
        """Decide who rests, then compute landings from the last node to the first."""
        order, loops = _order(self.scope)
        self._rests = {
            id_ for id_ in order if id_ in loops or not (self.calm or self._is_passed(self.scope.nodes[id_]))
        }
        for id_ in order:
            node = self.scope.nodes[id_]
            if not self.rests(id_) and not node.is_join:
                ways = self.ways(node)
                self._ways[id_] = ways
                self._of_node[id_] = self.after(node, iter(ways))

    @staticmethod
    def _is_passed(node: Node) -> bool:
        if node.kind == "endEvent":
            return not node.throws
        return node.kind not in ACTIVITIES and node.kind in _PASSED and len(node.out) == 1 and not node.throws


def _order(scope: Scope) -> tuple[list[str], set[str]]:
    """Nodes, each behind all that follow it; and the nodes with which a loop closes. Joins are no part of a loop."""
    after: Mapping[str, list[str]] = {
        node.id: [scope.flows[flow].target for event in (node.id, *node.boundary) for flow in scope.nodes[event].out]
        for node in scope.nodes.values()
    }
    order: list[str] = []
    loops: set[str] = set()
    state: dict[str, int] = {}  # 1: on the way, 2: done
    for start in scope.nodes:
        todo = [(start, iter(after[start]))] if start not in state else []
        state.setdefault(start, 1)
        while todo:
            node, rest = todo[-1]
            for target in rest:
                if target not in state and not scope.nodes[target].is_join:
                    state[target] = 1
                    todo.append((target, iter(after[target])))
                    break
                if state.get(target) == 1 and not scope.nodes[target].is_join:
                    loops.add(target)
            else:
                state[node] = 2
                order.append(node)
                todo.pop()
    return order, loops
