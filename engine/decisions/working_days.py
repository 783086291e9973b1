"""Functions of our own beside those of FEEL: working days on the calendar of the service.

They are no part of the language: whoever evaluates hands them in with the context, made for one calendar.

    cx working days(from, to)           working days after `from`, up to and with `to`; negative when `to` is earlier
    cx add working days(date, number)   that many working days later; negative: earlier; 0: the day itself
    cx is working day(date)             true or false
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from engine.decisions.feel import Date, Function, kind_of
from engine.decisions.feel.numbers import as_whole, number
from engine.decisions.feel.run import Frame
from engine.decisions.feel.values import Value
from engine.errors import InputRejected
from engine.model.calendar import WorkCalendar

#: What to name when reading an expression that may use them.
WORKING_DAY_NAMES = frozenset({"cx working days", "cx add working days", "cx is working day"})
MAX_WORKING_DAYS = 10_000
_KINDS = {"date": ("日期", "date"), "number": ("整数，且不过大", "whole number, and not a huge one")}


def working_day_functions(calendar: WorkCalendar) -> Mapping[str, Function]:
    """By name, for the context of an evaluation. A day that the calendar does not reach makes the result null."""

    def between(first: date, last: date) -> Value:
        return number(calendar.count(first, last) if first <= last else -calendar.count(last, first))

    def later(start: date, days: int) -> Value:
        found = calendar.add_working_days(start, days)
        return Date(found.year, found.month, found.day)

    made = (
        _function("cx working days", ("from", "to"), ("date", "date"), between),
        _function("cx add working days", ("date", "number"), ("date", "number"), later),
        _function("cx is working day", ("date",), ("date",), calendar.is_working_day),
    )
    return {one.name: one for one in made}


def _function(name: str, parameters: tuple[str, ...], kinds: tuple[str, ...], answer: Callable[..., Value]) -> Function:
    def call(frame: Frame, at: int, *values: Value) -> Value:
        given = [_given(kind, value) for kind, value in zip(kinds, values, strict=True)]
        for parameter, value, kind, found in zip(parameters, values, kinds, given, strict=True):
            if found is None and kind_of(value) != "date":
                word_zh, word_en = _KINDS[kind]
                frame.run.note(
                    f"{name}：参数“{parameter}”应为{word_zh}", f'{name}: "{parameter}" must be a {word_en}', at
                )
                return None
        try:
            if None not in given:
                return answer(*given)
        except InputRejected:
            pass
        frame.run.note(f"{name}：日期超出工作日历", f"{name}: the day lies outside of the calendar", at)
        return None

    return Function(name, parameters, call, kinds=kinds)


def _given(kind: str, value: Value) -> date | int | None:
    if kind == "date":
        try:
            return date(value.year, value.month, value.day) if isinstance(value, Date) else None
        except ValueError:  # a year that the calendar cannot have
            return None
    found = as_whole(value)
    return found if found is not None and abs(found) <= MAX_WORKING_DAYS else None
