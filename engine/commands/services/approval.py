"""Services around S4_APPROVE: who is asked for an approval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.model.step import ServiceCall

if TYPE_CHECKING:
    from engine.commands.case_step import CaseStep

APPROVAL_DUE = "approval_due"  #: process variable: cx:due of the approval that is called next, "" as drawn


def name_approvers(step: CaseStep, call: ServiceCall) -> Mapping[str, object]:
    """Who approves, for the call of S4_APPROVE that follows: `position=LEAD_DIRECT`, by default one of them (单人).

    The holders of that post in the unit of the case; with `unit=superior`, in the superior unit. A post that nobody
    holds leaves the list empty, and the fallback of assignment finds who stands in. `due=created+2wd` dates the
    approval in place of what S4_APPROVE says.
    """
    values, organization = step.values_of(call), step.reference.organization
    unit = organization.superior(step.unit) if values.get("unit") == "superior" else step.unit
    holders = organization.holders(unit, str(values["position"]), step.today)
    return {
        "approvers": [held.person for held in holders],
        "mode": str(values.get("mode") or "单人"),
        "quorum": 0,
        APPROVAL_DUE: str(values.get("due") or ""),
    }


SERVICES = {"name_approvers": name_approvers}
