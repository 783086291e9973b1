"""Periods of the calendar year: year, half, quarter and month, with the codes used in keys and obligations."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from engine.errors import InputRejected

PeriodKind = Literal["year", "half", "quarter", "month"]
_MONTHS: dict[PeriodKind, int] = {"year": 12, "half": 6, "quarter": 3, "month": 1}
_LETTERS: dict[str, PeriodKind] = {"H": "half", "Q": "quarter", "M": "month"}
_CODE = re.compile(r"(\d{4})(?:(H|Q|M)(\d{1,2}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One period: "2026", "2026H2", "2026Q3" or "2026M07"."""

    kind: PeriodKind
    year: int
    number: int  #: counted from 1 inside the year; always 1 for a year

    @classmethod
    def containing(cls, kind: PeriodKind, day: date) -> Period:
        return cls(kind=kind, year=day.year, number=(day.month - 1) // _MONTHS[kind] + 1)

    @classmethod
    def parse(cls, code: str) -> Period:
        """The period named by `code`. Raises InputRejected."""
        match = _CODE.fullmatch(code)
        if match:
            kind: PeriodKind = _LETTERS[match[2]] if match[2] else "year"
            number = int(match[3] or 1)
            if int(match[1]) > 0 and 1 <= number <= 12 // _MONTHS[kind]:
                return cls(kind=kind, year=int(match[1]), number=number)
        raise InputRejected(f"“{code}”不是有效的期间代码。", f"{code!r} is not a period code.", value=code)

    @property
    def code(self) -> str:
        match self.kind:
            case "year":
                return f"{self.year:04d}"
            case "half":
                return f"{self.year:04d}H{self.number}"
            case "quarter":
                return f"{self.year:04d}Q{self.number}"
            case _:
                return f"{self.year:04d}M{self.number:02d}"

    @property
    def first_day(self) -> date:
        return date(self.year, (self.number - 1) * _MONTHS[self.kind] + 1, 1)

    @property
    def last_day(self) -> date:
        month = self.number * _MONTHS[self.kind]
        following = date(self.year + 1, 1, 1) if month == 12 else date(self.year, month + 1, 1)
        return following - timedelta(days=1)


def shift_months(day: date, months: int) -> date:
    """The same day number `months` later (earlier when negative), or the end of that month when it is shorter.

    Raises InputRejected when the year leaves 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise InputRejected(
            f"{day}加{months}个月超出日历。", f"{day} {months:+d} months leaves the calendar.", value=months
        )
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
