"""Counting for the half-year report: one unit and everything below it, one period. Sealed cases are left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Date, any_, cast, func, select

from engine.model.clock import instant, local_day
from engine.model.ladder_levels import RED, YELLOW
from engine.model.obligation import Standing, State, state_of
from engine.model.obligation_rules import Rule
from engine.model.report_figures import Counts, DutyGroup, ProblemGroup
from engine.model.step import InstanceId
from engine.store import tables as t
from engine.store.scope import Scope

_MIDNIGHT = datetime.min.time()
_ZONE = "Asia/Shanghai"


class ReportFigures(Scope):
    """Part of Transaction."""

    __slots__ = ()

    def report_counts(self, unit: str, first: date, last: date, rules: Iterable[Rule]) -> Counts:
        """The counts behind the figures; both days belong to the period. rules: what the obligations are called."""
        return Counts(
            duties=self._duties(unit, first, last, {rule.code: rule for rule in rules}),
            problems=self._problem_groups(unit, first, last),
            yellow=self._cards(unit, first, last, YELLOW.level),
            red=self._cards(unit, first, last, RED.level),
            majors=self._majors(unit, first, last),
            late_reports=self._majors(unit, first, last, mark="迟报"),
            missed_reports=self._majors(unit, first, last, mark="漏报"),
        )

    def youngest_case(self, key: str, business_key: str) -> InstanceId | None:
        """The youngest case of this name; None where there was none."""
        case = t.instance.c
        query = select(case.id).where(case.key == key, case.business_key == business_key)
        found = self.connection.execute(query.order_by(case.started_at.desc(), case.id.desc()).limit(1)).scalar()
        return InstanceId(found) if found is not None else None

    def cases_named(self, key: str, business_keys: Collection[str]) -> dict[str, tuple[str, dict[str, object]]]:
        """{business key: (state of the case, its variables)} of the youngest case of each name."""
        case = t.instance.c
        query = (
            select(case.business_key, case.case_state, case.variables)
            .where(case.key == key, case.business_key.in_(sorted(business_keys)))
            .order_by(case.started_at, case.id)
        )
        return {row.business_key: (row.case_state, row.variables) for row in self.connection.execute(query)}

    def _problem_groups(self, unit: str, first: date, last: date) -> tuple[ProblemGroup, ...]:
        case = t.instance.c
        closed_on = cast(case.variables["closed_on"].astext, Date)
        ended = instant(last + timedelta(days=1), _MIDNIGHT)
        found = func.date_trunc("month", func.timezone(_ZONE, case.started_at)).cast(Date)
        closed = func.date_trunc("month", closed_on).cast(Date)
        columns = (
            case.severity.label("severity"),
            case.variables["nature"].astext.label("nature"),
            found.label("found"),
            closed.label("closed"),
            (any_(case.marks) == "逾期办结").label("closed_late"),
            (case.limit_at < min(self.now, ended)).label("over"),
            (any_(case.marks) == "反弹").label("relapsed"),
        )
        told_apart = (
            select(*columns)
            .where(case.key == "S1_RECTIFY", case.sealed.is_(False), self._below(unit), case.started_at < ended)
            .where(closed_on.is_(None) | (closed_on >= first))
            .subquery()
        )
        query = select(told_apart, func.count().label("number")).group_by(*told_apart.c)
        groups = []
        for row in self.connection.execute(query):
            is_closed = row.closed is not None and row.closed <= last
            groups.append(
                ProblemGroup(
                    severity=row.severity or "",
                    nature=row.nature or "",
                    found=row.found if row.found >= first else None,
                    closed=row.closed if is_closed else None,
                    is_late=bool(row.closed_late if is_closed else row.over),
                    relapsed=bool(row.relapsed),
                    count=row.number,
                )
            )
        return tuple(groups)

    def _duties(self, unit: str, first: date, last: date, rules: Mapping[str, Rule]) -> tuple[DutyGroup, ...]:
        """Obligations of the periods that end in this one, by what they come to today."""
        owed = t.obligation.c
        below = select(t.unit_closure.c.descendant).where(t.unit_closure.c.ancestor == unit)
        columns = (
            owed.code,
            owed.opens_on,
            owed.due_on,
            owed.dated_on,
            owed.done_on,
            owed.waived_at.is_not(None).label("waived"),
            owed.lapsed_on.is_not(None).label("lapsed"),
        )
        query = (
            select(*columns, func.count().label("number"))
            .where(owed.unit.in_(below), owed.last_day.between(first, last))
            .group_by(*columns)
        )
        counted: Counter[tuple[str, State]] = Counter()
        for row in self.connection.execute(query):
            names = ("opens_on", "due_on", "dated_on", "done_on", "waived", "lapsed")
            standing = Standing(**{name: getattr(row, name) for name in names})
            counted[row.code, state_of(standing, local_day(self.now))] += row.number
        return tuple(
            DutyGroup(code=code, name=rules[code].zh, mechanism=rules[code].mechanism, state=state, count=number)
            for (code, state), number in sorted(counted.items())
        )

    def _cards(self, unit: str, first: date, last: date, level: int) -> int:
        card = t.card.c
        below = select(t.unit_closure.c.descendant).where(t.unit_closure.c.ancestor == unit)
        query = select(func.count()).where(
            card.level == level, card.state != "withdrawn", card.issued_on.between(first, last), card.unit.in_(below)
        )
        return self.connection.execute(query).scalar_one()

    def _majors(self, unit: str, first: date, last: date, *, mark: str = "") -> int:
        case = t.instance.c
        since, until = instant(first, _MIDNIGHT), instant(last + timedelta(days=1), _MIDNIGHT)
        query = select(func.count()).where(
            case.key == "S5_MAJOR", self._below(unit), case.started_at >= since, case.started_at < until
        )
        if mark:
            query = query.where(any_(case.marks) == mark)
        return self.connection.execute(query).scalar_one()

    def _below(self, unit: str) -> ColumnElement[bool]:
        below = select(t.unit_closure.c.descendant).where(t.unit_closure.c.ancestor == unit)
        return t.instance.c.unit.in_(below)
