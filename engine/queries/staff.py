"""Units, people and posts as the rows of a workbook: the present state, in the layout of the import."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from engine.core import Engine
from engine.model.clock import local_day
from engine.model.organization import Organization
from engine.model.preloaded import position_labels, role_labels
from engine.model.staff_columns import Cell, SheetName
from engine.model.step import PersonId
from engine.queries.users import administered_units

StaffRows = Mapping[SheetName, tuple[tuple[Cell, ...], ...]]
_LEVELS = {"PREF": "州级", "COUNTY": "县市级"}


def staff_rows(engine: Engine, reader: PersonId) -> StaffRows:
    """Of the units that the reader administers and that are active: what is, and posts still to come."""
    with engine.reading(reader) as tx:
        organization, on = engine.reference(tx).organization, local_day(tx.now)
    administered = administered_units(organization, reader, on)
    units = {unit.code for unit in organization.units if unit.code in administered and unit.is_active(on)}
    return {
        "units": _units(organization, units),
        "people": _people(organization, units, on),
        "positions": _positions(organization, units, on),
    }


def _units(organization: Organization, units: set[str]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        (
            unit.code,
            unit.name,
            unit.short_name,
            unit.document_prefix,
            _LEVELS[unit.level],
            unit.superior,
            unit.staff,
            unit.active_from,
        )
        for unit in sorted(organization.units, key=lambda found: found.code)
        if unit.code in units
    )


def _people(organization: Organization, units: set[str], on: date) -> tuple[tuple[Cell, ...], ...]:
    roles: dict[str, list[str]] = {}
    for label in role_labels():
        for grant in organization.grants:
            if grant.role == label.code and (grant.valid_until is None or grant.valid_until >= on):
                found = roles.setdefault(grant.person, [])
                if label.zh not in found:
                    found.append(label.zh)
    return tuple(
        (person.id, person.name, person.unit, person.department, "、".join(roles.get(person.id, ())))
        for person in sorted(organization.people, key=lambda found: (found.unit, found.on_paper, found.id))
        if person.unit in units
    )


def _positions(organization: Organization, units: set[str], on: date) -> tuple[tuple[Cell, ...], ...]:
    names = {label.code: label.zh for label in position_labels()}
    return tuple(
        (
            post.unit,
            names.get(post.code, post.code),
            post.person,
            "、".join(post.departments),
            post.valid_from,
            post.valid_until,
        )
        for post in sorted(organization.positions, key=lambda found: (found.unit, found.code, found.valid_from))
        if post.unit in units and (post.valid_until is None or post.valid_until >= on)
    )
