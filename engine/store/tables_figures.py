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
