"""The hourly anchors as the database keeps them, and what grew since the last one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.model.anchor import Anchor, chain_leaf
from engine.store.chain import access_chain
from engine.store.scope import Scope

_NAMES = ("no", "hour", "taken_at", "quiet", "previous", "leaves", "root")
_LAST = "SELECT no, hour, taken_at, quiet, previous, leaves, root FROM anchor ORDER BY no DESC LIMIT 1"
_BEHIND = "SELECT no, hour, taken_at, quiet, previous, leaves, root FROM anchor WHERE no > %s ORDER BY no"
_FIRST_AFTER = (
    "SELECT no, hour, taken_at, quiet, previous, leaves, root FROM anchor WHERE hour > %s ORDER BY no LIMIT 1"
)
_ADD = (
    "INSERT INTO anchor (no, hour, taken_at, quiet, previous, leaves, root)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING no"
)
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('anchor', 0))"
# The last event of each chain in that time; history has one index on time, of a few pages (BRIN).
_GROWN_HISTORY = (
    "SELECT DISTINCT ON (instance_id) instance_id::text, seq, hash, at FROM history"
    " WHERE at >= %s AND at < %s ORDER BY instance_id, seq DESC"
)
_GROWN_ACCESS = (
    "SELECT DISTINCT ON (shard) shard, seq, hash, at FROM access_log"
    " WHERE at >= %s AND at < %s ORDER BY shard, seq DESC"
)
_RECENT_LEAVES = "SELECT leaves FROM anchor WHERE taken_at >= %s"

#: A transaction that began before an anchor may commit after it: so far back the next one looks for what it missed.
_LOOK_BACK = timedelta(minutes=15)
_BEGINNING = datetime.fromisoformat("1970-01-02T00:00:00+00:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """The chains that grew since an anchor."""

    leaves: tuple[bytes, ...]
    newest: datetime | None  #: when the last of the events happened; None: there are none


class Anchors(Scope):
    """Part of Transaction."""

    __slots__ = ()

    def lock_anchors(self) -> None:
        """Whoever takes an anchor is alone with it until the end of the transaction."""
        self._one(_LOCK, ())

    def last_anchor(self) -> Anchor | None:
        """The newest anchor: it is in force for every hour since."""
        row = self._one(_LAST, ())
        return _anchor(row) if row else None

    def anchors_behind(self, no: int) -> tuple[Anchor, ...]:
        """Those with a greater number, ascending."""
        return tuple(_anchor(row) for row in self._all(_BEHIND, (no,)))

    def first_anchor_after(self, at: datetime) -> Anchor | None:
        """The first anchor of an hour after `at`; None: it is still to come."""
        row = self._one(_FIRST_AFTER, (at,))
        return _anchor(row) if row else None

    def grown_since(self, last: Anchor | None, *, before: datetime) -> Grown:
        """What the anchor of the hour `before` has to cover: all that happened earlier and is not covered yet.

        As the system: nobody else sees all chains.
        """
        since = last.hour - _LOOK_BACK if last is not None else _BEGINNING
        covered = {leaf for (leaves,) in self._all(_RECENT_LEAVES, (since - _LOOK_BACK,)) for leaf in leaves}
        found = self._all(_GROWN_HISTORY, (since, before))
        found += [(access_chain(shard), *rest) for shard, *rest in self._all(_GROWN_ACCESS, (since, before))]
        fresh = {chain_leaf(chain, seq, bytes(head)): at for chain, seq, head, at in found}
        fresh = {leaf: at for leaf, at in fresh.items() if leaf not in covered}
        return Grown(leaves=tuple(fresh), newest=max(fresh.values(), default=None))

    def add_anchor(self, anchor: Anchor) -> None:
        """Keep a new anchor; none is ever changed."""
        values = (*(getattr(anchor, name) for name in _NAMES[:-2]), list(anchor.leaves), anchor.root)
        self._one(_ADD, values)


def _anchor(row: tuple[Any, ...]) -> Anchor:
    named = dict(zip(_NAMES, row, strict=True))
    named["previous"], named["root"] = bytes(named["previous"]), bytes(named["root"])
    named["leaves"] = tuple(bytes(leaf) for leaf in named["leaves"])
    return Anchor(**named)
