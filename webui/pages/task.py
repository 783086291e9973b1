"""办理: one task with its form and all that explains it; submitting it without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands import accounts, copies, drafts, tasks
from engine.commands.filling import SignatureMissing
from engine.errors import Conflict, FormRejected, InputRejected
from engine.model.clock import local_day, local_time
from engine.model.revision import revision_of
from engine.model.step import TaskId
from engine.queries.comparisons import compare
from engine.queries.inbox import Ask
from engine.queries.task_places import next_to_do
from engine.queries.task_view import TaskView, task_view
from webui.auth import current_person, rule
from webui.guard import body_limit
from webui.pages.blueprint import blueprint
from webui.pages.comment_parts import comments_view
from webui.pages.deadlines import basis, days_of_ladder, due_view
from webui.pages.events import timeline
from webui.pages.forms import form_view, plain_form, posted_values
from webui.pages.framing import SAID, frame, with_said
from webui.pages.inbox_ask import asked_list, with_list
from webui.pages.parts import Banner, Fact, FormView
from webui.pages.rendering import render
from webui.pages.sent import compared, documents, filled_forms
from webui.pages.task_parts import actions_of, closed_text, facts_of, ladder_of, marks_of, steps_of
from webui.pages.uploads import MAX_FORM_BYTES, posted_files
from webui.pages.views import TaskPage
from webui.pages.words import case_title, language, plate_of_level, say, unit_name
from webui.problems import detail_of
from webui.service import current_engine, current_service


@blueprint.get("/task/<uuid:task_id>")
@rule("signed_in")
def show_task(task_id: UUID) -> str:
    """The first look of its assignee, or of somebody to whom it is offered, delivers a notice (domain.md §3 S1)."""
    return render(_page(_seen(TaskId(task_id), asked_list())))


@blueprint.get("/task/<uuid:task_id>/next")
@rule("signed_in")
def go_on(task_id: UUID) -> Response:
    """On to the next own task of the list, as it is now; where there is none, back to the list."""
    ask = asked_list()
    following = next_to_do(current_engine(), current_person(), TaskId(task_id), ask)
    path = with_list(f"/task/{following}" if following is not None else "/inbox", ask)
    if request.args.get(SAID) != "submitted":
        return redirect(path, 303)
    return redirect(with_said(path, "submitted", done=str(task_id)), 303)


@blueprint.post("/task/<uuid:task_id>")
@rule("signed_in")
@body_limit(MAX_FORM_BYTES)
def submit(task_id: UUID) -> Response | tuple[str, int]:
    """The form without scripts: submitted, or kept as a draft; refused values come back with what is wrong."""
    engine, person = current_engine(), current_person()
    view = task_view(engine, person, TaskId(task_id), asked_list())
    values: dict[str, object] = {}
    try:
        if view.form is not None:
            values = posted_values(view.form, view.choices, request.form)
            values |= posted_files(view.form, view.draft.values if view.draft else {}, task_id=TaskId(task_id))
        if request.form.get("do") == "draft":
            drafts.save_task_draft(engine, TaskId(task_id), person, values)
            return redirect(with_said(with_list(f"/task/{task_id}", asked_list()), "draft"), 303)
        tasks.complete(engine, TaskId(task_id), person, values, signed=_is_signed(request.form.get("password", "")))
    except FormRejected as refused:
        return render(_page(view, values=values, errors=refused.by_field(language()))), 422
    except InputRejected as refused:
        errors = {str(refused.facts.get("field") or ""): [refused.zh if language() == "zh" else refused.en]}
        return render(_page(view, values=values, errors=errors)), 422
    except SignatureMissing:
        said = str(gettext("签名密码不对，请重新输入。"))
        return render(_page(view, values=values, errors={"": [said]})), 422
    except Conflict as refused:
        return render(_overtaken(TaskId(task_id), values, refused)), 409
    return redirect(_next_url(view), 303)


def _overtaken(task_id: TaskId, values: Mapping[str, object], refused: Conflict) -> TaskPage:
    """Somebody else was faster: what was typed stays on the page, to be copied; the files are with the case's own."""
    engine, person = current_engine(), current_person()
    view, found = task_view(engine, person, task_id, asked_list()), compare(engine, person, task_id, values)
    said = compared(found.form, found.mine, None) if found.form is not None and found.mine is not None else ()
    page = _page(view, values=values, errors={"": [detail_of(refused)]})
    banner = Banner(text=detail_of(refused), kind="err")
    return replace(
        page,
        frame=replace(page.frame, banners=(banner, *page.frame.banners)),
        unsent=tuple(Fact(label=one.label, text=one.mine) for one in said),
    )


