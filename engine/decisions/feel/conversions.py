"""Python's values as FEEL's, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.decisions.feel.numbers import number
from engine.decisions.feel.temporal import NANOS, Date, DateTime, Days, Months, Time, Zone
from engine.decisions.feel.temporal_text import temporal_text
from engine.decisions.feel.values import Function, Range, Value

MAX_DEPTH = 100


def to_feel(value: object, *, depth: int = 0) -> Value:
    """A value of Python as FEEL knows it. What FEEL has no kind for becomes null."""
    if value is None or isinstance(value, (str, bool, Date, Time, DateTime, Days, Months, Range, Function)):
        return value
    if isinstance(value, (int, float, Decimal)):
        return number(value)
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, Mapping):
        return {str(key): to_feel(item, depth=depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_feel(item, depth=depth + 1) for item in value]
    return _temporal(value)


def _temporal(value: object) -> Value:
    if isinstance(value, datetime):
        return DateTime(Date(value.year, value.month, value.day), _time(value.timetz(), value.utcoffset()))
    if isinstance(value, date):
        return Date(value.year, value.month, value.day)
    if isinstance(value, time):
        return _time(value, value.utcoffset())
    if isinstance(value, timedelta):
        return Days((value.days * 86_400 + value.seconds) * NANOS + value.microseconds * 1000)
    return None


def _time(value: time, offset: timedelta | None) -> Time:
    zone = Zone(offset=int(offset.total_seconds())) if offset is not None else None
    if isinstance(value.tzinfo, ZoneInfo) and value.tzinfo.key:
        zone = Zone(region=value.tzinfo.key)
    return Time(value.hour, value.minute, value.second, value.microsecond * 1000, zone)


def from_feel(value: Value) -> object:
    """A value of FEEL as JSON holds it: numbers as int or Decimal, dates and durations as text, functions as null."""
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value() and abs(value.adjusted()) < 30
        return int(value) if whole else value
    if isinstance(value, list):
        return [from_feel(item) for item in value]
    if isinstance(value, dict):
        return {key: from_feel(item) for key, item in value.items()}
    if isinstance(value, Range):
        return {"start": from_feel(value.start), "end": from_feel(value.end)}
    if isinstance(value, Function):
        return None
    written = temporal_text(value)
    return written if written is not None else value
