"""Idempotency keys: the answer to an unsafe request is kept with what it did, and given again to who asks again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.errors import IdempotencyMismatch
from engine.store.scope import Scope

LIFETIME = timedelta(hours=24)

# The insert waits for another transaction with the same key: until it commits (then we read its answer) or gives up.
_CLAIM = (
    "INSERT INTO idempotency (actor, route, key, request_hash, created_at) VALUES (%s, %s, %s, %s, now())"
    " ON CONFLICT (actor, route, key) DO NOTHING"
)
_READ = "SELECT request_hash, status, answer FROM idempotency WHERE actor = %s AND route = %s AND key = %s"
_KEEP = "UPDATE idempotency SET status = %s, answer = %s WHERE actor = %s AND route = %s AND key = %s"
_PURGE = "DELETE FROM idempotency WHERE created_at < %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestKey:
    """Which request this is: who asks, by which route, under which key, and a hash of what was asked."""

    actor: str
    route: str
    key: str
    request_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """What was answered."""

    status: int
    body: bytes


def claim(tx: Scope, request: RequestKey) -> StoredAnswer | None:
    """First statement of the transaction that does the work. None: do it, then `keep` the answer before the commit.

    Returns the stored answer where the request was done before; a duplicate that runs at this moment is waited for.
    Raises IdempotencyMismatch when the key came with another request. A transaction that fails leaves no trace, so
    the request may be tried again under its key.
    """
    name = (request.actor, request.route, request.key)
    if tx.raw.execute(_CLAIM, (*name, request.request_hash)).rowcount == 1:
        return None
    row = tx.raw.execute(_READ, name, binary=True).fetchone()
    if row is None:  # purged between the two statements: as good as new
        return claim(tx, request)
    request_hash, status, answer = row
    if bytes(request_hash) != request.request_hash:
        raise IdempotencyMismatch(key=request.key)
    return StoredAnswer(status=status, body=bytes(answer))


def keep(tx: Scope, request: RequestKey, answer: StoredAnswer) -> None:
    """Keep the answer with what was done: both are committed, or neither."""
    tx.raw.execute(_KEEP, (answer.status, answer.body, request.actor, request.route, request.key))


def purge(tx: Scope, wall_now: datetime) -> int:
    """Delete answers older than LIFETIME. Returns how many."""
    return tx.raw.execute(_PURGE, (wall_now - LIFETIME,)).rowcount
