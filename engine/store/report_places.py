"""Counting for the half-year report by unit, and the lists of its annexes. Sealed cases are left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, cast, func, literal, or_, select

from engine.model.clock import instant, local_day
from engine.model.ladder_levels import RED, YELLOW
from engine.model.report_places import IssuedCard, OverdueProblem, PlaceCounts
from engine.store import tables as t
from engine.store.scope import Scope

_MIDNIGHT = datetime.min.time()
_PROBLEM = "S1_RECTIFY"


class ReportPlaces(Scope):
    """Part of Transaction. Both days of a period belong to it."""

    __slots__ = ()

    def report_by_unit(self, unit: str, first: date, last: date) -> Mapping[str, PlaceCounts]:
        """What every unit from `unit` down comes to; one without anything is left out."""
        found: dict[str, PlaceCounts] = {}
        for count in (self._owed, self._problems, self._issued):
            for row in self.connection.execute(count(unit, first, last)):
                counts = {name: value for name, value in row._asdict().items() if name != "unit"}
                found[row.unit] = found.get(row.unit, PlaceCounts()) + PlaceCounts(**counts)
        return found

    def report_visits(self, unit: str, first: date, last: date) -> tuple[Mapping[str, int], int]:
        """Visits that `unit` has organized, by kind of inspection, and how many units they reached."""
        visit = t.inspection_visit.c
        since, until = instant(first, _MIDNIGHT), instant(last + timedelta(days=1), _MIDNIGHT)
        made = and_(visit.organizer == unit, visit.visited_at >= since, visit.visited_at < until)
        by_kind = select(visit.kind, func.count()).where(made).group_by(visit.kind).order_by(visit.kind)
        reached = select(func.count(visit.unit.distinct())).where(made)
        kinds = {row[0]: int(row[1]) for row in self.connection.execute(by_kind)}
        return kinds, int(self.connection.execute(reached).scalar_one())

    def overdue_list(self, unit: str, last: date) -> tuple[OverdueProblem, ...]:
        """Problems open over their limit at the end of the period, the oldest limit first."""
        case = t.instance.c
        query = (
            select(case.business_no, case.title, case.unit, case.severity, case.limit_at)
            .where(case.key == _PROBLEM, case.sealed.is_(False), case.unit.in_(_below(unit)))
            .where(self._is_open(last), case.limit_at < self._end(last))
            .order_by(case.limit_at, case.business_no)
        )
        return tuple(
            OverdueProblem(
                number=row.business_no or "",
                title=row.title,
                unit=row.unit,
                severity=row.severity or "",
                limit=local_day(row.limit_at),
            )
            for row in self.connection.execute(query)
        )

    def card_list(self, unit: str, first: date, last: date) -> tuple[IssuedCard, ...]:
        """Yellow and red cards of the period, in the order of issue."""
        card = t.card.c
        columns = (card.no.label("number"), card.level, card.unit, card.title, card.issued_on, card.state)
        query = (
            select(*columns)
            .where(card.level.in_((YELLOW.level, RED.level)), card.issued_on.between(first, last))
            .where(card.unit.in_(_below(unit)), or_(card.case_id.is_(None), card.case_id.in_(_unsealed())))
            .order_by(card.issued_on, card.no)
        )
        return tuple(IssuedCard(**row._asdict()) for row in self.connection.execute(query))

    def _owed(self, unit: str, first: date, last: date) -> Select[Any]:
        owed, today = t.obligation.c, literal(local_day(self.now), Date)
        late = and_(owed.done_on.is_(None), func.coalesce(owed.dated_on, today) > owed.due_on)
        return (
            select(
                owed.unit,
                func.count().label("owed"),
                func.count().filter(owed.done_on <= owed.due_on).label("on_time"),
                func.count().filter(late).label("overdue"),
            )
            .where(owed.unit.in_(_below(unit)), owed.last_day.between(first, last), owed.opens_on <= today)
            .where(owed.lapsed_on.is_(None), owed.waived_at.is_(None))
            .group_by(owed.unit)
        )

    def _problems(self, unit: str, first: date, last: date) -> Select[Any]:
        case = t.instance.c
        closed_on = cast(case.variables["closed_on"].astext, Date)
        since, until = instant(first, _MIDNIGHT), instant(last + timedelta(days=1), _MIDNIGHT)
        late = and_(self._is_open(last), case.limit_at < self._end(last))
        return (
            select(
                case.unit,
                func.count().filter(case.started_at >= since).label("found"),
                func.count().filter(closed_on.between(first, last)).label("closed"),
                func.count().filter(late).label("late"),
            )
            .where(case.key == _PROBLEM, case.sealed.is_(False), case.unit.in_(_below(unit)), case.started_at < until)
            .where(or_(closed_on.is_(None), closed_on >= first))
            .group_by(case.unit)
        )

    def _issued(self, unit: str, first: date, last: date) -> Select[Any]:
        card = t.card.c
        return (
            select(
                card.unit,
                func.count().filter(card.level == YELLOW.level).label("yellow"),
                func.count().filter(card.level == RED.level).label("red"),
            )
            .where(card.unit.in_(_below(unit)), card.issued_on.between(first, last), card.state != "withdrawn")
            .group_by(card.unit)
        )

    def _is_open(self, last: date) -> ColumnElement[bool]:
        """Not closed by the end of the period."""
        closed_on = cast(t.instance.c.variables["closed_on"].astext, Date)
        return and_(or_(closed_on.is_(None), closed_on > last), t.instance.c.started_at < self._end(last))

    def _end(self, last: date) -> datetime:
        """Of the period, or now while it runs."""
        return min(self.now, instant(last + timedelta(days=1), _MIDNIGHT))


def _below(unit: str) -> Select[Any]:
    return select(t.unit_closure.c.descendant).where(t.unit_closure.c.ancestor == unit)


def _unsealed() -> Select[Any]:
    return select(t.instance.c.id).where(t.instance.c.sealed.is_(False))
