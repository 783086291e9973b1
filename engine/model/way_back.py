"""退回 and 撤回: to which user tasks a token may go back alone, from what happened in the case since they were done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.model.process import WORK_OF_PEOPLE, FlowNode
from engine.model.step import Token

#: What may lie between two tasks for a way back: it only chose or parted the ways, or would do the same again.
_REPEATABLE = frozenset(
    {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "scriptTask", "businessRuleTask", "sequenceFlow"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WayBack:
    """A node from which one token may have come, and to which it can go back without any other beside it."""

    node_id: str
    scope: Token  #: token of the sub-process around the node; 0: the process itself
    between: Collection[str]  #: ids of the nodes on the way from there to the token


def tasks_before(
    ways: Iterable[WayBack], completed: Sequence[tuple[str, str]], nodes: Mapping[str, FlowNode]
) -> tuple[WayBack, ...]:
    """Those ways that lead to a user task of this case and on which nothing final has happened; the nearest first.

    completed: (node id, node type) of what was completed in the case, the youngest first. Final is what a protected
    step has done, and what leaves the case: a number, a delivery, a message.
    """
    found: list[tuple[int, WayBack]] = []
    for way in ways:
        node = nodes.get(way.node_id)
        since = next((number for number, (done, _) in enumerate(completed) if done == way.node_id), None)
        if node is None or node.protected or node.type not in WORK_OF_PEOPLE or since is None:
            continue
        passed = (event for event in completed[:since] if event[0] in way.between)
        if all(_would_be_repeated(node_id, kind, nodes) for node_id, kind in passed):
            found.append((since, way))
    return tuple(way for _, way in sorted(found, key=lambda one: one[0]))


def _would_be_repeated(node_id: str, kind: str, nodes: Mapping[str, FlowNode]) -> bool:
    if kind in WORK_OF_PEOPLE:
        return node_id in nodes and not nodes[node_id].protected
    return kind in _REPEATABLE
