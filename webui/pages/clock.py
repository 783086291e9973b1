"""推进: moving the clock of a demonstration or rehearsal from the banner."""

from __future__ import annotations

from datetime import timedelta

from flask import redirect, request
from werkzeug.wrappers import Response

from engine.commands import clock
from engine.errors import InputRejected
from webui.auth import current_visitor, rule
from webui.pages.blueprint import blueprint
from webui.pages.framing import local_path, with_said
from webui.service import current_engine


@blueprint.post("/clock/advance")
@rule("clock")
def advance() -> Response:
    """An hour, to the next working day, or to the next deadline; everything due on the way happens first."""
    visitor, engine, by = current_visitor(), current_engine(), request.form.get("by", "")
    person = visitor.person_id if visitor is not None else "system"
    match by:
        case "hour":
            clock.advance(engine, person, by=timedelta(hours=1))
        case "workday":
            clock.advance(engine, person, stop="workday")
        case "deadline":
            clock.advance(engine, person, stop="deadline")
        case _:
            raise InputRejected("请选择推进多少。", "Say how far the clock moves.", field="by", value=by[:40])
    return redirect(with_said(local_path(request.form.get("next")), "clock"), 303)
