"""领取所选, 批量转办 and their undoing: several tasks of the list, each by itself, each refusal in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode
from uuid import UUID

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands import tasks
from engine.errors import InputRejected
from engine.model.step import PersonId, TaskId
from engine.queries.batches import BatchView, batch_view
from engine.queries.tasks import TaskRow
from webui.auth import current_person, rule
from webui.batches import MOST, Outcome, each
from webui.pages.blueprint import blueprint
from webui.pages.deadlines import due_view
from webui.pages.forms import person_label
from webui.pages.framing import UNDO, frame, local_path, with_said
from webui.pages.inbox_views import BatchPage, BatchRow
from webui.pages.parts import Option
from webui.pages.rendering import render
from webui.pages.words import case_title, language, say
from webui.service import current_engine

_MOST_CHARACTERS = 500


@blueprint.post("/inbox/claim")
@rule("signed_in")
def claim_several() -> Response | str:
    """What somebody else has taken meanwhile is told by name; one such task stays in the list with the name."""
    engine, person, chosen = current_engine(), current_person(), _chosen(request.form.getlist("task"))
    if not chosen:
        return redirect(with_said("/inbox", "none_chosen", view="offered"), 303)
    outcome = each(chosen, lambda task_id: tasks.claim(engine, task_id, person))
    if not outcome.not_done:
        undo = [(UNDO, str(task_id)) for task_id in outcome.done]
        return redirect(f"/inbox?{urlencode([('view', 'todo'), ('said', 'claimed'), *undo])}", 303)
    if not outcome.done and len(outcome.not_done) == 1:
        taken = str(outcome.not_done[0].task_id)
        return redirect(f"/inbox?{urlencode({'view': 'offered', 'taken': taken})}", 303)
    return render(_told(batch_view(engine, person, chosen), outcome))


@blueprint.post("/inbox/unclaim")
@rule("signed_in")
def unclaim_several() -> Response:
    """Undo a claim. What has been done meanwhile stays done."""
    engine, person = current_engine(), current_person()
    each(_chosen(request.form.getlist("task")), lambda task_id: tasks.unclaim(engine, task_id, person))
    return redirect(with_said("/inbox", "unclaimed", view="offered"), 303)


@blueprint.post("/inbox/transfer/choose")
@rule("signed_in")
def choose_for_transfer() -> Response:
    """From the boxes of the list to an address that can be loaded again; the token of the form stays out of it."""
    chosen = [("task", str(task_id)) for task_id in _chosen(request.form.getlist("task"))]
    return redirect(f"/inbox/transfer?{urlencode([*chosen, ('next', _back())])}", 303)


@blueprint.get("/inbox/transfer")
@rule("signed_in")
def prepare_transfer() -> Response | str:
    """To whom and why; what cannot be handed on is told before."""
    chosen = _chosen(request.args.getlist("task"))
    if not chosen:
        return redirect(with_said(_back(), "none_to_transfer"), 303)
    return render(_before(batch_view(current_engine(), current_person(), chosen), {}, {}))


@blueprint.post("/inbox/transfer")
@rule("signed_in")
def transfer_several() -> Response | str | tuple[str, int]:
    """The outcome is the answer itself: sent again, it tells that the tasks are another's now, and does no harm."""
    engine, person, chosen = current_engine(), current_person(), _chosen(request.form.getlist("task"))
    values = {"to": request.form.get("to", ""), "reason": request.form.get("reason", "").strip()[:2000]}
    view = batch_view(engine, person, chosen)
    receiver = next((one for one in view.colleagues if one.id == values["to"]), None)
    if receiver is None:
        said = {"to": str(gettext("请选择接办人。"))}
        return render(_before(view, values, said)), 422
    try:
        to = PersonId(receiver.id)
        outcome = each(chosen, lambda task_id: tasks.transfer(engine, task_id, person, to, values["reason"]))
    except InputRejected as refused:
        return render(_before(view, values, {"reason": refused.zh if language() == "zh" else refused.en})), 422
    return render(_told(view, outcome, receiver=receiver.name))


def _before(view: BatchView, values: Mapping[str, str], errors: Mapping[str, str]) -> BatchPage:
    refused = {row.id: _why_not(row, view) for row in view.rows}
    return BatchPage(
        frame=frame(view.frame, "inbox"),
        action="transfer",
        rows=tuple(_rows((row for row in view.rows if not refused[row.id]), {})),
        left=tuple(_rows((row for row in view.rows if refused[row.id]), refused)),
        people=tuple(Option(value=one.id, label=person_label(one)) for one in view.colleagues),
        values=values,
        errors=errors,
        back_href=_back(),
    )


def _told(view: BatchView, outcome: Outcome, *, receiver: str = "") -> BatchPage:
    refused = {one.task_id: one.detail for one in outcome.not_done}
    known = {row.id for row in view.rows}
    gone = [
        BatchRow(task_id=str(one), href="", title=str(gettext("这件任务")), business_no="", step="", refused=said)
        for one, said in refused.items()
        if one not in known
    ]
    return BatchPage(
        frame=frame(view.frame, "inbox"),
        action="transfer" if receiver else "claim",
        rows=tuple(_rows((row for row in view.rows if row.id in outcome.done), {})),
        left=(*_rows((row for row in view.rows if row.id in refused), refused), *gone),
        done=True,
        receiver=receiver,
        back_href="/inbox?view=todo",
    )


def _rows(rows: Iterable[TaskRow], refused: Mapping[TaskId, str]) -> Iterable[BatchRow]:
    for row in rows:
        yield BatchRow(
            task_id=str(row.id),
            href=f"/task/{row.id}",
            title=case_title(row.title),
            business_no=row.business_no or "",
            step=say(row.name, row.name_en),
            due=due_view(row.light, row.due_on, row.due_at, state=row.state),
            refused=refused.get(row.id, ""),
        )


def _why_not(row: TaskRow, view: BatchView) -> str:
    """For the reader to know before; the command asks again."""
    if not row.is_open:
        return str(gettext("这件任务已办结。"))
    if row.assignee != view.frame.person:
        return str(gettext("这件任务不在你名下，领取后才能转办。"))
    return str(gettext("受保护的环节，不得转办或退回")) if row.protected else ""


def _chosen(texts: Iterable[str]) -> tuple[TaskId, ...]:
    """The ids among these texts, each once."""
    found: dict[TaskId, None] = {}
    for text in texts:
        try:
            found[TaskId(UUID(text))] = None
        except ValueError:
            continue
    return tuple(found)[:MOST]


def _back() -> str:
    """The list from which the reader came."""
    return local_path(request.values.get("next"), "/inbox?view=todo")
