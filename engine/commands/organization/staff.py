"""People: entered with an account, moved to another unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import structlog

from engine.commands.accounts import hash_password
from engine.commands.attempts import again_when_beaten
from engine.commands.handover import HandedOver, hand_over_from
from engine.commands.organization.positions import end_or_drop
from engine.commands.organization.rights import check_admin, known_person, known_unit
from engine.commands.people import check_names
from engine.commands.previews import Looked, previewable
from engine.commands.reasons import checked_reason
from engine.core import Engine
from engine.errors import InputRejected
from engine.model.clock import local_day
from engine.model.organization import Organization, Person
from engine.model.step import PersonId

logger = structlog.get_logger(__name__)


def add_person(engine: Engine, by: PersonId, person: Person, *, password: str) -> None:
    """Enter a person with an account. Posts and roles are given by `appoint` and `request_role`.

    The password is for the first sign-in; the account asks for another one. Raises InputRejected for a name that is
    taken or no account name, an unknown unit or department, a short password.
    """
    check_names(person.id, person.name)
    stored = hash_password(password)
    with engine.transaction(by) as tx:
        organization = check_admin(engine, tx, by, person.unit)
        known_unit(organization, person.unit, local_day(tx.now))
        _check_department(organization, person)
        if organization.home_unit(person.id):
            raise InputRejected(
                f"用户名“{person.id}”已被使用。",
                f"The account name {person.id} is taken.",
                field="username",
                value=person.id,
            )
        tx.add_people([person])
        tx.set_password(PersonId(person.id), stored, at=tx.wall_now(), must_change=True)
        tx.access("person.add", body={"person": person.id, "unit": person.unit})
    logger.info("person added", action="person.add", person_id=person.id)


@previewable
@again_when_beaten
def move_person(
    engine: Engine,
    by: PersonId,
    person: PersonId,
    unit: str,
    department: str = "",
    *,
    reason: str | None = None,
    preview: bool = False,
) -> tuple[HandedOver, ...]:
    """The person belongs to another unit (or department) from today: posts and roles in the old unit end yesterday.

    Open tasks in the old unit move to the successors. Answers which. `by` administers both units. reason: None where
    nobody was asked for one. preview: only say what would move.
    """
    why = "" if reason is None else checked_reason(reason, zh="请填写调动依据或理由。")
    with engine.transaction(by) as tx:
        on = local_day(tx.now)
        organization = check_admin(engine, tx, by, unit)
        known = known_person(organization, person)
        check_admin(engine, tx, by, known.unit)
        known_unit(organization, unit, on)
        moved = replace(known, unit=unit, department=department)
        _check_department(organization, moved)
        tx.move_person(moved)
        handed: tuple[HandedOver, ...] = ()
        if unit != known.unit:
            yesterday = on - timedelta(days=1)
            for post in organization.positions:
                if (post.person, post.unit) == (person, known.unit) and (post.is_held(on) or post.valid_from > on):
                    end_or_drop(tx, post, yesterday)
            for grant in organization.grants:
                still = grant.valid_until is None or grant.valid_until >= on
                if (grant.person, grant.unit) == (person, known.unit) and still:
                    tx.end_grant(grant, yesterday)
            handed = hand_over_from(engine.seeing(tx), tx, person, on=on, by=by)
        if preview:
            raise Looked(handed)
        body = {"person": person, "from": known.unit, "to": unit, "department": department, "reason": why}
        tx.access("person.move", body=body | {"tasks": len(handed)})
    logger.info("person moved", action="person.move", person_id=person, tasks=len(handed))
    return handed


def _check_department(organization: Organization, person: Person) -> None:
    if person.department and organization.unit_of_department(person.department) != person.unit:
        raise InputRejected(
            f"“{person.department}”不是{person.unit}的部门。",
            f"{person.department!r} is no department of {person.unit}.",
            field="department",
            value=person.department,
        )
