"""People and their accounts, as an administrator enters them at the command line; and the first of them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import structlog

from engine.commands.accounts import hash_password
from engine.commands.case_step import SYSTEM
from engine.core import Engine
from engine.errors import Conflict, InputRejected, NotFound
from engine.model.clock import local_day
from engine.model.organization import Person, RoleGrant, check_roles
from engine.model.preloaded import preloaded_units, role_labels
from engine.model.step import PersonId
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)

MAX_NAME = 64


def add_person(
    engine: Engine, person: PersonId, *, name: str, unit: str, roles: Sequence[str], password: str, by: str = SYSTEM
) -> None:
    """Enter a person with an account and roles for the own unit and those below it.

    Raises InputRejected for an unknown unit or role or a short password, RolesConflict, Conflict for a known name.
    """
    check_names(person, name)
    check_roles(set(roles))
    stored = hash_password(password)
    with engine.transaction(SYSTEM) as tx:
        organization = engine.reference(tx).organization
        if organization.home_unit(person):
            raise Conflict(f"There is a person {person} already.", id=person)
        if organization.unit(unit) is None:
            raise InputRejected(f"没有代码为“{unit}”的单位。", f"There is no unit {unit!r}.", field="unit", value=unit)
        _enter(engine, tx, person, name, unit, roles, stored)
        tx.access("person.add", body={"person": person, "unit": unit, "roles": list(roles), "by": by})
    logger.info("person added", action="person.add", person_id=person)


def add_first_administrator(engine: Engine, person: PersonId, *, name: str, password: str) -> None:
    """Begin a live installation: the 70 units, and one administrator of the top one. Raises Conflict when begun."""
    check_names(person, name)
    stored = hash_password(password)
    units = preloaded_units()
    with engine.transaction(SYSTEM) as tx:
        if not is_new(engine, tx):
            raise Conflict("This installation has its people already.")
        tx.add_units(units)
        _enter(engine, tx, person, name, units[0].code, ("admin",), stored)
        tx.access("person.add", body={"person": person, "roles": ["admin"], "first": True})


def is_new(engine: Engine, tx: Transaction) -> bool:
    """True while nobody is entered at all."""
    return not engine.reference(tx).organization.people


def set_account_state(engine: Engine, person: PersonId, state: str, *, by: str = SYSTEM) -> None:
    """active or disabled; a disabled account loses its sessions. Raises NotFound."""
    with engine.transaction(SYSTEM) as tx:
        if tx.account(person) is None:
            raise NotFound(f"There is no account {person}.", id=person)
        tx.set_account_state(person, state)
        tx.access("account.state", body={"person": person, "state": state, "by": by})


def revoke_token(engine: Engine, token_id: UUID, person: PersonId, *, by: str = SYSTEM) -> None:
    """End an API token at once. Raises NotFound."""
    with engine.transaction(SYSTEM) as tx:
        if token_id not in {row.id for row in tx.tokens_of(person)}:
            raise NotFound(f"{person} has no token {token_id}.", id=str(token_id))
        tx.revoke_token(token_id, at=tx.wall_now())
        tx.access("token.revoke", body={"person": person, "token": str(token_id), "by": by})


def _enter(
    engine: Engine, tx: Transaction, person: PersonId, name: str, unit: str, roles: Sequence[str], stored: str
) -> None:
    known = {label.code for label in role_labels()}
    for role in roles:
        if role not in known:
            raise InputRejected(
                f"没有“{role}”这一角色。",
                f"There is no role {role!r}.",
                field="role",
                value=role,
                allowed=sorted(known),
            )
    tx.add_people([Person(id=person, name=name, unit=unit)])
    on = local_day(tx.now)
    tx.add_grants(
        (engine.ids.v7(tx.now), RoleGrant(person=person, role=role, unit=unit, valid_from=on)) for role in roles
    )
    tx.set_password(person, stored, at=tx.wall_now())


def check_names(person: str, name: str) -> None:
    fits = person.isascii() and person.replace("_", "").replace("-", "").replace(".", "").isalnum()
    if not fits or len(person) > MAX_NAME or person == SYSTEM:
        raise InputRejected(
            "用户名只能由字母、数字、点、横线和下划线组成，最长64位。",
            "An account name has letters, digits, dot, hyphen and underscore, at most 64.",
            field="username",
            value=person,
        )
    if not name.strip() or not name.isprintable():
        raise InputRejected("请填写姓名。", "A name is needed.", field="name", value=name)
