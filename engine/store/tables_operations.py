"""Tables of the operators: runs that try many incidents again, and when backups were made."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from engine.store.tables_base import NOTHING, Id, Timestamp, metadata, optional, required

retry_run = Table(
    "retry_run",
    metadata,
    Column("id", Id, primary_key=True),
    required("started_by", Text),
    required("started_at", Timestamp),
    optional("stopped_by", Text),  #: who has asked it to stop; what is in hand is still finished
    optional("stopped_at", Timestamp),
    optional("ended_at", Timestamp),
    Index(None, "started_at"),
)

retry_item = Table(
    "retry_item",
    metadata,
    Column("run_id", Id, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  #: 1, 2, 3 …
    required("incident_id", Id),
    required("outcome", Text, NOTHING),  #: "" waits; resolved, failed (again), refused
    required("code", Text, NOTHING),  #: why it was refused
    optional("done_at", Timestamp),
)

backup_record = Table(
    "backup_record",
    metadata,
    Column("id", Id, primary_key=True),
    required("taken_at", Timestamp),  #: wall clock, the moment that it holds
    required("finished_at", Timestamp),
    required("folder", Text),
    required("size_bytes", BigInteger),
    required("row_count", BigInteger),
    required("file_count", Integer),
    Index(None, "taken_at"),
)
