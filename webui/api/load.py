"""What supervisors see: the load of a process, its open cases, the overview of their subtree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response

from engine.model.period import Period
from engine.queries.dwell import Dwell
from engine.queries.load import HISTORY_MONTHS, ElementLoad, process_load
from engine.queries.load_cases import CaseToken, case_tokens
from engine.queries.narrowing import Narrowing
from engine.queries.overview import overview
from engine.queries.paging import DEFAULT_LIMIT
from webui.api.blueprint import Nouns, Query, answer
from webui.auth import current_person, rule
from webui.service import current_engine

nouns = Nouns("load", "Figures for supervisors: what is open, late and slow, of their subtree")
SUPERVISORS = "role:inspector|unit_leader"


class NarrowedQuery(Query):
    region = ma.fields.String(load_default="", metadata={"description": "Region of the responsible unit, 532503."})
    type = ma.fields.String(load_default="", metadata={"description": "Type of the responsible unit: ZF, GA, …"})
    unit = ma.fields.String(load_default="")


class LoadQuery(NarrowedQuery):
    light = ma.fields.String(load_default="", validate=ma.validate.OneOf(("", "red", "yellow", "green", "grey")))
    level = ma.fields.Integer(load_default=None, validate=ma.validate.Range(0, 9))
    node = ma.fields.String(load_default="", metadata={"description": "Id of an element."})
    version = ma.fields.Integer(load_default=None, validate=ma.validate.Range(1, 1_000_000))


class LoadHistoryQuery(LoadQuery):
    history = ma.fields.String(load_default="", validate=ma.validate.OneOf(("", "all")))


class TokensQuery(LoadQuery):
    cursor = ma.fields.String(load_default="")
    limit = ma.fields.Integer(load_default=DEFAULT_LIMIT)


class OverviewQuery(NarrowedQuery):
    period = ma.fields.String(load_default="", metadata={"description": "Half-year, 2026H2; empty: the present one."})


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementFigures:
    """One element: open tokens now; of tasks done in the time asked for, how long they stayed, in working days."""

    element_id: str
    name: str
    name_en: str
    type: str
    open: int
    red: int
    yellow: int
    grey: int
    done: int
    done_late: int
    median_days: float | None
    limit_days: float | None
    share: float  #: of the time that all elements took, 0…1


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFigures:
    id: UUID
    version: int
    state: str
    running: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFigures:
    unit: str
    open: int
    red: int
    yellow: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A process as it runs. bottleneck: id of the element that takes the greatest part of the time."""

    key: str
    version: int
    as_of: datetime
    since: date | None
    running: int
    elements: tuple[ElementFigures, ...]
    units: tuple[UnitFigures, ...]
    versions: tuple[VersionFigures, ...]
    bottleneck: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenItem:
    """One place at which a case stands: an open task, or an event that it waits for."""

    instance_id: UUID
    task_id: UUID | None
    element_id: str
    state: str
    title: str
    business_no: str
    unit: str
    version: int
    due_at: datetime | None
    light: str | None
    days_left: int | None
    ladder_level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenList:
    items: tuple[TokenItem, ...]
    next_cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionFigures:
    region: str
    units: int
    open: int
    red: int
    yellow: int
    cards: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionItem:
    """reason: late, proposal, unanswered, returned, extended, incident."""

    reason: str
    instance_id: UUID | None
    title: str
    business_no: str
    unit: str
    ladder_level: int
    days_left: int | None
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewFigures:
    """The numbers of the subtree now, and of a half-year what was closed and issued."""

    as_of: datetime
    period: str
    running: int
    red: int
    yellow: int
    unanswered_cards: int
    unanswered_cards_late: int
    closed: int
    closed_late: int
    regions: tuple[RegionFigures, ...]
    attention: tuple[AttentionItem, ...]
    attention_total: int


