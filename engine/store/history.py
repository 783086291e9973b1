"""History as evidence: export for the verifier, and erasing what retention lets go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO
from uuid import UUID

import msgspec
import psycopg

from engine.model.history import ExportedEvent, stamp
from engine.store.chain import access_chain
from engine.store.urls import libpq_url

_HISTORY = (
    "SELECT h.instance_id::text, h.seq, h.at, h.event, h.node_id, h.node_type, h.actor, coalesce(h.task_id::text, ''),"
    " h.digest, h.hash, b.salt, b.body"
    " FROM history h LEFT JOIN history_body b USING (instance_id, seq) ORDER BY h.instance_id, h.seq"
)
_ACCESS = (
    "SELECT a.shard, a.seq, a.at, a.event, '', '', a.actor, a.address, a.digest, a.hash, b.salt, b.body"
    " FROM access_log a LEFT JOIN access_log_body b USING (shard, seq) ORDER BY a.shard, a.seq"
)
_ROWS_AT_ONCE = 2_000
_NAMES = ("chain", "seq", "at", "event", "node_id", "node_type", "actor", "subject", "digest", "hash", "salt", "body")
_encode = msgspec.json.Encoder().encode


def export_history(connection: psycopg.Connection[tuple[object, ...]], out: BinaryIO) -> int:
    """Write every event of history and access log as a line of JSON, chain by chain. Returns how many.

    connection: of a role that sees all rows (cx_owner, or cx_app with actor "system"), inside one transaction, so
    that what is written is one moment of the database. engine.store.verify reads the lines without a database.
    """
    events = 0
    for event in _events(connection):
        out.write(_encode(event) + b"\n")
        events += 1
    return events


def erase(retention_url: str, instance_id: UUID, seqs: Sequence[int], *, reason: str, actor: str) -> int:
    """Delete the bodies of these events and append `erased`. Returns how many; `erased` events themselves stay.

    retention_url: the database as cx_retention, the only role that may.
    """
    with psycopg.connect(libpq_url(retention_url)) as connection:
        values = (instance_id, list(seqs), reason, actor)
        row = connection.execute("SELECT cx_erase(%s, %s, %s, %s)", values).fetchone()
    return int(row[0]) if row else 0


def _events(connection: psycopg.Connection[tuple[object, ...]]) -> Iterator[ExportedEvent]:
    for name, query in (("export_history", _HISTORY), ("export_access", _ACCESS)):
        # A cursor of the server's: an export must not hold a year of history in memory.
        with connection.cursor(name, binary=True) as cursor:
            cursor.itersize = _ROWS_AT_ONCE
            for row in cursor.execute(query.encode()):
                yield _event(row)


def _event(row: tuple[object, ...]) -> ExportedEvent:
    named = dict(zip(_NAMES, row, strict=True))
    chain = named["chain"]
    named["chain"] = access_chain(chain) if isinstance(chain, int) else chain
    named["at"] = stamp(named["at"])  # type: ignore[arg-type]
    return ExportedEvent(**named)  # type: ignore[arg-type]
