"""Asking a question: who may, what the filters say, and the answer as lines that a page, a file and REST show alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from engine.core import Engine, Reference
from engine.errors import InputRejected, NotFound, Refused
from engine.model.clock import local_day
from engine.model.declared_words import Words
from engine.model.period import Period
from engine.model.step import InstanceId, PersonId
from engine.queries.frame import FrameFacts, read_frame
from engine.queries.narrowing import Narrowing, overseen, region_of
from engine.queries.people import roles_of
from engine.queries.questions.catalogue import QUESTIONS
from engine.queries.questions.question import AnyQuestion, Asked, Hidden, Listed, Option, Reading, Total, Value
from engine.store.transaction import Transaction

#: So many periods back can be chosen.
_PERIODS = {"year": 3, "half": 6, "quarter": 8, "month": 12}
_OWN = ("region", "type", "period", "sort")  #: filters that every question may have


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of an answer, in the order of the columns."""

    values: tuple[Value, ...]
    case: InstanceId | None  #: where one looks further
    listed: Listed | None = None  #: what was counted, where that is no single case


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was asked and what came out, as of which time."""

    frame: FrameFacts
    question: AnyQuestion
    asked: Asked
    as_of: datetime
    lines: tuple[Line, ...]
    totals: tuple[Total, ...]
    hidden: int  #: cells whose number is not told
    choices: Mapping[str, Sequence[Option]]  #: of the filters of its own
    regions: tuple[str, ...]  #: what there is to choose from
    types: tuple[str, ...]
    periods: tuple[Period, ...]  #: the youngest first
    sort: str  #: key of a column, "-key" for the greatest first; "": in the question's own order


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The questions that somebody may ask."""

    frame: FrameFacts
    questions: tuple[AnyQuestion, ...]


def questions_of(engine: Engine, person: PersonId) -> Index:
    """By number."""
    with engine.reading(person) as tx:
        roles = _roles(tx, engine.reference(tx))
        return Index(
            frame=read_frame(engine, tx),
            questions=tuple(question for question in QUESTIONS.values() if question.roles & roles),
        )


def filters_of(number: int) -> tuple[str, ...]:
    """Names of the filters that a question knows; none for one that does not exist."""
    question = QUESTIONS.get(number)
    return (*_OWN, *(choice.name for choice in question.choices)) if question is not None else ()


def ask(engine: Engine, person: PersonId, number: int, given: Mapping[str, str]) -> Answer:
    """The answer to a question. given: region, type, period, sort, and the filters of its own; "" is not asked.

    Raises NotFound for a question that does not exist, Refused for one that is not the person's to ask, InputRejected
    for a filter or a value that it does not know.
    """
    question = QUESTIONS.get(number)
    if question is None:
        raise NotFound(f"There is no question {number}.", code="unknown_question", number=number)
    with engine.reading(person) as tx:
        reference, today = engine.reference(tx), local_day(tx.now)
        if not question.roles & _roles(tx, reference):
            raise Refused(f"Question {number} is not yours to ask.", code="question_not_yours", number=number)
        reading = Reading(engine=engine, tx=tx, reference=reference, today=today)
        choices = {
            choice.name: choice.found(reading) if choice.found else choice.options for choice in question.choices
        }
        asked = asked_of(question, given, choices, reading)
        found = question.answer(reading, asked)
        lines = [
            Line(
                values=tuple(column.value(row) for column in question.columns),
                case=question.case(row),
                listed=question.lists(row, asked),
            )
            for row in found.rows
        ]
        units = overseen(reference.organization, person, today) if question.by_place else ()
        sort = given.get("sort", "")
        return Answer(
            frame=read_frame(engine, tx),
            question=question,
            asked=asked,
            as_of=tx.now,
            lines=_sorted(question, lines, sort),
            totals=found.totals,
            hidden=sum(isinstance(value, Hidden) for line in lines for value in line.values),
            choices=choices,
            regions=tuple(dict.fromkeys(region_of(unit.code) for unit in units)),
            types=tuple(sorted({unit.type for unit in units})),
            periods=periods_of(question, today),
            sort=sort,
        )


def asked_of(
    question: AnyQuestion, given: Mapping[str, str], choices: Mapping[str, Sequence[Option]], reading: Reading
) -> Asked:
    """The filters, checked. Raises InputRejected, with the filter and the remedy."""
    wanted = {name: value for name, value in given.items() if value}
    known = filters_of(question.number)
    for name in wanted:
        if name not in known:
            _refuse(name, name, list(known))
    region, kind = wanted.get("region", ""), wanted.get("type", "")
    units = reading.reference.organization.units
    for name, value, values in (
        ("region", region, {region_of(unit.code) for unit in units}),
        ("type", kind, {unit.type for unit in units}),
        ("sort", wanted.get("sort", "").removeprefix("-"), {column.key for column in question.columns}),
    ):
        if value and value not in values:
            _refuse(name, value, sorted(values))
    options = {}
    for name, offered in choices.items():
        allowed = [option.value for option in offered]
        options[name] = wanted.get(name) or next(iter(allowed), "")
        if options[name] not in allowed:
            _refuse(name, options[name], allowed)
    return Asked(
        narrowing=Narrowing(region=region, type=kind) if question.by_place else Narrowing(),
        period=_period(question, wanted.get("period", ""), reading.today),
        options=options,
    )


def periods_of(question: AnyQuestion, today: date) -> tuple[Period, ...]:
    """The periods that are offered, this one first."""
    if question.period is None:
        return ()
    found = [Period.containing(question.period, today)]
    while len(found) < _PERIODS[question.period]:
        found.append(Period.containing(question.period, found[-1].first_day - timedelta(days=1)))
    return tuple(found)


def _period(question: AnyQuestion, code: str, today: date) -> Period | None:
    if question.period is None:
        return None
    if not code:
        this = Period.containing(question.period, today)
        before = Period.containing(question.period, this.first_day - timedelta(days=1))
        return before if question.is_about_last else this
    period = Period.parse(code)
    if period.kind != question.period:
        examples = [known.code for known in periods_of(question, today)]
        _refuse("period", code, examples)
    return period


def _roles(tx: Transaction, reference: Reference) -> frozenset[str]:
    return frozenset(roles_of(reference.organization, PersonId(tx.actor), local_day(tx.now)))


def _sorted(question: AnyQuestion, lines: list[Line], sort: str) -> tuple[Line, ...]:
    """By one column; what has no value there comes last, either way."""
    if not sort:
        return tuple(lines)
    place = next(i for i, column in enumerate(question.columns) if column.key == sort.removeprefix("-"))

    def is_told(line: Line) -> bool:
        return line.values[place] is not None and not isinstance(line.values[place], Hidden)

    told, untold = [line for line in lines if is_told(line)], [line for line in lines if not is_told(line)]
    told.sort(key=lambda line: _rank(line.values[place]), reverse=sort.startswith("-"))
    return (*told, *untold)


def _rank(value: Value) -> Any:
    """What a value is ordered by: words by the Chinese ones, so that both languages show one order."""
    return value.zh if isinstance(value, Words) else value


def _refuse(field: str, value: str, allowed: list[str]) -> None:
    listed = "、".join(allowed)
    raise InputRejected(
        f"“{value}”不是可用的筛选条件，可用：{listed}。",
        f"{value!r} is not known here; known: {', '.join(allowed)}.",
        field=field,
        value=value,
        allowed=allowed,
    )
