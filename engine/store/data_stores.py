"""Data stores of processes: values that all cases share, one writer at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from engine.model.step import InstanceId
from engine.store import tables as t
from engine.store.scope import Scope, of


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRow:
    """One value of a data store."""

    store: str
    key: str  #: "" in a store with a single value
    value: object
    version: int  #: how often it was written
    updated_by: str  #: PersonId or "system"
    updated_in: InstanceId  #: the case whose step wrote it
    updated_at: datetime


class DataStores(Scope):
    """Part of Transaction."""

    __slots__ = ()

    def stored_value(self, store: str, key: str, *, lock: bool) -> object:
        """The value; None: there is none.

        lock: until this transaction ends nobody else reads it with a lock or writes it, also where there is none yet:
        a step that adds to what it has read loses nothing.
        """
        if lock:
            self._lock_stored(store, key)
        kept = t.data_store.c
        return self.connection.execute(
            select(kept.value).where(kept.store == store, kept.key == key)
        ).scalar_one_or_none()

    def store_value(self, store: str, key: str, value: object, *, by: str, case: InstanceId) -> None:
        """Keep `value` in place of what is there."""
        self._lock_stored(store, key)
        new = insert(t.data_store).values(
            store=store, key=key, value=value, version=1, updated_by=by, updated_in=case, updated_at=self.now
        )
        told: Mapping[str, object] = {
            name: new.excluded[name] for name in ("value", "updated_by", "updated_in", "updated_at")
        }
        self.connection.execute(
            new.on_conflict_do_update(
                index_elements=["store", "key"], set_={**told, "version": t.data_store.c.version + 1}
            )
        )

    def stored(self, store: str, *, limit: int) -> tuple[StoredRow, ...]:
        """The values of one data store, by key."""
        kept = t.data_store.c
        return self._list(
            StoredRow, of(StoredRow, t.data_store).where(kept.store == store).order_by(kept.key).limit(limit)
        )

    def _lock_stored(self, store: str, key: str) -> None:
        name = f"stored:{len(store)}:{store}:{key}"
        self.connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
