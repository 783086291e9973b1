"""What the preview beside the inbox and the task page both show of one task: actions, facts, steps, ladder."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import gettext, ngettext

from engine.model.clock import local_day, local_time
from engine.model.recusal_request import GROUNDS
from engine.model.withdrawal import WithdrawalRefused
from engine.queries.case_head import CaseHead
from engine.queries.occasion import Occasion
from engine.queries.task_brief import TaskBrief
from webui.pages.deadlines import extension_text, ladder, short_day
from webui.pages.parts import Action, Fact, Ladder, Mark, Step
from webui.pages.words import case_title, say, severity_word, unit_name
from webui.terms import term


def actions_of(brief: TaskBrief, *, on_its_page: bool) -> tuple[Action, ...]:
    """What the reader may do; the first is the main button, where the page has one of its own for the form."""
    here = f"/task/{brief.task.id}"
    if brief.is_offered_to_me:
        claim = Action(key="claim", href=f"{here}/claim", post=True)
        return (claim, _recusal(brief)) if on_its_page else (claim, Action(key="look", href=here))
    if not brief.is_mine:
        return _withdrawal(brief) if on_its_page else (Action(key="look", href=here), *_withdrawal(brief))
    found = [] if on_its_page else [Action(key="open", href=here)]
    protected = str(gettext("受保护的环节，不得转办或退回")) if brief.task.protected else ""
    no_way_back = "" if brief.returns else str(gettext("前面没有可以退回的环节"))
    if brief.task.claimed_at is not None:
        found.append(Action(key="unclaim", href=f"{here}/unclaim", post=True))
    found.append(Action(key="transfer", href=f"{here}/transfer", refused=protected))
    found.append(Action(key="return", href=f"{here}/return", refused=protected or no_way_back))
    if brief.extension.refused != "not_limited":
        refused = extension_text(brief.extension) if brief.extension.refused else ""
        found.append(Action(key="extend", href=f"{here}/extend", refused=refused))
    return (*found, _recusal(brief))


def _withdrawal(brief: TaskBrief) -> tuple[Action, ...]:
    """撤回, while it could still be done; where only others or the date stand against it, the button says so."""
    if brief.withdrawal not in {"", "read", "late"}:
        return ()
    refused = WithdrawalRefused(brief.withdrawal) if brief.withdrawal else None
    said = say(refused.zh, refused.en) if refused is not None else ""
    return (Action(key="withdraw", href=f"/task/{brief.task.id}/withdraw", refused=said),)


def _recusal(brief: TaskBrief) -> Action:
    refused = str(gettext("已申请回避，等待审批")) if brief.recusal_asked_at is not None else ""
    return Action(key="recuse", href=f"/task/{brief.task.id}/recuse", refused=refused)


def links_of(brief: TaskBrief) -> tuple[Action, ...]:
    """查看流程图 办理记录 附件."""
    here = f"/case/{brief.case.id}"
    files = (Action(key="files", href=f"{here}#files", count=brief.documents),) if brief.documents else ()
    return (Action(key="diagram", href=f"{here}#diagram"), Action(key="history", href=f"{here}#history"), *files)


def steps_of(brief: TaskBrief) -> tuple[Step, ...]:
    """The process as people count it, with the current step as the reader's own where it is."""
    return tuple(
        Step(
            name=say(step.name, step.name_en),
            short=say(step.short or step.name, term(step.short) if step.short else step.name_en),
            status=status,
            mine=status == "now" and brief.is_mine and step.node_id == brief.task.node_id,
            who=_holder(brief) if status == "now" and step.node_id == brief.task.node_id else "",
            on=brief.task.due_on if status == "now" and step.node_id == brief.task.node_id else None,
        )
        for step, status in brief.steps
    )


def ladder_of(brief: TaskBrief) -> Ladder:
    """下一步升级预告."""
    light = brief.row.light
    is_late = light is not None and light.color == "red"
    return ladder(brief.rungs, due_on=brief.task.due_on, is_late=is_late, paused=brief.task.state == "suspended")


def marks_of(brief: TaskBrief) -> tuple[Mark, ...]:
    """Tags beside the title."""
    return marks(brief.case.marks, brief.case.severity)


def marks(of_case: tuple[str, ...], severity: str) -> tuple[Mark, ...]:
    """Those of the case; a problem of severity A is put right at once, which its people should see."""
    at_once = (Mark(term="立行立改"),) if severity == "A" else ()
    return (*at_once, *(Mark(term=mark) for mark in of_case))


def facts_of(brief: TaskBrief, today: date) -> tuple[Fact, ...]:
    """What the task is about."""
    found = (*occasion_facts(brief.occasion, today), *case_facts(brief.case, today))
    if not brief.on_behalf_of:
        return found
    return (*found, Fact(label="代理", text=str(gettext("代%(who)s办理", who=brief.on_behalf_of))))


