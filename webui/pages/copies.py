"""抄送: point a case out to people from its page; their opening it is the receipt, and the receipts are a list."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands import copies
from engine.errors import InputRejected
from engine.model.step import InstanceId
from engine.queries import copies as queries
from engine.queries.case_view import case_view
from engine.queries.copies import CopyLine
from webui.auth import current_person, rule
from webui.export import Column, Listing, export, wanted_format
from webui.pages.blueprint import blueprint
from webui.pages.case import case_page
from webui.pages.framing import with_said
from webui.pages.once import done_once
from webui.pages.rendering import render
from webui.pages.words import unit_name
from webui.problems import detail_of
from webui.service import current_engine


@blueprint.get("/case/<uuid:case_id>/copies")
@rule("signed_in")
def show_receipts(case_id: UUID) -> Response:
    """The receipts as a file; they are shown on the page of the case."""
    found = queries.copies(current_engine(), current_person(), InstanceId(case_id))
    if (file := wanted_format()) is None:
        return redirect(f"/case/{case_id}#copies")
    title, about = gettext("抄送回执 %(case)s", case=found.case), {"case": str(case_id)}
    return export(Listing(name="case-copies", title=title, columns=_columns(), rows=found.lines, about=about), file)


@blueprint.post("/case/<uuid:case_id>/copies")
@rule("signed_in")
def send_copies(case_id: UUID) -> Response | tuple[str, int]:
    """Back to the case; what is refused comes back on its page, with the reason."""
    to, note = [one[:40] for one in request.form.getlist("to")], request.form.get("note", "")[:2000]
    units = [one[:40] for one in request.form.getlist("unit") if one]

    def send() -> str:
        copies.copy_case(current_engine(), current_person(), InstanceId(case_id), to, note, units=units)
        return with_said(f"/case/{case_id}", "copied") + "#copies"

    try:
        return redirect(done_once(send), 303)
    except InputRejected as refused:
        page = case_page(case_view(current_engine(), current_person(), InstanceId(case_id)))
        shown = replace(page.copies, note=note, chosen=(*to, *units), error=detail_of(refused))
        return render(replace(page, copies=shown)), 422


def _columns() -> tuple[Column[CopyLine], ...]:
    return (
        Column(label=gettext("单位"), value=lambda line: unit_name(line.unit), width=28),
        Column(label=gettext("抄送对象"), value=lambda line: line.name),
        Column(
            label=gettext("状态"), value=lambda line: gettext("已阅") if line.read_at else gettext("未阅"), width=10
        ),
        Column(label=gettext("阅看时间"), value=lambda line: line.read_at, width=17),
        Column(label=gettext("抄送人"), value=lambda line: line.sender_name),
        Column(label=gettext("抄送时间"), value=lambda line: line.at, width=17),
        Column(label=gettext("附言"), value=lambda line: line.note, width=36),
    )
