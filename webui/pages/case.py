"""事项详情: state, drawing with the path taken, ledger, ladder, papers, verified history, documents."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, redirect
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from engine.commands import copies
from engine.model.clock import local_day
from engine.model.step import InstanceId
from engine.queries.case_head import Paper
from engine.queries.case_view import CaseView, case_view
from engine.queries.documents import DocumentLine
from webui.auth import current_person, rule
from webui.export import Listing, export, wanted_format
from webui.pages.blueprint import blueprint
from webui.pages.card_words import card_status
from webui.pages.case_parts import CardRow, ChainCheck
from webui.pages.comment_parts import comments_view, copies_view
from webui.pages.deadlines import calendar, days_of_ladder, due_of_case, ladder, ledger, short_day
from webui.pages.diagram import diagram
from webui.pages.documents import document_lines
from webui.pages.events import chain_rows, timeline
from webui.pages.framing import frame, with_said
from webui.pages.listings import history_columns
from webui.pages.parts import Action
from webui.pages.rendering import render
from webui.pages.sent import documents, filled_forms
from webui.pages.task_parts import case_facts, marks, occasion_facts
from webui.pages.views import CasePage
from webui.pages.words import case_title, plate_of_level, say, unit_name
from webui.service import current_engine

NOTICE = "rectification_notice"  #: template of the 整改通知单


@blueprint.get("/case/<uuid:case_id>")
@rule("signed_in")
def show_case(case_id: UUID) -> str | Response:
    """The page; with ?format= the history as a file."""
    view = case_view(current_engine(), current_person(), InstanceId(case_id))
    if view.copies.is_new:  # opening the case is the receipt of its copy
        copies.open_copies(current_engine(), current_person(), view.case.id)
    if (file := wanted_format()) is None:
        return render(case_page(view))
    title = f"{gettext('办理记录')} {view.case.business_no or case_title(view.case.title)}"
    rows, about = tuple(reversed(chain_rows(view.history))), {"case": str(view.case.id)}
    return export(Listing(name="case-history", title=title, columns=history_columns(), rows=rows, about=about), file)


@blueprint.post("/case/<uuid:case_id>/verify")
@rule("signed_in")
def verify_again(case_id: UUID) -> BaseResponse:
    """The chain is verified whenever the page is shown; this shows it anew and says so."""
    case_view(current_engine(), current_person(), InstanceId(case_id))
    return redirect(with_said(f"/case/{case_id}", "verified") + "#history", 303)


def case_page(view: CaseView) -> CasePage:
    """A case as its page and its print show it."""
    case, today = view.case, local_day(view.frame.now)
    row = view.rung_task
    waits = [local_day(waiting.until) for waiting in view.waiting if waiting.until is not None]
    is_late = row is not None and row.light is not None and row.light.color == "red"
    due, escalation = (
        due_of_case(view),
        ladder(
            view.rungs,
            due_on=row.due_on if row is not None else None,
            is_late=is_late,
            paused=case.status == "suspended",
        ),
    )
    return CasePage(
        frame=frame(view.frame, _place(view), dates=(due.on, *waits, *days_of_ladder(escalation))),
        case_id=str(case.id),
        title=case_title(case.title),
        business_no=case.business_no,
        process=say(case.process_name, case.process_name_en),
        state=case.state or _STATUS.get(case.status, ""),
        due=due,
        severity=case.severity,  # type: ignore[arg-type]  # one of the literals in the database
        marks=marks(case.marks, case.severity),
        plate=plate_of_level(max((task.ladder_level for task in view.tasks if task.is_open), default=0)),
        unit=unit_name(case.unit, short=True),
        department=case.department,
        owner=case.owner,
        task_href=f"/task/{view.own_task}" if view.own_task is not None else "",
        steer=tuple(_steer(view)),
        stopped=_stopped(view),
        stopped_at=case.suspended_at,
        diagram=diagram(view),
        ledger=ledger(view.ledger, severity=case.severity, today=today),
        calendar=calendar(view.days),
        ladder=escalation,
        cards=tuple(_card(paper, view) for paper in view.papers),
        history=chain_rows(view.history),
        chain=ChainCheck(
            good=view.history.good,
            total=len(view.history.events),
            at=view.frame.now,
            href=f"/case/{case.id}/verify",
        ),
        facts=(*case_facts(case, today), *occasion_facts(view.occasion, today)),
        timeline=timeline(view.history, view.tasks, view.papers),
        filled=filled_forms(view.sent, view.tasks),
        papers=document_lines(view.documents),
        documents=documents(view.uploads),
        comments=comments_view(view.comments, view.case.id, back=f"/case/{view.case.id}"),
        copies=copies_view(view.copies, view.case.id),
        print_href=f"/case/{case.id}/print",
        notice_href=notice_href(view.documents),
    )


def notice_href(papers: Iterable[DocumentLine]) -> str:
    """Address of the 整改通知单 that holds, "" before one has gone out."""
    ids = [line.row.id for line in papers if line.row.template == NOTICE and not line.row.is_void]
    return f"/document/{ids[-1]}" if ids else ""


def _place(view: CaseView) -> str:
    """Where a reader comes from: whoever has work here from his list, a supervisor from what he oversees."""
    supervises = {role.code for role in view.frame.roles} & {"inspector", "unit_leader"}
    return "status" if supervises and view.own_task is None else "inbox"


def _steer(view: CaseView) -> Iterable[Action]:
    """What the reader may do as a supervisor, the most usual first."""
    may, here = view.steering, f"/case/{view.case.id}"
    for key, tasks in (("urge", may.urge), ("reassign", may.reassign)):
        if tasks:
            chosen = urlencode([("task", str(task)) for task in tasks])
            yield Action(key=key, href=f"/urge/{key}?{chosen}")  # type: ignore[arg-type]
    if may.may_suspend:
        yield Action(key="suspend", href=f"{here}/suspend")
    if may.may_resume:
        yield Action(key="resume", href=f"{here}/resume")


def _stopped(view: CaseView) -> str:
    """Since when the case stands still, by whose decision and why."""
    stop = view.steering.stop
    if stop is None:
        return ""
    day = short_day(local_day(stop.at), local_day(view.frame.now))
    return str(
        gettext(
            "已暂停：%(day)s 起，%(who)s决定，理由：%(reason)s。期间停止计时，不提醒、不升级；恢复后期限按工作日顺延。",
            day=day,
            who=stop.by,
            reason=stop.reason.rstrip("。."),
        )
    )


#: domain.md §6.1, for processes whose drawing names no states.
_STATUS = {
    "running": "运行中",
    "suspended": "已暂停",
    "completed": "已完成",
    "terminated": "已终止",
    "incident": "异常",
}


def _card(paper: Paper, view: CaseView) -> CardRow:
    card = paper.card
    return CardRow(
        number=card.no,
        plate=plate_of_level(card.level) or "urge",
        issued_at=card.issued_at,
        to=" ".join(part for part in (unit_name(paper.to_unit, short=True), paper.to) if part),
        status=card_status(card, local_day(view.frame.now)),
        withdrawn=card.is_withdrawn,
        answer_by=card.answer_due_on if card.answered_at is None and not card.is_withdrawn else None,
        href=f"/card/{card.no}",
        object_href=f"/card/{card.no}/object" if paper.objection_until is not None else "",
        object_until=paper.objection_until,
    )
