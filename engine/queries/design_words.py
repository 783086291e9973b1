"""The small grammars of a drawing read back in words, with an example by the calendar and people of today."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Literal

from engine.core import Engine, Reference
from engine.errors import ChangxiaoError, Rejected
from engine.model.assign_grammar import AssignRule, parse_assign
from engine.model.assignment import AssignContext, NobodyAssignable, resolve
from engine.model.clock import local_day
from engine.model.declared_words import Words, assign_words, due_words, ladder_words, remind_words
from engine.model.due import Due, DueContext, evaluate, parse_due
from engine.model.due_grammar import DueRule, Earliest, Term
from engine.model.ladder import parse_ladder, thresholds
from engine.model.period import Period
from engine.model.reminder import parse_remind, reminders
from engine.model.step import PersonId

ExplainKind = Literal["assign", "due", "remind", "ladder"]
EXAMPLE_DUE, EXAMPLE_WD, EXAMPLE_DAYS_ON = "created+10wd", 5, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamplePerson:
    """Somebody whom a rule finds."""

    id: str
    name: str
    unit: str  #: code


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleMoment:
    """When something happens in the example. words: what."""

    at: datetime
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """What the rule comes to today. assumed: values of variables that were made up for it."""

    start: date
    unit: str = ""
    due_on: date | None = None
    words: Words | None = None
    people: tuple[ExamplePerson, ...] = ()
    moments: tuple[ExampleMoment, ...] = ()
    assumed: Mapping[str, str | int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A text of the grammar. words None: it is wrong, and `problem` says why and where (from 0; -1: unknown)."""

    words: Words | None
    problem: Words | None = None
    position: int = -1
    example: Example | None = None


def explain(engine: Engine, person: PersonId, kind: ExplainKind, text: str, *, unit: str = "") -> Explanation:
    """Read a text back. unit: for whom people are looked up; "": the first unit of a county that has people."""
    with engine.reading(person) as tx:
        reference, now = engine.reference(tx), tx.now
    explainers: Mapping[ExplainKind, Callable[[], Explanation]] = {
        "assign": lambda: _assign(text, reference, local_day(now), unit or _sample_unit(reference)),
        "due": lambda: _due(text, reference, now),
        "remind": lambda: _remind(text, reference, now),
        "ladder": lambda: _ladder(text, reference, now),
    }
    try:
        return explainers[kind]()
    except Rejected as error:
        said = Words(zh=str(getattr(error, "zh", "") or error), en=str(getattr(error, "en", "") or error))
        return Explanation(words=None, problem=said, position=int(getattr(error, "position", -1)))


def example_context(rule: DueRule, reference: Reference, at: datetime) -> tuple[DueContext, dict[str, str | int]]:
    """A context in which the rule can be evaluated at `at`, and the values of variables made up for that."""
    today = local_day(at)
    half = Period.containing("half", today)
    assumed: dict[str, str | int] = {}
    day = reference.calendar.add_working_days(today, EXAMPLE_DAYS_ON).isoformat()
    for term in _terms(rule.expression):
        if term.amount.source == "var":
            assumed.setdefault(term.amount.name, EXAMPLE_WD)
        if term.base.kind == "var":
            assumed.setdefault(term.base.argument, at.isoformat() if term.unit == "nh" else day)
    context = DueContext(
        created=at,
        started=today,
        delivered=today,
        period_start=half.first_day,
        period_end=half.last_day,
        variables=assumed,
        params=reference.params,
    )
    return context, assumed


def _terms(expression: Term | Earliest) -> tuple[Term, ...]:
    if isinstance(expression, Term):
        return (expression,)
    return tuple(term for choice in expression.choices for term in _terms(choice))


def _due(text: str, reference: Reference, now: datetime) -> Explanation:
    rule = parse_due(text)
    context, assumed = example_context(rule, reference, now)
    words = due_words(rule, reference.params)
    try:
        due = evaluate(rule, context, reference.calendar)
    except ChangxiaoError as error:  # a parameter that does not exist, hours from a mere day
        said = Words(zh=str(getattr(error, "zh", "") or error), en=str(getattr(error, "en", "") or error))
        return Explanation(words=words, problem=said)
    example = Example(start=local_day(now), due_on=due.on, words=Words(zh=due.zh, en=due.en), assumed=assumed or None)
    return Explanation(words=words, example=example)


def _assign(text: str, reference: Reference, today: date, unit: str) -> Explanation:
    rule = parse_assign(text)
    words = assign_words(rule)
    people, said = _found(rule, reference, today, unit)
    return Explanation(words=words, example=Example(start=today, unit=unit, people=people, words=said))


def _found(
    rule: AssignRule, reference: Reference, today: date, unit: str
) -> tuple[tuple[ExamplePerson, ...], Words | None]:
    """Whom the rule finds; with variables there is nobody to be found before a case sets them."""
    organization = reference.organization
    if rule.variables or rule.scope in ("dept", "var"):
        return (), None
    draw = Random(0)  # noqa: S311 - an example, the same each time
    context = AssignContext(unit=unit, on=today, target=unit, params=reference.params, random=draw)
    try:
        found = resolve(rule, context, organization)
    except NobodyAssignable as nobody:
        return (), Words(zh=nobody.zh, en=nobody.en)
    return tuple(
        ExamplePerson(id=one.person, name=organization.person_name(one.person), unit=one.unit)
        for one in found.candidates[:12]
    ), None


def _remind(text: str, reference: Reference, now: datetime) -> Explanation:
    offsets = parse_remind(text)
    due = _example_due(reference, now)
    moments = tuple(
        ExampleMoment(at=found.at, words=Words(zh=found.offset.zh, en=found.offset.en))
        for found in reminders(due, offsets, now, reference.calendar)
    )
    return Explanation(
        words=remind_words(offsets), example=Example(start=local_day(now), due_on=due.on, moments=moments)
    )


def _ladder(text: str, reference: Reference, now: datetime) -> Explanation:
    profile = parse_ladder(text)
    words = ladder_words(profile)
    if profile is None:
        return Explanation(words=words)
    due = _example_due(reference, now)
    moments = tuple(
        ExampleMoment(at=found.at, words=Words(zh=found.level.zh, en=found.level.en))
        for found in thresholds(due, profile, reference.calendar)
    )
    return Explanation(words=words, example=Example(start=local_day(now), due_on=due.on, moments=moments))


def _example_due(reference: Reference, now: datetime) -> Due:
    return evaluate(parse_due(EXAMPLE_DUE), DueContext(created=now), reference.calendar)


def _sample_unit(reference: Reference) -> str:
    """A unit of a county in which somebody answers for something: what is looked up there means something."""
    organization = reference.organization
    holders = {post.unit for post in organization.positions if post.code == "PERSON_RESP"}
    found = (unit.code for unit in organization.units if unit.level == "COUNTY" and unit.code in holders)
    return next(found, organization.top())