def occasion_facts(occasion: Occasion, today: date) -> tuple[Fact, ...]:
    """What a ladder or an approval is about, and what the approver is asked for."""
    parent, asked = occasion.parent, occasion.asked
    if parent is None:
        return _recusal_facts(occasion)
    about = Fact(label="所属事项", text=case_title(parent.title), number=parent.business_no, href=f"/case/{parent.id}")
    if asked is None or asked.due_on is None or asked.until is None:
        return (about, *_recusal_facts(occasion))
    days = ngettext("%(num)s 个工作日", "%(num)s 个工作日", asked.working_days)
    return (
        about,
        Fact(label="申请延期", text=str(days), strong=True),
        Fact(label="到期日", text=f"{short_day(asked.due_on, today)} → {short_day(asked.until, today)}"),
        Fact(label="理由", text=asked.reason),
        Fact(label="申请人", text=asked.by),
    )


def _recusal_facts(occasion: Occasion) -> tuple[Fact, ...]:
    """Who asks to be recused, on which ground and why."""
    asked = occasion.recusal
    if asked is None:
        return ()
    return (
        Fact(label="申请人", text=asked.by),
        Fact(label="回避情形", text=f"{asked.rule} {say(*GROUNDS[asked.rule])}", strong=True),
        Fact(label="理由", text=asked.reason),
    )


def case_facts(case: CaseHead, today: date) -> tuple[Fact, ...]:
    """What the case is about; what it does not know is left out."""
    data = case.variables
    found = [
        Fact(label="责任单位", text=_joined(unit_name(case.unit), case.department)),
        Fact(label="来源", text=term(str(data.get("source") or ""))),
        Fact(label="性质", text=term(str(data.get("nature") or ""))),
        Fact(label="定级", text=severity_word(case.severity) if case.severity else ""),
        Fact(label="通知单", text="", number=str(data.get("notice_no") or "")),
        Fact(label="下发单位", text=unit_name(case.issuer_unit) if case.issuer_unit.code else ""),
        Fact(label="登记", text=_joined(case.started_by, _moment(case.started_at, today))),
        Fact(label="送达", text=_moment(case.delivered_at, today) if case.delivered_at else ""),
        Fact(label="整改期限", text=short_day(case.limit_on, today) if case.limit_on else "", strong=True),
        Fact(label="责任人", text=case.owner),
    ]
    return tuple(fact for fact in found if fact.text or fact.number)


def brief_facts(brief: TaskBrief, today: date) -> tuple[Fact, ...]:
    """The few lines of the preview."""
    case = brief.case
    found = [
        *occasion_facts(brief.occasion, today),
        Fact(label="当前环节", text=say(brief.row.name, brief.row.name_en)),
        Fact(label="责任单位", text=_joined(unit_name(case.unit), case.department)),
        Fact(label="收到", text=_moment(brief.task.created_at, today)),
        Fact(label="整改期限", text=short_day(case.limit_on, today) if case.limit_on else ""),
    ]
    return tuple(fact for fact in found if fact.text)


def closed_text(brief: TaskBrief) -> str:
    """Why the reader has no form: who has the task, or what became of it. "" where he has one."""
    task, today = brief.task, local_day(brief.task.created_at)  # the year shows where it is another than the task's
    if brief.row.state == "suspended":
        return str(gettext("事项已暂停，停止计时，恢复后再办理；已保存的草稿保留。"))
    if brief.is_mine:
        return ""
    if brief.is_offered_to_me:
        return str(gettext("领取后即可填写和提交。"))
    if brief.row.is_open:
        if brief.row.assignee is None:
            return str(gettext("这件任务待其他人员领取。"))
        if task.claimed_at is not None:
            at = _moment(task.claimed_at, today)
            return str(gettext("%(who)s 已于 %(at)s 领取，由其办理。", who=brief.row.assignee_name, at=at))
        return str(gettext("由 %(who)s 办理。", who=brief.row.assignee_name))
    at = _moment(task.done_at, today) if task.done_at is not None else ""
    words = {
        "completed": gettext("%(who)s 已于 %(at)s 办结。", who=brief.done_by, at=at),
        "returned": gettext("%(who)s 已于 %(at)s 退回。", who=brief.done_by, at=at),
        "cancelled": gettext("这件任务已于 %(at)s 撤销，无需办理。", at=at),
    }
    return str(words.get(task.state, gettext("这件任务已办结。")))


def _holder(brief: TaskBrief) -> str:
    return brief.row.assignee_name or (gettext("待领取") if brief.row.state == "offered" else "")


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _moment(at: datetime, today: date) -> str:
    local = local_time(at)
    return f"{short_day(local.date(), today)} {local:%H:%M}"
