"""What is owed, as lists and as the matrix of regions or units by duty; only what the asking person may see.

The state of a row is that of engine.model.obligation, and `state_column` the same in SQL: a test holds them together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, any_, bindparam, case, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from engine.core import Engine, Reference
from engine.errors import InputRejected, NotFound
from engine.model.clock import local_day
from engine.model.light import Light
from engine.model.obligation import STATE_LABELS, State, light_of, state_of
from engine.model.obligation_rules import Catalogue, Rule
from engine.model.organization import Organization
from engine.model.schedule import Span, span_of
from engine.model.step import PersonId
from engine.model.windows import is_window
from engine.queries.narrowing import Narrowing, of_units
from engine.queries.paging import DEFAULT_LIMIT, Page, decode_cursor, page_of
from engine.queries.tasks import check_limit
from engine.store import tables as t
from engine.store.obligations import EvidenceRow, ObligationRow
from engine.store.scope import of
from engine.store.visibility import visible_obligations

_OWED = t.obligation.c
#: A meeting on the first day of a year dates what had to be done before it.
_DUE_BEFORE_ITS_PERIOD = timedelta(days=60)
_WORKER = "PERSON_RESP"  #: who works on what the unit owes
Rows = Literal["region", "unit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationFilter:
    """Which obligations. Empty or None: do not ask for that."""

    unit: str = ""
    region: str = ""  #: of the unit: "532503"
    type: str = ""  #: of the unit: GA
    period: str = ""  #: "2026H2": everything whose period touches it; "2026W0925": of that window
    code: str = ""  #: "O05"
    mechanism: str = ""  #: "P02"
    state: str = ""  #: one of STATE_LABELS; "": all but those no longer owed
    owner: str = ""  #: the person who owes it, or who works on it for the unit
    due_from: date | None = None
    due_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """One obligation as it stands today."""

    row: ObligationRow
    rule: Rule  #: in the version by which it was generated
    state: State
    light: Light
    period: Span
    responsible: tuple[str, ...]  #: names of the owner, or of who works on it for the unit

    @property
    def words(self) -> tuple[str, str]:
        """What the state is called, in Chinese and in English."""
        return STATE_LABELS[self.state]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationDetail:
    """One obligation with the facts that show it."""

    obligation: Obligation
    evidence: tuple[EvidenceRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """How many of one duty stand where, in one region or unit."""

    row: str  #: code of the region or unit
    code: str
    counts: Mapping[State, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationMatrix:
    """The obligations of a period. rules: the columns, by mechanism; inactive ones too, which have no cells."""

    period: Span
    rows: tuple[str, ...]
    rules: tuple[Rule, ...]
    cells: Mapping[tuple[str, str], MatrixCell] = field(default_factory=dict)


def obligations(
    engine: Engine, person: PersonId, wanted: ObligationFilter, *, cursor: str = "", limit: int = DEFAULT_LIMIT
) -> Page[Obligation]:
    """One page, what is due first at the top. Raises InputRejected for a filter that nothing can pass."""
    check_limit(limit)
    after = decode_cursor(cursor, date, UUID)
    with engine.reading(person) as tx:
        reference, known, today = engine.reference(tx), tx.obligation_catalogue(), local_day(tx.now)
        query = of(ObligationRow, t.obligation).where(visible_obligations(person))
        query = query.where(*conditions(wanted, reference, known, today))
        if after is not None:
            query = query.where(tuple_(_OWED.due_on, _OWED.id) > tuple_(*after))
        query = query.order_by(_OWED.due_on, _OWED.id).limit(limit + 1)
        rows = [ObligationRow(**row._asdict()) for row in tx.connection.execute(query)]
    shown = [_shown(row, known, reference, today) for row in rows]
    return page_of(shown, limit, lambda found: (found.row.due_on, found.row.id))


def obligation(engine: Engine, person: PersonId, obligation_id: UUID) -> ObligationDetail:
    """One with its evidence. Raises NotFound, also for one that the person may not see."""
    with engine.reading(person) as tx:
        query = of(ObligationRow, t.obligation).where(_OWED.id == obligation_id, visible_obligations(person))
        row = tx.connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(f"There is no obligation {obligation_id}.", id=str(obligation_id))
        found = ObligationRow(**row)
        reference, known, today = engine.reference(tx), tx.obligation_catalogue(), local_day(tx.now)
        evidence = tx.evidence_of(found.id)
    return ObligationDetail(obligation=_shown(found, known, reference, today), evidence=evidence)


def obligation_matrix(
    engine: Engine, person: PersonId, period: str, wanted: ObligationFilter, *, rows: Rows = "region"
) -> ObligationMatrix:
    """Regions or units by duty, for everything whose period touches `period`, one statement for all of it."""
    with engine.reading(person) as tx:
        reference, known, today = engine.reference(tx), tx.obligation_catalogue(), local_day(tx.now)
        span = span_of(period, reference.calendar, reference.params)
        name = _OWED.unit if rows == "unit" else func.split_part(_OWED.unit, "-", 1)
        state = state_column(today)
        asked = conditions(replace(wanted, period=period), reference, known, today)
        query = (
            select(name.label("row"), _OWED.code, state.label("state"), func.count().label("number"))
            .where(visible_obligations(person, counted=True), *asked)
            .group_by("row", _OWED.code, "state")
        )
        found = tx.connection.execute(query).all()
    counts: dict[tuple[str, str], dict[State, int]] = {}
    for row in found:
        counts.setdefault((row.row, row.code), {})[row.state] = row.number
    cells = {key: MatrixCell(row=key[0], code=key[1], counts=states) for key, states in counts.items()}
    rules = sorted(known, key=lambda rule: (rule.mechanism, rule.code))
    return ObligationMatrix(
        period=span,
        rows=tuple(sorted({row for row, _ in cells})),
        rules=tuple(rule for rule in rules if _is_asked(rule, wanted)),
        cells=cells,
    )


def rules_of(engine: Engine, person: PersonId) -> tuple[tuple[Rule, bool], ...]:
    """The newest version of each rule of the catalogue, and whether its process is deployed."""
    with engine.reading(person) as tx:
        deployed = tx.current_process_keys()
        return tuple((rule, rule.process in deployed) for rule in tx.obligation_catalogue())


def state_column(today: date) -> ColumnElement[str]:
    """The state of an obligation, as `state_of` computes it."""
    day: ColumnElement[date] = bindparam("today", today)
    return case(
        (_OWED.lapsed_on.is_not(None), "lapsed"),
        (_OWED.waived_at.is_not(None), "waived"),
        (_OWED.done_on <= _OWED.due_on, "done"),
        (_OWED.done_on.is_not(None), "done_late"),
        (func.coalesce(_OWED.dated_on, day) > _OWED.due_on, "overdue"),
        (_OWED.opens_on > day, "upcoming"),
        else_=literal("open"),
    )


def conditions(
    wanted: ObligationFilter, reference: Reference, known: Catalogue, today: date
) -> list[ColumnElement[bool]]:
    """What a filter asks for."""
    found = [*of_units(_OWED.unit, reference, Narrowing(region=wanted.region, type=wanted.type, unit=wanted.unit))]
    if wanted.code:
        found.append(_OWED.code == known.rule(wanted.code).code)
    if wanted.mechanism:
        codes = [rule.code for rule in known if rule.mechanism == wanted.mechanism]
        found.append(_OWED.code == any_(bindparam(None, codes, ARRAY(Text))))
    if wanted.period:
        found += _in_period(wanted.period, reference)
    if wanted.state:
        if wanted.state not in STATE_LABELS:
            zh, en = f"没有“{wanted.state}”这种状态。", f"There is no state {wanted.state!r}."
            raise InputRejected(zh, en, field="state", value=wanted.state)
        found.append(state_column(today) == wanted.state)
    else:
        found.append(_OWED.lapsed_on.is_(None))
    if wanted.owner:
        found.append(_is_owned_by(wanted.owner, reference.organization, today))
    if wanted.due_from is not None:
        found.append(_OWED.due_on >= wanted.due_from)
    if wanted.due_until is not None:
        found.append(_OWED.due_on <= wanted.due_until)
    return found


def _in_period(period: str, reference: Reference) -> list[ColumnElement[bool]]:
    span = span_of(period, reference.calendar, reference.params)
    if is_window(period):
        return [_OWED.period == period]
    year = date(span.first_day.year, 1, 1)  # no period is longer, so nothing that touches it is due much before
    return [
        _OWED.last_day >= span.first_day,
        _OWED.first_day <= span.last_day,
        _OWED.due_on >= year - _DUE_BEFORE_ITS_PERIOD,
    ]


def _is_owned_by(person: str, organization: Organization, today: date) -> ColumnElement[bool]:
    """He owes it himself, or works on what his unit owes."""
    posts = (post for post in organization.positions if (post.person, post.code) == (person, _WORKER))
    units = sorted({post.unit for post in posts if post.is_held(today)})
    of_unit = (_OWED.owner_key == "") & (_OWED.unit == any_(bindparam(None, units, ARRAY(Text))))
    return or_(_OWED.person == person, of_unit)


def _is_asked(rule: Rule, wanted: ObligationFilter) -> bool:
    return wanted.code in {"", rule.code} and wanted.mechanism in {"", rule.mechanism}


def _shown(row: ObligationRow, known: Catalogue, reference: Reference, today: date) -> Obligation:
    return Obligation(
        row=row,
        rule=known.version(row.code, row.rule_version),
        state=state_of(row.standing, today),
        light=light_of(row.standing, today, reference.calendar),
        period=span_of(row.period, reference.calendar, reference.params),
        responsible=_responsible(row, reference.organization, today),
    )


def _responsible(row: ObligationRow, organization: Organization, today: date) -> tuple[str, ...]:
    if row.person:
        return (organization.person_name(row.person),)
    if row.branch:
        secretaries = organization.holders(row.unit, "BRANCH_SEC", today)
        people = [post.person for post in secretaries if not post.departments or row.branch in post.departments]
    else:
        people = [post.person for post in organization.holders(row.unit, _WORKER, today)]
    return tuple(organization.person_name(person) for person in people)
