"""Accounts as administrators keep them: locked and unlocked, a password for one sign-in, sessions and tokens ended."""

from __future__ import annotations

import secrets
from uuid import UUID

import structlog

from engine.commands.accounts import hash_password
from engine.commands.organization.rights import ADMIN, check_admin, known_person
from engine.commands.organization.roles import LEAST_ADMINISTRATORS, TooFewAdministrators
from engine.commands.reasons import checked_reason
from engine.core import Engine
from engine.errors import Conflict, InputRejected, NotFound, Refused
from engine.model.clock import local_day
from engine.model.organization import Organization
from engine.model.step import PersonId
from engine.store.accounts import AccountRow
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)

#: Whose password another administrator could use to confirm what he has asked for himself, or to read what he did.
_GUARDED = (ADMIN, "auditor")
#: Without letters and digits that look alike: it is read from a screen and typed once.
_LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_GROUPS, _GROUP = 4, 4


class NotOwnAccount(Refused):
    """Nobody administers the own account. Facts: person."""

    code = "not_own_account"

    def __init__(self, person: str) -> None:
        super().__init__(f"{person} cannot administer the own account.", person=person)
        self.zh, self.en = "不能管理本人的账户。", "Nobody administers the own account."


class GuardedAccount(Refused):
    """The password of an administrator or auditor is not reset over the web. Facts: person."""

    code = "guarded_account"

    def __init__(self, person: str) -> None:
        super().__init__(f"The password of {person} is reset on the server.", person=person)
        self.zh = "系统管理员、审计员的密码不能在此重设，请在服务器上执行 changxiao user password。"
        self.en = "The password of an administrator or auditor is reset on the server only: changxiao user password."


def lock_account(engine: Engine, by: PersonId, person: PersonId, *, reason: str) -> None:
    """The person cannot sign in any more; sessions end at once, tokens stop. Roles, posts and tasks stay.

    Raises NotOwnAccount, TooFewAdministrators for one of the last two, Conflict for a locked one, InputRejected.
    """
    reason = checked_reason(reason, zh="请填写锁定理由。")
    with engine.transaction(by) as tx:
        organization, account = _administered(engine, tx, by, person)
        if account.state != "active":
            raise AlreadySo("该账户已锁定。", "This account is locked already.")
        on = local_day(tx.now)
        if organization.has_role(person, ADMIN, organization.top(), on):
            others = set(organization.members(ADMIN, organization.top(), on)) - {person}
            if sum(_is_active(tx, other) for other in others) < LEAST_ADMINISTRATORS:
                raise TooFewAdministrators
        tx.set_account_state(person, "disabled")
        tx.access("account.state", body={"person": person, "state": "disabled", "by": by, "reason": reason})
    logger.info("account locked", action="account.lock", person_id=person)


def unlock_account(engine: Engine, by: PersonId, person: PersonId, *, reason: str) -> None:
    """The person may sign in again, with the password as it was. Raises as `lock_account`."""
    reason = checked_reason(reason, zh="请填写解锁理由。")
    with engine.transaction(by) as tx:
        _, account = _administered(engine, tx, by, person)
        if account.state == "active":
            raise AlreadySo("该账户没有锁定。", "This account is not locked.")
        tx.set_account_state(person, "active")
        tx.access("account.state", body={"person": person, "state": "active", "by": by, "reason": reason})
    logger.info("account unlocked", action="account.unlock", person_id=person)


def reset_password(engine: Engine, by: PersonId, person: PersonId, *, reason: str) -> str:
    """A password for one sign-in, after which the person chooses another. Answered this once, stored nowhere.

    Ends the sessions. Whoever has no account yet gets one. Raises NotOwnAccount, GuardedAccount, InputRejected.
    """
    reason = checked_reason(reason, zh="请填写重设理由。")
    password = one_time_password()
    stored = hash_password(password)
    with engine.transaction(by) as tx:
        organization = _scope(engine, tx, by, person)
        if any(grant.role in _GUARDED for grant in organization.grants if grant.person == person):
            raise GuardedAccount(person)
        tx.set_password(person, stored, at=tx.wall_now(), must_change=True)
        tx.access("password.reset", body={"person": person, "by": by, "reason": reason})
    logger.info("password reset", action="password.reset", person_id=person)
    return password


def end_sessions(engine: Engine, by: PersonId, person: PersonId) -> int:
    """Sign somebody out everywhere. Answers in how many places he was."""
    with engine.transaction(by) as tx:
        _administered(engine, tx, by, person)
        count = tx.end_sessions_of(person)
        tx.access("session.end", body={"person": person, "by": by, "count": count})
    return count


def revoke_token(engine: Engine, by: PersonId, person: PersonId, token_id: UUID) -> None:
    """End an API token of somebody at once. Raises NotFound for one that he does not have, or not any more."""
    with engine.transaction(by) as tx:
        _administered(engine, tx, by, person)
        if token_id not in {row.id for row in tx.tokens_of(person) if row.revoked_at is None}:
            raise NotFound(f"{person} has no token {token_id}.", id=str(token_id))
        tx.revoke_token(token_id, at=tx.wall_now())
        tx.access("token.revoke", body={"person": person, "token": str(token_id), "by": by})


def one_time_password() -> str:
    """Sixteen letters and digits in groups of four: 93 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))


class AlreadySo(Conflict):
    """The account is in that state already."""

    code = "account_already_so"

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def _scope(engine: Engine, tx: Transaction, by: PersonId, person: PersonId) -> Organization:
    organization = engine.reference(tx).organization
    home = known_person(organization, person).unit
    check_admin(engine, tx, by, home)
    if by == person:
        raise NotOwnAccount(by)
    return organization


def _administered(engine: Engine, tx: Transaction, by: PersonId, person: PersonId) -> tuple[Organization, AccountRow]:
    organization = _scope(engine, tx, by, person)
    account = tx.account(person)
    if account is None:
        raise InputRejected("此人没有账户。", f"{person} has no account.", field="person", value=person)
    return organization, account


def _is_active(tx: Transaction, person: str) -> bool:
    account = tx.account(person)
    return account is not None and account.state == "active"
