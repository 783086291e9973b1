"""打印: a case and its 整改通知单 on paper, with the name of the reader and the time across every sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID

from flask import request
from flask_babel import gettext

from engine.commands import prints
from engine.errors import NotFound
from engine.model.step import InstanceId
from engine.queries import drawings
from engine.queries.case_head import SentForm
from engine.queries.case_view import CaseView, case_view
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.case import case_page
from webui.pages.diagram import held_nodes
from webui.pages.drawing import Picture, picture
from webui.pages.framing import frame
from webui.pages.parts import Fact, Frame
from webui.pages.print_views import CasePrintPage, NoticePrintPage, Sheet
from webui.pages.rendering import render
from webui.pages.words import days, listed, say, severity_word, unit_name
from webui.service import current_engine
from webui.terms import term


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
def print_notice(case_id: UUID) -> str:
    """Of a problem whose notice has gone out. Raises NotFound before that."""
    view = _view(case_id)
    if not view.case.variables.get("notice_no"):
        raise NotFound(f"No notice of {case_id} has gone out.", id=str(case_id))
    prints.record_print(current_engine(), current_person(), view.case.id, "notice", address=request.remote_addr or "")
    return render(_notice(view))


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


def _notice(view: CaseView) -> NoticePrintPage:
    case, data = view.case, view.case.variables
    sent_on = date.fromisoformat(str(data["sent_on"]))
    forms = {sent.form_key: sent for sent in view.sent}  # the youngest of each: it counts
    return NoticePrintPage(
        frame=_paper(frame(view.frame, "inbox")),
        sheet=_sheet(view),
        number=str(data["notice_no"]),
        problem_no=case.business_no,
        title=case.title,
        to_unit=unit_name(case.unit),
        issuer=unit_name(case.issuer_unit),
        signed_by=_sender(forms.get("S1_T2")) or case.issuer,
        sent_on=sent_on,
        delivered_at=case.delivered_at,
        problem=tuple(_problem(view)),
        facts_text=_text(forms.values(), "S1_T2", "notice") or _text(forms.values(), "S1_T0", "facts"),
        limits=tuple(_limits(view)),
        received_by=_sender(forms.get("S1_T3")),
    )


def _problem(view: CaseView) -> Iterator[Fact]:
    data = view.case.variables
    yield Fact(label="问题", text=view.case.title)
    for label, name in (("来源", "source"), ("性质", "nature"), ("范围", "spread")):
        if data.get(name):
            yield Fact(label=label, text=term(str(data[name])))
    if view.case.department:
        yield Fact(label="责任部门", text=view.case.department)
    if view.case.severity:
        yield Fact(label="定级", text=severity_word(view.case.severity))


def _limits(view: CaseView) -> Iterator[Fact]:
    """What the unit has to do by when, as the notice says it; days already counted stand beside it."""
    data, limit = view.case.variables, view.case.limit_on
    first = gettext("送达后 %(days)s内", days=days(1))
    yield Fact(label="指定整改责任人", text=str(first))
    for label, name in (("签收与制定措施", "plan_wd"), ("实施整改", "limit_wd")):
        if _whole(data.get(name)):
            yield Fact(label=label, text=str(gettext("送达后 %(days)s内", days=days(_whole(data[name])))))
    if _whole(data.get("stage_wd")):
        yield Fact(label="阶段报告", text=str(gettext("每 %(days)s一次", days=days(_whole(data["stage_wd"])))))
    if limit is not None:
        yield Fact(label="整改期限", text=limit.isoformat(), strong=True)


def _sender(sent: SentForm | None) -> str:
    return sent.person_name if sent is not None else ""


def _text(forms: Iterable[SentForm], form_key: str, name: str) -> str:
    return next((str(sent.values.get(name) or "") for sent in forms if sent.form_key == form_key), "")


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
