"""Values of FEEL beyond Python's own, and when two values are equal or in order.

| FEEL | Python |
|---|---|
| number | Decimal |
| string, boolean, null | str, bool, None |
| list, context | list, dict with str keys |
| date, time, date and time | temporal.Date, Time, DateTime |
| durations | temporal.Days, Months |
| range, function | Range, Function |
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from engine.decisions.feel.temporal import Date, DateTime, Days, Months, Time

Value: TypeAlias = object


@dataclass(frozen=True, slots=True)
class Range:
    """All values between two. An end of None is open for ever, and then `*_included` is False."""

    start: Value
    end: Value
    start_included: bool = True
    end_included: bool = True

    def contains(self, value: Value) -> bool | None:
        """None when the value cannot be compared with the ends."""
        above = below = True
        if self.start is not None:
            order = compare(value, self.start)
            if order is None:
                return None
            above = order > 0 or (order == 0 and self.start_included)
        if self.end is not None:
            order = compare(value, self.end)
            if order is None:
                return None
            below = order < 0 or (order == 0 and self.end_included)
        return above and below


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """Something that can be called. `call` gets as many arguments as there are parameters, in order."""

    name: str
    parameters: tuple[str, ...]
    call: Callable[..., Value]
    required: int = -1  #: how many must be given; -1: all
    variadic: bool = False  #: the last parameter takes all that are left, as a list
    kinds: tuple[str, ...] = ()  #: kind_of each parameter, "" for any; a built-in one says so
    others: tuple[Function, ...] = ()  #: the same function with other parameters


def kind_of(value: Value) -> str:
    """The name of the type of a value, as the standard writes it."""
    for known, name in _KINDS:
        if isinstance(value, known):
            return name
    return "null" if value is None else "Any"


_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (Decimal, "number"),
    (str, "string"),
    (list, "list"),
    (dict, "context"),
    (Date, "date"),
    (DateTime, "date and time"),
    (Time, "time"),
    (Days, "days and time duration"),
    (Months, "years and months duration"),
    (Range, "range"),
    (Function, "function"),
)


def equal(left: Value, right: Value) -> bool | None:
    """Three-valued: None when the two are of different kinds. Null equals null only."""
    if left is None or right is None:
        return left is right
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right if isinstance(left, bool) and isinstance(right, bool) else None
    if type(left) is not type(right):
        return None
    if isinstance(left, list):
        return _equal_lists(left, right)  # type: ignore[arg-type]
    if isinstance(left, dict):
        return _equal_contexts(left, right)  # type: ignore[arg-type]
    if isinstance(left, Range) and isinstance(right, Range):
        return _equal_ranges(left, right)
    if isinstance(left, (Date, Time, DateTime)):
        order = compare(left, right)
        return order == 0 if order is not None else False
    return left is right if isinstance(left, Function) else left == right


def _all_equal(pairs: Sequence[tuple[Value, Value]]) -> bool | None:
    found: bool | None = True
    for left, right in pairs:
        same = equal(left, right)
        if same is False:
            return False
        if same is None:
            found = None
    return found


def _equal_lists(left: list[Value], right: list[Value]) -> bool | None:
    return _all_equal(list(zip(left, right, strict=True))) if len(left) == len(right) else False


def _equal_contexts(left: dict[str, Value], right: dict[str, Value]) -> bool | None:
    return _all_equal([(left[key], right[key]) for key in left]) if left.keys() == right.keys() else False


def _equal_ranges(left: Range, right: Range) -> bool | None:
    if (left.start_included, left.end_included) != (right.start_included, right.end_included):
        return False
    return _all_equal([(left.start, right.start), (left.end, right.end)])


def compare(left: Value, right: Value) -> int | None:
    """Negative, 0 or positive; None when the two have no order: other kinds, or only one of two times has a place."""
    if isinstance(left, bool) or isinstance(right, bool) or type(left) is not type(right):
        return None
    if isinstance(left, DateTime) and isinstance(right, DateTime):
        if (left.time.zone is None) != (right.time.zone is None):
            return None
        return _order(left.nanos, right.nanos)
    if isinstance(left, Time) and isinstance(right, Time):
        return _compare_times(left, right)
    if isinstance(left, Date) and isinstance(right, Date):
        return _order((left.year, left.month, left.day), (right.year, right.month, right.day))
    if isinstance(left, Days) and isinstance(right, Days):
        return _order(left.nanos, right.nanos)
    if isinstance(left, Months) and isinstance(right, Months):
        return _order(left.months, right.months)
    if isinstance(left, (Decimal, str)):
        return _order(left, right)
    return None


def _order(left: object, right: object) -> int:
    return int(left > right) - int(left < right)  # type: ignore[operator]


def _compare_times(left: Time, right: Time) -> int | None:
    if (left.zone is None and right.zone is None) or left.zone == right.zone:
        return _order(left.nanos, right.nanos)
    if left.offset is None or right.offset is None:
        return None
    return _order(left.seconds - left.offset, right.seconds - right.offset) or _order(left.nano, right.nano)
