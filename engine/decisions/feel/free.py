"""Which names an expression takes from outside of itself."""

from __future__ import annotations

from collections.abc import Iterator

from engine.decisions.feel import tree
from engine.decisions.feel.builtins import BUILTINS


def free_names(node: object, *, in_filters: bool = True) -> tuple[str, ...]:
    """Names that are not bound inside, each once; functions of the standard that are called are left out.

    in_filters: also those inside of filters, where a name may be an entry of the items as well.
    """
    found: list[str] = []
    bound: set[str] = set()
    waiting: list[object] = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, tree.Name):
            found.append(one.name)
        elif isinstance(one, tree.Filter) and not in_filters:
            waiting.append(one.source)
        elif isinstance(one, tree.Call) and isinstance(one.function, tree.Name) and one.function.name in BUILTINS:
            waiting += one.arguments
        elif isinstance(one, tuple):
            bound.update(_bound(one))
            waiting += one
    return tuple(dict.fromkeys(name for name in found if name not in bound))


def _bound(node: object) -> Iterator[str]:
    match node:
        case tree.Iterator(name=name):
            yield from (name, "partial")
        case tree.Definition(parameters=parameters):
            yield from parameters
        case tree.ContextOf(entries=entries):
            yield from (key for key, _ in entries)
