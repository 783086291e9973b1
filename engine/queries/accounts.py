"""Accounts and API tokens as lists, for administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from engine.core import Engine
from engine.model.clock import local_day
from engine.model.step import PersonId
from engine.queries.people import roles_of
from engine.store import tables as t


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountItem:
    """One account. state: active, disabled."""

    person: str
    name: str
    unit: str
    roles: tuple[str, ...]
    state: str
    last_login_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionItem:
    """One browser or program that is signed in."""

    id: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    address: str
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenItem:
    """One API token, without its text, which nobody knows any more."""

    id: UUID
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


def accounts(engine: Engine, *, unit: str = "") -> tuple[AccountItem, ...]:
    """Every account, or those of a unit, by name. For the command line, with the system's eyes."""
    query = (
        select(t.account.c.person_id, t.account.c.state, t.account.c.last_login_at, t.person.c.name, t.person.c.unit)
        .join(t.person, t.person.c.id == t.account.c.person_id)
        .order_by(t.account.c.person_id)
    )
    with engine.reading("system") as tx:
        organization, on = engine.reference(tx).organization, local_day(tx.now)
        return tuple(
            AccountItem(
                person=row.person_id,
                name=row.name,
                unit=row.unit,
                roles=tuple(sorted(roles_of(organization, row.person_id, on))),
                state=row.state,
                last_login_at=row.last_login_at,
            )
            for row in tx.connection.execute(query.where(t.person.c.unit == unit) if unit else query)
        )


def sessions(engine: Engine, person: PersonId, *, idle: timedelta) -> tuple[SessionItem, ...]:
    """The sessions of a person that are still good, the youngest first. idle: after how long one is over."""
    with engine.reading("system") as tx:
        now = tx.wall_now()
        return tuple(
            SessionItem(
                id=row.id,
                created_at=row.created_at,
                last_seen_at=row.last_seen_at,
                expires_at=row.expires_at,
                address=row.address,
                agent=row.agent,
            )
            for row in tx.sessions_of(person)
            if now < row.expires_at and now < row.last_seen_at + idle
        )


def tokens(engine: Engine, person: PersonId) -> tuple[TokenItem, ...]:
    """The API tokens of a person, the oldest first."""
    with engine.reading("system") as tx:
        return tuple(
            TokenItem(
                id=row.id,
                name=row.name,
                scopes=tuple(row.scopes),
                created_at=row.created_at,
                expires_at=row.expires_at,
                last_used_at=row.last_used_at,
                revoked_at=row.revoked_at,
            )
            for row in tx.tokens_of(person)
        )
