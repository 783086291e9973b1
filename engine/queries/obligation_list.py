"""义务清单 for its page: one page of it, how many stand in the other views, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, Text, bindparam, func, select

from engine.core import Engine
from engine.model.clock import local_day
from engine.model.obligation_rules import Rule
from engine.model.organization import Organization
from engine.model.period import Period, shift_months
from engine.model.schedule import Span, span_of
from engine.model.step import PersonId
from engine.queries.frame import FrameFacts, UnitName, names_of_unit, read_frame
from engine.queries.narrowing import overseen, region_of
from engine.queries.obligations import (
    Obligation,
    ObligationFilter,
    Order,
    conditions,
    is_late,
    is_unfinished,
    obligation_page,
)
from engine.store import tables as t
from engine.store.transaction import Transaction
from engine.store.visibility import visible_obligations

#: unfinished: to be done; late: past its day; soon: due within SOON_CD days; done; all: waived ones too.
View = Literal["unfinished", "late", "soon", "done", "all"]
SOON_CD = 30  #: calendar days, domain.md §7.1, question 3
PAGE = 50
ALL_UNITS = "all"  #: in place of a unit: every unit that the reader oversees
_HALVES, _YEARS, _QUARTERS = 6, 3, 4
_OWED = t.obligation.c


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationList:
    """One page of them and what stands around it."""

    frame: FrameFacts
    today: date
    rows: tuple[Obligation, ...]
    next_cursor: str
    evidence: Mapping[UUID, int]  #: how many facts there are for each row
    counts: Mapping[View, int]  #: with the filters of this list, in each view
    is_own: bool  #: only the reader's own unit is shown
    units: Mapping[str, UnitName]  #: that the reader may see
    regions: tuple[str, ...]
    unit_types: tuple[str, ...]
    rules: tuple[Rule, ...]
    in_force: frozenset[str]  #: codes of the rules that are active and whose process is deployed
    people: Mapping[str, str]  #: who holds a post in the one unit that is shown: account to name
    periods: tuple[tuple[str, Span], ...]


def obligation_list(
    engine: Engine, person: PersonId, wanted: ObligationFilter, view: View, *, by_person: bool, cursor: str = ""
) -> ObligationList:
    """wanted.unit: "" for the reader's own unit, ALL_UNITS for all. Raises InputRejected as `obligations` does."""
    with engine.reading(person) as tx:
        reference, known, today = engine.reference(tx), tx.obligation_catalogue(), local_day(tx.now)
        organization, deployed = reference.organization, tx.current_process_keys()
        home = organization.home_unit(person)
        asked = of_place(wanted, home)
        counts = _counts(tx, conditions(asked, reference, known, today), today)
        seen = [unit for unit in overseen(organization, person, today) if unit.is_active(today)]
        own = organization.unit(home)
        units = {unit.code: names_of_unit(unit) for unit in ([own] if own is not None else []) + seen}
        order = _order(asked, view, by_person=by_person)
        narrowed = in_view(asked, view, today)
        listed = obligation_page(engine, tx, narrowed, order=order, cursor=cursor, limit=PAGE)
        return ObligationList(
            frame=read_frame(engine, tx),
            today=today,
            rows=listed.rows,
            next_cursor=listed.next_cursor,
            evidence=_evidence(tx, [found.row.id for found in listed.rows]),
            counts=counts,
            is_own=asked.unit == home,
            units=units,
            regions=tuple(sorted({region_of(unit.code) for unit in seen})),
            unit_types=tuple(sorted({unit.type for unit in seen})),
            rules=tuple(known),
            in_force=frozenset(rule.code for rule in known if rule.active and rule.process in deployed),
            people=_people(organization, asked.unit, today) if asked.unit else {},
            periods=tuple((c, span_of(c, reference.calendar, reference.params)) for c in period_codes(today)),
        )


