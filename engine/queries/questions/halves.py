"""Half-years in a row, as trends show them."""

from __future__ import annotations

from datetime import timedelta

from engine.model.declared_words import Words
from engine.model.period import Period

HALVES = 6  #: of a trend, as domain.md §7.1 asks


def halves_to(last: Period) -> tuple[Period, ...]:
    """So many half-years, the oldest first, `last` at the end."""
    found = [last]
    while len(found) < HALVES:
        found.insert(0, Period.containing("half", found[0].first_day - timedelta(days=1)))
    return tuple(found)


def half_words(half: Period) -> Words:
    """ "2026年下半年" """
    number = "上" if half.first_day.month == 1 else "下"
    return Words(zh=f"{half.year}年{number}半年", en=f"{half.code[-2:]} {half.year}")
