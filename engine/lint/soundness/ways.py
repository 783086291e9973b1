"""Ways through a net along its flows alone, whether or not a token comes along."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from engine.lint.soundness.net import Scope


def reachable(net: Scope) -> set[str]:
    """Ids of every node and handler to which flows lead from a beginning, the insides of sub-processes among them."""
    found: set[str] = set()
    todo = [(net, node) for together in net.beginnings for node in together]
    while todo:
        scope, id_ = todo.pop()
        if id_ in found:
            continue
        found.add(id_)
        node = scope.nodes[id_]
        todo += [(scope, scope.flows[flow].target) for flow in node.out]
        todo += [(scope, event) for event in node.boundary]
        inner = [node.inside] if node.inside is not None else []
        for handler in scope.handlers:
            found.add(handler.id)
            inner.append(handler.inside)
        todo += [(inside, first) for inside in inner for together in inside.beginnings for first in together]
    return found


def way_to_an_end(scope: Scope, is_blocked: Callable[[str], bool]) -> tuple[str, ...] | None:
    """The shortest way from a beginning to an end that enters no blocked node; None: there is none.

    A sub-process is passed when its inside can be passed so, or one of its boundary events leads on.
    """
    return _way(scope, is_blocked, lambda scope, id_: not scope.nodes[id_].out)


def way_to(scope: Scope, goal: str, is_blocked: Callable[[str], bool]) -> tuple[str, ...] | None:
    """The same to the node `goal` of this scope."""
    return _way(scope, is_blocked, lambda _, id_: id_ == goal)


def _way(
    scope: Scope, is_blocked: Callable[[str], bool], is_goal: Callable[[Scope, str], bool]
) -> tuple[str, ...] | None:
    origin: dict[str, tuple[str, str]] = {}
    todo: deque[str] = deque()
    for id_ in (node for together in scope.beginnings for node in together):
        if not is_blocked(id_):
            origin[id_] = ("", "")
            todo.append(id_)
    while todo:
        id_ = todo.popleft()
        node = scope.nodes[id_]
        if is_goal(scope, id_):
            return _told(origin, id_)
        passable = node.inside is None or not node.inside.beginnings or way_to_an_end(node.inside, is_blocked)
        ahead = [(scope.flows[flow].target, flow) for flow in node.out] if passable else []
        for target, flow in (*ahead, *((event, "") for event in node.boundary)):
            if target not in origin and not is_blocked(target):
                origin[target] = (id_, flow)
                todo.append(target)
    return None


def _told(origin: dict[str, tuple[str, str]], id_: str) -> tuple[str, ...]:
    path: list[str] = []
    while id_:
        before, flow = origin[id_]
        path[:0] = [flow, id_] if flow else [id_]
        id_ = before
    return tuple(path)
