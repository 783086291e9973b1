"""帮助: one page for officers, with the keys, what lights and plates mean, and the rules in short."""

from __future__ import annotations

from engine.queries.frame import frame_of
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.framing import frame
from webui.pages.rendering import render
from webui.pages.search_views import HelpPage
from webui.service import current_engine


@blueprint.get("/help")
@rule("signed_in")
def show_help() -> str:
    return render(HelpPage(frame=frame(frame_of(current_engine(), current_person()))))
