"""Which variables an expression reads: every path that begins outside of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from engine.decisions.feel import tree
from engine.decisions.feel.builtins import BUILTINS

Names = frozenset[str]
_NONE: Names = frozenset()


class Read(NamedTuple):
    """path: the variable and what is taken of it, `case.limit` as ("case", "limit").

    is_sure: False inside of a filter, where a name may as well mean an entry of the item that is looked at.
    """

    path: tuple[str, ...]
    at: int
    is_sure: bool


def reads(node: object) -> tuple[Read, ...]:
    """What the tree of an expression or of tests reads, in the order in which it stands. Built-in functions that are
    called do not count, nor does the `?` of tests."""
    return tuple(_reads(node, _NONE, is_sure=True))


def _reads(node: object, bound: Names, *, is_sure: bool) -> Iterator[Read]:
    match node:
        case tree.Name():
            if node.name not in bound:
                yield Read((node.name,), node.at, is_sure)
        case tree.Path():
            yield from _path(node, bound, is_sure=is_sure)
        case tree.Call():
            called = node.function
            if not (isinstance(called, tree.Name) and called.name in BUILTINS):
                yield from _reads(called, bound, is_sure=is_sure)
            yield from _all(node.arguments, bound, is_sure=is_sure)
        case tree.Filter():
            yield from _reads(node.source, bound, is_sure=is_sure)
            yield from _reads(node.condition, bound | {"item"}, is_sure=False)
        case tree.For():
            yield from _loop(node.iterators, node.body, bound | {"partial"}, is_sure=is_sure)
        case tree.Quantified():
            yield from _loop(node.iterators, node.condition, bound, is_sure=is_sure)
        case tree.Definition():
            yield from _reads(node.body, bound | {*node.parameters}, is_sure=is_sure)
        case tree.ContextOf():
            yield from _context(node, bound, is_sure=is_sure)
        case tree.Test() | tree.Tests():
            yield from _all(node, bound | {"?"}, is_sure=is_sure)
        case tuple():
            yield from _all(node, bound, is_sure=is_sure)


def _all(parts: Iterable[object], bound: Names, *, is_sure: bool) -> Iterator[Read]:
    for part in parts:
        yield from _reads(part, bound, is_sure=is_sure)


def _path(node: tree.Path, bound: Names, *, is_sure: bool) -> Iterator[Read]:
    names: list[str] = []
    source: tree.Node = node
    while isinstance(source, tree.Path):
        names.insert(0, source.name)
        source = source.source
    if not isinstance(source, tree.Name):
        yield from _reads(source, bound, is_sure=is_sure)
    elif source.name not in bound:
        yield Read((source.name, *names), source.at, is_sure)


def _loop(iterators: Iterable[tree.Iterator], body: object, bound: Names, *, is_sure: bool) -> Iterator[Read]:
    for one in iterators:
        yield from _all((one.domain, one.until), bound, is_sure=is_sure)
        bound |= {one.name}
    yield from _reads(body, bound, is_sure=is_sure)


def _context(node: tree.ContextOf, bound: Names, *, is_sure: bool) -> Iterator[Read]:
    """Later entries know the earlier ones."""
    for name, value in node.entries:
        yield from _reads(value, bound, is_sure=is_sure)
        bound |= {name}
