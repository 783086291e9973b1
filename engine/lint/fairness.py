"""FAIR rules: in processes that decide about people no way to a decision avoids a protected step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from engine.errors import Problem
from engine.lint.drawn import Drawn
from engine.lint.soundness.net import CLOSED, Node, Scope
from engine.lint.soundness.verdicts import explored
from engine.lint.soundness.ways import way_to

_ABOUT_PEOPLE = re.compile(r"(P07|P08|P09|S3|S6)[A-Z]?(_|$)")
_INCENTIVE = re.compile(r"P10[A-Z]?(_|$)")
_DECISION = ("决定", "决议")
_REVOKING = "撤销"
_DONE_BY_PEOPLE = frozenset({"userTask", "manualTask", "endEvent", "serviceTask", "sendTask", "callActivity"})


def fairness_problems(drawn: Drawn) -> Iterator[Problem]:
    """FAIR-01 (a protected step can be avoided) and FAIR-02 (nothing is protected) of one process.

    A decision is a task or end that says so in its name or state (决定, 决议; in P10: 撤销).
    """
    words = _DECISION if _ABOUT_PEOPLE.match(drawn.key) else (_REVOKING,) if _INCENTIVE.match(drawn.key) else ()
    places = [(scope, node) for scope in drawn.net.scopes() for node in scope.nodes.values()]
    decisions = [(scope, node) for scope, node in places if words and _decides(drawn, node, words)]
    protected = [node for _, node in places if drawn.cx(node.id, "protected") in ("true", "1")]
    for scope, decision in decisions:
        before = [step for step in protected if step.id != decision.id and _may_come_before(drawn, step, decision)]
        if not before and decision not in protected:
            yield _unprotected(drawn, decision)
        for step in before:
            if decision.id in _reached(drawn.net, without=step.id):
                yield _avoidable(drawn, scope, decision, step)


def _decides(drawn: Drawn, node: Node, words: tuple[str, ...]) -> bool:
    said = drawn.name(node.id) + drawn.cx(node.id, "state")
    return node.kind in _DONE_BY_PEOPLE and any(word in said for word in words)


def _may_come_before(drawn: Drawn, step: Node, decision: Node) -> bool:
    """The step can be reached while the decision is not taken yet, and leads on to it."""
    if step.id not in _reached(drawn.net, without=decision.id):
        return False
    return decision.id in _behind(drawn.net, step.id)


def _behind(net: Scope, id_: str) -> set[str]:
    """Everything to which flows lead from `id_`; from the inside of a sub-process also behind that."""
    scope = next(scope for scope in net.scopes() if id_ in scope.nodes)
    found: set[str] = set()
    todo = [id_]
    while todo:
        node = scope.nodes[todo.pop()]
        targets = [scope.flows[flow].target for event in (node.id, *node.boundary) for flow in scope.nodes[event].out]
        if node.inside is not None:
            found.update(inner for inside in node.inside.scopes() for inner in inside.nodes)
        for target in targets:
            if target not in found:
                found.add(target)
                todo.append(target)
    return found | (_behind(net, scope.host.id) if scope.host is not None else set())


def _reached(net: Scope, *, without: str) -> set[str]:
    """Ids that tokens reach when every token that comes to one node stays there."""
    spaces = explored(_closed_at(net, without))
    return {id_ for space in spaces.values() for id_ in space.alive}


def _closed_at(scope: Scope, closed: str, parent: Scope | None = None) -> Scope:
    copy = Scope(id=scope.id, kind=scope.kind, nodes={}, flows=scope.flows, beginnings=scope.beginnings, parent=parent)
    nodes: dict[str, Node] = {}
    copy.nodes = nodes
    for node in scope.nodes.values():
        if node.id == closed:
            nodes[node.id] = replace(node, kind=CLOSED, out=(), boundary=(), inside=None, catches=(), throws=())
        elif node.inside is not None:
            inside = _closed_at(node.inside, closed, copy)
            nodes[node.id] = inside.host = replace(node, inside=inside)
        else:
            nodes[node.id] = node
    copy.handlers = tuple(replace(h, inside=_closed_at(h.inside, closed, copy)) for h in scope.handlers)
    return copy


def _avoidable(drawn: Drawn, scope: Scope, decision: Node, step: Node) -> Problem:
    zh, en = drawn.named((step.id,))
    return drawn.problem(
        "FAIR-01",
        decision.id,
        f"可以绕过受保护的环节{zh}作出，程序保障落空。请让通向它的每条路径都经过{zh}，或取消不经过它的连线。",
        f"can be decided without the protected step {en}. Lead every way to it through {en}, or remove the flows that"
        " go around.",
        path=way_to(scope, decision.id, lambda id_: id_ == step.id) or (),
    )


def _unprotected(drawn: Drawn, decision: Node) -> Problem:
    return drawn.problem(
        "FAIR-02",
        decision.id,
        "之前没有任何受保护的环节。请在告知、申辩、复核、回避审查、集体研究等环节上勾选“法定环节”（cx:protected）。",
        "is decided without any protected step before it. Mark notice, reply, answer, recusal check and collective"
        " decision as protected (cx:protected).",
    )
