"""From one kind of value to another: DMN 1.5, chapter 10.3.4.1."""

from __future__ import annotations

import re
from decimal import Decimal

from engine.decisions.feel.arithmetic import MAX_TEXT
from engine.decisions.feel.builtins.declared import Here, builtin
from engine.decisions.feel.numbers import number as decimal_of
from engine.decisions.feel.numbers import number_text
from engine.decisions.feel.temporal import (
    NANOS,
    UTC_ZONE,
    Date,
    DateTime,
    Days,
    Months,
    OutOfRange,
    Time,
    Zone,
    midnight,
    zone_of_region,
)
from engine.decisions.feel.temporal_text import (
    parse_date,
    parse_date_time,
    parse_duration,
    parse_time,
    temporal_text,
)
from engine.decisions.feel.values import Function, Range, Value

_PLAIN_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_SEPARATORS = {" ", ",", "."}


def text_of(value: Value, *, quoted: bool = False) -> str:
    """A value as string() tells it; inside of lists and contexts texts stand in quotation marks."""
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if quoted else value
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, list):
        return f"[{', '.join(text_of(item, quoted=True) for item in value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {text_of(item, quoted=True)}" for key, item in value.items()) + "}"
    return _text_of_one(value)


def _text_of_one(value: Value) -> str:
    match value:
        case Decimal():
            return number_text(value)
        case Range():
            return _range_text(value)
        case Function():
            return f"function({', '.join(value.parameters)})"
    return temporal_text(value) or str(value)


def _range_text(value: Range) -> str:
    if value.start is None or value.end is None:
        sign = ("<" if value.start is None else ">") + ("=" if value.end_included or value.start_included else "")
        return f"({sign}{text_of(value.end if value.start is None else value.start, quoted=True)})"
    opening, closing = "[" if value.start_included else "(", "]" if value.end_included else ")"
    return f"{opening}{text_of(value.start, quoted=True)}..{text_of(value.end, quoted=True)}{closing}"


@builtin("string", "from:any")
def string(here: Here, value: Value) -> Value:
    if value is None:
        return None
    text = text_of(value)
    return text if len(text) <= MAX_TEXT else here.nothing("文字过长", "the text is too long")


@builtin("number", "from:string grouping_separator:string?! decimal_separator:string?!", "from:number")
def number(here: Here, text: Value, grouping: str | None = None, point: str | None = None) -> Value:
    if isinstance(text, Decimal):
        return text
    if (
        (grouping and grouping not in _SEPARATORS)
        or (point and point not in {",", "."})
        or (grouping and grouping == point)
    ):
        return here.nothing(
            "分隔符只能是空格、逗号或句点，且两者不同", "separators are a blank, comma or point, and differ"
        )
    plain = str(text).replace(grouping, "") if grouping else str(text)
    plain = plain.replace(point, ".") if point else plain
    found = decimal_of(plain) if _PLAIN_NUMBER.fullmatch(plain) else None
    return found if found is not None else here.nothing(f"“{str(text)[:40]}”不是数", f'"{str(text)[:40]}" is no number')


@builtin("date", "from:string", "from:moment", "from:date", "year:whole month:whole day:whole")
def date(here: Here, first: Value, month: int | None = None, day: int | None = None) -> Value:
    found: Value = None
    if isinstance(first, str):
        found = parse_date(first)
    elif isinstance(first, DateTime):
        found = first.date
    elif isinstance(first, Date):
        found = first
    elif isinstance(first, int) and month is not None and day is not None:
        try:
            found = Date.checked(first, month, day)
        except OutOfRange:
            found = None
    return found if found is not None else here.nothing("没有这一天", "there is no such day")


@builtin(
    "date and time",
    "from:string",
    "date:date time:time",
    "date:moment time:time",
    "from:moment timezone:string",
    "from:moment",
    "from:date",
)
def date_and_time(here: Here, first: Value, second: Value = None) -> Value:
    if isinstance(first, str):
        found: Value = parse_date_time(first)
    elif isinstance(second, Time):
        found = DateTime(first.date if isinstance(first, DateTime) else first, second)  # type: ignore[arg-type]
    elif isinstance(second, str) and isinstance(first, DateTime):
        zone = zone_of_region(second)
        found = DateTime(first.date, Time(*_clock(first.time), zone)) if zone is not None else None
    else:
        found = midnight(first, UTC_ZONE) if isinstance(first, Date) else first
    return found if found is not None else here.nothing("没有这一时刻", "there is no such moment")


def _clock(time: Time) -> tuple[int, int, int, int]:
    return time.hour, time.minute, time.second, time.nano


@builtin(
    "time",
    "from:string",
    "from:time",
    "from:moment",
    "from:date",
    "hour:whole minute:whole second:number offset:days?!",
)
def time(here: Here, first: Value, minute: int = 0, second: Value = None, offset: Days | None = None) -> Value:
    found: Value = None
    if isinstance(first, str):
        found = parse_time(first)
    elif isinstance(first, Time):
        found = first
    elif isinstance(first, DateTime):
        found = first.time
    elif isinstance(first, Date):
        found = Time(0, 0, 0, 0, UTC_ZONE)
    elif isinstance(first, int) and isinstance(second, Decimal):
        zone = Zone(offset=offset.nanos // NANOS) if offset is not None else None
        whole = int(second) if 0 <= second < 60 else -1
        try:
            found = Time.checked(first, minute, whole, int((second - whole) * NANOS), zone)
        except OutOfRange:
            found = None
    return found if found is not None else here.nothing("没有这一时间", "there is no such time")


@builtin("duration", "from:string", "from:days", "from:months")
def duration(here: Here, value: Value) -> Value:
    if not isinstance(value, str):
        return value
    found = parse_duration(value)
    return found if found is not None else here.nothing(f"“{value[:40]}”不是时长", f'"{value[:40]}" is no duration')


@builtin(
    "years and months duration",
    "from:date to:date",
    "from:moment to:moment",
    "from:date to:moment",
    "from:moment to:date",
)
def years_and_months_duration(_: Here, start: Value, end: Value) -> Value:
    """Whole months from one day to another."""
    first = start.date if isinstance(start, DateTime) else start
    last = end.date if isinstance(end, DateTime) else end
    assert isinstance(first, Date) and isinstance(last, Date)  # noqa: S101, PT018 - the kinds were checked
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return Months(months)


FUNCTIONS = (string, number, date, date_and_time, time, duration, years_and_months_duration)
