"""Who is behind a session or token: asked at every request, so in one statement and without a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from engine.model.preferences import Density, Preferences, Theme
from engine.model.step import PersonId

_SESSION = (
    b"SELECT a.theme, a.density, a.large_text, a.shortcuts,"
    b" s.person_id, a.language, s.csrf_secret, s.last_seen_at, s.expires_at, now()"
    b" FROM session s JOIN account a ON a.person_id = s.person_id WHERE s.token_hash = %s AND a.state = 'active'"
)
_TOKEN = (
    b"SELECT a.theme, a.density, a.large_text, a.shortcuts,"
    b" k.person_id, a.language, k.id, k.scopes, k.last_used_at, k.expires_at, now()"
    b" FROM api_token k JOIN account a ON a.person_id = k.person_id"
    b" WHERE k.token_hash = %s AND a.state = 'active' AND k.revoked_at IS NULL"
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
        return Preferences(theme=self.theme, density=self.density, large_text=self.large_text, shortcuts=self.shortcuts)


@dataclass(frozen=True, slots=True)
class SessionVisit(_Looks):
    """A session of an active account, expired or not. Times are wall time, `now` the database's."""

    person_id: PersonId
    language: str
    csrf_secret: bytes
    last_seen_at: datetime
    expires_at: datetime
    now: datetime


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


class Visitors:
    """Questions that need no actor: the tables behind them carry no cases and no row security."""

    def __init__(self, raw: psycopg.Connection[tuple[Any, ...]]) -> None:
        self._raw = raw

    def of_session(self, token_hash: bytes) -> SessionVisit | None:
        row = self._raw.execute(_SESSION, (token_hash,), binary=True).fetchone()
        return None if row is None else SessionVisit(*row)

    def of_token(self, token_hash: bytes) -> TokenVisit | None:
        row = self._raw.execute(_TOKEN, (token_hash,), binary=True).fetchone()
        return None if row is None else TokenVisit(*row)
