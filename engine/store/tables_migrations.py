"""Tables of migrations: runs that bring running cases to another version of their process, and what came of each."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text, text

from engine.store.tables_base import NOTHING, Id, Json, Timestamp, metadata, optional, required

migration_run = Table(
    "migration_run",
    metadata,
    Column("id", Id, primary_key=True),
    required("key", Text),  #: process key
    required("from_id", Id),
    required("to_id", Id),
    required("node_map", Json),  #: {node id in the old drawing: node id in the new one}
    required("digest", Text),  #: of the map
    required("forms", Text),  #: keep, new: which version of its form an open task has afterwards
    required("note", Text, NOTHING),
    required("state", Text),  #: proposed, running, ended, withdrawn
    required("proposed_by", Text),
    required("proposed_at", Timestamp),
    optional("decided_by", Text),
    optional("decided_at", Timestamp),
    optional("stopped_by", Text),
    optional("stopped_at", Timestamp),
    optional("ended_at", Timestamp),
    optional("undone_by", Text),  #: who has asked to take all of it back
    optional("undone_at", Timestamp),
    optional("undo_ended_at", Timestamp),
    Index(None, "proposed_at"),
)

migration_item = Table(
    "migration_item",
    metadata,
    Column("run_id", Id, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  #: 1, 2, 3 …
    required("instance_id", Id),
    required("outcome", Text, NOTHING),  #: "" waits; migrated, refused, undone, kept (it could not be taken back)
    required("code", Text, NOTHING),  #: why it was refused or kept
    required("node_id", Text, NOTHING),
    required("other", Text, NOTHING),
    optional("rev", Integer),  #: of the case after it was migrated: while it stands there nothing has moved
    optional("before", Json),  #: what taking it back needs; thrown away when that is over
    optional("done_at", Timestamp),
    Index("migration_item_waiting_idx", "run_id", "number", postgresql_where=text("outcome = ''")),
    Index("migration_item_before_idx", "done_at", postgresql_where=text("before IS NOT NULL")),
)
