"""The append-only record: canonical bodies, the hash chain of one instance, its verification, and Merkle roots.

hash(n) = SHA256(hash(n-1) ‖ chain ‖ seq ‖ SHA256(salt ‖ canonical body)); body and salt may be erased later, the digest
stays (security.md §5). The verifier needs no database: it reads exported rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Literal
from uuid import UUID

from engine.model.clock import SHANGHAI

GENESIS = bytes(32)  #: "previous hash" of the first event of a chain
SALT_BYTES = 16
ERASED = "erased"  #: `event` of the body that names erased events in `seqs`
FindingKind = Literal["gap", "hash", "body", "missing_body", "previous"]


def canonical_json(body: Mapping[str, object]) -> bytes:
    """The one byte string of `body`: sorted keys, no spaces, UTF-8, instants in Asia/Shanghai.

    Raises TypeError for floats and naive datetimes: both can change on their way through a database.
    """
    plain = _plain(body)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def event_digest(salt: bytes, body: Mapping[str, object]) -> bytes:
    """SHA256(salt ‖ canonical body): all that the chain keeps of the body."""
    return sha256(salt + canonical_json(body)).digest()


def chain_hash(previous: bytes, chain: UUID | str, seq: int, digest: bytes) -> bytes:
    """The hash of event `seq` (from 1). chain: the instance id, or the name of an access chain, "access-07"."""
    name = chain.bytes if isinstance(chain, UUID) else chain.encode()
    # Everything but the name has a fixed length, so no two different inputs run into the same bytes.
    return sha256(previous + name + seq.to_bytes(8, "big") + digest).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedEvent:
    """One row of an export. `salt` and `body` are None where retention erased them."""

    chain: UUID | str
    seq: int
    previous: bytes
    digest: bytes
    hash: bytes
    salt: bytes | None = None
    body: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong with a chain, and where."""

    chain: UUID | str
    seq: int
    kind: FindingKind
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a verifier found."""

    events: int
    heads: Mapping[UUID | str, tuple[int, bytes]]  #: chain -> (last seq, its hash), to compare with the anchor
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        return not self.findings


def verify(rows: Iterable[ExportedEvent]) -> Verification:
    """Check exported rows, each chain in ascending seq; chains may be mixed.

    A missing body is accepted only when an `erased` event of the same chain, whose own body is there and sound, names
    its seq. Cutting the tail of a chain does not show here; comparing `heads` with the anchor shows it.
    """
    chains: dict[UUID | str, _ChainState] = {}
    events = 0
    findings: list[Finding] = []
    for row in rows:
        events += 1
        state = chains.setdefault(row.chain, _ChainState())
        findings += state.take(row)
    for chain, state in chains.items():
        findings += [
            _finding(chain, seq, "missing_body") for seq in sorted(state.without_body) if seq not in state.erased
        ]
    heads = {chain: (state.seq, state.head) for chain, state in chains.items()}
    return Verification(events=events, heads=heads, findings=tuple(findings))


def head_leaf(chain: UUID | str, seq: int, head: bytes) -> bytes:
    """The Merkle leaf of one chain at one moment."""
    name = chain.bytes if isinstance(chain, UUID) else chain.encode()
    return name + seq.to_bytes(8, "big") + head


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The Merkle root over `leaves` in the order given; GENESIS for none.

    Leaves and nodes are hashed with different first bytes (RFC 6962), so a node can never pass for a leaf; an odd one
    out moves up unchanged.
    """
    level = [sha256(b"\x00" + leaf).digest() for leaf in leaves]
    if not level:
        return GENESIS
    while len(level) > 1:
        pairs = [sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = pairs + ([level[-1]] if len(level) % 2 else [])
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
        elif row.previous != self.head:
            found.append(_finding(row.chain, row.seq, "previous"))
        if chain_hash(row.previous, row.chain, row.seq, row.digest) != row.hash:
            found.append(_finding(row.chain, row.seq, "hash"))
        if row.body is None or row.salt is None:
            self.without_body.add(row.seq)
        elif event_digest(row.salt, row.body) != row.digest:
            found.append(_finding(row.chain, row.seq, "body"))
        elif row.body.get("event") == ERASED:
            seqs = row.body.get("seqs")
            self.erased.update(seqs if isinstance(seqs, list | tuple) else ())
        self.seq, self.head = row.seq, row.hash
        return found


_FINDINGS: dict[FindingKind, tuple[str, str]] = {
    "gap": ("序号不连续，有记录缺失或重复", "the sequence has a gap or a repetition"),
    "previous": ("与前一条记录的散列不衔接", "it does not follow from the event before"),
    "hash": ("散列与内容不符", "the hash does not fit"),
    "body": ("正文被改动", "the body was changed"),
    "missing_body": ("正文缺失且没有清除记录", "the body is missing without a record of its erasure"),
}


def _finding(chain: UUID | str, seq: int, kind: FindingKind) -> Finding:
    zh, en = _FINDINGS[kind]
    return Finding(chain=chain, seq=seq, kind=kind, zh=f"{chain} 第{seq}条：{zh}。", en=f"{chain} event {seq}: {en}.")


def _plain(value: object) -> object:
    match value:
        case None | bool() | int() | str():
            return value
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case datetime():
            if value.tzinfo is None:
                raise TypeError(f"{value!r} has no time zone.")
            return value.astimezone(SHANGHAI).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case UUID() | Decimal():
            return str(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical form.")
