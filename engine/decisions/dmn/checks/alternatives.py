"""The rules of a table as boxes over its columns: also where a cell asks about other columns, joined by and, or, not.

`? = "A" or repeats >= 2` in the column of `nature` is two alternatives, one about each column. A rule is all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product

from engine.decisions.dmn.checks.segments import Cell, Column, Opaque, column_of, read_cell, value_of
from engine.decisions.dmn.model import DecisionTable
from engine.decisions.feel import parse, parse_unary_tests, tree
from engine.decisions.feel.values import Range, Value

MAX_ALTERNATIVES = 64  #: of one rule
_MIRRORED: Mapping[tree.Sign, tree.Sign] = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
Path = tuple[str, ...]
Alternative = tuple[tuple[int, Cell], ...]  #: what must hold together: a column and what it accepts


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes:
    """columns: with one cell for each alternative; rules: of each alternative, the place of its rule."""

    columns: tuple[Column, ...]
    rules: tuple[int, ...]

    def of(self, rule: int) -> list[int]:
        """The alternatives of a rule."""
        return [place for place, one in enumerate(self.rules) if one == rule]

    def before(self, rule: int) -> list[int]:
        """The alternatives of all rules above."""
        return [place for place, one in enumerate(self.rules) if one < rule]


def boxes_of(table: DecisionTable, names: frozenset[str], given: Mapping[str, Value]) -> Boxes:
    """names: what cells may name; given: values that are known beforehand, as those of parameters.

    Raises Opaque where a cell can only be known when the table runs; FeelSyntaxError.
    """
    reader = _Reader(table, names, given)
    rules = [(place, one) for place, rule in enumerate(table.rules) for one in reader.alternatives(rule.inputs)]
    columns = [
        _column([one for _, one in rules], place, reader.allowed(clause.allowed or "-"), clause.type)
        for place, clause in enumerate(table.inputs)
    ]
    return Boxes(columns=tuple(columns), rules=tuple(place for place, _ in rules))


def _column(rules: Sequence[Alternative], place: int, allowed: Cell, kind: str) -> Column:
    """A column whose cells are what each alternative asks of it; what it asks twice must hold both times."""
    asked = [[cell for at, cell in one if at == place] for one in rules]
    parted = column_of([cell for cells in asked for cell in cells], allowed, kind)
    everything = frozenset(range(len(parted.pieces)))
    accepted = iter(parted.cells)
    cells = (reduce(frozenset.intersection, (next(accepted) for _ in group), everything) for group in asked)
    return Column(parted.pieces, tuple(cells), parted.domain)


class _Reader:
    """Reads the cells of one table."""

    def __init__(self, table: DecisionTable, names: frozenset[str], given: Mapping[str, Value]) -> None:
        self._names, self._given = names | {"?"}, given
        self._types = [clause.type for clause in table.inputs]
        self._columns: dict[Path, int] = {}
        for place, clause in enumerate(table.inputs):
            path = _path(parse(clause.expression, names).tree) if clause.expression else ()
            if path:
                self._columns.setdefault(path, place)

    def allowed(self, text: str) -> Cell:
        """The values that a column may have. Null may be among them; rules are not looked through for it."""
        node = self._tests(text)
        told = tuple(test for test in node.tests if test.operand != tree.Literal(test.operand.at, None))
        return read_cell(node._replace(tests=told), self._given)

    def _tests(self, text: str) -> tree.Tests:
        found: tree.Tests = parse_unary_tests(text, self._names).tree
        return found

    def alternatives(self, cells: Sequence[str]) -> list[Alternative]:
        """Of one rule: every way in which it can match."""
        return _joined([self._of_cell(place, text) for place, text in enumerate(cells)])

    def _of_cell(self, place: int, text: str) -> list[Alternative]:
        tests = self._tests(text)
        try:
            return [((place, read_cell(tests, self._given)),)]
        except Opaque:
            ways = [self._of_test(test, place, wanted=not tests.negated) for test in tests.tests]
        return _joined(ways) if tests.negated else [one for way in ways for one in way]

    def _of_test(self, test: tree.Test, place: int, *, wanted: bool) -> list[Alternative]:
        try:
            cell = read_cell(tree.Tests(test.at, (test,)), self._given)
        except Opaque:
            if test.sign is not None or isinstance(test.operand, (tree.Name, tree.Path)):
                raise  # a name alone means a value, or a condition: which of them, only its value tells
            return self._of_condition(test.operand, place, wanted=wanted)
        return [((place, cell if wanted else Cell(cell.ranges, not cell.negated)),)]

    def _of_condition(self, node: tree.Node, place: int, *, wanted: bool) -> list[Alternative]:
        """Ways in which the condition is as `wanted`. place: of the column that `?` means."""
        match node:
            case tree.Logic():
                parts = [self._of_condition(part, place, wanted=wanted) for part in node.parts]
                return _joined(parts) if (node.word == "and") is wanted else [one for part in parts for one in part]
            case tree.Call(function=tree.Name(name="not"), arguments=(inner,)):
                return self._of_condition(inner, place, wanted=not wanted)
            case _:
                at, cell = self._atom(node, place)
                return [((at, cell if wanted else Cell(cell.ranges, not cell.negated)),)]

    def _atom(self, node: tree.Node, place: int) -> tuple[int, Cell]:
        """What a condition without and, or, not asks of one column. Raises Opaque."""
        match node:
            case tree.Comparison():
                try:
                    return self._place(node.left, place), self._compared(node.sign, node.right)
                except Opaque:
                    return self._place(node.right, place), self._compared(_MIRRORED[node.sign], node.left)
            case tree.Between():
                low, high = value_of(node.low, self._given), value_of(node.high, self._given)
                return self._place(node.value, place), Cell((Range(low, high),))
            case tree.In():
                return self._place(node.value, place), read_cell(tree.Tests(node.at, node.tests), self._given)
            case _:
                at = self._place(node, place)
                if self._types[at] != "boolean":
                    raise Opaque
                return at, Cell((Range(True, True),))

    def _compared(self, sign: tree.Sign, operand: tree.Node) -> Cell:
        if sign == "!=":
            return Cell(self._compared("=", operand).ranges, negated=True)
        return read_cell(tree.Tests(operand.at, (tree.Test(operand.at, sign, operand),)), self._given)

    def _place(self, node: tree.Node, place: int) -> int:
        """The column that a name or path means. Raises Opaque."""
        path = _path(node)
        if path == ("?",):
            return place
        if path not in self._columns:
            raise Opaque
        return self._columns[path]


def _path(node: tree.Node) -> Path:
    """A name or path as its parts; () for anything else."""
    if isinstance(node, tree.Name):
        return (node.name,)
    if isinstance(node, tree.Path):
        source = _path(node.source)
        return (*source, node.name) if source else ()
    return ()


def _joined(parts: Sequence[list[Alternative]]) -> list[Alternative]:
    """Every choice of one alternative from each part. Raises Opaque when there are too many."""
    count = reduce(lambda so_far, part: so_far * len(part), parts, 1)
    if count > MAX_ALTERNATIVES:
        raise Opaque
    return [tuple(_flat(chosen)) for chosen in product(*parts)]


def _flat(chosen: Sequence[Alternative]) -> Iterator[tuple[int, Cell]]:
    for one in chosen:
        yield from one
