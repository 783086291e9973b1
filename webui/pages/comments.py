"""留言: said on the page of a case or beside the form of a task, and withdrawn by who said it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import redirect, request
from werkzeug.wrappers import Response

from engine.commands import comments
from engine.errors import Conflict, InputRejected
from engine.model.step import InstanceId
from engine.queries.case_view import case_view
from engine.queries.comments import comment_line
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.case import case_page
from webui.pages.framing import local_path, with_said
from webui.pages.once import done_once
from webui.pages.rendering import render
from webui.problems import detail_of
from webui.service import current_engine

_MOST_TYPED = 8000  #: characters that come back to be mended


@blueprint.post("/case/<uuid:case_id>/comments")
@rule("signed_in")
def add_comment(case_id: UUID) -> Response | tuple[str, int]:
    """Back to where it was said; what is refused comes back on the page of the case, with the reason."""
    text = request.form.get("text", "")[:_MOST_TYPED]
    told = [one for one in (request.form.get("mention", "").strip()[:40],) if one]

    def say() -> str:
        row = comments.comment(current_engine(), current_person(), InstanceId(case_id), text, mentioned=told)
        return with_said(_back(case_id), "commented") + f"#comment-{row.id}"

    try:
        return redirect(done_once(say), 303)
    except InputRejected as refused:
        return _refused(case_id, text, detail_of(refused)), 422
    except Conflict as refused:
        return _refused(case_id, text, detail_of(refused)), 409


@blueprint.post("/comment/<uuid:comment_id>/withdraw")
@rule("signed_in")
def withdraw_comment(comment_id: UUID) -> Response:
    """Withdrawn already: said the same, for nothing is left to do."""
    engine, person = current_engine(), current_person()
    case_id = comment_line(engine, person, comment_id).instance_id
    try:
        comments.withdraw_comment(engine, person, comment_id)
    except Conflict as refused:
        if refused.code != "comment_withdrawn":
            raise
    return redirect(with_said(_back(case_id), "comment_withdrawn") + "#comments", 303)


def _refused(case_id: UUID, text: str, said: str) -> str:
    page = case_page(case_view(current_engine(), current_person(), InstanceId(case_id)))
    shown = replace(page.comments, text=text, error=said) if page.comments is not None else None
    return render(replace(page, comments=shown))


def _back(case_id: UUID) -> str:
    return local_path(request.form.get("next"), f"/case/{case_id}")
