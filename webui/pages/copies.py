"""抄送: point a case out to people from its page; their opening it is the receipt."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import redirect, request
from werkzeug.wrappers import Response

from engine.commands import copies
from engine.errors import InputRejected
from engine.model.step import InstanceId
from engine.queries.case_view import case_view
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.case import case_page
from webui.pages.framing import with_said
from webui.pages.rendering import render
from webui.problems import detail_of
from webui.service import current_engine


@blueprint.post("/case/<uuid:case_id>/copies")
@rule("signed_in")
def send_copies(case_id: UUID) -> Response | tuple[str, int]:
    """Back to the case; what is refused comes back on its page, with the reason."""
    engine, person = current_engine(), current_person()
    to, note = [one[:40] for one in request.form.getlist("to")], request.form.get("note", "")[:2000]
    try:
        copies.copy_case(engine, person, InstanceId(case_id), to, note)
    except InputRejected as refused:
        page = case_page(case_view(engine, person, InstanceId(case_id)))
        return render(replace(page, copies=replace(page.copies, note=note, error=detail_of(refused)))), 422
    return redirect(with_said(f"/case/{case_id}", "copied") + "#copies", 303)
