"""Splits whose branches meet again without a join: what follows is then done once for each branch."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Set
from dataclasses import dataclass
from itertools import combinations

from engine.lint.soundness.exits import Exits
from engine.lint.soundness.net import Node, Scope

#: A node to the node before it and the flow between them.
_Ways = dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubling:
    """Two tokens of one split can come to the same node. paths: both ways, ids from the split on."""

    split: str
    meeting: str
    paths: tuple[tuple[str, ...], tuple[str, ...]]


def doublings(scope: Scope, exits: Exits, alive: Set[str]) -> Iterator[Doubling]:
    """Every first meeting behind each split that can be reached."""
    for split in scope.nodes.values():
        if split.id not in alive:
            continue
        found: dict[str, Doubling] = {}
        for one, other in sorted(_pairs(split, exits)):
            for meeting in _meetings(scope, split, one, other, alive):
                found.setdefault(meeting.meeting, meeting)
        yield from found.values()


def _pairs(split: Node, exits: Exits) -> set[tuple[str, str]]:
    """Flows that get a token together: of one split, or one of a task and one of an event that leaves it alone."""
    found: set[tuple[str, str]] = set()
    if not split.throws and not split.is_end:
        for flows in exits.chosen(split):
            found.update(combinations(flows, 2))
    events = exits.beside(split)
    for event in events:
        others = [*split.out, *(flow for other in exits.boundary_of(split) if other is not event for flow in other.out)]
        found |= {(flow, other) for flow in event.out for other in others}
    return {(one, other) for one, other in found if one != other}


def _meetings(scope: Scope, split: Node, one: str, other: str, alive: Set[str]) -> Iterator[Doubling]:
    ahead = [_ahead(scope, split, flow, alive) for flow in (one, other)]
    shared_joins = {id_ for id_ in ahead[0].keys() & ahead[1].keys() if scope.nodes[id_].is_join}
    ways = [_ahead(scope, split, flow, alive, stop=shared_joins) for flow in (one, other)]
    both, either = ways[0].keys() & ways[1].keys(), ways[0].keys() | ways[1].keys()
    for id_ in ways[0]:
        node = scope.nodes[id_]
        if id_ not in both or node.is_join or node.is_end:
            continue
        before = {scope.flows[flow].source for flow in node.into}
        if all(source in both for source in before & either):
            continue  # it follows from another meeting
        yield Doubling(split=split.id, meeting=id_, paths=(_path(ways[0], id_), _path(ways[1], id_)))


def _ahead(scope: Scope, split: Node, flow: str, alive: Set[str], stop: Set[str] = frozenset()) -> _Ways:
    """Nodes that a token on `flow` may come to without passing the split again."""
    found: _Ways = {}
    todo = deque([("", flow)])
    while todo:
        source, along = todo.popleft()
        target = scope.flows[along].target
        if target in found or target == split.id or along not in alive or target in stop:
            continue
        found[target] = (source, along)
        node = scope.nodes[target]
        todo.extend((target, after) for event in (target, *node.boundary) for after in scope.nodes[event].out)
    return found


def _path(ways: _Ways, node: str) -> tuple[str, ...]:
    path: list[str] = []
    while node:
        before, flow = ways[node]
        path[:0] = [flow, node]
        node = before
    return tuple(path)
