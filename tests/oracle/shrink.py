"""Makes a failing model small: takes parts away as long as it still fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.oracle.model import Flow, Model, Node, Scope


def shrink(model: Model, fails: Callable[[Model], bool], tries: int = 400) -> Model:
    """The smallest model found that still `fails`."""
    while True:
        for smaller in _smaller(model.root):
            tries -= 1
            candidate = Model(smaller, model.seed)
            if tries >= 0 and fails(candidate):
                model = candidate
                break
        else:
            return model
        if tries <= 0:
            return model


def _smaller(scope: Scope) -> Iterator[Scope]:
    """Every scope with one thing less, large things first."""
    for node in sorted(scope.nodes, key=lambda node: -(node.inside.size if node.inside else 0)):
        if node.kind not in {"start", "end"}:
            yield from _without(scope, node)
        if node.kind in {"exclusive", "inclusive", "parallel"}:
            for flow in scope.outgoing(node.id):
                if len(scope.outgoing(node.id)) > 1 and not flow.default:
                    yield _swept(Scope(scope.nodes, tuple(other for other in scope.flows if other is not flow)))
        if node.repeated is not None:
            yield _changed(scope, node, replace(node, repeated=None))
        if node.ad_hoc is not None:
            yield _changed(scope, node, replace(node, ad_hoc=None))
        if node.inside is not None:
            for inside in _smaller(node.inside):
                yield _changed(scope, node, replace(node, inside=inside))


def _without(scope: Scope, node: Node) -> Iterator[Scope]:
    """Without `node`: its way in becomes its way out; boundary events go with what they lead to."""
    incoming, outgoing = scope.incoming(node.id), scope.outgoing(node.id)
    rest = tuple(other for other in scope.nodes if other is not node and other.host != node.id)
    if node.kind in {"boundary", "handler", "undo"}:
        yield _swept(Scope(rest, tuple(flow for flow in scope.flows if flow.source != node.id)))
    elif incoming and len(outgoing) == 1 and node.kind != "catch":
        (way,) = outgoing
        flows = [replace(flow, target=way.target) for flow in incoming]
        kept = [flow for flow in scope.flows if flow not in incoming and flow is not way]
        yield _swept(Scope(rest, (*kept, *flows)))


def _changed(scope: Scope, node: Node, other: Node) -> Scope:
    return Scope(tuple(other if n is node else n for n in scope.nodes), scope.flows)


def _swept(scope: Scope) -> Scope:
    """Without what can no longer be reached."""
    known = scope.by_id
    reached = [node.id for node in (*scope.beginnings, *scope.handlers)]
    for name in reached:
        next_ones = [flow.target for flow in scope.flows if flow.source == name]
        next_ones += [node.id for node in scope.nodes if node.host == name]
        reached += [other for other in next_ones if other not in reached and other in known]
    nodes = tuple(node for node in scope.nodes if node.id in reached)
    return Scope(nodes, tuple(flow for flow in scope.flows if _stands(flow, reached)))


def _stands(flow: Flow, reached: list[str]) -> bool:
    return flow.source in reached and flow.target in reached
