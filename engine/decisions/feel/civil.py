"""The calendar behind dates of any year: days since 1970-01-01, in the proleptic Gregorian calendar.

Python's own dates end at the year 9999 and know none before 1; the standard asks for nine digits either way.
Source: the days are counted in eras of 400 years, which all have 146 097 days.
"""

from __future__ import annotations

DAYS_IN_ERA = 146_097
_EPOCH = 719_468  #: days from 0000-03-01 to 1970-01-01
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """month: 1 to 12."""
    return 29 if month == 2 and is_leap(year) else _MONTH_DAYS[month - 1]


def to_days(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01; negative before it."""
    shifted = year - (month <= 2)  # a year that begins in March has its leap day at the end
    era, of_era = divmod(shifted, 400)
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * DAYS_IN_ERA + of_era * 365 + of_era // 4 - of_era // 100 + of_year - _EPOCH


def from_days(days: int) -> tuple[int, int, int]:
    """(year, month, day) of a count of days from 1970-01-01."""
    era, of_era = divmod(days + _EPOCH, DAYS_IN_ERA)
    year_of_era = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * of_year + 2) // 153
    day = of_year - (153 * shifted + 2) // 5 + 1
    month = shifted + (3 if shifted < 10 else -9)
    return year_of_era + era * 400 + (month <= 2), month, day
