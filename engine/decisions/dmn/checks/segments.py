"""The values of one column, parted where its cells part them: the smallest pieces that no cell tells apart.

Values that have an order (numbers, dates, times, durations, texts in ranges) become points and the open stretches
between them; truth values and texts that are only compared become single values and "any other".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cmp_to_key

from engine.decisions.feel import Function, tree
from engine.decisions.feel.builtins.conversion import text_of
from engine.decisions.feel.expression import evaluated
from engine.decisions.feel.reads import reads
from engine.decisions.feel.values import Range, Value, compare, equal

_NOTHING: Mapping[str, Value] = {}


class Opaque(Exception):
    """A cell whose meaning is not told by values alone: it calls functions or names other inputs."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A single value (`is_point`), or all values between two; None: without end. other: any value not named."""

    low: Value
    high: Value
    is_point: bool = False
    is_other: bool = False

    def told(self) -> tuple[str, str]:
        """For a message, in Chinese and English."""
        if self.is_other:
            return "其他值", "any other value"
        if self.is_point:
            return (text_of(self.low, quoted=True),) * 2
        if self.low is None or self.high is None:
            if self.low is None and self.high is None:
                return "任意值", "any value"
            sign, end = ("< ", self.high) if self.low is None else ("> ", self.low)
            return (sign + text_of(end, quoted=True),) * 2
        return (f"({text_of(self.low, quoted=True)}..{text_of(self.high, quoted=True)})",) * 2


@dataclass(frozen=True, slots=True)
class Column:
    """pieces: what the column is parted into. cells: of each rule, which pieces pass; domain: those that can occur."""

    pieces: tuple[Piece, ...]
    cells: tuple[frozenset[int], ...]
    domain: frozenset[int]


Accepted = tuple[Range, ...]  #: the ranges, single values included, that a cell accepts; negated ones are told apart


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell accepts. ranges None: everything."""

    ranges: Accepted | None
    negated: bool = False

    def accepts(self, piece: Piece) -> bool:
        if self.ranges is None:
            return True
        return any(_holds(one, piece) for one in self.ranges) is not self.negated


def read_cell(node: tree.Tests, given: Mapping[str, Value] = _NOTHING) -> Cell:
    """given: values that are known beforehand. Raises Opaque."""
    if not node.tests:
        return Cell(None)
    ranges = tuple(one for test in node.tests for one in _ranges(test, given))
    return Cell(ranges, node.negated)


def _ranges(test: tree.Test, given: Mapping[str, Value]) -> Iterable[Range]:
    if test.sign is None:
        yield from _operand(test.operand, given)
        return
    value = value_of(test.operand, given)
    match test.sign:
        case "=":
            yield Range(value, value)
        case "<" | "<=":
            yield Range(None, value, False, test.sign == "<=")
        case ">" | ">=":
            yield Range(value, None, test.sign == ">=", False)
        case _:
            raise Opaque


def _operand(node: tree.Node, given: Mapping[str, Value]) -> Iterable[Range]:
    if isinstance(node, tree.RangeOf):
        low = value_of(node.start, given) if node.start is not None else None
        high = value_of(node.end, given) if node.end is not None else None
        yield Range(low, high, node.start_included, node.end_included)
    elif isinstance(node, tree.ListOf):
        for one in node.items:
            yield from _operand(one, given)
    else:
        value = value_of(node, given)
        yield Range(value, value)


def value_of(node: tree.Node, given: Mapping[str, Value] = _NOTHING) -> Value:
    """A value that stands there, or follows from what is given: 5, date("2026-01-01"), params.limit * 2.

    Raises Opaque.
    """
    if isinstance(node, tree.Literal) and node.value is not None:
        return node.value
    if any(read.path[0] not in given for read in reads(node)):
        raise Opaque
    found = evaluated(node, given)
    if found is None or isinstance(found, list | dict | Range | Function):
        raise Opaque
    return found


def _holds(accepted: Range, piece: Piece) -> bool:
    if piece.is_other:
        return False
    if piece.is_point:
        if accepted.start is not None and accepted.start is accepted.end:
            return equal(piece.low, accepted.start) is True
        return accepted.contains(piece.low) is True if not isinstance(piece.low, bool) else _same_ends(accepted, piece)
    return _covers(accepted, piece)


def _same_ends(accepted: Range, piece: Piece) -> bool:
    return equal(piece.low, accepted.start) is True and equal(piece.low, accepted.end) is True


def _covers(accepted: Range, piece: Piece) -> bool:
    """Whether a range holds a whole open stretch: its ends are ends of stretches, so it holds all of one or none."""
    if accepted.start is not None and (piece.low is None or _before(piece.low, accepted.start)):
        return False
    return accepted.end is None or (piece.high is not None and not _before(accepted.end, piece.high))


def _before(left: Value, right: Value) -> bool:
    order = compare(left, right)
    return order is not None and order < 0


def column_of(cells: Sequence[Cell], allowed: Cell, kind: str) -> Column:
    """Part a column. kind: the declared type, "" when there is none. Raises Opaque for values of several kinds."""
    ends = _distinct(
        end
        for cell in (*cells, allowed)
        for one in cell.ranges or ()
        for end in (one.start, one.end)
        if end is not None
    )
    if kind == "boolean" or (ends and all(isinstance(end, bool) for end in ends)):
        pieces: tuple[Piece, ...] = (Piece(True, True, is_point=True), Piece(False, False, is_point=True))
    elif _has_stretches((*cells, allowed)):
        pieces = _stretches(ends)
    else:
        pieces = (*(Piece(end, end, is_point=True) for end in ends), Piece(None, None, is_other=True))
    accepted = [frozenset(place for place, piece in enumerate(pieces) if cell.accepts(piece)) for cell in cells]
    domain = frozenset(place for place, piece in enumerate(pieces) if allowed.accepts(piece))
    return Column(pieces, tuple(accepted), domain)


def _distinct(values: Iterable[Value]) -> list[Value]:
    found: list[Value] = []
    for value in values:
        if not any(equal(value, known) is True for known in found):
            found.append(value)
    return found


def _has_stretches(cells: Iterable[Cell]) -> bool:
    ranges = (one for cell in cells for one in cell.ranges or ())
    return any(one.start is None or one.end is None or one.start is not one.end for one in ranges)


def _stretches(ends: Sequence[Value]) -> tuple[Piece, ...]:
    if any(compare(end, ends[0]) is None for end in ends):
        raise Opaque
    ordered = sorted(ends, key=cmp_to_key(lambda left, right: compare(left, right) or 0))
    pieces: list[Piece] = []
    low: Value = None
    for end in ordered:
        pieces += (Piece(low, end), Piece(end, end, is_point=True))
        low = end
    return (*pieces, Piece(low, None))
