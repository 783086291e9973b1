"""打印: a case on paper, with the name of the reader and the time across every sheet."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands import prints
from engine.errors import NotFound
from engine.model.step import InstanceId
from engine.queries import drawings
from engine.queries.case_view import CaseView, case_view
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.case import case_page, notice_href
from webui.pages.diagram import held_nodes
from webui.pages.drawing import Picture, picture
from webui.pages.parts import Frame
from webui.pages.print_views import CasePrintPage, Sheet
from webui.pages.rendering import render
from webui.pages.words import listed, say
from webui.service import current_engine


@blueprint.get("/case/<uuid:case_id>/print")
@rule("signed_in")
def print_case(case_id: UUID) -> str:
    """Shown is printed: opening the page is what the access log keeps."""
    view = _view(case_id)
    page = case_page(view)
    prints.record_print(current_engine(), current_person(), view.case.id, "case", address=request.remote_addr or "")
    return render(CasePrintPage(frame=_paper(page.frame), sheet=_sheet(view), case=page, picture=_picture(view)))


@blueprint.get("/case/<uuid:case_id>/notice")
@rule("signed_in")
def open_notice(case_id: UUID) -> Response:
    """An address that people have kept: the notice is an official paper. Raises NotFound before it has gone out."""
    href = notice_href(_view(case_id).documents)
    if not href:
        raise NotFound(f"No notice of {case_id} has gone out.", id=str(case_id))
    return redirect(href)


def _view(case_id: UUID) -> CaseView:
    return case_view(current_engine(), current_person(), InstanceId(case_id))


def _paper(shown: Frame) -> Frame:
    """Paper is white in every theme."""
    return replace(shown, theme="light", banners=(), clock=None)


def _sheet(view: CaseView) -> Sheet:
    return Sheet(by=f"{view.frame.name} {current_person()}", at=view.frame.now, back_href=f"/case/{view.case.id}")


def _picture(view: CaseView) -> Picture | None:
    drawn = drawings.drawing(current_engine(), current_person(), view.case.definition_id)
    if not drawn.shapes:
        return None
    held = held_nodes(view)
    names = [f"{say(node.name, node.name_en)} · {held[node.id][0]}" for node in view.nodes if node.id in held]
    title = gettext(
        "流程图：%(process)s；当前：%(now)s",
        process=say(view.case.process_name, view.case.process_name_en),
        now=listed(names) or gettext("无"),
    )
    return picture(drawn, title=str(title), visits=view.history.visits, held=held)
