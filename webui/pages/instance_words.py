"""What happened inside of an instance, in a word each, for an operator, who sees no more of it."""

from __future__ import annotations

from flask_babel import gettext


def event_word(event: str) -> str:
    """The word for a kind of event; all that is about decisions of people is told as such only."""
    return _drawn().get(event) or _worked().get(event) or _dated().get(event) or str(gettext("业务记录"))


def _drawn() -> dict[str, str]:
    return {
        "entered": str(gettext("到达")),
        "completed": str(gettext("完成")),
        "cancelled": str(gettext("取消")),
        "state": str(gettext("状态变化")),
        "started": str(gettext("发起")),
        "ended": str(gettext("结束")),
        "received": str(gettext("收到消息")),
        "decided": str(gettext("决策判定")),
        "moved": str(gettext("移动令牌")),
        "variable_edited": str(gettext("修改变量")),
    }


def _worked() -> dict[str, str]:
    return {
        "opened": str(gettext("打开任务")),
        "claimed": str(gettext("领取任务")),
        "unclaimed": str(gettext("放回待领取")),
        "assigned": str(gettext("确定办理人")),
        "submitted": str(gettext("提交表单")),
        "transferred": str(gettext("转办")),
        "returned": str(gettext("退回")),
        "handed_over": str(gettext("交接")),
        "notice_sent": str(gettext("发出通知")),
        "delivered": str(gettext("送达")),
    }


def _dated() -> dict[str, str]:
    return {
        "reminder": str(gettext("提醒")),
        "stage": str(gettext("阶段报告")),
        "urged": str(gettext("催办")),
        "card_issued": str(gettext("签发牌卡")),
        "document_made": str(gettext("生成文书")),
        "document_signed": str(gettext("签署文书")),
        "document_void": str(gettext("作废文书")),
        "extended": str(gettext("延期")),
        "suspended": str(gettext("暂停")),
        "resumed": str(gettext("恢复")),
        "redated": str(gettext("重算期限")),
    }
