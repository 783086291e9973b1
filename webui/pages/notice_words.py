"""What a notice says, in the reader's language: why a task stands in 抄送."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from flask_babel import gettext

from engine.model.clock import local_time
from webui.pages.deadlines import short_day
from webui.terms import term


def notice_text(kind: str, facts: Mapping[str, object], at: datetime, today: date) -> str:
    """ "黄牌 PK-532503GA-2026-0007 · 11-30 09:00" """
    texts = {
        "reminder": gettext("到期提醒"),
        "urge": gettext("催办"),
        "yellow": gettext("黄牌"),
        "red": gettext("红牌"),
        "report": gettext("上报上级"),
        "propose": gettext("问责启动建议"),
        "handover": gettext("转办给你"),
        "stage": gettext("请提交阶段报告"),
        "lecture_not_counted": gettext("代讲不计入完成，请本人主讲"),
        "extension_decided": gettext("延期审批结果"),
        "recusal_decided": gettext("回避申请审批结果"),
        "design_proposed": gettext("流程待确认发布"),
        "design_confirmed": gettext("流程已发布"),
        "design_refused": gettext("流程发布被退回"),
        "late": gettext("报告超时，请立即办理"),
        "leader": gettext("报告超时，请主要责任领导督促"),
        "top": gettext("下级报告超时"),
        "case_lead": gettext("办案任务超时，请督促"),
        "approver": gettext("办案任务超时，请审批领导督促"),
        "vacancy": gettext("岗位长期空缺，请督促配齐"),
        "followed_up": gettext("下级续报"),
        "same_topic": gettext("三个以上单位出现同类问题，建议开展专项督查"),
        "addendum": gettext("下级补报"),
        "copy": gettext("抄送"),
        "mentioned": gettext("有留言提到你"),
        "redated": gettext("工作日历变更"),
        "suspended": gettext("已暂停，计时停止"),
        "resumed": gettext("已恢复，计时继续"),
        "urged": gettext("上级催办"),
        "reassigned": gettext("改派给你"),
        "taken_over": gettext("已改派他人"),
        "moved_away": gettext("任务已由运行维护人员撤销"),
        "called_off": gettext("所申请的任务已撤销，无需再审批"),
    }
    about = (
        str(facts.get("no") or facts.get("what") or facts.get("topics") or "")
        or term(str(facts.get("decision") or ""))
        or _days(facts, today)
    )
    local = local_time(at)
    parts = [str(texts.get(kind, gettext("通知"))), about, str(facts.get("reason") or "")]
    return " ".join(part for part in parts if part) + f" · {short_day(local.date(), today)} {local:%H:%M}"


def _days(facts: Mapping[str, object], today: date) -> str:
    """ "03-23 → 03-24": how a date has moved."""
    days = [date.fromisoformat(str(facts[name])) for name in ("old", "new") if name in facts]
    return " → ".join(short_day(day, today) for day in days)
