"""Tables of what begins by the calendar or a clock: armed start events, and the cases that began by one."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text, text

from engine.store.tables_base import NOTHING, ZERO, Id, Timestamp, metadata, optional, required

armed_start = Table(
    "armed_start",
    metadata,
    Column("key", Text, primary_key=True),  #: of the process in force
    Column("node_id", Text, primary_key=True),  #: of its start event
    required("definition_id", Id),
    required("kind", Text),  #: schedule, date, duration, cycle
    required("expression", Text),
    required("owners", Text),  #: which units get a case each; "": the top unit alone
    required("period", Text),  #: which period the cases are about
    required("since", Timestamp),  #: what would have come true before is not made up for
    optional("due_at", Timestamp),  #: NULL: it does not come true any more, or not as far as the calendar reaches
    required("due_period", Text, NOTHING),
    required("left", Integer, ZERO),  #: of an ISO repetition: firings after this one; -1: no end
    required("every", Text, NOTHING),
    optional("last_at", Timestamp),
    required("last_period", Text, NOTHING),
    Index(None, "due_at"),
)

periodic_case = Table(
    "periodic_case",
    metadata,
    Column("key", Text, primary_key=True),
    Column("business_key", Text, primary_key=True),  #: "P02:532503-GA:2026H2"
    required("unit", Text),
    required("period", Text),
    required("node_id", Text),  #: start event
    optional("instance_id", Id),  #: NULL: it could not begin, an incident says why; tried again every night
    required("at", Timestamp),
    Index("periodic_case_unit_idx", "unit", "period"),
    Index("periodic_case_failed_idx", "key", postgresql_where=text("instance_id IS NULL")),
)
