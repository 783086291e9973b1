"""The calendar of a year for its page, and whether the reader may change it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.core import Engine
from engine.model.clock import local_day
from engine.model.step import PersonId
from engine.queries.calendar import YearOfDays, calendar_year
from engine.queries.frame import FrameFacts, read_frame


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarView:
    """A year as it is drawn."""

    frame: FrameFacts
    days: YearOfDays
    may_change: bool  #: the reader administers the top unit


def calendar_view(engine: Engine, person: PersonId, year: int | None = None) -> CalendarView:
    """None: the present year. Raises InputRejected for a year that the calendar does not cover."""
    with engine.reading(person) as tx:
        organization = engine.reference(tx).organization
        today = local_day(tx.now)
        may_change = organization.has_role(person, "admin", organization.top(), today)
        framed = read_frame(engine, tx)
    return CalendarView(frame=framed, days=calendar_year(engine, person, year or today.year), may_change=may_change)
