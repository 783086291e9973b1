"""The light of a task in a list: by the rules of engine.model.light, from the columns that the list has read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.model.calendar import WorkCalendar
from engine.model.due import Count, Due
from engine.model.light import Color, Light, Standing, light_of

_STANDING: Mapping[str, Standing] = {
    "offered": "open",
    "assigned": "open",
    "started": "open",
    "suspended": "suspended",
    "completed": "done",
    "returned": "cancelled",
    "transferred": "cancelled",
    "cancelled": "cancelled",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLight:
    """Colour, what is left in working days, and whether the date may still change."""

    color: Color
    days_left: int
    late_days: int
    mark_zh: str
    mark_en: str
    provisional: bool


def light_of_task(task: Mapping[str, Any], now: datetime, calendar: WorkCalendar) -> TaskLight | None:
    """The light at business time `now`; None for a task without a date.

    task: its columns state, due_on, due_at, deadline, done_at.
    """
    due = due_in_force(task, calendar)
    if due is None:
        return None
    light = light_of(due, now, calendar, standing=_STANDING[task["state"]], done_at=task["done_at"])
    return _shown(light, due)


def due_in_force(task: Mapping[str, Any], calendar: WorkCalendar) -> Due | None:
    """The task's Due at the day to which it was moved since, as far as lights and ladders read it; None without a date.

    How it was counted in words stays in the column `deadline`: counting again would cost more than the whole row.
    """
    deadline = task["deadline"]
    if deadline is None or task["due_on"] is None:
        return None
    count = deadline["count"]
    return Due(
        on=task["due_on"],
        at=task["due_at"],
        rule=deadline["rule"],
        count=Count(
            base=count["base"],
            base_day=date.fromisoformat(count["base_day"]),
            sign=count["sign"],
            amount=count["amount"],
            unit=count["unit"],
            first_day=None,
            skipped=(),
            made_up=(),
            on=date.fromisoformat(count["on"]),
            at=datetime.fromisoformat(count["at"]),
            base_zh="",
            base_en="",
        ),
        provisional=calendar.is_provisional(task["due_on"], task["due_on"]),
    )


def _shown(light: Light, due: Due) -> TaskLight:
    return TaskLight(
        color=light.color,
        days_left=light.days_left,
        late_days=light.late_days,
        mark_zh=light.mark_zh,
        mark_en=light.mark_en,
        provisional=due.provisional,
    )
