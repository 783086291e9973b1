"""Saved views of the inbox: keeping the filters of now under a name, and the page on which they are looked after."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import UUID

from flask import redirect, request
from werkzeug.wrappers import Response

from engine.commands import saved_views as commands
from engine.errors import InputRejected
from engine.queries.frame import frame_of
from engine.queries.saved_views import saved_views
from engine.store.saved_views import SavedViewRow
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.framing import frame, local_path, with_said
from webui.pages.inbox_views import SavedViewsPage, ViewChip
from webui.pages.parts import Banner
from webui.pages.rendering import render
from webui.pages.words import language
from webui.service import current_engine

PAGE = "/inbox/views"


def chip(row: SavedViewRow, *, current: bool = False) -> ViewChip:
    """A view as a link to the inbox with its filters."""
    return ViewChip(view_id=str(row.id), name=row.name, href=address(row), current=current, is_default=row.is_default)


def address(row: SavedViewRow) -> str:
    """The inbox with the filters of the view."""
    known = {name: row.filters[name] for name in commands.FILTERS if row.filters.get(name)}
    return "/inbox?" + urlencode({"view": "todo", **known})


@blueprint.get(PAGE)
@rule("signed_in")
def show_views() -> str:
    return render(_page())


@blueprint.post(PAGE)
@rule("signed_in")
def save_view() -> Response | tuple[str, int]:
    """The filters come as hidden fields of the list on which they were chosen."""
    filters = {name: request.form.get(name, "") for name in commands.FILTERS}
    try:
        commands.save_view(current_engine(), current_person(), request.form.get("name", ""), filters)
    except InputRejected as refused:
        return render(_page(refused)), 422
    return redirect(with_said(local_path(request.form.get("next")), "view_saved"), 303)


@blueprint.post(f"{PAGE}/<uuid:view_id>")
@rule("signed_in")
def change_view(view_id: UUID) -> Response | tuple[str, int]:
    """Rename, begin with it or no longer, delete: by the button that was pressed."""
    engine, person, do = current_engine(), current_person(), request.form.get("do", "rename")
    try:
        if do == "delete":
            commands.delete_view(engine, person, view_id)
        elif do in {"begin", "begin_not"}:
            commands.begin_with_view(engine, person, view_id, on=do == "begin")
        else:
            commands.rename_view(engine, person, view_id, request.form.get("name", ""))
    except InputRejected as refused:
        return render(_page(refused, about=view_id)), 422
    return redirect(with_said(PAGE, "view_deleted" if do == "delete" else "saved"), 303)


def _page(refused: InputRejected | None = None, *, about: UUID | None = None) -> SavedViewsPage:
    engine, person = current_engine(), current_person()
    said = (refused.zh if language() == "zh" else refused.en) if refused is not None else ""
    errors: Mapping[str, str] = {str(about): said} if about is not None else {}
    banners = (Banner(text=said, kind="err"),) if said and about is None else ()
    return SavedViewsPage(
        frame=frame(frame_of(engine, person), "inbox", banners=banners),
        views=tuple(chip(row) for row in saved_views(engine, person)),
        errors=errors,
    )
