"""The hourly anchor: one hash over all that the records say, kept where nobody who writes the database can reach.

Each anchor covers the chains that grew since the one before, by the hash at their end, and that anchor itself: so the
newest one stands for everything. An hour in which nothing happened has no anchor of its own; the last one stays in
force for it (`quiet` of the next one counts such hours). Source: security.md §5.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from engine.model.history import GENESIS, head_leaf, merkle_root

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """One anchor. Its line in the file says the same."""

    no: int  #: 1, 2, 3 … without a gap
    hour: datetime  #: the full hour of the business clock up to which it covers
    taken_at: datetime  #: business time; later than `hour` where nobody was there to take it
    quiet: int  #: full hours before this one for which the root before stayed in force
    previous: bytes  #: the root before; GENESIS for the first
    leaves: tuple[bytes, ...]  #: one for each chain that grew, ascending
    root: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorFinding:
    """One thing that is wrong with the anchors, and where."""

    no: int
    zh: str
    en: str


def full_hour(at: datetime) -> datetime:
    """The last full hour not after `at`. Shanghai lies whole hours from UTC, so it is full in both."""
    return at.replace(minute=0, second=0, microsecond=0)


def chain_leaf(chain: str, seq: int, head: bytes) -> bytes:
    """What an anchor keeps of a chain: it says nothing to those who have not the record itself."""
    return sha256(head_leaf(chain, seq, head)).digest()


def seal(last: Anchor | None, leaves: Collection[bytes], *, newest: datetime, taken_at: datetime) -> Anchor:
    """The next anchor, over `leaves` (one at least) and the root before.

    newest: when the last of the covered events happened. Its hour ends the anchor's, unless that is anchored already.
    """
    now = full_hour(taken_at)
    hour = min(full_hour(newest) + HOUR, now)
    if last is not None and hour <= last.hour:
        hour = now
    previous = last.root if last is not None else GENESIS
    quiet = max((hour - last.hour) // HOUR - 1, 0) if last is not None else 0
    ordered = tuple(sorted(leaves))
    return Anchor(
        no=last.no + 1 if last is not None else 1,
        hour=hour,
        taken_at=taken_at,
        quiet=quiet,
        previous=previous,
        leaves=ordered,
        root=root_of(previous, ordered),
    )


def root_of(previous: bytes, leaves: Sequence[bytes]) -> bytes:
    """The Merkle root over the root before and the leaves, in this order."""
    return merkle_root((previous, *leaves))


def check_anchors(anchors: Iterable[Anchor], *, recorded: Collection[bytes] | None = None) -> Iterator[AnchorFinding]:
    """What is wrong with anchors in the order in which they were written.

    recorded: the leaf of each event of an export (`chain_leaf`) that is newer than the last anchor; None: no export.
    """
    last: Anchor | None = None
    for anchor in anchors:
        if anchor.no != (last.no + 1 if last is not None else 1):
            yield _finding(anchor, "编号不连续", "the numbers have a gap")
        if anchor.previous != (last.root if last is not None else GENESIS):
            yield _finding(anchor, "与上一锚点不衔接", "it does not continue the anchor before")
        if last is not None and anchor.hour <= last.hour:
            yield _finding(anchor, "时点不在上一锚点之后", "its hour is not after the one before")
        if root_of(anchor.previous, anchor.leaves) != anchor.root:
            yield _finding(anchor, "根值不符，本行被改动", "the root does not fit: the line was changed")
        missing = sum(leaf not in recorded for leaf in anchor.leaves) if recorded is not None else 0
        if missing:
            yield _finding(
                anchor,
                f"有 {missing} 条记录链在该时点的末条不在导出文件中，记录被删改",
                f"the export lacks what {missing} chains ended with then: records were cut or changed",
            )
        last = anchor


def _finding(anchor: Anchor, zh: str, en: str) -> AnchorFinding:
    return AnchorFinding(no=anchor.no, zh=f"第{anchor.no}号锚点：{zh}。", en=f"Anchor {anchor.no}: {en}.")
