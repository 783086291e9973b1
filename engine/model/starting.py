"""Who may begin a process by hand, and for which units (domain.md §1.3): officers at home, inspectors below."""

from __future__ import annotations

from datetime import date

from engine.model.organization import Organization

#: Begun by the engine only.
ENGINE_STARTS = frozenset({"S2_LADDER", "S4_APPROVE", "P05B_VISIT", "P05C_REPLY", "S1B_SAMPLE"})
#: Begun for the own unit by those with this role, and for no other unit.
OWN_STARTS = {"P05_SUPERVISE": "inspector"}
#: Begun for the own unit also by holders of this post, whatever their role: the branch is theirs to account for.
POST_STARTS = {"P06B_ENTRY": "BRANCH_SEC"}


def units_to_start_for(organization: Organization, key: str, person: str, on: date) -> tuple[str, ...]:
    """Codes of the units for which the person may start process `key`, ascending; () for none."""
    units = sorted(organization.subtree(organization.home_unit(person)))
    return tuple(unit for unit in units if may_start_for(organization, key, person, unit, on))


def may_start_for(organization: Organization, key: str, person: str, unit: str, on: date) -> bool:
    """An officer registers for the own unit, the secretary of a branch what it did, an inspector for units below."""
    if key in ENGINE_STARTS:
        return False
    is_own = unit == organization.home_unit(person)
    if key in OWN_STARTS:
        return is_own and organization.has_role(person, OWN_STARTS[key], unit, on)
    if is_own and any(
        held.code == POST_STARTS.get(key) and held.is_held(on) for held in organization.posts_of(person, unit)
    ):
        return True
    role = "officer" if is_own else "inspector"
    return organization.has_role(person, role, unit, on)


def may_start_anywhere(organization: Organization, key: str, person: str, on: date) -> bool:
    """May the person start it for any unit at all? Decides what 发起事项 offers."""
    return bool(units_to_start_for(organization, key, person, on))
