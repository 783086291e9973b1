"""A person's saved views of the inbox."""

from __future__ import annotations

from engine.core import Engine
from engine.model.step import PersonId
from engine.store.saved_views import SavedViewRow


def saved_views(engine: Engine, person: PersonId) -> tuple[SavedViewRow, ...]:
    """In the order in which they were saved."""
    with engine.reading(person) as tx:
        return tx.saved_views(person)
