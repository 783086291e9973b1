"""The access log: facts without an instance (login, read, export, deployment), in 16 hash chains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random, SystemRandom
from typing import Any

import psycopg

from engine.model.history import stamp
from engine.store.chain import access_chain, link, salts

SHARDS = 16
_SYSTEM = SystemRandom()

_LOCK_HEAD = "SELECT seq, head FROM access_head WHERE shard = %s FOR UPDATE"
_ADD_ROW = (
    "INSERT INTO access_log (shard, seq, at, event, actor, address, digest, hash)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)
_ADD_BODY = "INSERT INTO access_log_body (shard, seq, salt, body) VALUES (%s, %s, %s, %s)"
_MOVE_HEAD = "UPDATE access_head SET seq = %s, head = %s WHERE shard = %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessFact:
    """One fact for the access log. `body` holds no case content."""

    event: str
    actor: str
    address: str = ""
    body: Mapping[str, object] | None = None


def append_access(
    connection: psycopg.Connection[Any], facts: Sequence[AccessFact], at: datetime, random: Random | None = None
) -> None:
    """Append the facts to one of the chains, whose head stays locked until the commit: call it last."""
    # Any shard will do; all facts of a transaction go to the same one, so two transactions cannot wait in a circle.
    shard = (random or _SYSTEM).randrange(SHARDS)
    row = connection.execute(_LOCK_HEAD, (shard,), binary=True).fetchone()
    if row is None:
        raise LookupError(f"access_head has no row {shard}: the database was not migrated")
    seq, head = row
    for fact, salt in zip(facts, salts(len(facts), random), strict=True):
        seq += 1
        made = link(
            head,
            chain=access_chain(shard),
            seq=seq,
            at=stamp(at),
            event=fact.event,
            actor=fact.actor,
            subject=fact.address,
            body=fact.body,
            salt=salt,
        )
        head = made.hash
        values = (shard, seq, at, fact.event, fact.actor, fact.address, made.digest, made.hash)
        connection.execute(_ADD_ROW, values)
        connection.execute(_ADD_BODY, (shard, seq, made.salt, made.body))
    connection.execute(_MOVE_HEAD, (seq, head, shard))
