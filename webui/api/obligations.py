"""Obligations (义务清单): lists, the matrix, one with its evidence, waivers, and the rules of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response
from flask_babel import gettext

from engine.commands import obligations as commands
from engine.model.obligation import STATE_LABELS
from engine.model.obligation_rules import Rule
from engine.queries import obligation_matrix as matrices
from engine.queries import obligations as queries
from engine.queries.paging import MAX_LIMIT
from webui.api.blueprint import Arguments, ListQuery, Nouns, Query, answer
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.pages import listings
from webui.pages.obligation_columns import obligation_columns
from webui.service import current_engine

nouns = Nouns("obligations", "Obligations (义务清单): what is owed for a period, and where it stands")

_STATES = ("", *STATE_LABELS)


class ObligationsQuery(ListQuery):
    unit = ma.fields.String(load_default="")
    region = ma.fields.String(load_default="", metadata={"description": "Of the unit, 532503."})
    type = ma.fields.String(load_default="", metadata={"description": "Of the unit: ZF, FY, JC, GA, SF."})
    period = ma.fields.String(
        load_default="",
        metadata={"description": "2026, 2026H2, 2026Q3, 2026M07: what touches it; or a window, 2026W0925."},
    )
    code = ma.fields.String(load_default="", metadata={"description": "O01 to O30."})
    mechanism = ma.fields.String(load_default="", metadata={"description": "P01 to P10."})
    state = ma.fields.String(load_default="", validate=ma.validate.OneOf(_STATES))
    owner = ma.fields.String(load_default="", metadata={"description": "Account of who owes it, or works on it."})
    due_from = ma.fields.Date(load_default=None)
    due_until = ma.fields.Date(load_default=None)


class MatrixQuery(Query):
    period = ma.fields.String(required=True)
    rows = ma.fields.String(load_default="region", validate=ma.validate.OneOf(("region", "unit")))
    region = ma.fields.String(load_default="")
    type = ma.fields.String(load_default="")
    mechanism = ma.fields.String(load_default="")
    code = ma.fields.String(load_default="")


class Waiver(Arguments):
    reason = ma.fields.String(required=True, validate=ma.validate.Length(max=2000))


class RuleChange(Arguments):
    reason = ma.fields.String(required=True, validate=ma.validate.Length(max=2000))
    zh = ma.fields.String()
    en = ma.fields.String()
    due = ma.fields.Raw(metadata={"description": "A due rule, or one for each number of the period in its year."})
    units = ma.fields.String(metadata={"description": "all, ZF, county-ZF, type:GA,FY, level:PREF, unit:…"})
    active = ma.fields.Boolean()


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    id: UUID
    code: str
    zh: str
    en: str
    mechanism: str
    clause: str
    process: str  #: key of the process that brings its evidence
    period: str
    period_zh: str
    period_en: str
    unit: str
    person: str | None  #: account of the person who owes it
    branch: str | None
    event: str
    responsible: tuple[str, ...]  #: names of those who owe it or work on it
    state: str  #: upcoming, open, done, overdue, done_late, waived, lapsed
    state_zh: str
    state_en: str
    light: str  #: green, yellow, red, blue, grey
    days_left: int  #: working days, negative when overdue
    late_days: int
    opens_on: date
    due_on: date
    checkpoint_on: date | None
    done_on: date | None
    done: int | None  #: of a share: 17 …
    of: int | None  #: … of 19
    needs: tuple[str, ...]
    met: tuple[str, ...]
    instance_id: UUID | None  #: the case behind it
    waived_by: str | None
    waived_at: datetime | None
    waiver_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationList:
    items: tuple[Obligation, ...]
    next_cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A piece of evidence."""

    need: str
    on: date
    part: str
    done: int | None
    of: int | None
    instance_id: UUID | None
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationWithEvidence:
    obligation: Obligation
    evidence: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationRule:
    """One row of the catalogue in its newest version."""

    code: str
    zh: str
    en: str
    mechanism: str
    clause: str
    owner: str  #: unit, holder, branch, staff
    units: str
    positions: tuple[str, ...]
    period: str
    due: Mapping[str, str]
    needs: tuple[str, ...]
    process: str
    provenance: str  #: S, R or L
    active: bool
    in_force: bool  #: active, and its process is deployed; else 未启用
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationRules:
    items: tuple[ObligationRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    row: str  #: code of the region or unit
    code: str
    total: int
    counts: Mapping[str, int]  #: by state


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationMatrix:
    period_zh: str
    period_en: str
    first_day: date
    last_day: date
    rows: tuple[str, ...]
    codes: tuple[str, ...]  #: columns, by mechanism
    cells: tuple[MatrixCell, ...]


@nouns.get("/obligations")
@rule("signed_in")
@nouns.takes(ObligationsQuery, location="query")
@nouns.answers(200, ObligationList)
def listing(query: dict[str, Any]) -> Response:
    """Obligations of the units that the caller works in or oversees, what is due first at the top."""
    cursor, limit, file = query.pop("cursor"), query.pop("limit"), query.pop("format")
    ask = partial(queries.obligations, current_engine(), current_person(), queries.ObligationFilter(**query))
    if file:
        columns = obligation_columns(listings.unit_names())
        name, title = "obligations", gettext("义务清单")
        return listings.as_file(name, title, columns, lambda at: ask(cursor=at, limit=MAX_LIMIT), file)
    page = ask(cursor=cursor, limit=limit)
    return answer(ObligationList(items=tuple(_obligation(row) for row in page.rows), next_cursor=page.next_cursor))


@nouns.get("/obligations/matrix")
@rule("signed_in")
@nouns.takes(MatrixQuery, location="query")
@nouns.answers(200, ObligationMatrix)
def matrix(query: dict[str, Any]) -> Response:
    """Counts by state of each duty in each region or unit, for everything whose period touches `period`."""
    period, rows = query.pop("period"), query.pop("rows")
    wanted = queries.ObligationFilter(**query)
    found = matrices.obligation_matrix(current_engine(), current_person(), period, wanted, rows=rows)
    cells = sorted(found.cells.items())
    return answer(
        ObligationMatrix(
            period_zh=found.period.zh,
            period_en=found.period.en,
            first_day=found.period.first_day,
            last_day=found.period.last_day,
            rows=found.rows,
            codes=tuple(one.code for one in found.rules),
            cells=tuple(_cell(cell) for _, cell in cells),
        )
    )


@nouns.get("/obligations/<uuid:obligation_id>")
@rule("signed_in")
@nouns.answers(200, ObligationWithEvidence)
def show(obligation_id: UUID) -> Response:
    """One obligation with the facts that show it."""
    return answer(_detail(obligation_id))


@nouns.post("/obligations/<uuid:obligation_id>/waiver")
@rule("signed_in")
@idempotent
@nouns.takes(Waiver)
@nouns.answers(200, ObligationWithEvidence)
def waive(body: dict[str, str], obligation_id: UUID) -> Response:
    """免除: a leader in charge of the superior unit says why it is not owed."""
    commands.waive(current_engine(), current_person(), obligation_id, reason=body["reason"])
    return answer(_detail(obligation_id))


@nouns.get("/obligations/rules")
@rule("signed_in")
@nouns.answers(200, ObligationRules)
def rules() -> Response:
    """The catalogue: who owes what for which period, until when, and by what it is shown."""
    known = queries.rules_of(current_engine(), current_person())
    return answer(ObligationRules(items=tuple(_rule(found, is_deployed) for found, is_deployed in known)))


@nouns.post("/obligations/rules/<string:code>")
@rule("admin")
@idempotent
@nouns.takes(RuleChange)
@nouns.answers(200, ObligationRules)
def change_rule(body: dict[str, Any], code: str) -> Response:
    """Change a row of the catalogue for periods that begin after today; answers the whole catalogue."""
    reason = body.pop("reason")
    commands.change_rule(current_engine(), current_person(), code, body, reason=reason)
    known = queries.rules_of(current_engine(), current_person())
    return answer(ObligationRules(items=tuple(_rule(found, is_deployed) for found, is_deployed in known)))


def _cell(found: matrices.MatrixCell) -> MatrixCell:
    counts = {str(state): number for state, number in found.counts.items()}
    return MatrixCell(row=found.row, code=found.code, total=found.total, counts=counts)


def _detail(obligation_id: UUID) -> ObligationWithEvidence:
    found = queries.obligation(current_engine(), current_person(), obligation_id)
    return ObligationWithEvidence(
        obligation=_obligation(found.obligation),
        evidence=tuple(
            Fact(
                need=fact.need,
                on=fact.on_day,
                part=fact.part,
                done=fact.done,
                of=fact.of,
                instance_id=fact.instance_id,
                recorded_by=fact.recorded_by,
                recorded_at=fact.recorded_at,
            )
            for fact in found.evidence
        ),
    )


def _obligation(found: queries.Obligation) -> Obligation:
    row, light = found.row, found.light
    return Obligation(
        id=row.id,
        code=row.code,
        zh=found.rule.zh,
        en=found.rule.en,
        mechanism=found.rule.mechanism,
        clause=found.rule.clause,
        process=found.rule.process,
        period=row.period,
        period_zh=found.period.zh,
        period_en=found.period.en,
        unit=row.unit,
        person=row.person,
        branch=row.branch,
        event=row.event,
        responsible=found.responsible,
        state=found.state,
        state_zh=found.words[0],
        state_en=found.words[1],
        light=light.color,
        days_left=light.days_left,
        late_days=light.late_days,
        opens_on=row.opens_on,
        due_on=row.due_on,
        checkpoint_on=row.checkpoint_on,
        done_on=row.done_on,
        done=row.done,
        of=row.of,
        needs=found.rule.needs,
        met=tuple(row.met),
        instance_id=row.instance_id,
        waived_by=row.waived_by,
        waived_at=row.waived_at,
        waiver_reason=row.waiver_reason,
    )


def _rule(found: Rule, is_deployed: bool) -> ObligationRule:
    return ObligationRule(
        code=found.code,
        zh=found.zh,
        en=found.en,
        mechanism=found.mechanism,
        clause=found.clause,
        owner=found.owner.kind,
        units=found.owner.units,
        positions=found.owner.positions,
        period=found.period,
        due=found.due,
        needs=found.needs,
        process=found.process,
        provenance=found.provenance,
        active=found.active,
        in_force=found.active and is_deployed,
        version=found.version,
    )
