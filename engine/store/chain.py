"""Appending to a hash chain: the writing side of engine.model.history, shared by history and access log."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

import msgspec

from engine.model.history import SALT_BYTES, body_digest, link_hash

# Bodies are hashed as the text that is stored, so any encoder will do; this one takes a tenth of the time of json.
_encode = msgspec.json.Encoder(order="deterministic").encode
_EMPTY = _encode({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One event as it goes into the chain."""

    seq: int
    salt: bytes
    body: str  #: canonical JSON
    digest: bytes
    hash: bytes


def link(
    prev: bytes,
    *,
    chain: str,
    seq: int,
    at: str,
    event: str,
    actor: str,
    node_id: str = "",
    node_type: str = "",
    subject: str = "",
    body: Mapping[str, object] | None = None,
    salt: bytes | None = None,
) -> Link:
    """Make the next link of `chain` (an instance id, or "access-03") after the one whose hash is `prev`.

    at: as engine.model.history.stamp writes it. subject: a task id, or the address in the access log.
    salt: one of `salts`, where several links are made at once; None: a fresh one.
    """
    data = _encode(body) if body else _EMPTY
    if salt is None:
        salt = secrets.token_bytes(SALT_BYTES)
    digest = body_digest(salt, data)
    row = (chain, str(seq), at, event, node_id, node_type, actor, subject)
    return Link(seq=seq, salt=salt, body=data.decode(), digest=digest, hash=link_hash(prev, row, digest))


def salts(count: int, random: Random | None = None) -> Iterator[bytes]:
    """So many salts at once, of the system's randomness, or of that of a rehearsal that must come out the same."""
    drawn = secrets.token_bytes(SALT_BYTES * count) if random is None else random.randbytes(SALT_BYTES * count)
    return (drawn[start : start + SALT_BYTES] for start in range(0, len(drawn), SALT_BYTES))


def access_chain(shard: int) -> str:
    """Name of the access chain `shard` (0…15)."""
    return f"access-{shard:02d}"
