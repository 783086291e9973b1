"""New tasks while the inbox is open: a stream that says how many, for as many pages as threads can be spared."""

from __future__ import annotations

from flask import Response, request

from engine.queries.news import news
from webui.auth import asked_by_itself, current_person, rule
from webui.pages.blueprint import blueprint
from webui.service import current_engine
from webui.streams import current_streams


@blueprint.get("/inbox/stream")
@rule("signed_in")
@asked_by_itself
def inbox_stream() -> Response:
    """Server-sent events "news" with a number; 204 where all places are taken: the page then asks every minute."""
    engine, person, mark = current_engine(), current_person(), request.args.get("since", "")
    known = news(engine, person, mark).mark  # a foreign mark is refused before a place is taken
    return current_streams().open(person, lambda: news(engine, person, known).new)
