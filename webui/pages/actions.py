"""转办, 退回, 撤回, 申请延期, 申请回避: small forms about a task, each on a page of its own: no scripts needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from flask import redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands import extensions, recusals, returns, tasks, withdrawals
from engine.errors import Conflict, InputRejected, Refused
from engine.model.deadline import DeadlineRefused
from engine.model.recusal_request import GROUNDS
from engine.model.step import PersonId, TaskId
from engine.queries.task_brief import TaskBrief
from engine.queries.task_view import ActionView, action_view
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.deadlines import extension_text
from webui.pages.forms import person_label, plain_form
from webui.pages.framing import frame, with_said
from webui.pages.parts import FieldView, Option
from webui.pages.rendering import render
from webui.pages.views import ActionPage
from webui.pages.words import case_title, language, say
from webui.problems import detail_of
from webui.service import current_engine

Name = Literal["transfer", "return", "withdraw", "extend", "recuse"]
_ROUTE = "/task/<uuid:task_id>/<any(transfer, return, withdraw, extend, recuse):action>"
_MOST_CHARACTERS = 500
_FIELDS = frozenset({"to", "reason", "days", "rule"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """One action: its fields, what its rule says, and the command behind it."""

    fields: Callable[[ActionView], tuple[FieldView, ...]]
    rule: Callable[[TaskBrief], str]
    do: Callable[[TaskId, PersonId, Mapping[str, str]], object]
    said: str
    #: May the reader do it at all? What stands against it for now is said by the command.
    is_for: Callable[[TaskBrief], bool] = lambda brief: brief.is_mine
    stays: bool = False  #: afterwards the reader still has the task


@blueprint.get(_ROUTE)
@rule("signed_in")
def show_action(task_id: UUID, action: Name) -> str:
    return render(_page(TaskId(task_id), action, values={}, errors={}))


@blueprint.post(_ROUTE)
@rule("signed_in")
def do_action(task_id: UUID, action: Name) -> Response | tuple[str, int]:
    """Do it, or show the form again with the reason in words."""
    values = {name: text.strip()[:2000] for name, text in request.form.items() if name in _FIELDS}
    try:
        _KINDS[action].do(TaskId(task_id), current_person(), values)
    except InputRejected as refused:
        said = refused.zh if language() == "zh" else refused.en
        return render(_page(TaskId(task_id), action, values, {str(refused.facts.get("field") or ""): said})), 422
    except DeadlineRefused as refused:
        said = refused.zh if language() == "zh" else refused.en
        return render(_page(TaskId(task_id), action, values, {"days": said})), 422
    except Conflict as refused:
        return render(_page(TaskId(task_id), action, values, {"": detail_of(refused)})), 409
    kind = _KINDS[action]
    return redirect(with_said(f"/task/{task_id}" if kind.stays else "/inbox", kind.said), 303)


def _page(task_id: TaskId, action: Name, values: Mapping[str, str], errors: Mapping[str, str]) -> ActionPage:
    view = action_view(current_engine(), current_person(), task_id)
    kind, brief, here = _KINDS[action], view.brief, f"/task/{task_id}"
    if not kind.is_for(brief):
        raise Refused("Only the holder of a task hands it on, sends it back or asks for time.", code="not_your_task")
    return ActionPage(
        frame=frame(view.frame, "inbox"),
        action=action,
        task=say(brief.row.name, brief.row.name_en),
        title=case_title(brief.case.title),
        business_no=brief.case.business_no,
        form=plain_form(
            action, kind.fields(view), post_url=f"{here}/{action}", values=values, errors=_known(kind, view, errors)
        ),
        back_href=here,
        rule=kind.rule(brief),
    )


def _known(kind: _Kind, view: ActionView, errors: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with a value that has no field here concerns the whole form."""
    keys = {field.key for field in kind.fields(view)}
    return {path if path in keys else "": said for path, said in errors.items()}


def _transfer_fields(view: ActionView) -> tuple[FieldView, ...]:
    people = tuple(Option(value=person.id, label=person_label(person)) for person in view.colleagues)
    return (
        FieldView(kind="select", key="to", label=str(gettext("接办人")), required=True, options=people),
        _reason(str(gettext("转办理由"))),
    )


def _return_fields(view: ActionView) -> tuple[FieldView, ...]:
    """Where there is a choice, the nearest task is offered first."""
    before = tuple(Option(value=node.id, label=say(node.name, node.name_en) or node.id) for node in view.brief.returns)
    asked = FieldView(kind="select", key="to", label=str(gettext("退回到")), required=True, options=before)
    reason = _reason(str(gettext("退回理由")))
    return (asked, reason) if len(before) > 1 else (reason,)


