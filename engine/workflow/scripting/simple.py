"""Conditions that need no interpreter: variables, literals, ==, !=, not, and, or. Most gateways ask nothing else."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

Values = Mapping[str, object]
_PLAIN = (str, int, float, bool, type(None))
_MAX_DEPTH = 20  #: of what stands inside of what; deeper is left to the sandbox


@dataclass(frozen=True, slots=True)
class Simple:
    """An expression that runs nothing: comparing plain data has no effect and takes no time worth a limit."""

    names: tuple[str, ...]
    value: Callable[[Values], object]


@lru_cache(maxsize=4096)
def simple(expression: str) -> Simple | None:
    """The expression, where it is so simple; None for any other, and for one that does not parse."""
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    names: dict[str, None] = {}
    value = _read(tree, names, _MAX_DEPTH)
    return Simple(tuple(names), value) if value is not None and names else None


def _read(node: ast.expr, names: dict[str, None], depth: int) -> Callable[[Values], object] | None:
    match node:
        case _ if depth == 0:
            return None
        case ast.Name(id=name):
            names[name] = None
            return lambda values: values[name]
        case ast.Constant(value=constant) if isinstance(constant, _PLAIN):
            return lambda _: constant
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _read(operand, names, depth - 1)
            return None if inner is None else lambda values: not inner(values)
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() as op], comparators=[right]):
            both = _read(left, names, depth - 1), _read(right, names, depth - 1)
            return _compared(*both, equal=isinstance(op, ast.Eq))
        case ast.BoolOp(op=op, values=parts):
            return _joined([_read(part, names, depth - 1) for part in parts], stops_at=isinstance(op, ast.Or))
        case _:
            return None


def _compared(
    left: Callable[[Values], object] | None, right: Callable[[Values], object] | None, *, equal: bool
) -> Callable[[Values], object] | None:
    if left is None or right is None:
        return None
    return lambda values: (left(values) == right(values)) is equal


def _joined(parts: list[Callable[[Values], object] | None], *, stops_at: bool) -> Callable[[Values], object] | None:
    """`and` stops at the first false part, `or` at the first true one; the value is that of the part."""
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None

    def value(values: Values) -> object:
        found: object = None
        for part in known:
            found = part(values)
            if bool(found) is stops_at:
                break
        return found

    return value
