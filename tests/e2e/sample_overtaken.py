"""Sample pages of an officer's second thoughts: what could not be sent, a way back, a recusal."""

from __future__ import annotations

from dataclasses import replace

from tests.e2e.sample_tasks import Tasks
from webui.pages import views as v


def scenes(samples: Tasks) -> dict[str, object]:
    """Each by name."""
    say = samples.say
    asked = v.Banner(
        text=say("已提交。实施整改 · 差旅费报销附件不齐", "Submitted. Carry out the measures · Travel claims"),
        href="/case/c1",
        link=say("查看事项", "Look at the case"),
        more_href="/task/t9/withdraw",
        more_link=say("撤回", "Take back"),
    )
    task, closed = samples.task(), samples.task_closed()
    unsent = (v.Fact(label=say("根本原因", "Root cause"), text=say("制度学习不够。", "Rules were not known.")),)
    withdraw = v.Action(key="withdraw", href="/task/t3/withdraw", refused=say("下一环节已有人打开", "It was opened"))
    return {
        "task-next": replace(task, frame=replace(task.frame, banners=(asked,)), previous_href="/task/t1", next_href=""),
        "task-overtaken": replace(closed, unsent=unsent, actions=(withdraw,)),
        "action-recuse": _recusal(samples),
    }


def _recusal(samples: Tasks) -> v.ActionPage:
    say, page = samples.say, samples.action()
    grounds = tuple(
        v.Option(value=f"R{number}", label=f"R{number} {say('回避情形的说明', 'what this ground means')}")
        for number in range(1, 7)
    )
    fields = (
        v.FieldView(kind="radio", key="rule", label=say("回避情形", "Ground"), required=True, options=grounds),
        v.FieldView(kind="area", key="reason", label=say("情况说明", "Explanation"), required=True, max_length=500),
    )
    errors = {"rule": (say("请选择回避情形。", "Choose the ground."),)}
    form = v.FormView(key="recuse", schema={}, fields=fields, errors=errors, post_url="/task/t3/recuse")
    return replace(page, action="recuse", form=form, rule=say("由上一级领导审批。", "The next level decides."))