def _seen(task_id: TaskId, ask: Ask) -> TaskView:
    engine, person = current_engine(), current_person()
    view = task_view(engine, person, task_id, ask)
    brief = view.brief
    if view.is_new_copy:
        copies.open_copies(engine, person, brief.case.id)
    if brief.task.opened_at is None and brief.row.is_open and (brief.is_mine or brief.is_offered_to_me):
        tasks.open_task(engine, task_id, person)
        view = task_view(engine, person, task_id, ask)
    return view


def _is_signed(password: str) -> bool:
    """Was the right password typed again? Counted apart from the step, so that a wrong one stays counted."""
    if not password:
        return False
    engine, address = current_service().engine, request.remote_addr or ""
    return accounts.confirm_password(engine, current_person(), password, address=address)


def _next_url(view: TaskView) -> str:
    """Where to go once the task is done: the server says then which one comes next."""
    return with_said(with_list(f"/task/{view.brief.task.id}/next", asked_list()), "submitted")


def _href(task_id: TaskId | None) -> str:
    return with_list(f"/task/{task_id}", asked_list()) if task_id is not None else ""


def _page(
    view: TaskView,
    *,
    values: Mapping[str, object] | None = None,
    errors: Mapping[str, Sequence[str]] | None = None,
) -> TaskPage:
    brief, case, today = view.brief, view.brief.case, local_day(view.frame.now)
    escalation = ladder_of(brief)
    return TaskPage(
        frame=frame(
            view.frame,
            "inbox",
            banners=_banners(view),
            dates=(brief.task.due_on, *days_of_ladder(escalation)) if brief.row.is_open else (),
        ),
        task_id=str(brief.task.id),
        name=say(brief.row.name, brief.row.name_en),
        title=case_title(case.title),
        business_no=case.business_no,
        unit=unit_name(case.unit, short=True),
        process=say(case.process_name, case.process_name_en),
        due=due_view(brief.row.light, brief.task.due_on, brief.task.due_at, state=brief.task.state),
        form=_form(view, values, errors),
        closed=closed_text(brief),
        case_href=f"/case/{case.id}",
        step_no=brief.step_number,
        step_count=brief.step_count,
        severity=case.severity,  # type: ignore[arg-type]  # one of the literals in the database
        marks=marks_of(brief),
        plate=plate_of_level(brief.task.ladder_level),
        place=view.place.number,
        places=view.place.of,
        previous_href=_href(view.place.previous),
        next_href=_href(view.place.following),
        list_href=with_list("/inbox", asked_list()),
        actions=actions_of(brief, on_its_page=True),
        facts=facts_of(brief, today),
        basis=basis(brief, today),
        ladder=escalation,
        steps=steps_of(brief),
        timeline=timeline(view.history, view.tasks, view.papers),
        filled=filled_forms(view.sent, view.tasks),
        documents=documents(view.uploads),
        comments=comments_view(view.comments, case.id, back=with_list(f"/task/{brief.task.id}", asked_list())),
    )


def _form(
    view: TaskView, values: Mapping[str, object] | None, errors: Mapping[str, Sequence[str]] | None
) -> FormView | None:
    """The form for whoever holds the task; nobody fills in what he has not claimed."""
    if not view.brief.is_mine:
        return None
    here = with_list(f"/task/{view.brief.task.id}", asked_list())
    if view.form is None:
        said = {path: " ".join(words) for path, words in (errors or {}).items()}
        note = str(gettext("本环节没有表单，提交即办结"))
        return plain_form("", (), post_url=here, values={}, errors=said, note=note)
    api = f"/api/v1/tasks/{view.brief.task.id}"
    draft = view.draft
    return form_view(
        view.form,
        view.choices,
        post_url=here,
        complete_url=f"{api}/complete",
        draft_url=f"{api}/draft",
        values=values if values is not None else draft.values if draft is not None else view.suggested,
        errors=errors,
        draft_at=draft.saved_at if draft is not None else None,
        next_url=_next_url(view),
        files=documents(view.draft_uploads),
        draft_revision=revision_of(draft.values if draft is not None else None),
        form_version=str(view.brief.task.form_version_id or ""),
        compare_url=f"{api}/comparison",
    )


def _banners(view: TaskView) -> tuple[Banner, ...]:
    """Whose work it is, where the assignee acts for somebody or has asked not to."""
    brief, found = view.brief, []
    if brief.on_behalf_of and brief.is_mine:
        found.append(Banner(text=str(gettext("你作为代理人代%(who)s办理此任务。", who=brief.on_behalf_of))))
    if brief.recusal_asked_at is not None:
        at = f"{local_time(brief.recusal_asked_at):%m-%d %H:%M}"
        found.append(Banner(text=str(gettext("你已于 %(at)s 申请回避，等待上一级领导审批；批准前仍由你办理。", at=at))))
    return tuple(found)
