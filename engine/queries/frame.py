"""What surrounds every page: who is signed in, the clock, unread notices, what may be started."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal, cast

from sqlalchemy import Select, bindparam, func, literal, select

from engine.core import Engine
from engine.model.clock import local_day
from engine.model.organization import Organization, Unit
from engine.model.preloaded import Labelled, regions, role_labels, unit_types
from engine.model.starting import may_start_anywhere
from engine.model.step import PersonId
from engine.queries.people import roles_of
from engine.store import tables as t
from engine.store.scope import written
from engine.store.transaction import Transaction

#: Notices that only say what 待领取, 待办 and the lights show anyway.
OWN_WORK = ("assigned", "offered", "reminder", "stage")
_MOST_UNREAD = 100
PROBLEM = "S1_RECTIFY"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitName:
    """A unit by its code and its names; `en` is made of region and type, "" for a unit of one's own making."""

    code: str
    zh: str
    short_zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameFacts:
    """The reader and the time, as every page of the reader shows them."""

    now: datetime
    mode: Literal["real", "demo", "rehearsal"]
    person: PersonId
    name: str
    unit: UnitName
    roles: tuple[Labelled, ...]
    unread: int
    may_start: bool
    next_deadline: datetime | None  #: where the demonstration's 到下一期限 leads; None in real time
    table_years: frozenset[int]  #: have a national holiday table; a date in another year is provisional


def read_frame(engine: Engine, tx: Transaction) -> FrameFacts:
    """For the person who asks in this transaction."""
    reference, person, today = engine.reference(tx), PersonId(tx.actor), local_day(tx.now)
    organization = reference.organization
    mode = cast("Literal['real', 'demo', 'rehearsal']", tx.clock().mode)
    roles = roles_of(organization, person, today)
    return FrameFacts(
        now=tx.now,
        mode=mode,
        person=person,
        name=organization.person_name(person),
        unit=unit_named(organization, organization.home_unit(person)),
        roles=tuple(label for label in role_labels() if label.code in roles),
        unread=_unread(tx, person),
        may_start=may_start_anywhere(organization, PROBLEM, person, today),
        next_deadline=_next_deadline(tx) if mode != "real" else None,
        table_years=reference.calendar.national_years,
    )


def frame_of(engine: Engine, person: PersonId) -> FrameFacts:
    """The same in a transaction of its own, for pages that ask nothing else."""
    with engine.reading(person) as tx:
        return read_frame(engine, tx)


def clock_of(engine: Engine) -> tuple[datetime, str]:
    """Business time and mode of the clock, for readers who are not signed in."""
    with engine.reading("system") as tx:
        return tx.now, tx.clock().mode


def all_unit_names(engine: Engine, person: PersonId) -> dict[str, UnitName]:
    """The names of every unit, by its code."""
    with engine.reading(person) as tx:
        return {unit.code: names_of_unit(unit) for unit in engine.reference(tx).organization.units}


def unit_named(organization: Organization, code: str | None) -> UnitName:
    """The names of a unit; the code itself for an unknown one."""
    unit = organization.unit(code) if code else None
    return (
        names_of_unit(unit)
        if unit is not None
        else UnitName(code=code or "", zh=code or "", short_zh=code or "", en=code or "")
    )


@cache
def names_of_unit(unit: Unit) -> UnitName:
    """Its names in both languages."""
    region = next((r.en for r in regions() if unit.code.startswith(f"{r.code}-")), "")
    kind = next((k.en for k in unit_types() if k.code == unit.type), "")
    return UnitName(
        code=unit.code,
        zh=unit.name,
        short_zh=unit.short_name or unit.name,
        en=f"{kind}, {_short_region(region)}" if region and kind else "",
    )


def _short_region(name: str) -> str:
    """ "Mengzi City" is "Mengzi", "Pingbian Miao Autonomous County" is "Pingbian": enough to know it by."""
    return name.split(" ")[0]


def _unread(tx: Transaction, person: PersonId) -> int:
    (row,) = tx.rows(_count_unread(), {"person": person})
    return int(row[0])


@cache
def _count_unread() -> Select[Any]:
    notice = t.notice.c
    found = (
        select(literal(1))
        .where(notice.person_id == bindparam("person"), notice.read_at.is_(None), notice.kind.not_in(written(OWN_WORK)))
        .limit(_MOST_UNREAD)
    )
    return select(func.count()).select_from(found.subquery())


def _next_deadline(tx: Transaction) -> datetime | None:
    # The clock moves for everybody, so the button names the same moment to everybody. It tells nothing of a case.
    with tx.as_system():
        return tx.next_deadline()
