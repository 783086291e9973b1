"""The frame around a page, from what the engine says of the reader; and the line that tells what has just been done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from flask import request
from flask_babel import gettext, pgettext

from engine.errors import NotFound
from engine.model.clock import local_day
from engine.model.step import TaskId
from engine.queries.frame import FrameFacts, clock_of
from engine.queries.task_brief import after_submitting
from webui.auth import csrf_token
from webui.pages.parts import Banner, ClockBanner, Frame, NavItem
from webui.pages.preferences import preferences
from webui.pages.said import of_administrators, of_daily_work
from webui.pages.words import case_title, language, listed, say, unit_name
from webui.service import current_engine, current_service

#: Query parameter that names what has just been done; shown once, never kept in an address to come back to.
SAID = "said"
#: Tasks that have just been claimed: the line that says so offers to give them back.
UNDO = "undo"


def frame(
    facts: FrameFacts, current: str = "", *, banners: tuple[Banner, ...] = (), dates: Iterable[date | None] = ()
) -> Frame:
    """For a reader who is signed in. current: the entry of the navigation on which the page stands.

    dates: that the page shows and that are still to come; one in a year without a holiday table is provisional.
    """
    chosen = preferences()
    return Frame(
        now=facts.now,
        user=facts.name,
        account=facts.person,
        unit=unit_name(facts.unit),
        roles=tuple(say(role.zh, role.en) for role in facts.roles),
        unread=facts.unread,
        nav=_nav(facts, current),
        clock=_clock(facts),
        banners=(*_said(facts), *banners, *_warnings(facts, dates)),
        language=language(),
        theme=chosen.theme,
        large_text=chosen.large_text,
        density=chosen.density,
        csrf_token=csrf_token(),
        path=here(),
        shortcuts=chosen.shortcuts,
    )


def anonymous_frame() -> Frame:
    """For login and errors of somebody who is not signed in."""
    now, _ = clock_of(current_service().engine)
    chosen = preferences()
    return Frame(
        now=now,
        language=language(),
        theme=chosen.theme,
        large_text=chosen.large_text,
        csrf_token=csrf_token(),
        path=here(),
        unread_href="",
    )


def here() -> str:
    """Path and query of this page, to come back to; without what was said on it."""
    kept = [
        (name, value) for name, value in request.args.items(multi=True) if name not in {SAID, UNDO, "taken", "done"}
    ]
    return request.path + (f"?{urlencode(kept)}" if kept else "")


def local_path(text: str | None, default: str = "/inbox") -> str:
    """`text` when it is a path of this site, else `default`: nobody is sent elsewhere by a prepared link."""
    if not text or not text.startswith("/") or text.startswith(("//", "/\\")) or "\\" in text:
        return default
    parts = urlsplit(text)
    return text if not parts.scheme and not parts.netloc else default


def with_said(path: str, said: str, **more: str) -> str:
    """`path` with the name of what has just been done."""
    parts = urlsplit(path)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in {SAID, UNDO, *more}]
    return f"{parts.path}?{urlencode([*kept, *more.items(), (SAID, said)])}"


def _nav(facts: FrameFacts, current: str) -> tuple[NavItem, ...]:
    supervises = bool({role.code for role in facts.roles} & {"inspector", "unit_leader"})
    aside: Literal["both", "top"] = "top" if supervises else "both"  # the phone's bar has four places
    items = [
        NavItem(key="inbox", href="/inbox", current=current == "inbox"),
        NavItem(key="duties", href="/obligations", current=current == "duties", place="top"),
    ]
    if supervises:
        items.append(NavItem(key="status", href="/status", current=current == "status"))
        items.append(NavItem(key="urge", href="/urge", current=current == "urge", place="top"))
        items.append(NavItem(key="cards", href="/cards", current=current == "cards"))
    if supervises or any(role.code in {"analyst", "auditor"} for role in facts.roles):
        items.append(NavItem(key="questions", href="/questions", current=current == "questions", place="top"))
    items.append(NavItem(key="done", href="/inbox?view=done", current=current == "done", place=aside))
    if facts.may_start:
        items.append(NavItem(key="start", href="/start", current=current == "start", place=aside))
    if any(role.code == "operator" for role in facts.roles):
        items.append(NavItem(key="operations", href="/incidents", current=current == "operations"))
    if any(role.code == "analyst" for role in facts.roles):
        items.append(NavItem(key="design", href="/design", current=current == "design"))
    if any(role.code == "admin" for role in facts.roles):
        items.append(NavItem(key="manage", href="/params", current=current == "manage"))
    return (*items, NavItem(key="me", href="/me", current=current == "me", place="phone"))


def _clock(facts: FrameFacts) -> ClockBanner | None:
    if facts.mode == "real":
        return None
    return ClockBanner(mode=facts.mode, now=facts.now, next_deadline=facts.next_deadline)


def _said(facts: FrameFacts) -> tuple[Banner, ...]:
    """What a redirect has left in the address, as a sentence; a word that is not ours says nothing."""
    if SAID not in request.args:
        return ()
    words = {
        "submitted": gettext("已提交。"),
        "started": gettext("已登记，系统已编号并开始计时。"),
        "draft": gettext("草稿已保存。"),
        "claimed": gettext("已领取，任务已转入待办。"),
        "none_chosen": gettext("没有勾选任务。请先勾选，再领取。"),
        "none_to_transfer": gettext("没有勾选任务。请先勾选，再转办。"),
        "absence": gettext("请假、出差与代理已更新。"),
        "read": gettext("已标为已读。"),
        "view_saved": gettext("视图已保存。"),
        "view_deleted": gettext("视图已删除。"),
        "calendar_changed": gettext("日历已变更，未结期限已重新计算，变动清单已发给督查员。"),
        "param_set": gettext("参数已保存，变更已记入审计日志。"),
        "channel_tried": gettext("测试消息已交给后台发送，稍后刷新本页查看结果。"),
        "channel_dropped": gettext("渠道已删除。"),
        "unclaimed": gettext("已放回待领取。"),
        "transferred": gettext("已转办。"),
        "returned": gettext("已退回。"),
        "withdrawn": gettext("已撤回，任务回到待办，已填内容保留为草稿。"),
        "recusal": gettext("回避申请已提交，等待上一级领导审批。"),
        "document_void": gettext("文书已作废，编号保留在登记簿中。"),
        "waived": gettext("已免除，在统计中单列。"),
        "rule_changed": gettext("规则已修改，此后开始的期间按新规则生成。"),
        "objected": gettext("异议已提交，等待上级审定；审定前这张牌卡不计入。"),
        "extension": gettext("延期申请已提交，等待审批。"),
        "retried": gettext("重试成功，异常已解决。"),
        "retried_in_vain": gettext("已重试，仍未成功，次数加一。"),
        "noted": gettext("已标记为已知，并保存说明。"),
        "suspended": gettext("已暂停，各环节停止计时。"),
        "resumed": gettext("已恢复，期限已按工作日顺延。"),
        "moved": gettext("已执行，移动前后的位置和理由已记入操作记录。"),
        "edited": gettext("变量已修改，理由已记入操作记录。"),
        "urged": gettext("已催办，办理人和分管领导会收到通知。"),
        "reassigned": gettext("已改派，双方会收到通知。"),
        "none_to_steer": gettext("没有勾选任务。请先勾选，再催办或改派。"),
        "verified": gettext("已重新校验办理记录。"),
        "imported": gettext("文件已导入为草稿，校验结果如下。"),
        "design_discarded": gettext("草稿已放弃，修订记录仍可查看。"),
        "design_restored": gettext("已恢复为新的修订，此前的修订都保留。"),
        "form_passes": gettext("填写的内容通过校验。这是预览，没有保存任何内容。"),
        "design_proposed": gettext("已提交发布，另一名分析员确认后生效。"),
        "design_published": gettext("已确认发布，新登记的事项按新版本办理。"),
        "design_refused": gettext("已退回，草稿可继续编辑。"),
        "migration_proposed": gettext("已提交迁移，另一人确认后开始。"),
        "saved": gettext("设置已保存。"),
        "clock": gettext("时钟已推进，期间到期的提醒和督办均已按序处理。"),
    }
    words |= of_administrators() | of_daily_work()
    said = request.args.get(SAID, "")
    text, undo = words.get(said), request.args.getlist(UNDO)
    if said == "claimed" and undo:
        fields = tuple(("task", task_id) for task_id in undo)
        return (Banner(text=str(text), post="/inbox/unclaim", fields=fields, link=str(gettext("放回待领取"))),)
    if said == "submitted" and "done" in request.args:
        return (_submitted(facts, str(text)),)
    return (Banner(text=str(text)),) if text else ()


def _submitted(facts: FrameFacts, text: str) -> Banner:
    """With a way to the case that was worked on, and one back while nobody has read what came of it."""
    try:
        done = after_submitting(current_engine(), facts.person, TaskId(UUID(request.args["done"])))
    except (ValueError, NotFound):
        return Banner(text=text)
    step, title = say(done.name, done.name_en), case_title(done.title)
    return Banner(
        text=str(gettext("已提交。%(step)s · %(title)s", step=step, title=title)),
        href=f"/case/{done.instance_id}",
        link=str(gettext("查看事项")),
        more_href=f"/task/{done.id}/withdraw" if done.may_withdraw else "",
        more_link=str(pgettext("action", "撤回")) if done.may_withdraw else "",
    )


def _warnings(facts: FrameFacts, dates: Iterable[date | None]) -> tuple[Banner, ...]:
    """One line for all years (domain.md §6.4)."""
    today = local_day(facts.now)
    shown = {today, *(day for day in dates if day is not None and day > today)}
    missing = sorted({day.year for day in shown} - facts.table_years)
    if not missing:
        return ()
    text = gettext("%(year)s 年节假日表未维护，期限暂定。", year=listed([str(year) for year in missing]))
    return (Banner(text=str(text), kind="warn"),)
