"""People and units as pick lists and as the one who is signed in; from the organisation kept in memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.core import Engine
from engine.errors import NotFound
from engine.model.clock import local_day
from engine.model.organization import Organization, Unit
from engine.model.step import PersonId

MAX_FOUND = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One choice of a person."""

    id: str
    name: str
    unit: str
    unit_name: str
    department: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """One choice of a unit."""

    code: str
    name: str
    short_name: str
    level: str
    type: str
    superior: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Who is signed in, with what they may be asked to do today."""

    id: str
    name: str
    unit: str
    unit_name: str
    roles: tuple[str, ...]
    positions: tuple[str, ...]  #: codes, "PERSON_RESP"


def me(engine: Engine, person: PersonId) -> Me:
    """Raises NotFound for somebody who is no longer in the organisation."""
    with engine.reading(person) as tx:
        organization, on = engine.reference(tx).organization, local_day(tx.now)
    home = organization.home_unit(person)
    if not home:
        raise NotFound(f"There is no person {person}.", id=person)
    return Me(
        id=person,
        name=organization.person_name(person),
        unit=home,
        unit_name=unit_name(organization, home),
        roles=tuple(sorted(roles_of(organization, person, on))),
        positions=tuple(sorted({p.code for p in organization.positions if p.person == person and p.is_held(on)})),
    )


def roles_of(organization: Organization, person: str, on: date) -> frozenset[str]:
    """Roles that the person has on that day, wherever they count."""
    return frozenset(
        grant.role
        for grant in organization.grants
        if grant.person == person and grant.valid_from <= on and (grant.valid_until is None or on <= grant.valid_until)
    )


def people(engine: Engine, person: PersonId, *, unit: str = "", q: str = "") -> tuple[PersonRow, ...]:
    """People of a unit, or of all, whose name or account contains `q`; at most 200."""
    with engine.reading(person) as tx:
        organization = engine.reference(tx).organization
    wanted = q.strip().casefold()
    found = (
        someone
        for someone in organization.people
        if (not unit or someone.unit == unit)
        and (not wanted or wanted in someone.name.casefold() or wanted in someone.id.casefold())
    )
    return tuple(
        PersonRow(
            id=someone.id,
            name=someone.name,
            unit=someone.unit,
            unit_name=unit_name(organization, someone.unit),
            department=someone.department,
        )
        for someone, _ in zip(found, range(MAX_FOUND), strict=False)
    )


def units(engine: Engine, person: PersonId) -> tuple[UnitRow, ...]:
    """Units that exist today, by code."""
    with engine.reading(person) as tx:
        organization, on = engine.reference(tx).organization, local_day(tx.now)
    return tuple(_unit_row(unit) for unit in organization.units if unit.is_active(on))


def unit_name(organization: Organization, code: str | None) -> str:
    """The name that people know the unit by; the code itself for an unknown one."""
    unit = organization.unit(code) if code else None
    return (unit.short_name or unit.name) if unit is not None else code or ""


def _unit_row(unit: Unit) -> UnitRow:
    return UnitRow(
        code=unit.code,
        name=unit.name,
        short_name=unit.short_name,
        level=unit.level,
        type=unit.type,
        superior=unit.superior,
    )
