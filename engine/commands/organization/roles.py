"""Roles: asked for by one administrator, given once another confirms; never to oneself (domain.md §1.3)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import structlog

from engine.commands.attempts import again_when_beaten
from engine.commands.handover import HandedOver, hand_over_from
from engine.commands.organization.rights import ADMIN, check_admin, check_period, known_person, known_unit
from engine.commands.reasons import checked_reason
from engine.core import Engine
from engine.errors import Conflict, InputRejected, NotFound, Refused
from engine.model.clock import local_day
from engine.model.organization import Organization, RoleGrant, check_roles
from engine.model.preloaded import role_labels
from engine.model.step import PersonId
from engine.store.role_requests import RoleRequestRow
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)

#: With fewer nobody could confirm what the other asks for.
LEAST_ADMINISTRATORS = 2


class TwoPersons(Refused):
    """A role takes two administrators, and neither of them is the one who gets it. Facts: person."""

    code = "two_persons"

    def __init__(self, person: str, zh: str, en: str) -> None:
        super().__init__(en, person=person)
        self.zh, self.en = zh, en


class TooFewAdministrators(Conflict):
    """Two administrators must remain: one asks, another confirms."""

    code = "too_few_administrators"

    def __init__(self) -> None:
        super().__init__("Two administrators must remain.")
        self.zh = "至少应保留两名系统管理员，请先增设。"
        self.en = "Two administrators must remain: add one first."


class AlreadyAsked(Conflict):
    """The same role for the same unit and time waits for a second administrator. Facts: person."""

    code = "role_already_asked"

    def __init__(self, person: str) -> None:
        super().__init__("This role has been asked for already.", person=person)
        self.zh = "同样的授权申请正在等待另一名系统管理员确认。"
        self.en = "The same request waits for another administrator already."


def request_role(engine: Engine, by: PersonId, grant: RoleGrant, *, reason: str) -> UUID:
    """Ask for a role for somebody else; it counts once another administrator has confirmed it. Answers the request.

    Raises TwoPersons for oneself, RolesConflict for roles that exclude each other, InputRejected for an unknown role, a
    role that the person has already, a first day in the past, no reason.
    """
    with engine.transaction(by) as tx:
        organization = check_admin(engine, tx, by, grant.unit)
        if by == grant.person:
            raise TwoPersons(by, "不能为本人授予角色。", "Nobody grants a role to himself.")
        _check(organization, grant, local_day(tx.now))
        reason = checked_reason(reason, zh="请填写授权理由。")
        if any(waiting.grant == grant for waiting in tx.role_requests()):
            raise AlreadyAsked(grant.person)
        request = RoleRequestRow(
            id=engine.ids.v7(tx.now),
            person_id=PersonId(grant.person),
            role=grant.role,
            unit=grant.unit,
            valid_from=grant.valid_from,
            valid_until=grant.valid_until,
            requested_by=by,
            requested_at=tx.now,
            reason=reason,
        )
        tx.add_role_request(request)
        tx.access("role.request", body=_body(grant) | {"request": str(request.id), "reason": request.reason})
    logger.info("role asked for", action="role.request", person_id=grant.person, role=grant.role)
    return request.id


def confirm_role(engine: Engine, by: PersonId, request_id: UUID) -> RoleGrant:
    """Give a role that another administrator has asked for. Raises NotFound, TwoPersons, RolesConflict."""
    with engine.transaction(by) as tx:
        request = _lock(tx, request_id)
        grant = request.grant
        organization = check_admin(engine, tx, by, grant.unit)
        if by in {request.requested_by, grant.person}:
            raise TwoPersons(
                by,
                "须由申请人和被授权人以外的另一名系统管理员确认。",
                "Another administrator confirms: neither who asked nor who gets the role.",
            )
        _check(organization, grant, min(grant.valid_from, local_day(tx.now)))
        tx.drop_role_request(request_id)
        tx.add_grants([(engine.ids.v7(tx.now), grant)], granted_by=request.requested_by, confirmed_by=by)
        tx.access("role.grant", body=_body(grant) | {"requested_by": request.requested_by})
    logger.info("role given", action="role.grant", person_id=grant.person, role=grant.role)
    return grant


def refuse_role(engine: Engine, by: PersonId, request_id: UUID, reason: str) -> None:
    """Turn down a request for a role, or take the own one back. Raises NotFound, InputRejected without a reason."""
    reason = checked_reason(reason, zh="请填写不同意或撤回的理由。")
    with engine.transaction(by) as tx:
        request = _lock(tx, request_id)
        check_admin(engine, tx, by, request.unit)
        tx.drop_role_request(request_id)
        tx.access("role.refuse", body=_body(request.grant) | {"requested_by": request.requested_by, "reason": reason})


@again_when_beaten
def end_role(
    engine: Engine,
    by: PersonId,
    person: PersonId,
    role: str,
    unit: str,
    last_day: date,
    *,
    reason: str | None = None,
) -> tuple[HandedOver, ...]:
    """The person has the role until that day, yesterday at the earliest. One administrator is enough to take away.

    What the person had claimed by this role goes back to the group. Raises InputRejected where there is no such grant,
    TooFewAdministrators. reason: None where nobody was asked for one.
    """
    why = "" if reason is None else checked_reason(reason, zh="请填写终止理由。")
    with engine.transaction(by) as tx:
        on = local_day(tx.now)
        organization = check_admin(engine, tx, by, unit)
        first_day_without = last_day + timedelta(days=1)
        grants = [
            grant
            for grant in organization.grants
            if (grant.person, grant.role, grant.unit) == (person, role, unit)
            and (grant.valid_until is None or grant.valid_until > last_day)
        ]
        if not grants or first_day_without < on:
            raise InputRejected(
                "没有可以在该日终止的这项授权。",
                f"{person} has no role {role} for {unit} that could end on {last_day}.",
                field="last_day",
                value=last_day.isoformat(),
            )
        if role == ADMIN and len(_administrators(organization, first_day_without) - {person}) < LEAST_ADMINISTRATORS:
            raise TooFewAdministrators
        for grant in grants:
            tx.end_grant(grant, last_day)
        handed = hand_over_from(engine.seeing(tx), tx, person, on=first_day_without, by=by)
        body = {"person": person, "role": role, "unit": unit, "last_day": last_day.isoformat(), "reason": why}
        tx.access("role.end", body=body | {"tasks": len(handed)})
    logger.info("role ended", action="role.end", person_id=person, role=role)
    return handed


def _check(organization: Organization, grant: RoleGrant, on: date) -> None:
    known = {label.code for label in role_labels()}
    if grant.role not in known:
        raise InputRejected(
            f"没有“{grant.role}”这一角色。",
            f"There is no role {grant.role!r}.",
            field="role",
            value=grant.role,
            allowed=sorted(known),
        )
    known_unit(organization, grant.unit, grant.valid_from)
    known_person(organization, grant.person)
    check_period(grant.valid_from, grant.valid_until)
    if grant.valid_from < on:
        raise InputRejected(
            "授权不能倒签。",
            "A role does not begin in the past.",
            field="valid_from",
            value=grant.valid_from.isoformat(),
        )
    together = [g for g in organization.grants if g.person == grant.person and _overlaps(g, grant)]
    if any((g.role, g.unit) == (grant.role, grant.unit) for g in together):
        raise InputRejected(
            "此人在此期间已有这项角色。",
            f"{grant.person} has this role in that time already.",
            field="role",
            value=grant.role,
        )
    check_roles({grant.role, *(g.role for g in together)})


def _administrators(organization: Organization, on: date) -> set[str]:
    return set(organization.members(ADMIN, organization.top(), on))


def _overlaps(one: RoleGrant, other: RoleGrant) -> bool:
    return one.valid_from <= (other.valid_until or date.max) and other.valid_from <= (one.valid_until or date.max)


def _lock(tx: Transaction, request_id: UUID) -> RoleRequestRow:
    found = tx.role_request(request_id)
    if found is None:
        raise NotFound(f"There is no request {request_id} for a role.", id=str(request_id))
    return found


def _body(grant: RoleGrant) -> dict[str, object]:
    return {
        "person": grant.person,
        "role": grant.role,
        "unit": grant.unit,
        "valid_from": grant.valid_from.isoformat(),
        "valid_until": grant.valid_until.isoformat() if grant.valid_until else None,
    }
