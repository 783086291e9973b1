"""The questions of supervisors and analysts: what there is to ask, and the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response, request

from engine.model.declared_words import Words
from engine.queries.questions.asking import Answer, ask, questions_of
from engine.queries.questions.question import AnyQuestion, Hidden, Listed, Value
from webui.api.blueprint import Nouns, Query, answer
from webui.auth import current_person, rule
from webui.export import FORMATS, PLACES, wanted_format
from webui.pages.questions import ASKERS, answer_as_file
from webui.service import current_engine

nouns = Nouns("queries", "Questions of supervisors and analysts (报表)")


class AnswerQuery(Query):
    """The filters of all questions; each tells which are its own, and refuses any other."""

    region = ma.fields.String(load_default="", metadata={"description": "Region of the unit, 532503."})
    type = ma.fields.String(load_default="", metadata={"description": "Type of the unit: ZF, FY, JC, GA, SF."})
    period = ma.fields.String(load_default="", metadata={"description": "2026 or 2026H2, as the question says."})
    sort = ma.fields.String(load_default="", metadata={"description": "Key of a column; -key: the greatest first."})
    format = ma.fields.String(load_default="", validate=ma.validate.OneOf(("", *FORMATS)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The same in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnInfo:
    """One column. kind: text, term, unit, region, post, duty, severity, number, decimal, percent, date, moment."""

    key: str
    title: Said
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterInfo:
    """A filter of the question's own; the first value holds where nothing is asked, none: they differ by time."""

    name: str
    title: Said
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionInfo:
    """One question, its definition, and how it is asked."""

    number: int
    group: str
    title: Said
    asks: Said
    counts: Said
    period: str | None  #: year, half, …; null: it is about now
    by_place: bool  #: takes region and type
    filters: tuple[FilterInfo, ...]
    columns: tuple[ColumnInfo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionList:
    items: tuple[QuestionInfo, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListInfo:
    """A list below /api/v1, with its filters: obligations, cards, or queries/6."""

    path: str
    filters: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """By key of the column; null where there is nothing, or where too few people stand behind a number."""

    values: Mapping[str, Any]
    instance_id: UUID | None  #: the case to look into
    listed: ListInfo | None  #: where what was counted is listed one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerInfo:
    """The answer. hidden: numbers that are not told because fewer than five people stand behind them."""

    number: int
    as_of: datetime
    period: str | None
    totals: Mapping[str, Any]
    rows: tuple[AnswerRow, ...]
    hidden: int


@nouns.get("/queries")
@rule(ASKERS)
@nouns.answers(200, QuestionList)
def listing() -> Response:
    """The questions that the caller may ask."""
    found = questions_of(current_engine(), current_person())
    return answer(QuestionList(items=tuple(_info(question) for question in found.questions)))


@nouns.get("/queries/<int:number>")
@rule(ASKERS)
@nouns.takes(AnswerQuery, location="query")
@nouns.answers(200, AnswerInfo)
def one(_query: dict[str, Any], number: int) -> Response:
    """The answer as of now; with `format` as a file, which the access log notes."""
    given = {name: value for name, value in request.args.items() if name not in PLACES}
    found = ask(current_engine(), current_person(), number, given)
    if (wanted := wanted_format()) is not None:
        return answer_as_file(found, wanted)
    return answer(_told(found))


def _told(found: Answer) -> AnswerInfo:
    keys = [column.key for column in found.question.columns]
    return AnswerInfo(
        number=found.question.number,
        as_of=found.as_of,
        period=found.asked.period.code if found.asked.period is not None else None,
        totals={total.key: _value(total.value) for total in found.totals},
        rows=tuple(
            AnswerRow(
                values=dict(zip(keys, map(_value, line.values), strict=True)),
                instance_id=line.case,
                listed=_list_info(line.listed) if line.listed is not None else None,
            )
            for line in found.lines
        ),
        hidden=found.hidden,
    )


def _list_info(listed: Listed) -> ListInfo:
    path = f"queries/{listed.of}" if isinstance(listed.of, int) else listed.of
    return ListInfo(path=path, filters=listed.filters)


def _value(value: Value) -> Any:
    if isinstance(value, Words):
        return {"zh": value.zh, "en": value.en}
    return None if isinstance(value, Hidden) else value


def _info(question: AnyQuestion) -> QuestionInfo:
    return QuestionInfo(
        number=question.number,
        group=question.group,
        title=_said(question.title),
        asks=_said(question.asks),
        counts=_said(question.counts),
        period=question.period,
        by_place=question.by_place,
        filters=tuple(
            FilterInfo(name=one.name, title=_said(one.words), values=tuple(option.value for option in one.options))
            for one in question.choices
        ),
        columns=tuple(ColumnInfo(key=one.key, title=_said(one.words), kind=one.kind) for one in question.columns),
    )


def _said(words: Words) -> Said:
    return Said(zh=words.zh, en=words.en)
