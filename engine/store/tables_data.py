"""Table of the data stores that processes share."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from engine.store.tables_base import Id, Json, Timestamp, metadata, optional, required

data_store = Table(
    "data_store",
    metadata,
    Column("store", Text, primary_key=True),
    Column("key", Text, primary_key=True),  #: "" in a store with a single value
    optional("value", Json),  #: NULL: a step has written that there is none
    required("version", Integer),
    required("updated_by", Text),
    required("updated_in", Id),
    required("updated_at", Timestamp),
)
