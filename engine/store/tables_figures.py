"""The views that figures are counted on: they hold the rule of visibility themselves (sql/0008_figures.sql)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, MetaData, SmallInteger, Table, Text

from engine.store.tables_base import Id, Texts, Timestamp

#: Not the MetaData of the tables: the schema is compared with that, and views are no part of it.
_views = MetaData()

figure_task = Table(
    "figure_task",
    _views,
    Column("mechanism", Text),
    Column("instance_id", Id),
    Column("node_id", Text),
    Column("unit", Text),  #: responsible for the case
    Column("state", Text),
    Column("created_at", Timestamp),
    Column("due_on", Date),
    Column("due_at", Timestamp),
    Column("done_at", Timestamp),
    Column("ladder_level", SmallInteger),
    Column("outcome", Text),
)

figure_case = Table(
    "figure_case",
    _views,
    Column("id", Id),
    Column("key", Text),
    Column("definition_id", Id),
    Column("unit", Text),
    Column("status", Text),
    Column("severity", Text),
    Column("marks", Texts),
    Column("started_at", Timestamp),
    Column("ended_at", Timestamp),
)

#: Both again, counted.
figure_open = Table(
    "figure_open",
    _views,
    Column("mechanism", Text),
    Column("node_id", Text),
    Column("unit", Text),
    Column("open", BigInteger),
    Column("grey", BigInteger),
)

figure_running = Table(
    "figure_running",
    _views,
    Column("key", Text),
    Column("definition_id", Id),
    Column("unit", Text),
    Column("running", BigInteger),
)

#: What is owed, of the units that the reader oversees or works for (sql/0045_obligation_figures.sql).
figure_obligation = Table(
    "figure_obligation",
    _views,
    Column("unit", Text),
    Column("code", Text),
    Column("period", Text),
    Column("first_day", Date),
    Column("last_day", Date),
    Column("opens_on", Date),
    Column("due_on", Date),
    Column("checkpoint_on", Date),
    Column("dated_on", Date),
    Column("done_on", Date),
    Column("waived_at", Timestamp),
    Column("lapsed_on", Date),
)
