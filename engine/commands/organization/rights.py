"""Who may change the organisation, and the checks that several of its commands share."""

from __future__ import annotations

from datetime import date

from engine.core import Engine
from engine.errors import InputRejected, NotFound, Refused
from engine.model.clock import local_day
from engine.model.organization import Organization, Person, Unit
from engine.model.step import PersonId
from engine.store.transaction import Transaction

ADMIN = "admin"


class OnlyAdministrators(Refused):
    """Only an administrator of the unit, or of one above it, may do this. Facts: unit."""

    code = "only_administrators"

    def __init__(self, unit: str) -> None:
        super().__init__(f"Only an administrator for {unit} may do this.", unit=unit)
        self.zh = f"只有{unit}或其上级的系统管理员可以办理。"
        self.en = f"Only an administrator for {unit} may do this."


class NotYours(Refused):
    """Somebody may do this for himself, an administrator for others. Facts: person."""

    code = "not_yours"

    def __init__(self, person: str) -> None:
        super().__init__(f"Only {person} or an administrator may do this.", person=person)
        self.zh = "只能由本人或系统管理员办理。"
        self.en = "Only the person concerned or an administrator may do this."


def check_admin(engine: Engine, tx: Transaction, by: PersonId, unit: str) -> Organization:
    """The organisation as it stands, where `by` administers `unit`. Raises OnlyAdministrators."""
    organization = engine.reference(tx).organization
    if not organization.has_role(by, ADMIN, unit, local_day(tx.now)):
        raise OnlyAdministrators(unit)
    return organization


def check_self_or_admin(engine: Engine, tx: Transaction, by: PersonId, person: str) -> Organization:
    """The organisation, where `by` is the person or administers the person's unit. Raises NotFound, NotYours."""
    organization = engine.reference(tx).organization
    home = known_person(organization, person).unit
    if by != person and not organization.has_role(by, ADMIN, home, local_day(tx.now)):
        raise NotYours(person)
    return organization


def known_unit(organization: Organization, code: str, on: date) -> Unit:
    """The unit, where it exists and is not closed. Raises InputRejected."""
    found = organization.unit(code)
    if found is None:
        raise InputRejected(f"没有代码为“{code}”的单位。", f"There is no unit {code!r}.", field="unit", value=code)
    if not found.is_active(on):
        raise InputRejected(
            f"{found.name}在{on}未启用或已停用。", f"{code} is not active on {on}.", field="unit", value=code
        )
    return found


def known_person(organization: Organization, person: str) -> Person:
    """The person. Raises NotFound."""
    found = next((p for p in organization.people if p.id == person), None)
    if found is None:
        raise NotFound(f"There is no person {person}.", id=person)
    return found


def check_period(first: date, last: date | None, *, field: str = "valid_until") -> None:
    """Raises InputRejected where a period ends before it begins."""
    if last is not None and last < first:
        raise InputRejected(
            f"截止日期{last}早于起始日期{first}。",
            f"It ends on {last}, before it begins on {first}.",
            field=field,
            value=last.isoformat(),
        )
