"""值班表 of a unit: read by the unit itself, by every unit above it, and by its administrators."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from engine.core import Engine
from engine.errors import NotFound
from engine.model.clock import local_day
from engine.model.organization import Organization
from engine.model.roster import DUTY, DUTY_LEADER, ROSTERS, RosterName, may_keep_roster
from engine.model.step import PersonId
from engine.queries.choices import PersonChoice, people_of
from engine.queries.frame import FrameFacts, UnitName, read_frame, unit_named


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One line of the roster."""

    id: UUID
    roster: str  #: duty, duty_leader
    person: PersonId
    name: str
    first_day: date
    last_day: date | None
    is_now: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterView:
    """All that the page about the roster of one unit shows."""

    frame: FrameFacts
    today: date
    unit: UnitName
    turns: tuple[Turn, ...]  #: of today and to come
    may_change: bool
    people: tuple[PersonChoice, ...]  #: of the unit; () for who may not change it
    units: tuple[UnitName, ...]  #: whose rosters the reader may see, the own one first


def roster_view(engine: Engine, reader: PersonId, unit: str = "") -> RosterView:
    """unit: "" for the reader's own. Raises NotFound for a unit outside the reader's subtree."""
    with engine.reading(reader) as tx:
        organization, today = engine.reference(tx).organization, local_day(tx.now)
        readable = _readable(organization, reader)
        unit = unit or readable[0]
        if unit not in readable:
            raise NotFound(f"There is no unit {unit}.", id=unit)
        may_change = may_keep_roster(organization, reader, unit, today)
        return RosterView(
            frame=read_frame(engine, tx),
            today=today,
            unit=unit_named(organization, unit),
            turns=tuple(
                Turn(
                    id=row.id,
                    roster=row.roster,
                    person=row.person_id,
                    name=organization.person_name(row.person_id),
                    first_day=row.first_day,
                    last_day=row.last_day,
                    is_now=row.first_day <= today,
                )
                for row in tx.turns_of(unit, today)
            ),
            may_change=may_change,
            people=people_of(engine, tx, (unit,)) if may_change else (),
            units=tuple(unit_named(organization, code) for code in readable),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyDay:
    """One day of a month: who is on duty, and what is missing from today on."""

    day: date
    is_working: bool
    leaders: tuple[str, ...]  #: names, 值班领导
    duty: tuple[str, ...]  #: names, 值班员
    lacks: tuple[RosterName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterMonth:
    """All that the page about one month of a unit's roster shows."""

    frame: FrameFacts
    today: date
    unit: UnitName
    first: date  #: of the month
    days: tuple[DutyDay, ...]
    turns: tuple[Turn, ...]  #: that touch the month and are not over
    may_change: bool
    people: tuple[PersonChoice, ...]
    units: tuple[UnitName, ...]


def roster_month(engine: Engine, reader: PersonId, unit: str = "", month: date | None = None) -> RosterMonth:
    """unit: "" for the reader's own; month: any day of it, None for the present one. Raises NotFound as above."""
    view = roster_view(engine, reader, unit)
    first = (month or view.today).replace(day=1)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    with engine.reading(reader) as tx:
        reference = engine.reference(tx)
        organization, calendar = reference.organization, reference.calendar

        def names(roster: RosterName, day: date) -> tuple[str, ...]:
            return tuple(organization.person_name(one) for one in organization.roster(roster, view.unit.code, day))

        days = tuple(
            DutyDay(
                day=day,
                is_working=calendar.is_working_day(day),
                leaders=names(DUTY_LEADER, day),
                duty=names(DUTY, day),
                lacks=tuple(r for r in ROSTERS if day >= view.today and not names(r, day)),
            )
            for day in (first + timedelta(days=n) for n in range(last.day))
        )
    return RosterMonth(
        frame=view.frame,
        today=view.today,
        unit=view.unit,
        first=first,
        days=days,
        turns=tuple(t for t in view.turns if t.first_day <= last and (t.last_day is None or t.last_day >= first)),
        may_change=view.may_change,
        people=view.people,
        units=view.units,
    )


def _readable(organization: Organization, reader: PersonId) -> tuple[str, ...]:
    """The own unit, then what is below it."""
    home = organization.home_unit(reader)
    return (home, *sorted(organization.subtree(home) - {home}))
