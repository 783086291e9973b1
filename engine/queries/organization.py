"""组织机构: the tree of units, and one unit with its posts, who holds them, and which stand vacant.

A reader sees the own unit, what is below it, the line above it, and what he administers or audits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from engine.core import Engine, Reference
from engine.model.clock import local_day
from engine.model.organization import Organization, Unit
from engine.model.preloaded import Labelled, position_labels, regions, unit_types
from engine.model.step import PersonId
from engine.model.vacancy import Vacancy, vacancies
from engine.queries.frame import FrameFacts, UnitName, read_frame, unit_named

MAIN = "LEAD_MAIN"
_OVERSEE = ("admin", "auditor")  #: roles with which one sees the units in which they count


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFilter:
    """Which units of the tree. Empty: do not ask for that."""

    q: str = ""  #: in code, name or short name
    region: str = ""  #: "532503"
    type: str = ""  #: "GA"
    only_vacant: bool = False
    closed_too: bool = False

    @property
    def is_set(self) -> bool:
        return bool(self.q or self.region or self.type or self.only_vacant)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitNode:
    """One unit of the tree, with those below it that are shown."""

    unit: UnitName
    type: Labelled
    active_from: date | None
    active_until: date | None
    is_active: bool
    leaders: tuple[str, ...]  #: names of who holds LEAD_MAIN today
    people: int
    vacant: tuple[Labelled, ...]  #: required posts that nobody holds today
    fits: bool  #: the filter; False: shown for what is below it
    below: tuple[UnitNode, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationView:
    """The tree as the reader may see it."""

    frame: FrameFacts
    today: date
    roots: tuple[UnitNode, ...]
    found: int  #: units that fit the filter
    total: int  #: units that the reader may see
    regions: tuple[Labelled, ...]
    types: tuple[Labelled, ...]
    may_add: bool


def readable_units(organization: Organization, reader: PersonId, on: date) -> frozenset[str]:
    """Codes of the units whose organisation the reader may see."""
    home = organization.home_unit(reader)
    tops = {home, *(grant.unit for grant in organization.grants if grant.person == reader and grant.role in _OVERSEE)}
    covered = {
        unit
        for top in tops
        for unit in organization.subtree(top)
        if top == home or any(organization.has_role(reader, role, top, on) for role in _OVERSEE)
    }
    return frozenset(covered) | frozenset(organization.superior_line(home))


def organization_view(engine: Engine, reader: PersonId, wanted: UnitFilter) -> OrganizationView:
    """The units that fit, each under those above it."""
    with engine.reading(reader) as tx:
        reference, today = engine.reference(tx), local_day(tx.now)
        organization = reference.organization
        seen = readable_units(organization, reader, today)
        gaps = _gaps(reference, today)
        roots = tuple(
            node
            for unit in organization.units
            if unit.code in seen and unit.superior not in seen
            for node in _nodes(organization, unit, seen, gaps, wanted, today)
        )
        return OrganizationView(
            frame=read_frame(engine, tx),
            today=today,
            roots=roots,
            found=sum(_fitting(node) for node in roots),
            total=len(seen),
            regions=tuple(r for r in regions() if any(code.startswith(f"{r.code}-") for code in seen)),
            types=unit_types(),
            may_add=any(organization.has_role(reader, "admin", code, today) for code in seen),
        )


def _nodes(
    organization: Organization,
    unit: Unit,
    seen: frozenset[str],
    gaps: dict[str, tuple[Labelled, ...]],
    wanted: UnitFilter,
    today: date,
) -> Iterator[UnitNode]:
    """The unit with what is below it; nothing where neither it nor anything below it fits."""
    below = tuple(
        node
        for child in organization.children(unit.code)
        if child in seen and (found := organization.unit(child)) is not None
        for node in _nodes(organization, found, seen, gaps, wanted, today)
    )
    is_active = unit.is_active(today)
    vacant = gaps.get(unit.code, ())
    fits = (is_active or wanted.closed_too or _is_coming(unit, today)) and _fits(unit, vacant, wanted)
    if fits or below:
        yield UnitNode(
            unit=unit_named(organization, unit.code),
            type=type_of(unit),
            active_from=unit.active_from,
            active_until=unit.active_until,
            is_active=is_active,
            leaders=tuple(
                organization.person_name(post.person) for post in organization.holders(unit.code, MAIN, today)
            ),
            people=len(organization.staff_of(unit.code)),
            vacant=vacant,
            fits=fits,
            below=below,
        )


def _fits(unit: Unit, vacant: tuple[Labelled, ...], wanted: UnitFilter) -> bool:
    asked = wanted.q.strip().casefold()
    return (
        (not asked or any(asked in text.casefold() for text in (unit.code, unit.name, unit.short_name)))
        and (not wanted.region or unit.code.startswith(f"{wanted.region}-"))
        and (not wanted.type or unit.type == wanted.type)
        and (not wanted.only_vacant or bool(vacant))
    )


def _fitting(node: UnitNode) -> int:
    return node.fits + sum(_fitting(below) for below in node.below)


def _is_coming(unit: Unit, today: date) -> bool:
    return unit.active_from is not None and unit.active_from > today


def vacancies_of(reference: Reference, today: date) -> tuple[Vacancy, ...]:
    alert_wd = reference.params.number("vacancy_alert_wd")
    return vacancies(reference.organization, today, reference.calendar, alert_wd=alert_wd)


def _gaps(reference: Reference, today: date) -> dict[str, tuple[Labelled, ...]]:
    """The posts that nobody holds today, by unit."""
    labels = {label.code: label for label in position_labels()}
    found: dict[str, tuple[Labelled, ...]] = {}
    for gap in vacancies_of(reference, today):
        if gap.since <= today:
            found[gap.unit] = (*found.get(gap.unit, ()), labels[gap.position])
    return found


def type_of(unit: Unit) -> Labelled:
    return next(
        (kind for kind in unit_types() if kind.code == unit.type), Labelled(code=unit.type, zh=unit.type, en=unit.type)
    )
