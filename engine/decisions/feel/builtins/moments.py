"""Where a date lies in its year and week, and the clock: DMN 1.5, chapters 10.3.4.9 and 10.3.4.10."""

from __future__ import annotations

from decimal import Decimal

from engine.decisions.feel import civil
from engine.decisions.feel.builtins.declared import Body, Here, builtin
from engine.decisions.feel.temporal import Date, DateTime
from engine.decisions.feel.values import Function, Value

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def _of_date(name: str, part: Body) -> Function:
    def body(_: Here, value: Value) -> Value:
        return part(value.date if isinstance(value, DateTime) else value)

    return builtin(name, "date:date", "date:moment")(body)


def _day_of_year(date: Date) -> Value:
    return Decimal(date.days - civil.to_days(date.year, 1, 1) + 1)


def _week_of_year(date: Date) -> Value:
    """By ISO 8601: weeks begin on Monday, and the first one has the first Thursday."""
    thursday = Date.from_days(date.days - date.weekday + 4)
    return Decimal((thursday.days - civil.to_days(thursday.year, 1, 1)) // 7 + 1)


@builtin("now")
def now(here: Here) -> Value:
    if here.run.now is None:
        return here.nothing("此处没有时钟", "there is no clock here")
    return here.run.now


@builtin("today")
def today(here: Here) -> Value:
    if here.run.now is None:
        return here.nothing("此处没有时钟", "there is no clock here")
    return here.run.now.date


FUNCTIONS = (
    _of_date("day of year", _day_of_year),
    _of_date("day of week", lambda date: _WEEKDAYS[date.weekday - 1]),
    _of_date("month of year", lambda date: _MONTHS[date.month - 1]),
    _of_date("week of year", _week_of_year),
    now,
    today,
)
