"""Accounts, sessions, API tokens and the count of failed logins. Times here are wall time, given by the caller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from engine.model.preferences import Preferences
from engine.model.step import PersonId
from engine.store import tables as t
from engine.store.scope import Scope, of

_NAME_LENGTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """How a person logs in. state: active, disabled."""

    person_id: PersonId
    password_hash: str
    state: str
    must_change: bool
    language: str
    created_at: datetime
    changed_at: datetime
    last_login_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A browser that is logged in. The cookie's own text is nowhere stored."""

    token_hash: bytes
    person_id: PersonId
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    fresh_at: datetime  #: when a password was last typed
    auth_level: int
    csrf_secret: bytes
    address: str
    agent: str

    @property
    def id(self) -> str:
        """A name for lists: enough of the hash to tell a session, and nothing to sign in with."""
        return self.token_hash.hex()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRow:
    """An API token; its text is shown once and nowhere stored."""

    id: UUID
    person_id: PersonId
    name: str
    token_hash: bytes
    scopes: Sequence[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class Accounts(Scope):
    """Part of Transaction."""

    __slots__ = ()

    def account(self, person_id: str) -> AccountRow | None:
        """The account of this name, whatever its state."""
        return self._find(AccountRow, of(AccountRow, t.account).where(t.account.c.person_id == person_id))

    def set_password(self, person_id: PersonId, password_hash: str, *, at: datetime, must_change: bool = False) -> None:
        """Give the person a password, and an account where there is none; ends every session of theirs."""
        values = {"password_hash": password_hash, "changed_at": at, "must_change": must_change}
        statement = insert(t.account).values(person_id=person_id, created_at=at, **values)
        self.connection.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=values))
        paper = update(t.person).where(t.person.c.id == person_id, t.person.c.on_paper)
        self._run(paper.values(on_paper=False))
        self.end_sessions_of(person_id)

    def replace_password(self, person_id: PersonId, password_hash: str, *, at: datetime, keep: bytes) -> None:
        """The person has chosen another one; ends every session of theirs but the one named."""
        values = {"password_hash": password_hash, "changed_at": at, "must_change": False}
        self._run(update(t.account).where(t.account.c.person_id == person_id).values(**values))
        self.end_sessions_of(person_id, but=keep)

    def set_account_state(self, person_id: PersonId, state: str) -> None:
        """active or disabled. A disabled account loses its sessions; its tokens stop with it."""
        self._run(update(t.account).where(t.account.c.person_id == person_id).values(state=state))
        if state != "active":
            self.end_sessions_of(person_id)

    def set_preferences(self, person_id: PersonId, language: str, chosen: Preferences) -> None:
        """How pages look for the person from the next request on."""
        values = {"language": language, **asdict(chosen)}
        self._run(update(t.account).where(t.account.c.person_id == person_id).values(**values))

    def note_login(self, person_id: PersonId, *, at: datetime) -> None:
        self._run(update(t.account).where(t.account.c.person_id == person_id).values(last_login_at=at))

    # -- sessions

    def add_session(self, session: SessionRow) -> None:
        self._insert(t.session, asdict(session))

    def session(self, token_hash: bytes) -> SessionRow | None:
        """The session of this cookie, expired or not."""
        return self._find(SessionRow, of(SessionRow, t.session).where(t.session.c.token_hash == token_hash))

    def sessions_of(self, person_id: PersonId) -> tuple[SessionRow, ...]:
        """Every session of a person, the youngest first."""
        query = of(SessionRow, t.session).where(t.session.c.person_id == person_id)
        return self._list(SessionRow, query.order_by(t.session.c.created_at.desc()))

    def touch_session(self, token_hash: bytes, *, at: datetime) -> None:
        self._run(update(t.session).where(t.session.c.token_hash == token_hash).values(last_seen_at=at))

    def refresh_session(self, token_hash: bytes, *, at: datetime, auth_level: int) -> None:
        """The password (or second factor) was typed again."""
        statement = update(t.session).where(t.session.c.token_hash == token_hash)
        self._run(statement.values(fresh_at=at, last_seen_at=at, auth_level=auth_level))

    def end_session(self, token_hash: bytes) -> None:
        self._run(delete(t.session).where(t.session.c.token_hash == token_hash))

    def end_sessions_of(self, person_id: PersonId, *, but: bytes = b"") -> int:
        """End the person's sessions, but the one named. Returns how many."""
        return self._run(delete(t.session).where(t.session.c.person_id == person_id, t.session.c.token_hash != but))

    def purge_sessions(self, *, at: datetime, idle_since: datetime) -> int:
        """Delete what has expired or was idle since then."""
        session = t.session.c
        return self._run(delete(t.session).where((session.expires_at <= at) | (session.last_seen_at < idle_since)))

    # -- API tokens

    def add_token(self, token: TokenRow) -> None:
        self._insert(t.api_token, asdict(token) | {"scopes": list(token.scopes)})

    def token(self, token_hash: bytes) -> TokenRow | None:
        """The token of this text, valid or not."""
        return self._find(TokenRow, of(TokenRow, t.api_token).where(t.api_token.c.token_hash == token_hash))

    def tokens_of(self, person_id: PersonId) -> tuple[TokenRow, ...]:
        query = of(TokenRow, t.api_token).where(t.api_token.c.person_id == person_id)
        return self._list(TokenRow, query.order_by(t.api_token.c.created_at))

    def touch_token(self, token_id: UUID, *, at: datetime) -> None:
        self._run(update(t.api_token).where(t.api_token.c.id == token_id).values(last_used_at=at))

    def revoke_token(self, token_id: UUID, *, at: datetime) -> None:
        self._run(update(t.api_token).where(t.api_token.c.id == token_id).values(revoked_at=at))

    # -- failed logins

    def note_attempt(self, name: str, address: str, *, at: datetime, succeeded: bool) -> None:
        """Count a login. Written in a transaction of its own, so that a refusal does not undo the count."""
        row = {"name": name[:_NAME_LENGTH], "address": address, "at": at, "succeeded": succeeded}
        self._insert(t.login_attempt, row)

    def failures_since(self, since: datetime, *, name: str, address: str) -> tuple[int, int]:
        """Failed logins since then (for this name after its last success, from this address)."""
        attempt = t.login_attempt.c
        good = select(func.max(attempt.at)).where(attempt.name == name[:_NAME_LENGTH], attempt.succeeded)
        last_success = self.connection.execute(good.where(attempt.at >= since)).scalar() or since
        failed = select(func.count()).select_from(t.login_attempt).where(~attempt.succeeded)
        by_name = failed.where(attempt.name == name[:_NAME_LENGTH], attempt.at >= last_success)
        by_address = failed.where(attempt.address == address, attempt.at >= since)
        counts = self.connection.execute(select(by_name.scalar_subquery(), by_address.scalar_subquery())).one()
        return int(counts[0]), int(counts[1])

    def purge_attempts(self, *, before: datetime) -> int:
        return self._run(delete(t.login_attempt).where(t.login_attempt.c.at < before))
