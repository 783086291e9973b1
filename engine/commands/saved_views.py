"""Saved views of the inbox: saving, renaming, choosing the one to begin with, deleting. Each is its owner's alone."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import structlog

from engine.core import Engine
from engine.errors import InputRejected, NotFound
from engine.model.step import PersonId
from engine.store.saved_views import SavedViewRow
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)

MAX_VIEWS, MAX_NAME = 20, 30
#: Parameters of the address of the inbox that a view keeps; a page and a chosen row are of the moment.
FILTERS = ("view", "mechanism", "step", "level", "unit", "q")
_MAX_VALUE = 100


def save_view(engine: Engine, person: PersonId, name: str, filters: Mapping[str, str]) -> UUID:
    """Keep these filters under a name. Raises InputRejected for a name that is empty, too long or taken already."""
    kept = {key: filters[key].strip()[:_MAX_VALUE] for key in FILTERS if filters.get(key, "").strip()}
    with engine.transaction(person) as tx:
        views = tx.saved_views(person)
        if len(views) >= MAX_VIEWS:
            raise InputRejected(
                f"最多保存{MAX_VIEWS}个视图，请先删除不用的。",
                f"At most {MAX_VIEWS} views are kept: delete one first.",
                field="name",
                value=name,
            )
        row = SavedViewRow(
            id=engine.ids.v4(),
            person_id=person,
            name=_name(views, name),
            filters=kept,
            is_default=False,
            saved_at=tx.wall_now(),
        )
        tx.add_saved_view(row)
    logger.info("view saved", action="view.save", person_id=person)
    return row.id


def rename_view(engine: Engine, person: PersonId, view_id: UUID, name: str) -> None:
    """Raises NotFound for a view that is not the person's, InputRejected as `save_view` does."""
    with engine.transaction(person) as tx:
        _own(tx, person, view_id)
        others = [view for view in tx.saved_views(person) if view.id != view_id]
        tx.rename_saved_view(view_id, _name(others, name))


def begin_with_view(engine: Engine, person: PersonId, view_id: UUID, *, on: bool = True) -> None:
    """The inbox opens with this view; on=False: as it does for everybody. Raises NotFound."""
    with engine.transaction(person) as tx:
        _own(tx, person, view_id)
        tx.set_default_view(person, view_id if on else None)


def delete_view(engine: Engine, person: PersonId, view_id: UUID) -> None:
    """Raises NotFound for a view that is not the person's, or that is gone."""
    with engine.transaction(person) as tx:
        _own(tx, person, view_id)
        tx.drop_saved_view(view_id)


def _own(tx: Transaction, person: PersonId, view_id: UUID) -> SavedViewRow:
    found = next((view for view in tx.saved_views(person) if view.id == view_id), None)
    if found is None:
        raise NotFound(f"There is no view {view_id}.", id=str(view_id))
    return found


def _name(others: tuple[SavedViewRow, ...] | list[SavedViewRow], name: str) -> str:
    """The name as it is kept."""
    wanted = " ".join(name.split())
    if not 1 <= len(wanted) <= MAX_NAME or not wanted.isprintable():
        raise InputRejected(
            f"视图名称应为1至{MAX_NAME}个字。",
            f"A view has a name of 1 to {MAX_NAME} characters.",
            field="name",
            value=wanted,
        )
    if wanted in {view.name for view in others}:
        raise InputRejected(
            f"已有名为“{wanted}”的视图。", f"There is a view named {wanted!r} already.", field="name", value=wanted
        )
    return wanted
