"""暂停, 恢复, 催办, 改派: a supervisor's acts, each a small form with a reason, on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode
from uuid import UUID

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands import standstill
from engine.errors import Conflict, InputRejected, Refused
from engine.model.steering import NotSteering
from engine.model.step import InstanceId, PersonId, TaskId
from engine.queries.steering import StandstillView, SteeredTask, SteeringView, standstill_view, steering_view
from webui.api.steering import MOST_TASKS, Outcome, reassign_several, urge_several
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.deadlines import due_view
from webui.pages.forms import person_label, plain_form
from webui.pages.framing import frame, local_path, with_said
from webui.pages.parts import FieldView, FormView, Option
from webui.pages.rendering import render
from webui.pages.steering_views import Act, SteeringItem, SteeringPage
from webui.pages.words import case_title, say, unit_name
from webui.problems import detail_of
from webui.service import current_engine

_MOST_CHARACTERS = 500


@blueprint.get("/case/<uuid:case_id>/<any(suspend, resume):act>")
@rule("signed_in")
def show_standstill(case_id: UUID, act: Act) -> str:
    return render(_standstill_page(case_id, act))


@blueprint.post("/case/<uuid:case_id>/<any(suspend, resume):act>")
@rule("signed_in")
def do_standstill(case_id: UUID, act: Act) -> Response | tuple[str, int]:
    """Do it, or show the form again with the reason in words."""
    reason = request.form.get("reason", "")[: 4 * _MOST_CHARACTERS]
    do = standstill.suspend if act == "suspend" else standstill.resume
    try:
        do(current_engine(), current_person(), InstanceId(case_id), reason)
    except InputRejected as refused:
        return render(_standstill_page(case_id, act, reason, {"reason": detail_of(refused)})), 422
    except Conflict as refused:
        return render(_standstill_page(case_id, act, reason, {"": detail_of(refused)})), 409
    return redirect(with_said(f"/case/{case_id}", "suspended" if act == "suspend" else "resumed"), 303)


@blueprint.get("/urge/<any(urge, reassign):act>")
@rule("signed_in")
def show_tasks(act: Act) -> str | Response:
    chosen = _chosen()
    if not chosen:
        return redirect(with_said("/urge", "none_to_steer"), 303)
    return render(_tasks_page(steering_view(current_engine(), current_person(), chosen), act))


@blueprint.post("/urge/<any(urge, reassign):act>")
@rule("signed_in")
def do_tasks(act: Act) -> Response | str | tuple[str, int]:
    """Each task by itself; several are told one by one, a single one goes back to where it came from."""
    chosen, values = _chosen(), {name: request.form.get(name, "").strip()[:2000] for name in ("to", "reason")}
    view = steering_view(current_engine(), current_person(), chosen)
    errors = _missing(act, values)
    if errors:
        return render(_tasks_page(view, act, values, errors)), 422
    ids = [task.row.id for task in view.tasks]
    done = (
        urge_several(ids, values["reason"])
        if act == "urge"
        else reassign_several(ids, PersonId(values["to"]), values["reason"])
    )
    if len(done) == 1 and done[0].done:
        return redirect(with_said(_back(view), "urged" if act == "urge" else "reassigned"), 303)
    if len(done) == 1:
        return render(_tasks_page(view, act, values, {"": done[0].detail})), 409
    return render(_told_page(view, act, done))


def _chosen() -> tuple[TaskId, ...]:
    found: list[TaskId] = []
    for text in request.args.getlist("task")[:MOST_TASKS]:
        try:
            found.append(TaskId(UUID(text)))
        except ValueError:
            continue
    return tuple(found)


def _missing(act: Act, values: dict[str, str]) -> dict[str, str]:
    errors = {}
    if act == "reassign" and not values["to"]:
        errors["to"] = str(gettext("请选择承办人。"))
    if not values["reason"]:
        errors["reason"] = str(gettext("请填写理由。"))
    return errors


def _standstill_page(case_id: UUID, act: Act, reason: str = "", errors: dict[str, str] | None = None) -> SteeringPage:
    view = standstill_view(current_engine(), current_person(), case_id)
    may = view.steering.may_suspend if act == "suspend" else view.steering.may_resume
    if not may and not errors and view.case.status not in {"running", "suspended"}:
        raise NotSteering("Nothing to stop or to let go on.")
    label = gettext("暂停理由") if act == "suspend" else gettext("恢复理由")
    form = plain_form(
        act, (_reason(str(label)),), post_url=f"/case/{case_id}/{act}", values={"reason": reason}, errors=errors or {}
    )
    return SteeringPage(
        frame=frame(view.frame, "urge"),
        act=act,
        items=(_case_item(view),),
        form=form if may or errors else None,
        back_href=f"/case/{case_id}",
        rule=_standstill_rule(act, may=may),
    )


def _standstill_rule(act: Act, *, may: bool) -> str:
    if not may:
        return str(gettext("这件事项现在不能由你暂停或恢复：须由上级单位督查员或领导决定，本人有未办结环节的除外。"))
    if act == "suspend":
        return str(
            gettext(
                "暂停期间各环节停止计时，不提醒、不升级；升级阶梯和延期审批一并暂停。恢复时期限按耽搁的工作日顺延。"
            )
        )
    return str(gettext("恢复后继续计时，期限按暂停次日至今日的工作日顺延；暂停期间收到的消息依次送达。"))


def _tasks_page(
    view: SteeringView, act: Act, values: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> SteeringPage:
    able = [task for task in view.tasks if (task.may_urge if act == "urge" else task.may_reassign)]
    if not view.tasks:
        raise Refused("None of these tasks can be seen.", code="not_steering")
    possible = bool(able) and (act == "urge" or bool(view.people))
    return SteeringPage(
        frame=frame(view.frame, "urge"),
        act=act,
        items=tuple(_item(task, act) for task in view.tasks),
        form=_form(view, act, values or {}, errors or {}) if possible or errors else None,
        back_href=_back(view),
        rule=_tasks_rule(act, possible=possible, several=len(view.tasks) > 1),
    )


def _form(view: SteeringView, act: Act, values: dict[str, str], errors: dict[str, str]) -> FormView:
    fields = [_reason(str(gettext("催办理由") if act == "urge" else gettext("改派理由")))]
    if act == "reassign":
        people = tuple(Option(value=person.id, label=person_label(person)) for person in view.people)
        fields.insert(
            0, FieldView(kind="select", key="to", label=str(gettext("承办人")), required=True, options=people)
        )
    query = urlencode([("task", str(task.row.id)) for task in view.tasks])
    return plain_form(act, fields, post_url=f"/urge/{act}?{query}", values=values, errors=errors)


def _tasks_rule(act: Act, *, possible: bool, several: bool) -> str:
    if act == "urge":
        return str(
            gettext("催办通知发给办理人，抄送应办单位分管领导，记入办理记录；同一环节每日催办次数有上限。不签发牌卡。")
            if possible
            else gettext("所选环节现在不能由你催办：须为下级单位未办结、未暂停的环节。")
        )
    if possible:
        return str(gettext("改派给应办单位可以承办、在岗且无须回避的人员，期限不变；理由记入办理记录，双方收到通知。"))
    if several:
        return str(gettext("所选环节没有共同的可承办人员，请分单位、分环节改派。"))
    return str(gettext("没有可以改派的人员：受保护环节不改派，其余须为应办单位在岗且无须回避的人员。"))


def _told_page(view: SteeringView, act: Act, done: Sequence[Outcome]) -> SteeringPage:
    """What came of each, as it stands now."""
    fresh = steering_view(current_engine(), current_person(), [task.row.id for task in view.tasks])
    outcomes = {outcome.task_id: outcome for outcome in done}
    return SteeringPage(
        frame=frame(fresh.frame, "urge"),
        act=act,
        items=tuple(_told(task, outcomes[task.row.id]) for task in fresh.tasks),
        form=None,
        back_href=_back(view),
        is_told=True,
    )


def _told(task: SteeredTask, outcome: Outcome) -> SteeringItem:
    return _shown(task, refused=outcome.detail, done=outcome.done)


def _item(task: SteeredTask, act: Act) -> SteeringItem:
    able = task.may_urge if act == "urge" else task.may_reassign
    why = gettext("受保护环节不改派") if task.may_urge else gettext("不在你的督办范围，或者已办结、已暂停")
    return _shown(task, refused="" if able else str(why))


def _shown(task: SteeredTask, *, refused: str = "", done: bool = False) -> SteeringItem:
    row = task.row
    return SteeringItem(
        title=case_title(row.title),
        business_no=row.business_no or "",
        href=f"/case/{row.instance_id}",
        step=say(row.name, row.name_en),
        unit=unit_name(task.unit, short=True),
        who=row.assignee_name or str(gettext("待领取")),
        due=due_view(row.light, row.due_on, row.due_at, state=row.state),
        refused=refused,
        done=done,
    )


def _case_item(view: StandstillView) -> SteeringItem:
    case = view.case
    return SteeringItem(
        title=case_title(case.title),
        business_no=case.business_no,
        href=f"/case/{case.id}",
        unit=unit_name(case.unit, short=True),
        who=case.owner,
    )


def _back(view: SteeringView) -> str:
    """To the case, where all tasks are of one; else to the list."""
    cases = {task.row.instance_id for task in view.tasks}
    default = f"/case/{next(iter(cases))}" if len(cases) == 1 else "/urge"
    return local_path(request.args.get("next"), default)


def _reason(label: str) -> FieldView:
    return FieldView(kind="area", key="reason", label=label, required=True, max_length=_MOST_CHARACTERS)
