"""值班表: which rosters a unit keeps, and who may keep them."""

from __future__ import annotations

from datetime import date
from typing import Literal, get_args

from engine.model.organization import Organization

RosterName = Literal["duty", "duty_leader"]  #: 值班员, 值班领导
ROSTERS: tuple[RosterName, ...] = get_args(RosterName)
DUTY, DUTY_LEADER = ROSTERS


def may_keep_roster(organization: Organization, person: str, unit: str, on: date) -> bool:
    """Officers and leaders of exactly this unit, and administrators for it."""
    own = organization.home_unit(person) == unit
    roles = ("officer", "unit_leader") if own else ()
    return any(organization.has_role(person, role, unit, on) for role in (*roles, "admin"))
