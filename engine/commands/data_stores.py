"""Data stores as a step of a case reads and writes them: in its own transaction, never with data of a sealed case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import StepFailed
from engine.store.record import HistoryFact
from engine.store.transaction import Transaction

if TYPE_CHECKING:
    from engine.commands.case_step import CaseStep


class CaseStores:
    """What a Workflow asks for data stores. Give it its step before the workflow runs."""

    step: CaseStep

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def read(self, store: str, key: str, *, node: str) -> object:  # noqa: ARG002 - whoever may run the step may read
        """The value, held for this step until it is written."""
        with self._tx.as_system():
            return self._tx.stored_value(store, key, lock=True)

    def write(self, store: str, key: str, value: object, *, node: str) -> None:
        """Raises StepFailed for a sealed case: whoever may not see the case could read its data in the store."""
        if self.step.fact("sealed"):
            raise StepFailed(
                f"{node}: data of a sealed case do not go into the data store {store}.",
                node_id=node,
                cause="sealed_store",
                facts={"store": store},
            )
        with self._tx.as_system():
            self._tx.store_value(store, key, value, by=self.step.by, case=self.step.instance_id)
        self.step.history.append(HistoryFact(event="stored", node_id=node, body={"store": store}))
