"""Whether a unit owes what a period asks for (it stood when the period began, or long enough before it ends), and who
may say that it does not."""

from __future__ import annotations

from datetime import date

from engine.model.organization import Organization, Unit
from engine.model.params import Params

WAIVER = "LEAD_DIRECT"  #: who in the superior unit may waive


def may_waive(organization: Organization, unit: str, person: str, on: date) -> bool:
    """免除: by a leader in charge of the superior unit alone (domain.md §4)."""
    superior = organization.superior(unit)
    return bool(superior) and person in {post.person for post in organization.holders(superior, WAIVER, on)}


def owes(unit: Unit, first_day: date, last_day: date, params: Params) -> bool:
    """A unit opened in the period owes only if enough calendar days remain (domain.md §4); one closed before not."""
    if unit.active_until is not None and unit.active_until < first_day:
        return False
    opened = unit.active_from
    if opened is None or opened <= first_day:
        return True
    return (last_day - opened).days >= params.number("midperiod_min_cd")