@nouns.get("/process-definitions/<string:key>/load")
@rule(SUPERVISORS)
@nouns.takes(LoadHistoryQuery, location="query")
@nouns.answers(200, Load)
def load(query: dict[str, Any], key: str) -> Response:
    """What stands at each element of a process, what is late, and how long it stays there."""
    months = None if query.pop("history") == "all" else HISTORY_MONTHS
    found = process_load(current_engine(), current_person(), key, Narrowing(**query), months=months)
    return answer(
        Load(
            key=found.drawn.key,
            version=found.drawn.version,
            as_of=found.frame.now,
            since=found.since,
            running=found.running,
            elements=tuple(_element(element) for element in found.elements),
            units=tuple(UnitFigures(unit=u.unit, open=u.open, red=u.red, yellow=u.yellow) for u in found.units),
            versions=tuple(
                VersionFigures(id=v.row.id, version=v.row.version, state=v.row.state, running=v.running)
                for v in found.versions
            ),
            bottleneck=found.bottleneck.element.node.id if found.bottleneck is not None else None,
        )
    )


def _element(element: ElementLoad) -> ElementFigures:
    node, dwell = element.node, element.dwell or Dwell.nothing()
    return ElementFigures(
        element_id=node.id,
        name=node.name,
        name_en=node.name_en,
        type=node.type,
        open=element.open,
        red=element.red,
        yellow=element.yellow,
        grey=element.grey,
        done=dwell.count,
        done_late=dwell.late,
        median_days=dwell.median_days if element.dwell is not None else None,
        limit_days=dwell.limit_days,
        share=round(element.share, 4),
    )


@nouns.get("/process-definitions/<string:key>/tokens")
@rule(SUPERVISORS)
@nouns.takes(TokensQuery, location="query")
@nouns.answers(200, TokenList)
def tokens(query: dict[str, Any], key: str) -> Response:
    """Where the open cases of a process stand, the earliest due first."""
    cursor, limit = query.pop("cursor"), query.pop("limit")
    page = case_tokens(current_engine(), current_person(), key, Narrowing(**query), cursor=cursor, limit=limit)
    return answer(TokenList(items=tuple(_token(row) for row in page.rows), next_cursor=page.next_cursor))


def _token(row: CaseToken) -> TokenItem:
    return TokenItem(
        instance_id=row.instance_id,
        task_id=row.task_id,
        element_id=row.node_id,
        state=row.state,
        title=row.title,
        business_no=row.business_no,
        unit=row.unit.code,
        version=row.version,
        due_at=row.due_at,
        light=row.light.color if row.light is not None else None,
        days_left=row.light.days_left if row.light is not None else None,
        ladder_level=row.ladder_level,
    )


@nouns.get("/overview")
@rule(SUPERVISORS)
@nouns.takes(OverviewQuery, location="query")
@nouns.answers(200, OverviewFigures)
def show_overview(query: dict[str, Any]) -> Response:
    """The supervisor's overview: numbers, regions, and what needs a look with its reason."""
    code = query.pop("period")
    period = Period.parse(code) if code else None
    found = overview(current_engine(), current_person(), Narrowing(**query), period)
    return answer(
        OverviewFigures(
            as_of=found.frame.now,
            period=found.period.code,
            running=found.running,
            red=found.red,
            yellow=found.yellow,
            unanswered_cards=found.unanswered,
            unanswered_cards_late=found.unanswered_late,
            closed=found.closed,
            closed_late=found.closed_late,
            regions=tuple(
                RegionFigures(region=p.region, units=p.units, open=p.open, red=p.red, yellow=p.yellow, cards=p.cards)
                for p in found.places
            ),
            attention=tuple(
                AttentionItem(
                    reason=line.reason,
                    instance_id=line.instance_id,
                    title=line.title,
                    business_no=line.business_no,
                    unit=line.unit.code,
                    ladder_level=line.ladder_level,
                    days_left=line.light.days_left if line.light is not None else None,
                    times=line.times,
                )
                for line in found.attention.lines
            ),
            attention_total=found.attention.total,
        )
    )
