"""Search over what the caller may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import marshmallow as ma
from flask import Response

from engine.queries import search as queries
from webui.api.blueprint import Nouns, Query, answer
from webui.auth import current_person, rule
from webui.service import current_engine

nouns = Nouns("search", "Cases, open tasks and cards by number, title or unit")


class SearchQuery(Query):
    q = ma.fields.String(required=True, validate=ma.validate.Length(max=100))
    group = ma.fields.String(load_default="", validate=ma.validate.OneOf(("", *queries.GROUPS)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchTask:
    id: UUID
    title: str
    business_no: str
    name: str
    name_en: str
    unit: str
    assignee_name: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchCase:
    id: UUID
    title: str
    business_no: str
    key: str
    case_state: str
    unit: str
    started_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchCard:
    no: str
    level: int
    state: str
    title: str
    unit: str
    issued_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchAnswer:
    """Five of each group, fifty of one that was asked for alone. more: groups in which there is more."""

    tasks: tuple[SearchTask, ...]
    cases: tuple[SearchCase, ...]
    cards: tuple[SearchCard, ...]
    more: tuple[str, ...]


@nouns.get("/search")
@rule("signed_in")
@nouns.takes(SearchQuery, location="query")
@nouns.answers(200, SearchAnswer)
def search(query: dict[str, str]) -> Response:
    """By the beginning of a number, by a part of a title or number, by the name or code of a unit."""
    found = queries.search(current_engine(), current_person(), query["q"], group=query["group"])
    return answer(
        SearchAnswer(
            tasks=tuple(
                SearchTask(
                    id=row.id,
                    title=row.title,
                    business_no=row.business_no,
                    name=row.name,
                    name_en=row.name_en,
                    unit=row.unit.code,
                    assignee_name=row.assignee_name,
                    due_at=row.due_at,
                )
                for row in found.tasks
            ),
            cases=tuple(
                SearchCase(
                    id=row.id,
                    title=row.title,
                    business_no=row.business_no,
                    key=row.mechanism,
                    case_state=row.case_state,
                    unit=row.unit.code,
                    started_at=row.started_at,
                )
                for row in found.cases
            ),
            cards=tuple(
                SearchCard(
                    no=row.no,
                    level=row.level,
                    state=row.state,
                    title=row.title,
                    unit=row.unit.code,
                    issued_on=row.issued_on,
                )
                for row in found.cards
            ),
            more=tuple(sorted(found.more)),
        )
    )
