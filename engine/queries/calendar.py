"""The working-day calendar of one year: what each layer says of its days, and what is in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.core import Engine
from engine.model.holiday_notice import check_year
from engine.model.holidays import CalendarDay, days_between
from engine.model.step import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class LayeredDay:
    """What one layer says of a day. A layer above it may say otherwise: then this one is not in force."""

    entry: CalendarDay
    in_force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOfDays:
    """A year of the calendar. Without a national table its weekends are off, and its dates are provisional."""

    year: int
    source: str  #: title of the national notice; "" where there is no table yet
    working_days: int
    days: tuple[LayeredDay, ...]  #: that differ from the weekend rule, by day and layer


def calendar_year(engine: Engine, person: PersonId, year: int) -> YearOfDays:
    """The same for everybody. Raises InputRejected for a year that the calendar does not cover."""
    check_year(year, "year")
    with engine.reading(person) as tx:
        calendar, sources = engine.reference(tx).calendar, tx.national_years()
        entries = sorted((d for d in tx.calendar_days() if d.day.year == year), key=lambda d: (d.day, d.layer))
    return YearOfDays(
        year=year,
        source=sources.get(year, ""),
        working_days=sum(calendar.is_working_day(day) for day in days_between(date(year, 1, 1), date(year, 12, 31))),
        days=tuple(LayeredDay(entry=entry, in_force=calendar.entry(entry.day) == entry) for entry in entries),
    )