def count_due(tx: Transaction, unit: str) -> tuple[int, int]:
    """How many the unit has to do within SOON_CD days, and how many are late, as far as the actor sees them."""
    today = local_day(tx.now)
    values = {"person": tx.actor, "unit": unit, "today": today, "until": today + timedelta(days=SOON_CD)}
    (row,) = tx.rows(_count_due(), values)
    return int(row[0]), int(row[1])


@cache
def _count_due() -> Select[int, int]:
    today, until = bindparam("today", type_=Date), bindparam("until", type_=Date)
    late = func.count().filter(func.coalesce(_OWED.dated_on, today) > _OWED.due_on)
    query = select(func.count().filter(_OWED.due_on >= today).label("soon"), late.label("late"))
    query = query.select_from(t.obligation).where(_OWED.unit == bindparam("unit"), is_unfinished())
    return query.where(_OWED.due_on <= until, visible_obligations(bindparam("person", type_=Text)))


def of_place(wanted: ObligationFilter, home: str) -> ObligationFilter:
    """With the unit that is meant: the own one where nothing is said of the place."""
    if wanted.unit == ALL_UNITS or (not wanted.unit and (wanted.region or wanted.type)):
        return replace(wanted, unit="")
    return wanted if wanted.unit else replace(wanted, unit=home)


def in_view(wanted: ObligationFilter, view: View, today: date) -> ObligationFilter:
    """The filter narrowed to what the view shows; what it asks for itself stays."""
    match view:
        case "unfinished":
            return replace(wanted, is_unfinished=True)
        case "late":
            return replace(wanted, state="overdue")
        case "soon":
            last = today + timedelta(days=SOON_CD)
            return replace(wanted, is_unfinished=True, due_from=today, due_until=last)
        case "done":
            return replace(wanted, is_finished=True)
    return wanted


def period_codes(today: date) -> tuple[str, ...]:
    """What there is to choose from: the half-years, the present one first, then years and quarters."""
    halves = (Period.containing("half", shift_months(today, -6 * back)) for back in range(_HALVES))
    years = (Period.containing("year", shift_months(today, -12 * back)) for back in range(_YEARS))
    quarters = (Period.containing("quarter", shift_months(today, -3 * back)) for back in range(_QUARTERS))
    return tuple(period.code for period in (*halves, *years, *quarters))


def _order(wanted: ObligationFilter, view: View, *, by_person: bool) -> Order:
    """Grouped by who is responsible inside of one unit; what is over the youngest first."""
    if by_person and wanted.unit:
        return "owner"
    return "latest" if view in {"done", "all"} else "due"


def _counts(tx: Transaction, asked: list[ColumnElement[bool]], today: date) -> Mapping[View, int]:
    soon = is_unfinished() & _OWED.due_on.between(today, today + timedelta(days=SOON_CD))
    numbers = {
        "unfinished": func.count().filter(is_unfinished()),
        "late": func.count().filter(is_late(today)),
        "soon": func.count().filter(soon),
        "done": func.count().filter(_OWED.done_on.is_not(None), _OWED.waived_at.is_(None)),
        "all": func.count(),
    }
    query = select(*(number.label(name) for name, number in numbers.items())).select_from(t.obligation)
    row = tx.connection.execute(query.where(visible_obligations(tx.actor, counted=True), *asked)).mappings().one()
    return {view: int(row[view]) for view in numbers}  # type: ignore[misc]


def _evidence(tx: Transaction, ids: list[UUID]) -> Mapping[UUID, int]:
    fact = t.evidence.c
    query = select(fact.obligation_id, func.count()).where(fact.obligation_id.in_(ids)).group_by(fact.obligation_id)
    return {found: int(number) for found, number in tx.connection.execute(query)}


def _people(organization: Organization, unit: str, today: date) -> Mapping[str, str]:
    held = sorted({post.person for post in organization.positions if post.unit == unit and post.is_held(today)})
    return {person: organization.person_name(person) for person in held}
