"""The working-day calendar: which days people work, and every count that a deadline needs."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from engine.errors import InputRejected
from engine.model.holidays import CalendarDay, days_between, known_national_years, national_table
from engine.model.period import Period, PeriodKind, shift_months

FIRST_YEAR, LAST_YEAR = 2015, 2060  #: counts outside are refused, not guessed
_SATURDAY = 5


class OutsideCalendar(InputRejected):
    """A day lies outside the years that the calendar covers."""

    code = "outside_calendar"

    def __init__(self, day: date | str) -> None:
        super().__init__(
            f"日期{day}超出工作日历范围（{FIRST_YEAR}—{LAST_YEAR}年）。",
            f"{day} is outside the working-day calendar ({FIRST_YEAR}-{LAST_YEAR}).",
            value=str(day),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRange:
    """Neighbouring days that are off, or worked out of turn, for one reason."""

    first: date
    last: date
    zh: str  #: 周末, 春节, 调休上班
    en: str

    @property
    def text(self) -> str:
        """The days in figures: "02-14", "02-15—02-23"."""
        return f"{self.first:%m-%d}" if self.first == self.last else f"{self.first:%m-%d}—{self.last:%m-%d}"

    def as_dict(self) -> dict[str, str]:
        return {"first": self.first.isoformat(), "last": self.last.isoformat(), "zh": self.zh, "en": self.en}


class WorkCalendar:
    """Working days in Asia/Shanghai. Immutable and safe to share between threads; build it once per data version.

    Counting follows domain.md §6.4: day 1 is the next working day after the start day, whatever the start day is.
    All methods raise OutsideCalendar for a day before 2015 or after 2060.
    """

    __slots__ = ("_days", "_ordinals", "_working", "national_years")

    def __init__(self, days: Iterable[CalendarDay] = (), *, national_years: Iterable[int] = ()) -> None:
        """days: what differs from the weekend rule, in any order; of two on one day the higher layer wins, of one
        layer the later given. national_years: years whose national table is among `days`; others are provisional.
        """
        winners: dict[date, CalendarDay] = {}
        for entry in days:
            current = winners.get(entry.day)
            if current is None or entry.layer >= current.layer:
                winners[entry.day] = entry
        self.national_years = frozenset(national_years)
        self._days: Mapping[date, CalendarDay] = winners
        working = set(_weekdays())
        working.update(d.toordinal() for d, entry in winners.items() if entry.working)
        working.difference_update(d.toordinal() for d, entry in winners.items() if not entry.working)
        self._working = frozenset(working)
        self._ordinals = tuple(sorted(working))

    @classmethod
    def national(cls, extra: Iterable[CalendarDay] = ()) -> WorkCalendar:
        """The shipped national tables, with `extra` days (local layer, corrections) on top."""
        years = known_national_years()
        days = [day for year in years for day in national_table(year).days]
        return cls([*days, *extra], national_years=years)

    # -- asking about one day

    def is_working_day(self, day: date) -> bool:
        return _ordinal(day) in self._working

    def entry(self, day: date) -> CalendarDay | None:
        """What a layer above the weekend rule says about `day`, if any does."""
        return self._days.get(day)

    def is_provisional(self, first: date, last: date) -> bool:
        """True when a year from `first` to `last` has no national table (节假日表未维护, 期限暂定)."""
        return any(year not in self.national_years for year in range(first.year, last.year + 1))

    # -- moving

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        return self._at(bisect_right(self._ordinals, _ordinal(day)), day)

    def previous_working_day(self, day: date) -> date:
        """The last working day before `day`."""
        return self._at(bisect_left(self._ordinals, _ordinal(day)) - 1, day)

    def on_or_after(self, day: date) -> date:
        """`day` itself when people work on it, else the next working day."""
        return day if self.is_working_day(day) else self.next_working_day(day)

    def on_or_before(self, day: date) -> date:
        """`day` itself when people work on it, else the working day before."""
        return day if self.is_working_day(day) else self.previous_working_day(day)

    def add_working_days(self, start: date, days: int) -> date:
        """The `days`-th working day after `start`; 0 is `start` itself, a negative count goes back before it."""
        if days == 0:
            return start
        if days > 0:
            return self._at(bisect_right(self._ordinals, _ordinal(start)) + days - 1, start)
        return self._at(bisect_left(self._ordinals, _ordinal(start)) + days, start)

    def add_months(self, start: date, months: int) -> date:
        """The same day number `months` later (or the month's end), moved to the next working day if off."""
        return self.on_or_after(shift_months(start, months))

    def last_working_day(self, kind: PeriodKind, day: date) -> date:
        """The last working day of the half, quarter, month or year in which `day` lies."""
        return self.on_or_before(Period.containing(kind, day).last_day)

    def first_working_day(self, kind: PeriodKind, day: date) -> date:
        """The first working day of the half, quarter, month or year in which `day` lies."""
        return self.on_or_after(Period.containing(kind, day).first_day)

    # -- counting and explaining

    def count(self, after: date, until: date) -> int:
        """Working days in (after, until]; 0 when until <= after."""
        return max(0, bisect_right(self._ordinals, _ordinal(until)) - bisect_right(self._ordinals, _ordinal(after)))

    def working_days(self, first: date, last: date) -> tuple[date, ...]:
        """Every working day from `first` to `last`, ascending: what a database needs to count them by itself."""
        begin, end = bisect_left(self._ordinals, _ordinal(first)), bisect_right(self._ordinals, _ordinal(last))
        return tuple(date.fromordinal(ordinal) for ordinal in self._ordinals[begin:end])

    def explain_off(self, after: date, until: date) -> tuple[DayRange, ...]:
        """The days off in (after, until], neighbours with one reason joined: what a count skipped and why."""
        off = (day for day in days_between(after + timedelta(days=1), until) if not self.is_working_day(day))
        return _joined((day, *self._reason(day)) for day in off)

    def explain_made_up(self, after: date, until: date) -> tuple[DayRange, ...]:
        """Days in (after, until] that are worked although they fall on a weekend."""
        days = days_between(after + timedelta(days=1), until)
        made_up = (day for day in days if day.weekday() >= _SATURDAY and self.is_working_day(day))
        return _joined((day, *self._reason(day)) for day in made_up)

    def changed_since(self, older: WorkCalendar) -> tuple[date, ...]:
        """Days that are working in one of the two calendars only: why open deadlines must be computed again."""
        return tuple(date.fromordinal(o) for o in sorted(self._working ^ older._working))

    def _reason(self, day: date) -> tuple[str, str]:
        entry = self._days.get(day)
        return ("周末", "weekend") if entry is None else (entry.zh, entry.en)

    def _at(self, index: int, origin: date) -> date:
        if not 0 <= index < len(self._ordinals):
            raise OutsideCalendar(origin)
        return date.fromordinal(self._ordinals[index])


def _ordinal(day: date) -> int:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise OutsideCalendar(day)
    return day.toordinal()


@cache
def _weekdays() -> frozenset[int]:
    span = range(date(FIRST_YEAR, 1, 1).toordinal(), date(LAST_YEAR, 12, 31).toordinal() + 1)
    # Ordinal 1 was a Monday, so the weekday is (ordinal - 1) % 7; three times faster than making dates.
    return frozenset(o for o in span if (o - 1) % 7 < _SATURDAY)


def _joined(days: Iterable[tuple[date, str, str]]) -> tuple[DayRange, ...]:
    ranges: list[DayRange] = []
    for day, zh, en in days:
        last = ranges[-1] if ranges else None
        if last is not None and last.zh == zh and day - last.last == timedelta(days=1):
            ranges[-1] = DayRange(first=last.first, last=day, zh=zh, en=en)
        else:
            ranges.append(DayRange(first=day, last=day, zh=zh, en=en))
    return tuple(ranges)
