"""What the rules of a table leave open, and which of them meet: exact, over the pieces of its columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from engine.decisions.dmn.checks.segments import Column

MAX_GAPS = 10  #: told of one table; the rest are counted by nobody
MAX_WORK = 200_000  #: places looked at


class TooMuch(Exception):
    """The table has more combinations than can be looked at."""


Pieces = frozenset[int]
Rules = tuple[int, ...]
Box = tuple[Pieces, ...]  #: pieces of each column


@dataclass(slots=True)
class _Work:
    left: int = MAX_WORK

    def step(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise TooMuch


def gaps(columns: Sequence[Column], rules: Sequence[int], within: Box | None = None) -> Iterator[Box]:
    """Boxes of values that none of `rules` accepts. within: look only there; else wherever values may be.

    Raises TooMuch.
    """
    space = within or tuple(column.domain for column in columns)
    yield from islice(_open(columns, space, tuple(rules), 0, _Work()), MAX_GAPS)


def _open(columns: Sequence[Column], space: Box, rules: Rules, at: int, work: _Work) -> Iterator[Box]:
    work.step()
    if not rules:
        yield space[at:]
        return
    if at == len(columns):
        return
    for pieces, alive in _groups(columns[at], space[at], rules):
        for rest in _open(columns, space, alive, at + 1, work):
            yield (pieces, *rest)


def _groups(
    column: Column, space: frozenset[int], rules: tuple[int, ...]
) -> Iterator[tuple[frozenset[int], tuple[int, ...]]]:
    """The pieces of a column that the same rules accept, together."""
    by_rules: dict[Rules, set[int]] = {}
    for piece in sorted(space):
        alive = tuple(rule for rule in rules if piece in column.cells[rule])
        by_rules.setdefault(alive, set()).add(piece)
    for alive, pieces in by_rules.items():
        yield frozenset(pieces), alive


def box_of(columns: Sequence[Column], rule: int) -> Box:
    """What one rule accepts of the values that may be."""
    return tuple(column.cells[rule] & column.domain for column in columns)


def common(left: Box, right: Box) -> Box | None:
    """What two rules both accept; None for nothing."""
    found = tuple(one & other for one, other in zip(left, right, strict=True))
    return found if all(found) else None
