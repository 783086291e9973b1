"""How two ranges, or a point and a range, lie to each other: Allen's relations. DMN 1.5, chapter 10.3.4.6."""

from __future__ import annotations

from collections.abc import Callable

from engine.decisions.feel import tree
from engine.decisions.feel.builtins.declared import Here, builtin
from engine.decisions.feel.compile import compiled
from engine.decisions.feel.errors import FeelSyntaxError
from engine.decisions.feel.grammar import Grammar
from engine.decisions.feel.run import Frame
from engine.decisions.feel.values import Function, Range, Value, compare

_POINTS = ("point1 point2", "point range:range", "range:range point", "range1:range range2:range")
_Relation = Callable[[Range, Range], bool]


class _NoOrder(Exception):
    """Two ends that cannot be compared."""


def _starts_order(left: Range, right: Range) -> int:
    """Which of two ranges begins first: without a start it begins before all others."""
    if left.start is None or right.start is None:
        return (left.start is not None) - (right.start is not None)
    return _order(left.start, right.start)


def _ends_order(left: Range, right: Range) -> int:
    if left.end is None or right.end is None:
        return (left.end is None) - (right.end is None)
    return _order(left.end, right.end)


def _end_to_start(left: Range, right: Range) -> int:
    """The end of `left` against the start of `right`."""
    if left.end is None or right.start is None:
        return 1
    return _order(left.end, right.start)


def _order(left: Value, right: Value) -> int:
    order = compare(left, right)
    if order is None:
        raise _NoOrder
    return order


def _before(left: Range, right: Range) -> bool:
    order = _end_to_start(left, right)
    return order < 0 or (order == 0 and not (left.end_included and right.start_included))


def _meets(left: Range, right: Range) -> bool:
    return _end_to_start(left, right) == 0 and left.end_included and right.start_included


def _overlaps(left: Range, right: Range) -> bool:
    return not _before(left, right) and not _before(right, left)


def _overlaps_before(left: Range, right: Range) -> bool:
    first, last = _starts_order(left, right), _ends_order(left, right)
    begins_first = first < 0 or (first == 0 and left.start_included and not right.start_included)
    ends_first = last < 0 or (last == 0 and (not left.end_included or right.end_included))
    return begins_first and ends_first and not _before(left, right)


def _finishes(left: Range, right: Range) -> bool:
    first = _starts_order(left, right)
    inside = first > 0 or (first == 0 and (not left.start_included or right.start_included))
    return _ends_order(left, right) == 0 and left.end_included == right.end_included and inside


def _starts(left: Range, right: Range) -> bool:
    last = _ends_order(left, right)
    inside = last < 0 or (last == 0 and (not left.end_included or right.end_included))
    return _starts_order(left, right) == 0 and left.start_included == right.start_included and inside


def _includes(left: Range, right: Range) -> bool:
    first, last = _starts_order(left, right), _ends_order(left, right)
    return (first < 0 or (first == 0 and (left.start_included or not right.start_included))) and (
        last > 0 or (last == 0 and (left.end_included or not right.end_included))
    )


def _coincides(left: Range, right: Range) -> bool:
    same = left.start_included == right.start_included and left.end_included == right.end_included
    return same and _starts_order(left, right) == 0 and _ends_order(left, right) == 0


def _turned(relation: _Relation) -> _Relation:
    return lambda left, right: relation(right, left)


def _relation(name: str, relation: _Relation, *forms: str) -> Function:
    def body(here: Here, left: Value, right: Value) -> Value:
        try:
            return relation(_as_range(left), _as_range(right))
        except _NoOrder:
            return here.nothing("两者不能比较", "the two cannot be compared")

    return builtin(name, *forms)(body)


def _as_range(value: Value) -> Range:
    """A point is the range that begins and ends there."""
    return value if isinstance(value, Range) else Range(value, value)


@builtin("range", "from:string")
def range_of(here: Here, text: str) -> Value:
    """The range that a text writes down, "[1..5)"; its ends are literals."""
    try:
        node = Grammar(text, (), {}).whole_expression()
    except FeelSyntaxError as error:
        return here.nothing(error.zh, error.en)
    found = compiled(node)(Frame({}, here.run)) if isinstance(node, tree.RangeOf) else None
    return found if found is not None else here.nothing("不是区间", "it is no range")


_RANGES = ("range1:range range2:range",)
_POINT_RANGE = ("point range:range", *_RANGES)
_RANGE_POINT = ("range:range point", *_RANGES)

FUNCTIONS = (
    _relation("before", _before, *_POINTS),
    _relation("after", _turned(_before), *_POINTS),
    _relation("meets", _meets, *_RANGES),
    _relation("met by", _turned(_meets), *_RANGES),
    _relation("overlaps", _overlaps, *_RANGES),
    _relation("overlaps before", _overlaps_before, *_RANGES),
    _relation("overlaps after", _turned(_overlaps_before), *_RANGES),
    _relation("finishes", _finishes, *_POINT_RANGE),
    _relation("finished by", _turned(_finishes), *_RANGE_POINT),
    _relation("includes", _includes, *_RANGE_POINT),
    _relation("during", _turned(_includes), *_POINT_RANGE),
    _relation("starts", _starts, *_POINT_RANGE),
    _relation("started by", _turned(_starts), *_RANGE_POINT),
    _relation("coincides", _coincides, "point1 point2", *_RANGES),
    range_of,
)
