"""办理: one task with its form and all that explains it; submitting it without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands import accounts, drafts, tasks
from engine.commands.filling import SignatureMissing
from engine.errors import FormRejected, InputRejected
from engine.model.clock import local_day
from engine.model.step import TaskId
from engine.queries.task_view import TaskView, task_view
from webui.auth import current_person, rule
from webui.guard import body_limit
from webui.pages.blueprint import blueprint
from webui.pages.deadlines import basis, days_of_ladder, due_view
from webui.pages.events import timeline
from webui.pages.forms import form_view, plain_form, posted_values
from webui.pages.framing import frame, with_said
from webui.pages.parts import Banner, FormView
from webui.pages.rendering import render
from webui.pages.sent import documents, filled_forms
from webui.pages.task_parts import actions_of, closed_text, facts_of, ladder_of, marks_of, steps_of
from webui.pages.uploads import MAX_FORM_BYTES, posted_files
from webui.pages.views import TaskPage
from webui.pages.words import language, plate_of_level, say, unit_name
from webui.service import current_engine, current_service


@blueprint.get("/task/<uuid:task_id>")
@rule("signed_in")
def show_task(task_id: UUID) -> str:
    """The first look of its assignee, or of somebody to whom it is offered, delivers a notice (domain.md §3 S1)."""
    return render(_page(_seen(TaskId(task_id))))


@blueprint.post("/task/<uuid:task_id>")
@rule("signed_in")
@body_limit(MAX_FORM_BYTES)
def submit(task_id: UUID) -> Response | tuple[str, int]:
    """The form without scripts: submitted, or kept as a draft; refused values come back with what is wrong."""
    engine, person = current_engine(), current_person()
    view = task_view(engine, person, TaskId(task_id))
    values: dict[str, object] = {}
    try:
        if view.form is not None:
            values = posted_values(view.form, view.choices, request.form)
            values |= posted_files(view.form, view.draft.values if view.draft else {}, task_id=TaskId(task_id))
        if request.form.get("do") == "draft":
            drafts.save_task_draft(engine, TaskId(task_id), person, values)
            return redirect(with_said(f"/task/{task_id}", "draft"), 303)
        tasks.complete(engine, TaskId(task_id), person, values, signed=_is_signed(request.form.get("password", "")))
    except FormRejected as refused:
        return render(_page(view, values=values, errors=refused.by_field(language()))), 422
    except InputRejected as refused:
        errors = {str(refused.facts.get("field") or ""): [refused.zh if language() == "zh" else refused.en]}
        return render(_page(view, values=values, errors=errors)), 422
    except SignatureMissing:
        said = str(gettext("签名密码不对，请重新输入。"))
        return render(_page(view, values=values, errors={"": [said]})), 422
    return redirect(with_said(_next_path(view), "submitted"), 303)


def _seen(task_id: TaskId) -> TaskView:
    engine, person = current_engine(), current_person()
    view = task_view(engine, person, task_id)
    brief = view.brief
    if brief.task.opened_at is None and brief.row.is_open and (brief.is_mine or brief.is_offered_to_me):
        tasks.open_task(engine, task_id, person)
        view = task_view(engine, person, task_id)
    return view


def _is_signed(password: str) -> bool:
    """Was the right password typed again? Counted apart from the step, so that a wrong one stays counted."""
    if not password:
        return False
    engine, address = current_service().engine, request.remote_addr or ""
    return accounts.confirm_password(engine, current_person(), password, address=address)


def _next_path(view: TaskView) -> str:
    following = view.place.following
    return f"/task/{following}" if following is not None else "/inbox"


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
        title=case.title,
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
        next_href=f"/task/{view.place.following}" if view.place.following is not None else "",
        actions=actions_of(brief, on_its_page=True),
        facts=facts_of(brief, today),
        basis=basis(brief, today),
        ladder=escalation,
        steps=steps_of(brief),
        timeline=timeline(view.history, view.tasks, view.papers),
        filled=filled_forms(view.sent, view.tasks),
        documents=documents(view.uploads),
    )


def _form(
    view: TaskView, values: Mapping[str, object] | None, errors: Mapping[str, Sequence[str]] | None
) -> FormView | None:
    """The form for whoever holds the task; nobody fills in what he has not claimed."""
    if not view.brief.is_mine:
        return None
    here = f"/task/{view.brief.task.id}"
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
        values=values if values is not None else draft.values if draft is not None else None,
        errors=errors,
        draft_at=draft.saved_at if draft is not None else None,
        next_url=with_said(_next_path(view), "submitted"),
        files=documents(view.draft_uploads),
    )


def _banners(view: TaskView) -> tuple[Banner, ...]:
    """Whose work it is, where the assignee acts for somebody."""
    if not view.brief.on_behalf_of or not view.brief.is_mine:
        return ()
    return (Banner(text=str(gettext("你作为代理人代%(who)s办理此任务。", who=view.brief.on_behalf_of))),)
