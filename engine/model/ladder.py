"""The escalation ladder (升级阶梯) of one task: which threshold comes next, and when (domain.md §3 S2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.errors import InputRejected
from engine.model.calendar import WorkCalendar
from engine.model.clock import OFFICE_OPENS, instant, local_day
from engine.model.due import Due
from engine.model.ladder_levels import PROFILES, QUIET_PROFILES, RED, REMIND, YELLOW, Level, ProfileName, Rung

__all__ = [
    "PROFILES",
    "QUIET_PROFILES",
    "RED",
    "YELLOW",
    "Level",
    "PreviewRow",
    "ProfileName",
    "Threshold",
    "check_final_date",
    "level_of",
    "level_reached",
    "looks_again",
    "next_threshold",
    "parse_ladder",
    "preview",
    "thresholds",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """The moment at which a task that is still open is escalated to `level`."""

    level: Level
    at: datetime

    @property
    def on(self) -> date:
        return local_day(self.at)


def parse_ladder(text: str) -> ProfileName | None:
    """The profile named by a `cx:ladder`; empty is STD, "none" is no ladder. Raises InputRejected."""
    name = text.strip() or "STD"
    if name == "none":
        return None
    if name in PROFILES:
        return name
    allowed = [*PROFILES, "none"]
    raise InputRejected(
        f"没有名为“{name}”的升级档案，可用：{'、'.join(allowed)}。",
        f"There is no ladder profile {name!r}; known: {', '.join(allowed)}.",
        field="ladder",
        value=name,
        allowed=allowed,
    )


def level_of(profile: ProfileName, level: int) -> Level:
    """The rung `level` of `profile`; 0 is the reminder before the due day. Raises InputRejected."""
    for known in (REMIND, *(rung.level for rung in PROFILES[profile])):
        if known.level == level:
            return known
    raise InputRejected(
        f"升级档案{profile}没有第{level}级。",
        f"The profile {profile} has no level {level}.",
        field="level",
        value=level,
    )


def thresholds(due: Due, profile: ProfileName, calendar: WorkCalendar) -> tuple[Threshold, ...]:
    """Every threshold of `profile` for a task due at `due`, ascending. A day off moves to the next working day."""
    return tuple(Threshold(level=rung.level, at=_at(due, rung, calendar)) for rung in PROFILES[profile])


def next_threshold(
    due: Due,
    profile: ProfileName,
    level: int,
    calendar: WorkCalendar,
    *,
    suspended: bool = False,
    final_date: date | None = None,
) -> Threshold | None:
    """The threshold after `level`, or None at the top of the profile and while the task is suspended.

    due: the due day in force, so that an extended task waits by itself. final_date: the day set by 限期办结; until it
    has passed nothing is escalated, and the rungs that would have come meanwhile follow on the next working day.
    """
    if suspended:
        return None
    waits_until = None if final_date is None else instant(calendar.next_working_day(final_date), OFFICE_OPENS)
    for threshold in thresholds(due, profile, calendar):
        if threshold.level.level > level:
            if waits_until is not None and threshold.at < waits_until:
                return Threshold(level=threshold.level, at=waits_until)
            return threshold
    return None


def looks_again(at: datetime, issued_on: date, calendar: WorkCalendar) -> datetime:
    """When the threshold at `at` takes effect, if a level was issued on `issued_on`.

    A ladder that begins late (third return, long outage) does not climb several rungs in one moment.
    """
    return max(at, instant(calendar.next_working_day(issued_on), OFFICE_OPENS))


def check_final_date(final_date: date, at: datetime, calendar: WorkCalendar, *, already_paused: bool) -> None:
    """May the superior set 限期办结 to `final_date`? Once per ladder, to a later working day. Raises InputRejected."""
    if already_paused:
        raise InputRejected(
            "限期办结只能决定一次。",
            "A final date may be set only once.",
            field="new_date",
            value=final_date.isoformat(),
        )
    if final_date <= local_day(at) or not calendar.is_working_day(final_date):
        raise InputRejected(
            "限期办结的日期应为今日之后的工作日。",
            "The final date must be a working day after today.",
            field="new_date",
            value=final_date.isoformat(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """One line of the escalation preview (升级预览) on the screens."""

    level: Level
    at: datetime
    is_reached: bool
    is_next: bool


def preview(
    due: Due, profile: ProfileName, level: int, calendar: WorkCalendar, *, final_date: date | None = None
) -> tuple[PreviewRow, ...]:
    """What happens when, if the task stays open; reached rungs first."""
    rows: list[PreviewRow] = []
    upcoming = next_threshold(due, profile, level, calendar, final_date=final_date)
    for threshold in thresholds(due, profile, calendar):
        reached = threshold.level.level <= level
        # A final date holds back the next rung; the ones after it cannot overtake it.
        at = max(threshold.at, upcoming.at) if upcoming is not None and not reached else threshold.at
        rows.append(
            PreviewRow(
                level=threshold.level,
                at=at,
                is_reached=reached,
                is_next=upcoming is not None and threshold.level == upcoming.level,
            )
        )
    return tuple(rows)


def level_reached(due: Due, profile: ProfileName, shown: int, calendar: WorkCalendar, *, at: datetime) -> int:
    """The level at which the ladder of a task stands at the moment `at`.

    shown: the level that lists show beside the task. Of a quiet profile it only says that the ladder has begun.
    """
    if profile not in QUIET_PROFILES or not shown:
        return shown
    return max((t.level.level for t in thresholds(due, profile, calendar) if t.at <= at), default=shown)


def _at(due: Due, rung: Rung, calendar: WorkCalendar) -> datetime:
    if rung.nh is not None:
        return due.at + timedelta(hours=rung.nh)
    return instant(calendar.on_or_after(calendar.add_working_days(due.on, rung.wd)), rung.clock)
