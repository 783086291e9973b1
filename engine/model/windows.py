"""The windows around public holidays in which inspections look closer (重要节点, domain.md §2 P05)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files

from engine.errors import InputRejected
from engine.model.calendar import WorkCalendar
from engine.model.holidays import Layer, days_between
from engine.model.params import Params

_CODE = re.compile(r"(\d{4})W(\d\d)(\d\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One window, "2026W0925": named by the first day off in it, so that a moved working day leaves its name."""

    code: str
    first_day: date
    last_day: date
    zh: tuple[str, ...]  #: 中秋节, 国庆节
    en: tuple[str, ...]

    @property
    def labels(self) -> tuple[str, str]:
        """What people call it: "2026年中秋节·国庆节", "Mid-Autumn Festival · National Day 2026"."""
        return f"{self.code[:4]}年{'·'.join(self.zh)}", f"{' · '.join(self.en)} {self.code[:4]}"


@dataclass(frozen=True, slots=True)
class _Holiday:
    zh: str
    en: str
    day: str  #: MM-DD where it is the same day of every year, also before the State Council has said so; ""


def windows_of(year: int, calendar: WorkCalendar, params: Params) -> tuple[Window, ...]:
    """The windows of the holidays of `year`, in order. Raises OutsideCalendar.

    A holiday whose days the calendar does not know yet has none: it appears when the year's table is entered.
    """
    found: list[Window] = []
    for begins, holiday in sorted(_first_days(year, calendar), key=lambda pair: pair[0]):
        width = params.number("p05_node_margin_wd")
        window = Window(
            code=f"{begins:%Y}W{begins:%m%d}",
            first_day=calendar.add_working_days(begins, -width),
            last_day=calendar.add_working_days(begins, width),
            zh=(holiday.zh,),
            en=(holiday.en,),
        )
        if found and window.first_day <= found[-1].last_day:
            found[-1] = _joined(found[-1], window)
        else:
            found.append(window)
    return tuple(found)


def window_of(code: str, calendar: WorkCalendar, params: Params) -> Window:
    """The window named by `code`. Raises InputRejected where the calendar has no such window."""
    match = _CODE.fullmatch(code)
    if match is not None:
        for window in windows_of(int(match[1]), calendar, params):
            if window.code == code:
                return window
    raise InputRejected(f"日历中没有节点“{code}”。", f"The calendar has no window {code!r}.", value=code)


def is_window(code: str) -> bool:
    """Whether a period code is one of a window."""
    return _CODE.fullmatch(code) is not None


@cache
def holiday_names() -> Mapping[str, str]:
    """English names of the holidays that have a window, by their Chinese names."""
    return {holiday.zh: holiday.en for holiday in _holidays()}


def _joined(earlier: Window, later: Window) -> Window:
    last_day = max(earlier.last_day, later.last_day)
    return replace(earlier, last_day=last_day, zh=(*earlier.zh, *later.zh), en=(*earlier.en, *later.en))


def _first_days(year: int, calendar: WorkCalendar) -> Iterator[tuple[date, _Holiday]]:
    """The first day off of each holiday; one table may call several by one name ("国庆节、中秋节")."""
    begins: dict[str, date] = {}
    for day in days_between(date(year, 1, 1), date(year, 12, 31)):
        entry = calendar.entry(day)
        if entry is not None and entry.layer is Layer.NATIONAL and not entry.working:
            for name in entry.zh.split("、"):
                begins.setdefault(name, day)
    for holiday in _holidays():
        if holiday.zh in begins:
            yield begins[holiday.zh], holiday
        elif holiday.day:
            yield date(year, int(holiday.day[:2]), int(holiday.day[3:])), holiday


@cache
def _holidays() -> tuple[_Holiday, ...]:
    text = (files("engine.model") / "tables" / "windows.json").read_text(encoding="utf-8")
    return tuple(_Holiday(**row) for row in json.loads(text))
