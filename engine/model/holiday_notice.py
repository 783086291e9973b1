"""The State Council's arrangement of a year as an administrator sends it: checked, field by field, before it counts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import NoReturn, cast

from engine.errors import InputRejected
from engine.model.calendar import FIRST_YEAR, LAST_YEAR
from engine.model.holidays import NationalTable, known_national_years, parse_national_table

MAX_NAME = 100
_SATURDAY = 5


def read_holiday_notice(text: str) -> NationalTable:
    """The table, where it is one. Raises InputRejected with the path of the field, "off[2].to", and what to do.

    All days lie in the year; a period off does not end before it begins; a make-up day is a weekend day and not off.
    A year whose table ships with the program is refused: single corrections are for it.
    """
    raw = _object(_decoded(text), "table")
    year = _year(raw.get("year"))
    _text(raw.get("source"), "source")
    periods = _list(raw.get("off"), "off")
    if not periods:
        _refuse("off", "请至少列出一段放假日期。", "List at least one period off.")
    for number, period in enumerate(periods):
        _check_period(_object(period, f"off[{number}]"), f"off[{number}]", year)
    for number, day in enumerate(_list(raw.get("work"), "work")):
        _day(day, f"work[{number}]", year)
    table = parse_national_table(text)
    off = {day.day for day in table.days if not day.working}
    for number, day in enumerate(day.day for day in table.days if day.working):
        if day.weekday() < _SATURDAY or day in off:
            _refuse(
                f"work[{number}]",
                f"{day}不是周末或同时列为放假，不能作为调休上班日，请核对。",
                f"{day} is no weekend day, or is off as well: it cannot be made up. Check it against the notice.",
                day,
            )
    return table


def check_year(year: object, field: str) -> int:
    """A year that the calendar covers. Raises InputRejected."""
    if isinstance(year, bool) or not isinstance(year, int) or not FIRST_YEAR <= year <= LAST_YEAR:
        _refuse(
            field,
            f"年份应为{FIRST_YEAR}至{LAST_YEAR}之间的整数。",
            f"Give a year from {FIRST_YEAR} to {LAST_YEAR}.",
            year,
        )
    return year


def _decoded(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        _refuse("table", "不是JSON文件，请检查格式。", "This is no JSON: check the file.")


def _year(value: object) -> int:
    year = check_year(value, "year")
    if year in known_national_years():
        _refuse(
            "year",
            f"{year}年的放假安排随程序提供，个别变动请用单日更正。",
            f"The table of {year} ships with the program: use single corrections.",
            year,
        )
    return year


def _check_period(period: Mapping[str, object], path: str, year: int) -> None:
    first, last = (_day(period.get(name), f"{path}.{name}", year) for name in ("from", "to"))
    if last < first:
        _refuse(f"{path}.to", "结束日期早于开始日期，请核对。", "It ends before it begins: check both days.", last)
    for name in ("zh", "en"):
        _text(period.get(name), f"{path}.{name}")


def _day(value: object, path: str, year: int) -> date:
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        _refuse(path, f"日期应写作{year}-01-31的形式。", f"Write a day as {year}-01-31.", value)
    if day.year != year:
        _refuse(path, f"日期应在{year}年内，跨年的请用单日更正。", f"It lies in {year}; correct others singly.", day)
    return day


def _text(value: object, path: str) -> None:
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_NAME or not value.isprintable():
        _refuse(path, f"请填写文字，最多{MAX_NAME}个字符。", f"Give a text of at most {MAX_NAME} printable characters.")


def _object(value: object, path: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        _refuse(
            path,
            "格式应为{year, source, off: [{from, to, zh, en}], work: [日期]}。",
            "The form is {year, source, off: [{from, to, zh, en}], work: [days]}.",
        )
    return cast("Mapping[str, object]", value)


def _list(value: object, path: str) -> list[object]:
    if not isinstance(value, list):
        _refuse(path, "请给出列表；没有时写[]。", "Give a list; [] for none.")
    return value


def _refuse(field: str, zh: str, en: str, value: object = None) -> NoReturn:
    shown = value if value is None or isinstance(value, int) else str(value)[:100]
    raise InputRejected(f"{field}：{zh}", f"{field}: {en}", field=field, value=shown)
