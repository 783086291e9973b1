"""The data stores that a process reads and writes, as the workflow sees them: an answer from outside, like the time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from engine.errors import StepFailed


class Stores(Protocol):
    """Values of data stores, each under its key; the key "" is that of a store with a single value."""

    def read(self, store: str, key: str, *, node: str) -> object:
        """The value as this step finds it, what it wrote itself included; None: there is none."""

    def write(self, store: str, key: str, value: object, *, node: str) -> None:
        """Keep a value, for good when the step is written."""


class NoStores:
    """Where nobody answers for data stores, a step that needs one fails: nothing is forgotten in silence."""

    def read(self, store: str, key: str, *, node: str) -> object:  # noqa: ARG002
        raise _refusal(store, node)

    def write(self, store: str, key: str, value: object, *, node: str) -> None:  # noqa: ARG002
        raise _refusal(store, node)


def _refusal(store: str, node: str) -> StepFailed:
    return StepFailed(
        f"{node}: there is no data store {store} here.", node_id=node, cause="no_store", facts={"store": store}
    )


class HeldStores:
    """Data stores in memory: for trials and dry runs, which leave no trace."""

    def __init__(self, values: Mapping[tuple[str, str], object] | None = None) -> None:
        self.values: dict[tuple[str, str], object] = dict(values or {})

    def read(self, store: str, key: str, *, node: str) -> object:  # noqa: ARG002 - a store that may refuse names it
        return self.values.get((store, key))

    def write(self, store: str, key: str, value: object, *, node: str) -> None:  # noqa: ARG002
        self.values[store, key] = value
