"""The light (灯) of a task: computed from its due day and state, never stored; not to be confused with a card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from engine.model.calendar import WorkCalendar
from engine.model.clock import local_day
from engine.model.due import Due

Color = Literal["green", "yellow", "red", "blue", "grey"]
Standing = Literal["open", "done", "suspended", "cancelled", "waived"]
YELLOW_WD = 3  #: stated by domain.md §6.2

_WORDS: dict[Color, tuple[str, str]] = {
    "green": ("绿灯", "green"),
    "yellow": ("黄灯", "yellow"),
    "red": ("红灯", "red"),
    "blue": ("蓝灯", "blue"),
    "grey": ("灰灯", "grey"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """Colour and words of one task at one moment."""

    color: Color
    days_left: int  #: working days in (today, due day]; negative: working days overdue; 0 when done or grey
    late_days: int = 0  #: done late or overdue: working days after the due day
    mark_zh: str = ""  #: 逾期, 逾期办结（n日）
    mark_en: str = ""

    @property
    def zh(self) -> str:
        return _WORDS[self.color][0]

    @property
    def en(self) -> str:
        return _WORDS[self.color][1]


def days_left(due: Due, at: datetime, calendar: WorkCalendar) -> int:
    """Working days in (today, due day], 0 on the due day, negative when overdue."""
    today = local_day(at)
    return calendar.count(today, due.on) if today <= due.on else -calendar.count(due.on, today)


def first_green_day(today: date, calendar: WorkCalendar) -> date:
    """The first due day that is not yet yellow today: what a list of 即将到期 may ask an index for."""
    return calendar.add_working_days(today, YELLOW_WD + 1)


def light_of(
    due: Due, at: datetime, calendar: WorkCalendar, *, standing: Standing = "open", done_at: datetime | None = None
) -> Light:
    """The light at `at`. done_at: when it was done, required for `done`; being late is decided by the instant.

    A limit in hours turns yellow when half of it has passed (days say nothing there). Source: domain.md §6.2.
    """
    if standing == "done":
        return _done(due, done_at or at, calendar)
    if standing != "open":
        return Light(color="grey", days_left=0)
    left = days_left(due, at, calendar)
    if at > due.at:
        late = max(0, -left)
        return Light(color="red", days_left=left, late_days=late, mark_zh="逾期", mark_en="overdue")
    return Light(color="yellow" if _is_near(due, at, left) else "green", days_left=left)


def _done(due: Due, done_at: datetime, calendar: WorkCalendar) -> Light:
    if done_at <= due.at:
        return Light(color="blue", days_left=0)
    late = calendar.count(due.on, local_day(done_at))
    return Light(
        color="blue",
        days_left=0,
        late_days=late,
        mark_zh=f"逾期办结（{late}日）",
        mark_en=f"done late ({late} working days)",
    )


def _is_near(due: Due, at: datetime, left: int) -> bool:
    if not due.is_hourly:
        return left <= YELLOW_WD
    return at >= due.counted_from + (due.at - due.counted_from) / 2
