"""The signs + - * / ** between numbers, texts, dates and durations. None: the two do not go together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

from engine.decisions.feel.numbers import CONTEXT, finite
from engine.decisions.feel.temporal import (
    NANOS_OF_DAY,
    UTC_ZONE,
    Date,
    DateTime,
    Days,
    Months,
    OutOfRange,
    Time,
    midnight,
)
from engine.decisions.feel.values import Value

MAX_TEXT = 1_000_000  #: characters of a text that is put together
MAX_NANOS = 10**27  #: some thirty thousand million years


def add(left: Value, right: Value) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return finite(CONTEXT.add(left, right))
    if isinstance(left, str) and isinstance(right, str):
        return left + right if len(left) + len(right) <= MAX_TEXT else None
    return _add_temporal(left, right)


def _add_temporal(left: Value, right: Value) -> Value:
    if isinstance(left, Days) and isinstance(right, Days):
        return _days(left.nanos + right.nanos)
    if isinstance(left, Months) and isinstance(right, Months):
        return Months(left.months + right.months)
    if isinstance(left, (Date, DateTime, Time)):
        return _moved(left, right, 1)
    return _moved(right, left, 1) if isinstance(right, (Date, DateTime, Time)) else None


def subtract(left: Value, right: Value) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return finite(CONTEXT.subtract(left, right))
    if isinstance(left, Days) and isinstance(right, Days):
        return _days(left.nanos - right.nanos)
    if isinstance(left, Months) and isinstance(right, Months):
        return Months(left.months - right.months)
    if isinstance(right, (Days, Months)):
        return _moved(left, right, -1)
    return _between(left, right)


def _moved(moment: Value, duration: Value, sign: int) -> Value:
    """A date or time so much later (sign 1) or earlier (-1)."""
    try:
        if isinstance(duration, Months) and isinstance(moment, (Date, DateTime)):
            return moment.plus_months(sign * duration.months)
        if not isinstance(duration, Days):
            return None
        if isinstance(moment, DateTime):
            return moment.plus(sign * duration.nanos)
        if isinstance(moment, Date):
            # A date is its midnight; what is left of the day is lost.
            return Date.from_days(moment.days + (sign * duration.nanos) // NANOS_OF_DAY)
        if isinstance(moment, Time):
            return Time.from_nanos((moment.nanos + sign * duration.nanos) % NANOS_OF_DAY, moment.zone)
    except OutOfRange:
        return None
    return None


def _between(left: Value, right: Value) -> Value:
    """The time from `right` to `left`."""
    if isinstance(left, Time) and isinstance(right, Time):
        if (left.zone is None) != (right.zone is None):
            return None
        shift = (right.offset or 0) - (left.offset or 0)
        return _days(left.nanos - right.nanos + shift * 1_000_000_000)
    first, second = _as_moment(left, right), _as_moment(right, left)
    if first is None or second is None or (first.time.zone is None) != (second.time.zone is None):
        return None
    return _days(first.nanos - second.nanos)


def _as_moment(value: Value, other: Value) -> DateTime | None:
    """A date is its midnight; in UTC where the other one has a place."""
    if isinstance(value, DateTime):
        return value
    if not isinstance(value, Date):
        return None
    has_place = isinstance(other, DateTime) and other.time.zone is not None
    return midnight(value, UTC_ZONE if has_place else None)


def multiply(left: Value, right: Value) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return finite(CONTEXT.multiply(left, right))
    if isinstance(left, Decimal):
        left, right = right, left
    return _scaled(left, Fraction(right)) if isinstance(right, Decimal) else None


def divide(left: Value, right: Value) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return finite(CONTEXT.divide(left, right)) if right else None
    if isinstance(right, Decimal):
        return _scaled(left, 1 / Fraction(right)) if right else None
    if isinstance(left, Days) and isinstance(right, Days) and right.nanos:
        return finite(CONTEXT.divide(Decimal(left.nanos), Decimal(right.nanos)))
    if isinstance(left, Months) and isinstance(right, Months) and right.months:
        return finite(CONTEXT.divide(Decimal(left.months), Decimal(right.months)))
    return None


def _scaled(duration: Value, factor: Fraction) -> Value:
    """A duration times a number; what is left of the smallest unit is cut off."""
    if isinstance(duration, Days):
        return _days(int(duration.nanos * factor))
    return Months(int(duration.months * factor)) if isinstance(duration, Months) else None


def _days(nanos: int) -> Days | None:
    return Days(nanos) if abs(nanos) <= MAX_NANOS else None


def power(left: Value, right: Value) -> Value:
    if not (isinstance(left, Decimal) and isinstance(right, Decimal)):
        return None
    return finite(CONTEXT.power(left, right))


def negate(value: Value) -> Value:
    if isinstance(value, Decimal):
        return CONTEXT.minus(value)
    if isinstance(value, Days):
        return Days(-value.nanos)
    return Months(-value.months) if isinstance(value, Months) else None


SIGNS: Mapping[str, Callable[[Value, Value], Value]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}
