"""What is owed, as lists and one by one; only what the asking person may see. Counted: `obligation_matrix.py`.

The state of a row is that of engine.model.obligation, and `state_column` the same in SQL: a test holds them together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, any_, bindparam, case, func, literal, or_, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import ReadOnlyColumnCollection
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
from engine.store.transaction import Transaction
from engine.store.visibility import visible_obligations

_OWED = t.obligation.c
#: A meeting on the first day of a year dates what had to be done before it.
_DUE_BEFORE_ITS_PERIOD = timedelta(days=60)
_WORKER = "PERSON_RESP"  #: who works on what the unit owes
#: What is due first; what was due last; by unit and owner, for a list that is grouped by who is responsible.
Order = Literal["due", "latest", "owner"]


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
    is_unfinished: bool = False  #: only what is still to be done
    is_finished: bool = False  #: only what is done, in time or late


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


def obligations(
    engine: Engine,
    person: PersonId,
    wanted: ObligationFilter,
    *,
    order: Order = "due",
    cursor: str = "",
    limit: int = DEFAULT_LIMIT,
) -> Page[Obligation]:
    """One page of them. Raises InputRejected for a filter that nothing can pass, and for a cursor of another order."""
    check_limit(limit)
    with engine.reading(person) as tx:
        return obligation_page(engine, tx, wanted, order=order, cursor=cursor, limit=limit)


def obligation_page(
    engine: Engine, tx: Transaction, wanted: ObligationFilter, *, order: Order, cursor: str, limit: int
) -> Page[Obligation]:
    """The same within a transaction, for its actor."""
    key, kinds = _ORDERS[order]
    after = decode_cursor(cursor, *kinds)
    reference, known, today = engine.reference(tx), tx.obligation_catalogue(), local_day(tx.now)
    query = of(ObligationRow, t.obligation).where(visible_obligations(tx.actor))
    query = query.where(*conditions(wanted, reference, known, today))
    columns = [_OWED[name] for name in key]
    if after is not None:
        row, last = tuple_(*columns), tuple_(*after)
        query = query.where(row < last if order == "latest" else row > last)
    query = query.order_by(*(c.desc() if order == "latest" else c for c in columns)).limit(limit + 1)
    rows = [ObligationRow(**row._asdict()) for row in tx.connection.execute(query)]
    shown = [shown_row(row, known, reference, today) for row in rows]
    return page_of(shown, limit, lambda found: tuple(getattr(found.row, name) for name in key))


#: Columns by which a list is ordered, and the kinds of value that its cursor holds.
_ORDERS: Mapping[Order, tuple[tuple[str, ...], tuple[type, ...]]] = {
    "due": (("due_on", "id"), (date, UUID)),
    "latest": (("due_on", "id"), (date, UUID)),
    "owner": (("unit", "owner_key", "due_on", "id"), (str, str, date, UUID)),
}


def obligation(engine: Engine, person: PersonId, obligation_id: UUID) -> ObligationDetail:
    """One with its evidence. Raises NotFound, also for one that the person may not see."""
    with engine.reading(person) as tx:
        found = find_obligation(engine, tx, obligation_id)
        return ObligationDetail(obligation=found, evidence=tx.evidence_of(found.row.id))


def find_obligation(engine: Engine, tx: Transaction, obligation_id: UUID) -> Obligation:
    """One as it stands today, where the actor may see it. Raises NotFound."""
    query = of(ObligationRow, t.obligation).where(_OWED.id == obligation_id, visible_obligations(tx.actor))
    row = tx.connection.execute(query).mappings().first()
    if row is None:
        raise NotFound(f"There is no obligation {obligation_id}.", id=str(obligation_id))
    return shown_row(ObligationRow(**row), tx.obligation_catalogue(), engine.reference(tx), local_day(tx.now))


def rules_of(engine: Engine, person: PersonId) -> tuple[tuple[Rule, bool], ...]:
    """The newest version of each rule of the catalogue, and whether its process is deployed."""
    with engine.reading(person) as tx:
        deployed = tx.current_process_keys()
        return tuple((rule, rule.process in deployed) for rule in tx.obligation_catalogue())


def state_column(today: date, owed: ReadOnlyColumnCollection[str, Any] = _OWED) -> ColumnElement[str]:
    """The state of an obligation, as `state_of` computes it. owed: the columns of the table, or of its figures."""
    day: ColumnElement[date] = bindparam("today", today)
    return case(
        (owed["lapsed_on"].is_not(None), "lapsed"),
        (owed["waived_at"].is_not(None), "waived"),
        (owed["done_on"] <= owed["due_on"], "done"),
        (owed["done_on"].is_not(None), "done_late"),
        (func.coalesce(owed["dated_on"], day) > owed["due_on"], "overdue"),
        (owed["opens_on"] > day, "upcoming"),
        else_=literal("open"),
    )


def conditions(
    wanted: ObligationFilter, reference: Reference, known: Catalogue, today: date
) -> list[ColumnElement[bool]]:
    """What a filter asks for."""
    found = common_conditions(wanted, reference, known)
    if wanted.state:
        if wanted.state not in STATE_LABELS:
            zh, en = f"没有“{wanted.state}”这种状态。", f"There is no state {wanted.state!r}."
            raise InputRejected(zh, en, field="state", value=wanted.state)
        found.append(state_column(today) == wanted.state)
    else:
        found.append(_OWED.lapsed_on.is_(None))
    if wanted.is_unfinished:
        found.append(is_unfinished())
    if wanted.is_finished:
        found.append(_OWED.done_on.is_not(None) & _OWED.waived_at.is_(None))
    if wanted.owner:
        found.append(_is_owned_by(wanted.owner, reference.organization, today))
    if wanted.due_from is not None:
        found.append(_OWED.due_on >= wanted.due_from)
    if wanted.due_until is not None:
        found.append(_OWED.due_on <= wanted.due_until)
    return found


def is_unfinished() -> ColumnElement[bool]:
    """Neither done nor waived, and still owed: as the index knows it."""
    return and_(_OWED.done_on.is_(None), _OWED.waived_at.is_(None), _OWED.lapsed_on.is_(None))


def is_late(today: date) -> ColumnElement[bool]:
    """Unfinished past its day."""
    return and_(is_unfinished(), func.coalesce(_OWED.dated_on, bindparam("today", today)) > _OWED.due_on)


def common_conditions(
    wanted: ObligationFilter,
    reference: Reference,
    known: Catalogue,
    owed: ReadOnlyColumnCollection[str, Any] = _OWED,
) -> list[ColumnElement[bool]]:
    """The filters by place, duty and period, on the table or its figures. Raises UnknownObligation, InputRejected."""
    place = Narrowing(region=wanted.region, type=wanted.type, unit=wanted.unit)
    found = [*of_units(owed["unit"], reference, place)]
    if wanted.code:
        found.append(owed["code"] == known.rule(wanted.code).code)
    if wanted.mechanism:
        codes = [rule.code for rule in known if rule.mechanism == wanted.mechanism]
        found.append(owed["code"] == any_(bindparam(None, codes, ARRAY(Text))))
    if wanted.period:
        found += _in_period(wanted.period, reference, owed)
    return found


def _in_period(
    period: str, reference: Reference, owed: ReadOnlyColumnCollection[str, Any]
) -> list[ColumnElement[bool]]:
    span = span_of(period, reference.calendar, reference.params)
    if is_window(period):
        return [owed["period"] == period]
    year = date(span.first_day.year, 1, 1)  # no period is longer, so nothing that touches it is due much before
    return [
        owed["last_day"] >= span.first_day,
        owed["first_day"] <= span.last_day,
        owed["due_on"] >= year - _DUE_BEFORE_ITS_PERIOD,
    ]


def _is_owned_by(person: str, organization: Organization, today: date) -> ColumnElement[bool]:
    """He owes it himself, or works on what his unit owes."""
    posts = (post for post in organization.positions if (post.person, post.code) == (person, _WORKER))
    units = sorted({post.unit for post in posts if post.is_held(today)})
    of_unit = (_OWED.owner_key == "") & (_OWED.unit == any_(bindparam(None, units, ARRAY(Text))))
    return or_(_OWED.person == person, of_unit)


def shown_row(row: ObligationRow, known: Catalogue, reference: Reference, today: date) -> Obligation:
    """A stored row as it stands today."""
    return Obligation(
        row=row,
        rule=known.version(row.code, row.rule_version),
        state=state_of(row.standing, today),
        light=light_of(row.standing, today, reference.calendar),
        period=span_of(row.period, reference.calendar, reference.params),
        responsible=responsible_for(row.unit, row.person, row.branch, reference.organization, today),
    )


def responsible_for(
    unit: str, person: str | None, branch: str | None, organization: Organization, today: date
) -> tuple[str, ...]:
    """Names of who owes it: the person, the secretary of the branch, or who works on it for the unit."""
    if person:
        return (organization.person_name(person),)
    if branch:
        secretaries = organization.holders(unit, "BRANCH_SEC", today)
        people = [post.person for post in secretaries if not post.departments or branch in post.departments]
    else:
        people = [post.person for post in organization.holders(unit, _WORKER, today)]
    return tuple(organization.person_name(person) for person in people)
