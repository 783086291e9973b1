"""Reminders: when people are told of a due day before it comes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from engine.model.calendar import WorkCalendar
from engine.model.clock import OFFICE_OPENS, instant
from engine.model.due import Due
from engine.model.scanner import GrammarError

#: domain.md §2: R3 is the default, PER is for periodic duties.
REMINDER_SETS = {"R3": "D-3wd D", "PER": "D-30cd D-10wd D-3wd D", "none": ""}
_OFFSET = re.compile(r"D(?:-(\d{1,3})(wd|cd))?")
_SEPARATOR = re.compile(r"[\s,;，；]+")


class RemindSyntaxError(GrammarError):
    """A `cx:remind` text is neither a set nor a list of D, D-3wd, D-30cd. `position` counts characters from 0."""

    code = "remind_syntax"

    def __init__(self, text: str, position: int) -> None:
        super().__init__(
            text,
            position,
            "提醒应为 R3、PER、none，或如“D-10wd D-3wd D”的列表。",
            'Reminders are R3, PER, none, or a list such as "D-10wd D-3wd D".',
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset:
    """How long before the due day D a reminder goes out; 0 is D itself."""

    amount: int
    unit: Literal["wd", "cd"] = "wd"

    @property
    def zh(self) -> str:
        if self.amount == 0:
            return "到期当日"
        return f"到期前{self.amount}个{'工作日' if self.unit == 'wd' else '自然日'}"

    @property
    def en(self) -> str:
        if self.amount == 0:
            return "on the due day"
        return f"{self.amount} {'working' if self.unit == 'wd' else 'calendar'} days before it is due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One reminder of one task."""

    at: datetime
    offset: Offset


def parse_remind(text: str) -> tuple[Offset, ...]:
    """The offsets of a `cx:remind`; empty text is the default set R3. Raises RemindSyntaxError."""
    stripped = text.strip()
    items = REMINDER_SETS.get(stripped or "R3", stripped)
    offsets: list[Offset] = []
    position = 0
    for item in _SEPARATOR.split(items) if items else ():
        match = _OFFSET.fullmatch(item)
        if match is None:
            raise RemindSyntaxError(text, max(0, text.find(item, position)))
        position = text.find(item, position) + len(item)
        unit: Literal["wd", "cd"] = "cd" if match[2] == "cd" else "wd"
        offsets.append(Offset(amount=int(match[1] or 0), unit=unit))
    return tuple(offsets)


def reminders(due: Due, offsets: tuple[Offset, ...], now: datetime, calendar: WorkCalendar) -> tuple[Reminder, ...]:
    """The reminders still to come after `now`, at 09:00, ascending, one a day.

    One that falls on an off day goes out on the next working day. None goes out after the due instant: there the
    ladder speaks, and "due today" would be untrue. Source: domain.md §2, PER and R3.
    """
    found: dict[date, Reminder] = {}
    for offset in offsets:
        day = calendar.on_or_after(_day(due.on, offset, calendar))
        at = instant(day, OFFICE_OPENS)
        if now < at <= due.at:
            # Of two that meet on one day the one nearer to the due day says more; the sets list it later.
            found[day] = Reminder(at=at, offset=offset)
    return tuple(found[day] for day in sorted(found))


def _day(due_on: date, offset: Offset, calendar: WorkCalendar) -> date:
    if offset.unit == "cd":
        return due_on - timedelta(days=offset.amount)
    return calendar.add_working_days(due_on, -offset.amount)
