"""The days that differ from the weekend rule, in layers, and the national tables that ship with the program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from functools import cache
from importlib.resources import files


class Layer(IntEnum):
    """Where a calendar day comes from. A higher layer wins over a lower one (domain.md §6.4)."""

    WEEKEND = 0
    NATIONAL = 1
    MAKE_UP = 2
    LOCAL = 3
    CORRECTION = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """One day for which one layer says whether people work."""

    day: date
    layer: Layer
    working: bool
    zh: str  #: 春节, 调休上班, 州庆
    en: str
    document: str = ""  #: the notice that orders it; required by the screens for local days and corrections


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalTable:
    """The holiday arrangement of one year as the State Council published it."""

    year: int
    source: str
    days: tuple[CalendarDay, ...]


def known_national_years() -> tuple[int, ...]:
    """Years whose national table ships with the program, ascending."""
    names = (entry.name for entry in (files("engine.model") / "tables").iterdir())
    return tuple(sorted(int(n[9:13]) for n in names if n.startswith("calendar_")))


@cache
def national_table(year: int) -> NationalTable:
    """The shipped table of `year`. Raises FileNotFoundError for a year that is not in known_national_years()."""
    text = (files("engine.model") / "tables" / f"calendar_{year}.json").read_text(encoding="utf-8")
    return parse_national_table(text)


def parse_national_table(text: str) -> NationalTable:
    """Read the JSON of one national table; the form in which an administrator imports next year's notice."""
    raw = json.loads(text)
    source = raw["source"]
    days = [
        CalendarDay(day=day, layer=Layer.NATIONAL, working=False, zh=off["zh"], en=off["en"], document=source)
        for off in raw["off"]
        for day in days_between(date.fromisoformat(off["from"]), date.fromisoformat(off["to"]))
    ]
    days += [
        CalendarDay(
            day=date.fromisoformat(day),
            layer=Layer.MAKE_UP,
            working=True,
            zh="调休上班",
            en="make-up working day",
            document=source,
        )
        for day in raw["work"]
    ]
    return NationalTable(year=raw["year"], source=source, days=tuple(days))


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included; nothing when last < first."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)
