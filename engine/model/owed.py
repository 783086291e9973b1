"""Who owes what for a period: the catalogue met with the organisation (domain.md §4). Pure; run every night."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

from engine.errors import InputRejected
from engine.model.calendar import OutsideCalendar, WorkCalendar
from engine.model.clock import instant
from engine.model.due import DueContext, DueUnresolved, evaluate
from engine.model.due_grammar import parse_due
from engine.model.obligation_rules import Catalogue, Rule, RulePeriod
from engine.model.organization import Organization, Unit
from engine.model.owing import owes
from engine.model.params import Params
from engine.model.period import Period
from engine.model.schedule import Span, span_of
from engine.model.unit_filter import parse_unit_filter
from engine.model.windows import windows_of

BRANCH = "支部"
_DAY, _YEAR = timedelta(days=1), timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A rule in one period: the days that are the same for all its owners."""

    rule: Rule
    period: str
    first_day: date
    last_day: date
    opens_on: date
    due_on: date
    checkpoint_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtor:
    """Who owes it: a unit, and where it is owed by somebody in it, that person or branch."""

    unit: str
    person: str = ""
    branch: str = ""

    @property
    def key(self) -> str:
        """What tells the owners of one unit apart."""
        return self.person or self.branch


def term_of(rule: Rule, period: str, calendar: WorkCalendar, params: Params) -> Term:
    """The days of a rule in a period. Raises InputRejected for a period that there is not."""
    span = span_of(period, calendar, params)
    anchor = span.first_day if rule.counted_from == "start" else span.last_day + _DAY
    number = Period.parse(period).number if "W" not in period else 1
    checkpoint = _day_of(rule.checkpoint, span, anchor, calendar, params) if rule.checkpoint else None
    return Term(
        rule=rule,
        period=period,
        first_day=span.first_day,
        last_day=span.last_day,
        opens_on=anchor,
        due_on=_day_of(rule.due_rule(number), span, anchor, calendar, params),
        checkpoint_on=checkpoint,
    )


def check_datable(rule: Rule, on: date, calendar: WorkCalendar, params: Params) -> None:
    """A changed rule must come to a day in the year from `on`, or the night would fail at it.

    Raises InputRejected: a text may follow the grammar and name a parameter that holds no day.
    """
    kind: RulePeriod = "year" if rule.period == "event" else rule.period
    for period in running_periods(kind, on, on + _YEAR, calendar, params):
        try:
            term_of(rule, period, calendar, params)
        except (DueUnresolved, OutsideCalendar) as error:
            raise InputRejected(f"期限算不出日期：{error.zh}", f"It comes to no day: {error.en}", field="due") from None


def running_periods(kind: RulePeriod, first: date, last: date, calendar: WorkCalendar, params: Params) -> list[str]:
    """Codes of the periods of this kind that touch the days from `first` to `last`, in order."""
    if kind == "event":
        return []
    if kind == "window":
        years = range(first.year, last.year + 2)
        windows = [window for year in years for window in windows_of(year, calendar, params)]
        return [window.code for window in windows if window.first_day <= last and window.last_day >= first]
    found = []
    period = Period.containing(kind, first)
    while period.first_day <= last:
        found.append(period.code)
        period = Period.containing(kind, period.last_day + _DAY)
    return found


def previous_period(kind: RulePeriod, day: date) -> str:
    """The calendar period before the one in which `day` lies; "" for windows and events."""
    if kind in ("window", "event"):
        return ""
    first_day = Period.containing(kind, day).first_day  # type: ignore[arg-type]
    return Period.containing(kind, first_day - _DAY).code  # type: ignore[arg-type]


def debtors(term: Term, organization: Organization, params: Params, today: date) -> Iterator[Debtor]:
    """Everybody who owes it as things stand on `today`, or when the period begins if that is later."""
    wanted = parse_unit_filter(term.rule.owner.units)
    on = max(today, term.first_day)
    for unit in organization.units:
        if wanted.covers(unit) and unit.is_active(on) and owes(unit, term.first_day, term.last_day, params):
            yield from _of_unit(term, unit, organization, params, on)


def duties_of(unit: Unit, catalogue: Catalogue, calendar: WorkCalendar, params: Params, on: date) -> tuple[Term, ...]:
    """What is owed in a unit opened on `on` for the periods that run on that day, by the unit or somebody in it."""
    return tuple(
        term
        for rule in catalogue
        if rule.active and parse_unit_filter(rule.owner.units).covers(unit)
        for period in running_periods(rule.period, on, on, calendar, params)
        for term in (term_of(rule, period, calendar, params),)
        if owes(unit, term.first_day, term.last_day, params)
    )


def _of_unit(term: Term, unit: Unit, organization: Organization, params: Params, on: date) -> Iterator[Debtor]:
    match term.rule.owner.kind:
        case "unit":
            yield Debtor(unit=unit.code)
        case "branch":
            yield from (
                Debtor(unit=unit.code, branch=branch) for branch in sorted(branches_of(organization, unit.code))
            )
        case "staff":
            yield from (Debtor(unit=unit.code, person=person.id) for person in organization.staff_of(unit.code))
        case _:
            held = {
                post.person
                for code in term.rule.owner.positions
                for post in organization.holders(unit.code, code, on)
                if _owes_after(post.valid_from, term, params)
            }
            yield from (Debtor(unit=unit.code, person=person) for person in sorted(held))


def branches_of(organization: Organization, unit: str) -> frozenset[str]:
    """Codes of the branches (支部) of a unit."""
    return frozenset(found.code for found in organization.departments_of(unit) if found.kind == BRANCH)


def _owes_after(came: date, term: Term, params: Params) -> bool:
    """Whoever takes a post over in the period owes only if enough of it remains, as a new unit does."""
    return came <= term.first_day or (term.last_day - came).days >= params.number("midperiod_min_cd")


def _day_of(text: str, span: Span, anchor: date, calendar: WorkCalendar, params: Params) -> date:
    context = DueContext(
        created=instant(span.first_day, time.min),
        started=anchor,
        period_start=span.first_day,
        period_end=span.last_day,
        params=params,
    )
    return evaluate(parse_due(text), context, calendar).on
