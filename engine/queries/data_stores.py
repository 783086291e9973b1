"""Data stores: what is in one, masked; and as a dry run sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.core import Engine
from engine.errors import NotFound
from engine.model.step import PersonId
from engine.queries.internals import MaskedVariable, masked
from engine.store.transaction import Transaction

_SHOWN = 1000  #: values of one store


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredValue:
    """One value by its key, its kind and when it was written: never the value, never the case it came from."""

    masked: MaskedVariable
    version: int
    updated_at: datetime


def data_store(engine: Engine, person: PersonId, store: str) -> tuple[StoredValue, ...]:
    """The values of a data store, by key; at most 1,000. Raises NotFound where nothing was ever written.

    person: an analyst or operator; the route has asked for the role.
    """
    with engine.reading(person) as tx, tx.as_system():
        found = tx.stored(store, limit=_SHOWN)
    if not found:
        raise NotFound(f"There is no data store {store}.", id=store)
    return tuple(
        StoredValue(masked=masked(row.key, row.value), version=row.version, updated_at=row.updated_at) for row in found
    )


class SeenStores:
    """The data stores as they are, for a dry run: what it writes only itself reads."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._written: dict[tuple[str, str], object] = {}

    def read(self, store: str, key: str, *, node: str) -> object:  # noqa: ARG002 - a dry run refuses nobody
        if (store, key) in self._written:
            return self._written[store, key]
        with self._tx.as_system():
            return self._tx.stored_value(store, key, lock=False)

    def write(self, store: str, key: str, value: object, *, node: str) -> None:  # noqa: ARG002
        self._written[store, key] = value
