"""Dates, times and durations of FEEL: immutable values, exact to the nanosecond, in years of up to nine digits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo

from engine.decisions.feel import civil

NANOS = 1_000_000_000
SECONDS_OF_DAY = 86_400
NANOS_OF_DAY = SECONDS_OF_DAY * NANOS
MAX_YEAR = 999_999_999
MAX_OFFSET_SECONDS = 18 * 3600


class OutOfRange(ValueError):
    """A date or duration that the standard does not know."""


@dataclass(frozen=True, slots=True)
class Zone:
    """Where a time is told: a fixed offset from UTC, or a region of the IANA table whose offset depends on the date."""

    offset: int | None = None  #: seconds east of UTC
    region: str = ""

    def offset_at(self, date: Date, seconds: int) -> int:
        """Seconds east of UTC at a local date and second of the day."""
        if self.offset is not None:
            return self.offset
        year = date.year if 1 <= date.year <= 9999 else 2000 + date.year % 400  # the same weekdays, today's rules
        hour, minute = divmod(seconds // 60, 60)
        local = datetime(year, date.month, date.day, hour, minute, seconds % 60, tzinfo=_zone_info(self.region))
        found = local.utcoffset()
        return int(found.total_seconds()) if found is not None else 0


UTC_ZONE = Zone(offset=0)


@lru_cache(maxsize=512)
def _zone_info(region: str) -> ZoneInfo:
    return ZoneInfo(region)


def zone_of_region(name: str) -> Zone | None:
    """None when the IANA table does not know `name`."""
    try:
        _zone_info(name)
    except (KeyError, ValueError, OSError):  # unknown, no name at all, a folder of the table
        return None
    return Zone(region=name)


@dataclass(frozen=True, slots=True)
class Months:
    """A years and months duration."""

    months: int


@dataclass(frozen=True, slots=True)
class Days:
    """A days and time duration, in nanoseconds."""

    nanos: int

    @classmethod
    def of(cls, *, days: int = 0, seconds: int = 0) -> Self:
        return cls(days * NANOS_OF_DAY + seconds * NANOS)


@dataclass(frozen=True, slots=True)
class Date:
    """A day of the Gregorian calendar."""

    year: int
    month: int
    day: int

    @classmethod
    def checked(cls, year: int, month: int, day: int) -> Self:
        """Raises OutOfRange."""
        if not (abs(year) <= MAX_YEAR and 1 <= month <= 12 and 1 <= day <= civil.days_in_month(year, month)):
            raise OutOfRange(f"{year}-{month}-{day}")
        return cls(year, month, day)

    @classmethod
    def from_days(cls, days: int) -> Self:
        return cls.checked(*civil.from_days(days))

    @property
    def days(self) -> int:
        """Days from 1970-01-01."""
        return civil.to_days(self.year, self.month, self.day)

    @property
    def weekday(self) -> int:
        """1 is Monday, 7 is Sunday."""
        return (self.days + 3) % 7 + 1

    def plus_months(self, months: int) -> Date:
        """The same day of another month, or its last one. Raises OutOfRange."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        if abs(year) > MAX_YEAR:
            raise OutOfRange(str(year))
        return Date(year, month + 1, min(self.day, civil.days_in_month(year, month + 1)))


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day, at a place or anywhere."""

    hour: int
    minute: int
    second: int
    nano: int = 0
    zone: Zone | None = None

    @classmethod
    def checked(cls, hour: int, minute: int, second: int, nano: int = 0, zone: Zone | None = None) -> Self:
        """Raises OutOfRange."""
        if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
            raise OutOfRange(f"{hour}:{minute}:{second}")
        if zone is not None and zone.offset is not None and abs(zone.offset) > MAX_OFFSET_SECONDS:
            raise OutOfRange(str(zone.offset))
        return cls(hour, minute, second, nano, zone)

    @classmethod
    def from_nanos(cls, nanos: int, zone: Zone | None) -> Self:
        """nanos: of the day, from midnight."""
        seconds, nano = divmod(nanos, NANOS)
        minutes, second = divmod(seconds, 60)
        hour, minute = divmod(minutes, 60)
        return cls(hour, minute, second, nano, zone)

    @property
    def seconds(self) -> int:
        return self.hour * 3600 + self.minute * 60 + self.second

    @property
    def nanos(self) -> int:
        """Of the day, from midnight."""
        return self.seconds * NANOS + self.nano

    @property
    def offset(self) -> int | None:
        """Seconds east of UTC; None at no place, and in a region as long as there is no date."""
        return self.zone.offset if self.zone is not None else None


@dataclass(frozen=True, slots=True)
class DateTime:
    """A date with a time."""

    date: Date
    time: Time

    @property
    def offset(self) -> int | None:
        """Seconds east of UTC; None when the time is at no place."""
        zone = self.time.zone
        return zone.offset_at(self.date, self.time.seconds) if zone is not None else None

    @property
    def local_nanos(self) -> int:
        return self.date.days * NANOS_OF_DAY + self.time.nanos

    @property
    def nanos(self) -> int:
        """Since 1970-01-01T00:00:00Z; as if it were UTC when the time is at no place."""
        return self.local_nanos - (self.offset or 0) * NANOS

    def plus(self, nanos: int) -> DateTime:
        """So much later on the clock that everybody shares, told at the same place. Raises OutOfRange."""
        zone = self.time.zone
        if zone is None or zone.offset is not None:
            return at_local(self.local_nanos + nanos, zone)
        return in_zone(self.nanos + nanos, zone)

    def plus_months(self, months: int) -> DateTime:
        return replace(self, date=self.date.plus_months(months))


def at_local(nanos: int, zone: Zone | None) -> DateTime:
    """The date and time whose clock shows `nanos` since 1970-01-01T00:00. Raises OutOfRange."""
    days, of_day = divmod(nanos, NANOS_OF_DAY)
    return DateTime(Date.from_days(days), Time.from_nanos(of_day, zone))


def in_zone(nanos: int, zone: Zone) -> DateTime:
    """The moment `nanos` since 1970-01-01T00:00:00Z as it is told in `zone`. Raises OutOfRange."""
    offset = zone.offset
    if offset is None:
        seconds = nanos // NANOS
        year = Date.from_days(seconds // SECONDS_OF_DAY).year
        if not 2 <= year <= 9998:
            seconds %= civil.DAYS_IN_ERA * SECONDS_OF_DAY  # the same weekdays, today's rules
        found = datetime.fromtimestamp(seconds, UTC).astimezone(_zone_info(zone.region)).utcoffset()
        offset = int(found.total_seconds()) if found is not None else 0
    return at_local(nanos + offset * NANOS, zone)


def midnight(date: Date, zone: Zone | None = None) -> DateTime:
    return DateTime(date, Time(0, 0, 0, 0, zone))