def _withdraw_fields(_view: ActionView) -> tuple[FieldView, ...]:
    return (_reason(str(gettext("撤回理由"))),)


def _recuse_fields(_view: ActionView) -> tuple[FieldView, ...]:
    grounds = tuple(Option(value=rule, label=f"{rule} {say(zh, en)}") for rule, (zh, en) in GROUNDS.items())
    return (
        FieldView(kind="radio", key="rule", label=str(gettext("回避情形")), required=True, options=grounds),
        _reason(str(gettext("情况说明"))),
    )


def _extend_fields(view: ActionView) -> tuple[FieldView, ...]:
    most = view.brief.extension.longest_wd
    asked = FieldView(
        kind="int",
        key="days",
        label=str(gettext("申请延期（工作日）")),
        hint=_days_hint(most),
        required=True,
        minimum="1",
        maximum=str(most),
    )
    return asked, _reason(str(gettext("延期理由")))


def _days_hint(most: int) -> str:
    if most > 1:
        return str(gettext("填写 1 至 %(most)s 的整数。", most=most))
    return str(gettext("只能延期 1 个工作日，填写 1。")) if most else ""


def _reason(label: str) -> FieldView:
    return FieldView(kind="area", key="reason", label=label, required=True, max_length=_MOST_CHARACTERS)


def _transfer(task_id: TaskId, person: PersonId, values: Mapping[str, str]) -> None:
    if not values.get("to"):
        raise InputRejected("请选择接办人。", "Choose who takes it over.", field="to")
    tasks.transfer(current_engine(), task_id, person, PersonId(values["to"]), values.get("reason", ""))


def _send_back(task_id: TaskId, person: PersonId, values: Mapping[str, str]) -> None:
    returns.send_back(current_engine(), task_id, person, values.get("reason", ""), values.get("to", ""))


def _withdraw(task_id: TaskId, person: PersonId, values: Mapping[str, str]) -> None:
    withdrawals.withdraw(current_engine(), task_id, person, values.get("reason", ""))


def _recuse(task_id: TaskId, person: PersonId, values: Mapping[str, str]) -> None:
    recusals.request(current_engine(), person, task_id, values.get("rule", ""), values.get("reason", ""))


def _extend(task_id: TaskId, person: PersonId, values: Mapping[str, str]) -> None:
    text = values.get("days", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 4):
        raise InputRejected("请填写延期天数，应为整数。", "Give the number of working days.", field="days", value=text)
    extensions.request(current_engine(), person, task_id, int(text), values.get("reason", ""))


def _transfer_rule(_brief: TaskBrief) -> str:
    return str(gettext("转给本单位其他人员办理，期限不变；转办情况记入办理记录。"))


def _return_rule(brief: TaskBrief) -> str:
    if len(brief.returns) > 1:
        return str(gettext("退回所选环节，由该环节重新办理；同时进行的其他分支不受影响，理由记入办理记录。"))
    return str(gettext("退回上一环节重新办理，理由记入办理记录。"))


def _withdraw_rule(_brief: TaskBrief) -> str:
    return str(gettext("下一环节无人打开时可以撤回一步：任务回到你手中，已填内容保留，原期限不变；理由记入办理记录。"))


def _recuse_rule(_brief: TaskBrief) -> str:
    return str(
        gettext(
            "由上一级领导在 2 个工作日内审批。批准后任务另派他人，你在本事项中已办的工作标记需重核；"
            "批准前任务仍由你办理。申请内容只有你和审批人能看到。"
        )
    )


def _extend_rule(brief: TaskBrief) -> str:
    return str(
        gettext("%(rule)s。由下发单位分管领导审批，批准前仍按原期限计时。", rule=extension_text(brief.extension))
    )


_KINDS: Mapping[str, _Kind] = {
    "transfer": _Kind(fields=_transfer_fields, rule=_transfer_rule, do=_transfer, said="transferred"),
    "return": _Kind(fields=_return_fields, rule=_return_rule, do=_send_back, said="returned"),
    "withdraw": _Kind(
        fields=_withdraw_fields,
        rule=_withdraw_rule,
        do=_withdraw,
        said="withdrawn",
        is_for=lambda brief: brief.withdrawal is not None,
    ),
    "extend": _Kind(fields=_extend_fields, rule=_extend_rule, do=_extend, said="extension", stays=True),
    "recuse": _Kind(
        fields=_recuse_fields,
        rule=_recuse_rule,
        do=_recuse,
        said="recusal",
        is_for=lambda brief: brief.is_mine or brief.is_offered_to_me,
        stays=True,
    ),
}
