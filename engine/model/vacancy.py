"""Which posts of a unit stand vacant, since when, and on which day the superior is told (domain.md §1.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from engine.model.calendar import WorkCalendar
from engine.model.organization import Organization, Unit

#: One at least holds each of these at any time; of the others there may be none.
REQUIRED = ("LEAD_MAIN", "LEAD_DIRECT", "DEPT_RESP", "PERSON_RESP")
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vacancy:
    """A required post that nobody holds from `since` on, by what is entered today."""

    unit: str
    position: str
    since: date  #: first day without a holder
    told_on: date  #: the first day on which it has been vacant for more working days than allowed


def vacancies(organization: Organization, on: date, calendar: WorkCalendar, *, alert_wd: int) -> tuple[Vacancy, ...]:
    """The vacancies of that day, and the first still to come of each post held now, by unit and post.

    alert_wd: working days for which a post may be vacant before the superior is told.
    """
    return tuple(
        Vacancy(
            unit=unit.code,
            position=position,
            since=since,
            told_on=calendar.add_working_days(since - _ONE_DAY, alert_wd + 1),
        )
        for unit in organization.units
        if unit.is_active(on)
        for position in REQUIRED
        for since in _gap(organization, unit, position, on)
    )


def _gap(organization: Organization, unit: Unit, position: str, on: date) -> Iterator[date]:
    """The first day of the gap in which `on` lies, else of the next one; nothing where none is in sight."""
    held = sorted(organization.posts_at(unit.code, position), key=lambda post: post.valid_from)
    begins = unit.active_from or (held[0].valid_from if held else None)
    if begins is None:
        return
    free = begins  #: the first day that nobody covers so far
    for post in held:
        if post.valid_from > free and post.valid_from > on:
            break
        if post.valid_until is None:
            return
        free = max(free, post.valid_until + _ONE_DAY)
    if unit.active_until is None or free <= unit.active_until:
        yield free
