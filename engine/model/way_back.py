"""退回: to which user task another one may be sent back, from what happened in the case before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.model.process import FlowNode

#: What may lie between two tasks for a way back: it only chose the way, or would choose it again alike.
_REPEATABLE = frozenset({"exclusiveGateway", "scriptTask", "businessRuleTask", "sequenceFlow"})


def task_before(completed: Iterable[tuple[str, str]], nodes: Mapping[str, FlowNode], node_id: str) -> str:
    """Node id of the user task from which the token came straight to `node_id`; "" where there is no way back.

    completed: (node id, node type) of what was completed in the case, the youngest first.
    """
    for done_id, done_type in completed:
        node = nodes.get(done_id)
        if done_type == "userTask" and node is not None and done_id != node_id:
            return "" if node.protected else done_id
        if done_type not in _REPEATABLE:
            return ""
    return ""
