"""Saved views: filters of the inbox that somebody comes back to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, bindparam, delete, update

from engine.model.step import PersonId
from engine.store import tables as t
from engine.store.scope import Scope, of


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedViewRow:
    """One view of one person."""

    id: UUID
    person_id: PersonId
    name: str
    filters: Mapping[str, str]  #: parameters of the address of the inbox
    is_default: bool  #: what the inbox opens with
    saved_at: datetime


@cache
def _views_of() -> Select[Any]:
    """Every page of the inbox asks this: put together once."""
    view = t.saved_view.c
    query = of(SavedViewRow, t.saved_view).where(view.person_id == bindparam("person", type_=Text))
    return query.order_by(view.saved_at, view.id)


class SavedViews(Scope):
    """Part of Transaction."""

    __slots__ = ()

    def saved_views(self, person_id: PersonId) -> tuple[SavedViewRow, ...]:
        """In the order in which they were saved."""
        return tuple(SavedViewRow(**row._asdict()) for row in self.rows(_views_of(), {"person": person_id}))

    def add_saved_view(self, view: SavedViewRow) -> None:
        self._insert(t.saved_view, asdict(view))

    def rename_saved_view(self, view_id: UUID, name: str) -> None:
        self._run(update(t.saved_view).where(t.saved_view.c.id == view_id).values(name=name))

    def set_default_view(self, person_id: PersonId, view_id: UUID | None) -> None:
        """The inbox of the person opens with this one; None: with none."""
        view = t.saved_view.c
        self._run(update(t.saved_view).where(view.person_id == person_id).values(is_default=view.id == view_id))

    def drop_saved_view(self, view_id: UUID) -> None:
        self._run(delete(t.saved_view).where(t.saved_view.c.id == view_id))
