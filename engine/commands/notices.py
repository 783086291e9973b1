"""Notices: noting that somebody has read them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from engine.core import Engine
from engine.model.step import PersonId


def mark_read(engine: Engine, person: PersonId, ids: Iterable[UUID] | None = None) -> int:
    """The person has seen these notices of the own, or all. Answers how many were new."""
    with engine.transaction(person) as tx:
        return tx.mark_notices_read(person, ids)
