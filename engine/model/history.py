"""The append-only record as anyone can check it: canonical bodies, the hash chain, its verification, Merkle roots.

hash(n) = SHA256(hash(n-1) ‖ row ‖ SHA256(salt ‖ body)). Body and salt may be erased later, their digest stays
(security.md §5). The verifier reads exported rows and needs no database.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Literal
from uuid import UUID

GENESIS = bytes(32)  #: "the hash before the first"
SALT_BYTES = 16
ERASED = "erased"  #: event whose body names the events that lost theirs: {"erased": [2, 3], "reason": …}
_SEPARATOR = "\x1f"  # cannot stand in an id, an event name or an account name
FindingKind = Literal["gap", "hash", "body", "missing_body"]


def canonical_json(body: Mapping[str, object]) -> bytes:
    """The one byte string of `body`: sorted keys, no spaces, UTF-8; days and instants (UTC) as ISO 8601.

    Raises TypeError for a naive datetime, an infinite number and any type that JSON has no one form for.
    """
    return json.dumps(_plain(body), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def stamp(at: datetime) -> str:
    """The one text of an instant in a chain: UTC with microseconds, "2026-03-02T01:00:00.000000Z"."""
    if at.tzinfo is None:
        raise TypeError(f"{at!r} has no time zone.")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def body_digest(salt: bytes, body: bytes) -> bytes:
    """SHA256(salt ‖ body): all that the chain keeps of a body."""
    return sha256(salt + body).digest()


def link_hash(previous: bytes, row: Sequence[str], digest: bytes) -> bytes:
    """The hash of one event over the hash before it, its row and the digest of its body.

    row: chain, seq, at (stamp), event, node_id, node_type, actor, subject, all as text. The two hashes have a fixed
    length and the separator cannot occur in a field, so no two rows give the same bytes.
    """
    return sha256(previous + _SEPARATOR.join(row).encode() + digest).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedEvent:
    """One row of an export. `salt` and `body` are None where retention erased them."""

    chain: str  #: the instance id, or the name of an access chain, "access-07"
    seq: int  #: from 1
    at: str  #: as `stamp` writes it
    event: str
    node_id: str = ""
    node_type: str = ""
    actor: str = ""
    subject: str = ""
    digest: bytes
    hash: bytes
    salt: bytes | None = None
    body: str | None = None  #: the text as it was stored and hashed

    @property
    def row(self) -> tuple[str, ...]:
        return (
            self.chain,
            str(self.seq),
            self.at,
            self.event,
            self.node_id,
            self.node_type,
            self.actor,
            self.subject,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong with a chain, and where."""

    chain: str
    seq: int
    kind: FindingKind
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a verifier found."""

    events: int
    heads: Mapping[str, tuple[int, bytes]]  #: chain -> (last seq, its hash), to compare with the anchor
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        return not self.findings


def verify(rows: Iterable[ExportedEvent]) -> Verification:
    """Check exported rows, each chain in ascending seq; chains may be mixed.

    A missing body is accepted only when an `erased` event of the same chain, whose own body is there and sound, names
    its seq. Cutting the tail of a chain does not show here; comparing `heads` with the anchor shows it.
    """
    chains: dict[str, _ChainState] = {}
    findings: list[Finding] = []
    events = 0
    for row in rows:
        events += 1
        findings += chains.setdefault(row.chain, _ChainState()).take(row)
    for chain, state in chains.items():
        findings += [_finding(chain, seq, "missing_body") for seq in sorted(state.without_body - state.erased)]
    heads = {chain: (state.seq, state.head) for chain, state in chains.items()}
    return Verification(events=events, heads=heads, findings=tuple(findings))


def head_leaf(chain: str, seq: int, head: bytes) -> bytes:
    """The Merkle leaf of one chain at one moment."""
    return f"{chain}{_SEPARATOR}{seq}{_SEPARATOR}".encode() + head


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """The Merkle root over `leaves` in the order given; GENESIS for none.

    Leaves and nodes are hashed with different first bytes (RFC 6962), so a node can never pass for a leaf; an odd one
    out moves up unchanged.
    """
    level = [sha256(b"\x00" + leaf).digest() for leaf in leaves]
    if not level:
        return GENESIS
    while len(level) > 1:
        pairs = [sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


@dataclass(slots=True)
class _ChainState:
    """How far one chain is verified."""

    seq: int = 0
    head: bytes = GENESIS
    without_body: set[int] = field(default_factory=set)
    erased: set[int] = field(default_factory=set)

    def take(self, row: ExportedEvent) -> list[Finding]:
        found: list[Finding] = []
        if row.seq != self.seq + 1:
            found.append(_finding(row.chain, row.seq, "gap"))
        if link_hash(self.head, row.row, row.digest) != row.hash:
            found.append(_finding(row.chain, row.seq, "hash"))
        if row.body is None or row.salt is None:
            self.without_body.add(row.seq)
        elif body_digest(row.salt, row.body.encode()) != row.digest:
            found.append(_finding(row.chain, row.seq, "body"))
        elif row.event == ERASED:
            self.erased.update(_erased_seqs(row.body))
        self.seq, self.head = row.seq, row.hash
        return found


_FINDINGS: dict[FindingKind, tuple[str, str]] = {
    "gap": ("序号不连续，有记录缺失或重复", "the sequence has a gap or a repetition"),
    "hash": ("散列不符，本条或上一条被改动", "the hash does not fit: this event or the one before was changed"),
    "body": ("正文被改动", "the body was changed"),
    "missing_body": ("正文缺失且没有清除记录", "the body is missing without a record of its erasure"),
}


def _finding(chain: str, seq: int, kind: FindingKind) -> Finding:
    zh, en = _FINDINGS[kind]
    return Finding(chain=chain, seq=seq, kind=kind, zh=f"{chain}第{seq}条：{zh}。", en=f"{chain} event {seq}: {en}.")


def _erased_seqs(body: str) -> frozenset[int]:
    try:
        seqs = json.loads(body)["erased"]
        return frozenset(int(seq) for seq in seqs)
    except (ValueError, TypeError, KeyError):
        # An `erased` event that names nothing excuses nothing.
        return frozenset()


def _plain(value: object) -> object:
    match value:
        case None | bool() | int() | str():
            return value
        case float() if math.isfinite(value):
            return value
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case datetime():
            return stamp(value)
        case date():
            return value.isoformat()
        case UUID() | Decimal():
            return str(value)
        case _:
            raise TypeError(f"{value!r} has no canonical form.")
