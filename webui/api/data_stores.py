"""Data stores of processes: which keys there are, of what kind, how often and when written. Never a value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Response

from engine.queries.data_stores import data_store
from webui.api.blueprint import Nouns, answer
from webui.auth import current_person, rule
from webui.service import current_engine

nouns = Nouns("data_stores", "Values that the cases of all processes share, masked")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredItem:
    """One value of a data store; `key` is empty in a store with a single value."""

    key: str
    type: str
    size: int | None
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DataStore:
    id: str
    items: tuple[StoredItem, ...]


@nouns.get("/data-stores/<string:store_id>")
@rule("role:analyst|operator")
@nouns.answers(200, DataStore)
def show_data_store(store_id: str) -> Response:
    """The keys of a data store with the kind of their values, at most 1,000. 404 where nothing was ever written."""
    found = data_store(current_engine(), current_person(), store_id)
    items = (
        StoredItem(
            key=value.masked.key,
            type=value.masked.type,
            size=value.masked.size,
            version=value.version,
            updated_at=value.updated_at,
        )
        for value in found
    )
    return answer(DataStore(id=store_id, items=tuple(items)))
