"""Who is behind a session or token: asked at every request, so in one statement and without a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from engine.model.preferences import Density, Preferences, Theme
from engine.model.step import PersonId
from engine.store.connection import HotConnection

_OF_COOKIE = (
    "SELECT a.theme, a.density, a.large_text, a.shortcuts,"
    " s.person_id, a.language, s.csrf_secret, s.last_seen_at, s.expires_at, now(), a.must_change"
    " FROM session s JOIN account a ON a.person_id = s.person_id WHERE s.token_hash = %s AND a.state = 'active'"
)
_OF_BEARER = (
    "SELECT a.theme, a.density, a.large_text, a.shortcuts,"
    " k.person_id, a.language, k.id, k.scopes, k.last_used_at, k.expires_at, now()"
    " FROM api_token k JOIN account a ON a.person_id = k.person_id"
    " WHERE k.token_hash = %s AND a.state = 'active' AND k.revoked_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class _Looks:
    """The first columns of both statements."""

    theme: Theme
    density: Density
    large_text: bool
    shortcuts: bool

    @property
    def preferences(self) -> Preferences:
        return _preferences(self.theme, self.density, self.large_text, self.shortcuts)


@dataclass(frozen=True, slots=True)
class SessionVisit(_Looks):
    """A session of an active account, expired or not. Times are wall time, `now` the database's."""

    person_id: PersonId
    language: str
    csrf_secret: bytes
    last_seen_at: datetime
    expires_at: datetime
    now: datetime
    must_change: bool


@dataclass(frozen=True, slots=True)
class TokenVisit(_Looks):
    """An API token of an active account, not revoked, expired or not."""

    person_id: PersonId
    language: str
    token_id: UUID
    scopes: Sequence[str]
    last_used_at: datetime | None
    expires_at: datetime
    now: datetime


@cache  # there are 24 of them, and one is asked for at every request
def _preferences(theme: Theme, density: Density, large_text: bool, shortcuts: bool) -> Preferences:
    return Preferences(theme=theme, density=density, large_text=large_text, shortcuts=shortcuts)


class Visitors:
    """Questions that need no actor: the tables behind them carry no cases and no row security."""

    def __init__(self, raw: HotConnection) -> None:
        self._raw = raw

    def of_session(self, token_hash: bytes) -> SessionVisit | None:
        rows = self._raw.hot(_OF_COOKIE, (token_hash,))
        return SessionVisit(*rows[0]) if rows else None

    def of_token(self, token_hash: bytes) -> TokenVisit | None:
        rows = self._raw.hot(_OF_BEARER, (token_hash,))
        return TokenVisit(*rows[0]) if rows else None
