"""LOOP rules: a problem that was registered is closed, handed over, or decided by a person, on every way."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Problem
from engine.lint.drawn import Drawn, is_mechanism
from engine.lint.soundness.net import Node, Scope
from engine.lint.soundness.ways import way_to_an_end

#: Labels of states (domain.md §6.1) that end the life of a problem: closed, or in somebody else's hands.
CLOSED = frozenset({"已销号", "已转查处", "已并案", "已撤销"})
_REGISTERED, _REGISTERS = "已登记", "urn:changxiao:service:register_problem"
_PEOPLE = frozenset({"userTask", "manualTask"})
_DECIDING = frozenset({"exclusiveGateway", "inclusiveGateway"})


def closed_loop_problems(drawn: Drawn) -> Iterator[Problem]:
    """LOOP-02 of a process of ours that registers problems."""
    if not is_mechanism(drawn.key) or not any(_registers(drawn, id_) for id_ in drawn.elements):
        return
    settling = {
        node.id for scope in drawn.net.scopes() for node in scope.nodes.values() if _settles(drawn, scope, node)
    }
    way = way_to_an_end(drawn.net, settling.__contains__)
    if way is not None:
        yield drawn.problem(
            "LOOP-02",
            next(id_ for id_ in reversed(way) if id_ in drawn.net.nodes),
            "不经销号、也不经人作出决定就结束了案件，问题没有着落。"
            "请让这条路径经过“已销号”（cx:state）的环节，或由人在用户任务中决定去向。",
            "ends the case without closing the problem and without a person's decision. Lead this way through an"
            ' element with the state "已销号" (cx:state), or through a user task in which a person decides.',
            path=way,
        )


def _registers(drawn: Drawn, id_: str) -> bool:
    element = drawn.elements[id_]
    return drawn.cx(id_, "state") == _REGISTERED or element.get("implementation") == _REGISTERS


def _settles(drawn: Drawn, scope: Scope, node: Node) -> bool:
    """It closes the problem, or a person decides in it: a task on which a choice, or nothing more, follows."""
    if drawn.cx(node.id, "state") in CLOSED:
        return True
    after = [scope.nodes[scope.flows[flow].target].kind for flow in node.out]
    return node.kind in _PEOPLE and any(kind in _DECIDING or kind == "endEvent" for kind in after)
