"""What stands behind a dot: entries of contexts, and the parts of dates, durations and ranges."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from engine.decisions.feel.temporal import NANOS, Date, DateTime, Days, Months, Time
from engine.decisions.feel.temporal_text import zone_text
from engine.decisions.feel.values import Range, Value

Part = Callable[[Any], Value]


#: Parts whose names have a blank in them: the grammar has to know these.
SPACED_PARTS = ("time offset", "start included", "end included")


class Missing:
    """Stands for: there is no such part. Null is a value."""


MISSING = Missing()


def member(value: Value, name: str) -> Value | Missing:
    """The part `name` of one value; of a list that of each of its items."""
    if isinstance(value, dict):
        found: Value | Missing = value.get(name, MISSING)
        return found
    if isinstance(value, list):
        items = [member(item, name) for item in value]
        return [None if item is MISSING else item for item in items]
    part = _PARTS.get(type(value), {}).get(name)
    return part(value) if part is not None else MISSING


def _number(value: int) -> Decimal:
    return Decimal(value)


def _of_time(part: Part) -> Part:
    return lambda moment: part(moment.time)


def _of_date(part: Part) -> Part:
    return lambda moment: part(moment.date)


def _second(time: Time) -> Value:
    return Decimal(time.second) + Decimal(time.nano) / NANOS if time.nano else Decimal(time.second)


def _zone(time: Time) -> Value:
    return zone_text(time.zone).lstrip("@") if time.zone is not None else None


def _offset(moment: Time | DateTime) -> Value:
    return Days.of(seconds=moment.offset) if moment.offset is not None else None


def _toward_zero(nanos: int, unit: int, within: int) -> Decimal:
    """So many whole units, beyond the next larger one; with the sign of the duration."""
    amount = abs(nanos) // (unit * NANOS) % within
    return Decimal(-amount if nanos < 0 else amount)


def _months(duration: Months, *, years: bool) -> Decimal:
    amount = divmod(abs(duration.months), 12)[0 if years else 1]
    return Decimal(-amount if duration.months < 0 else amount)


_DATE: Mapping[str, Part] = {
    "year": lambda date: _number(date.year),
    "month": lambda date: _number(date.month),
    "day": lambda date: _number(date.day),
    "weekday": lambda date: _number(date.weekday),
}
_TIME: Mapping[str, Part] = {
    "hour": lambda time: _number(time.hour),
    "minute": lambda time: _number(time.minute),
    "second": _second,
    "timezone": _zone,
}
_PARTS: Mapping[type, Mapping[str, Part]] = {
    Date: _DATE,
    Time: {**_TIME, "time offset": _offset},
    DateTime: {
        **{name: _of_date(part) for name, part in _DATE.items()},
        **{name: _of_time(part) for name, part in _TIME.items()},
        "time offset": _offset,
        "date": lambda moment: moment.date,
        "time": lambda moment: moment.time,
    },
    Days: {
        "days": lambda duration: _toward_zero(duration.nanos, 86_400, 10**30),
        "hours": lambda duration: _toward_zero(duration.nanos, 3600, 24),
        "minutes": lambda duration: _toward_zero(duration.nanos, 60, 60),
        "seconds": lambda duration: _toward_zero(duration.nanos, 1, 60),
    },
    Months: {
        "years": lambda duration: _months(duration, years=True),
        "months": lambda duration: _months(duration, years=False),
    },
    Range: {
        "start": lambda found: found.start,
        "end": lambda found: found.end,
        "start included": lambda found: found.start_included,
        "end included": lambda found: found.end_included,
    },
}
