"""我的 and 关于: how pages look for this reader, and what they are made of."""

from __future__ import annotations

from typing import cast

from flask import make_response, redirect, request
from werkzeug.wrappers import Response

from engine.commands.preferences import set_preferences
from engine.model.preferences import Density, Preferences, Theme
from engine.queries.absences import absence_view
from engine.queries.frame import frame_of
from engine.version import VERSION
from webui.assets import licences
from webui.auth import current_person, current_visitor, rule
from webui.pages.absences import absences_of
from webui.pages.blueprint import blueprint
from webui.pages.framing import anonymous_frame, frame, with_said
from webui.pages.me_views import MePage
from webui.pages.parts import Option
from webui.pages.preferences import keep
from webui.pages.rendering import render
from webui.pages.views import AboutPage
from webui.pages.words import unit_name
from webui.service import current_engine, current_settings


@blueprint.get("/me")
@rule("signed_in")
def me() -> str:
    view = absence_view(current_engine(), current_person(), current_person())
    return render(
        MePage(
            frame=frame(view.frame, "me"),
            account=view.person,
            absences=absences_of(view),
            manages=tuple(
                Option(value=one.id, label=f"{unit_name(one.unit, short=True)} · {one.name}") for one in view.manages
            ),
        )
    )


@blueprint.post("/me")
@rule("signed_in")
def keep_preferences() -> Response:
    """All of the form at once: a box that is not ticked is not sent."""
    sent = request.form
    chosen = Preferences(
        theme=cast("Theme", sent.get("theme", "system")),
        density=cast("Density", sent.get("density", "normal")),
        large_text=sent.get("large_text") == "on",
        shortcuts=sent.get("shortcuts") == "on",
    )
    set_preferences(current_engine(), current_person(), sent.get("language", "zh"), chosen)
    response = make_response(redirect(with_said("/me", "saved"), 303))
    keep(response, chosen, secure=current_settings().public_url.startswith("https://") or request.is_secure)
    return response


@blueprint.get("/about")
@rule("public")
def about() -> str:
    signed_in = current_visitor() is not None
    outer = frame(frame_of(current_engine(), current_person())) if signed_in else anonymous_frame()
    return render(AboutPage(frame=outer, version=VERSION, licences=licences()))
