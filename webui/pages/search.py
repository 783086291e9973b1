"""全局搜索: cases, open tasks and cards that the reader may see, with what was searched for marked in them."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from flask import Response, request
from flask_babel import gettext

from engine.queries.search import GROUPS, Found, FoundCard, FoundCase, FoundTask, SearchView, search_view
from webui.auth import current_person, rule
from webui.export import Listing, export, wanted_format
from webui.pages.blueprint import blueprint
from webui.pages.deadlines import due_view
from webui.pages.framing import frame
from webui.pages.listings import search_columns
from webui.pages.rendering import render
from webui.pages.search_views import Hit, HitGroup, Pieces, SearchPage
from webui.pages.words import case_title, mechanism, plate_of_level, say, unit_name
from webui.service import current_engine
from webui.terms import term


@blueprint.get("/search")
@rule("signed_in")
def search() -> str | Response:
    """What was found; with ?format= as a file, as far as it is shown."""
    group = request.args.get("group", "")
    group = group if group in GROUPS else ""
    view = search_view(current_engine(), current_person(), request.args.get("q", ""), group=group)
    page = _page(view, group)
    if (file := wanted_format()) is None:
        return render(page)
    rows = tuple((one.key, hit) for one in page.groups for hit in one.hits)
    is_cut = any(one.capped or one.more_href for one in page.groups)
    filters = {str(gettext("搜索")): view.found.q}
    title = str(gettext("搜索"))
    return export(
        Listing(name="search", title=title, columns=search_columns(), rows=rows, is_cut=is_cut, filters=filters), file
    )


def pieces(text: str, wanted: str) -> Pieces:
    """The text cut at what was searched for, upper and lower case alike."""
    if not wanted:
        return ((text, False),)
    parts = re.split(f"({re.escape(wanted)})", text, flags=re.IGNORECASE)
    return tuple((part, part.casefold() == wanted.casefold()) for part in parts if part)


def _page(view: SearchView, group: str) -> SearchPage:
    found = view.found
    groups = (
        _group("tasks", tuple(_task(row, found.q) for row in found.tasks), found, group),
        _group("cases", tuple(_case(row, found.q) for row in found.cases), found, group),
        _group("cards", tuple(_card(row, found.q) for row in found.cards), found, group),
    )
    return SearchPage(
        frame=frame(view.frame),
        query=found.q,
        groups=tuple(one for one in groups if one.hits),
        alone=group,
        all_href=f"/search?{urlencode({'q': found.q})}" if group else "",
    )


def _group(key: str, hits: tuple[Hit, ...], found: Found, alone: str) -> HitGroup:
    has_more = key in found.more
    return HitGroup(
        key=key,  # type: ignore[arg-type]
        hits=hits,
        more_href=f"/search?{urlencode({'q': found.q, 'group': key})}" if has_more and not alone else "",
        capped=has_more and bool(alone),
    )


def _task(row: FoundTask, wanted: str) -> Hit:
    return Hit(
        href=f"/task/{row.id}",
        title=pieces(case_title(row.title), wanted),
        number=pieces(row.business_no, wanted),
        unit=pieces(unit_name(row.unit, short=True), wanted),
        detail=" · ".join(part for part in (say(row.name, row.name_en), row.assignee_name) if part),
        due=due_view(row.light, row.due_on, row.due_at, state=row.state),
    )


def _case(row: FoundCase, wanted: str) -> Hit:
    return Hit(
        href=f"/case/{row.id}",
        title=pieces(case_title(row.title), wanted),
        number=pieces(row.business_no, wanted),
        unit=pieces(unit_name(row.unit, short=True), wanted),
        detail=" · ".join(part for part in (term(mechanism(row.mechanism)), term(row.case_state)) if part),
    )


def _card(row: FoundCard, wanted: str) -> Hit:
    return Hit(
        href=f"/card/{row.no}",
        title=pieces(case_title(row.title), wanted),
        number=pieces(row.no, wanted),
        unit=pieces(unit_name(row.unit, short=True), wanted),
        plate=plate_of_level(row.level),
    )
