"""What fields of a form that name a unit, a department or a person offer to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.core import Engine
from engine.model.step import PersonId
from engine.queries.case_head import department_name
from engine.queries.frame import UnitName, unit_named
from engine.store.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChoice:
    """Somebody who may be named in a form, or to whom a task may be handed on."""

    id: str
    name: str
    unit: UnitName
    department: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentName:
    """One department as a choice."""

    code: str
    name: str
    unit: UnitName


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What fields of a form that name somebody or some place offer."""

    units: tuple[UnitName, ...]
    departments: tuple[DepartmentName, ...]
    people: tuple[PersonChoice, ...]


def choices_for(engine: Engine, tx: Transaction, units: Sequence[str]) -> Choices:
    """The choices of a form that is about these units."""
    organization = engine.reference(tx).organization
    return Choices(
        units=tuple(unit_named(organization, unit) for unit in units),
        departments=tuple(
            DepartmentName(code=found.code, name=found.name, unit=unit_named(organization, found.unit))
            for found in organization.departments
            if found.unit in units and found.kind != "支部"
        ),
        people=people_of(engine, tx, units, on_paper=True),
    )


def sample_choices(engine: Engine, person: PersonId, unit: str) -> Choices:
    """The same, for a form that nobody fills in yet."""
    with engine.reading(person) as tx:
        return choices_for(engine, tx, (unit,))


def people_of(
    engine: Engine, tx: Transaction, units: Sequence[str], *, on_paper: bool = False
) -> tuple[PersonChoice, ...]:
    """The people of some units, by unit and account. on_paper: those without an account too, behind the others."""
    organization = engine.reference(tx).organization
    return tuple(
        PersonChoice(
            id=someone.id,
            name=someone.name,
            unit=unit_named(organization, someone.unit),
            department=department_name(organization, someone.department),
        )
        for someone in sorted(organization.people, key=lambda found: (found.unit, found.on_paper, found.id))
        if someone.unit in units and (on_paper or not someone.on_paper)
    )
