"""Saved views of the caller's inbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response

from engine.commands import saved_views as commands
from engine.errors import NotFound
from engine.queries import saved_views as queries
from engine.store.saved_views import SavedViewRow
from webui.api.blueprint import Arguments, Nouns, answer
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.service import current_engine

nouns = Nouns("saved_views", "Filters of the inbox that the caller comes back to")
VIEW = "/saved-views/<uuid:view_id>"


class NewView(Arguments):
    name = ma.fields.String(required=True, metadata={"description": "1 to 30 characters, unique for the caller."})
    filters = ma.fields.Dict(
        keys=ma.fields.String(validate=ma.validate.OneOf(commands.FILTERS)),
        values=ma.fields.String(validate=ma.validate.Length(max=100)),
        required=True,
    )


class ViewChange(Arguments):
    name = ma.fields.String()
    is_default = ma.fields.Boolean(metadata={"description": "The inbox opens with it; at most one does."})


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """A name for parameters of the address of the inbox."""

    id: UUID
    name: str
    filters: Mapping[str, str]
    is_default: bool
    saved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedViewList:
    items: tuple[SavedView, ...]


@nouns.get("/saved-views")
@rule("signed_in")
@nouns.answers(200, SavedViewList)
def own_views() -> Response:
    """The caller's views in the order in which they were saved."""
    rows = queries.saved_views(current_engine(), current_person())
    return answer(SavedViewList(items=tuple(_view(row) for row in rows)))


@nouns.post("/saved-views")
@rule("signed_in")
@idempotent
@nouns.takes(NewView)
@nouns.answers(201, SavedView)
def save(body: dict[str, Any]) -> Response:
    """Keep filters under a name."""
    return _one(commands.save_view(current_engine(), current_person(), body["name"], body["filters"]), 201)


@nouns.patch(VIEW)
@rule("signed_in")
@idempotent
@nouns.takes(ViewChange)
@nouns.answers(200, SavedView)
def change(body: dict[str, Any], view_id: UUID) -> Response:
    """Rename it, or let the inbox begin with it."""
    engine, person = current_engine(), current_person()
    if "name" in body:
        commands.rename_view(engine, person, view_id, body["name"])
    if "is_default" in body:
        commands.begin_with_view(engine, person, view_id, on=body["is_default"])
    return _one(view_id, 200)


@nouns.delete(VIEW)
@rule("signed_in")
@nouns.answers_nothing()
def remove(view_id: UUID) -> Response:
    """Forget it."""
    commands.delete_view(current_engine(), current_person(), view_id)
    return Response(status=204)


def _one(view_id: UUID, status: int) -> Response:
    rows = queries.saved_views(current_engine(), current_person())
    found = next((row for row in rows if row.id == view_id), None)
    if found is None:
        raise NotFound(f"There is no view {view_id}.", id=str(view_id))
    return answer(_view(found), status)


def _view(row: SavedViewRow) -> SavedView:
    return SavedView(id=row.id, name=row.name, filters=row.filters, is_default=row.is_default, saved_at=row.saved_at)
