"""The time zone of the business: how an instant becomes a day, and a day an instant."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

#: China keeps one zone without summer time since 1992; a fixed offset needs no zone table on the machine.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")

END_OF_DAY = time(23, 59, 59)  #: a limit ends at the last second of its last day
OFFICE_OPENS = time(9, 0)  #: reminders and ladder thresholds are due at this time


def local_day(at: datetime) -> date:
    """The day in Asia/Shanghai on which the aware instant `at` falls. Raises ValueError for a naive one."""
    return local_time(at).date()


def local_time(at: datetime) -> datetime:
    """`at` as Asia/Shanghai shows it. Raises ValueError for a naive datetime: its meaning would be a guess."""
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no time zone.")
    return at.astimezone(SHANGHAI)


def instant(day: date, clock: time) -> datetime:
    """The aware instant of `clock` on `day` in Asia/Shanghai."""
    return datetime.combine(day, clock, SHANGHAI)


def end_of_day(day: date) -> datetime:
    """23:59:59 on `day`: the last instant of a limit that ends with that day."""
    return instant(day, END_OF_DAY)
