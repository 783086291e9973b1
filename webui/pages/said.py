"""What has just been done, as the sentence that the next page shows."""

from __future__ import annotations

from flask_babel import gettext


def of_daily_work() -> dict[str, str]:
    """By the word that a redirect leaves in the address: what goes with tasks and cases without moving them."""
    return {
        "commented": gettext("留言已发表。"),
        "copied": gettext("已抄送，对方在“抄送”中可见。"),
        "comment_withdrawn": gettext("留言已撤回。"),
    }


def of_administrators() -> dict[str, str]:
    """By the word that a redirect leaves in the address."""
    return {
        "post_changed": gettext("岗位任免已登记，在办任务已按规则移交，变更已记入审计日志。"),
        "unit_added": gettext("单位已增设，变更已记入审计日志。"),
        "unit_changed": gettext("单位信息已保存，变更已记入审计日志。"),
        "unit_closed": gettext("停用已登记，变更已记入审计日志。"),
        "roster_filled": gettext("值班表已更新。"),
        "roster_full": gettext("没有可复制的班次：上月没有安排，或本月已排满。"),
        "imported_staff": gettext("已全部导入，变更已记入审计日志；新增人员请另行开设账户。"),
        "person_moved": gettext("调动已登记，变更已记入审计日志。"),
        "account_changed": gettext("账户状态已更新，变更已记入审计日志。"),
        "sessions_ended": gettext("已退出此人的所有登录。"),
        "token_revoked": gettext("令牌已作废。"),
        "role_requested": gettext("授权申请已提交，等待另一名系统管理员确认。"),
        "role_confirmed": gettext("已确认授权，自起始日起生效。"),
        "role_refused": gettext("授权申请已退回或撤回，理由已记入审计日志。"),
        "role_ended": gettext("角色已终止，变更已记入审计日志。"),
        "password_changed": gettext("密码已修改，其他设备上的登录已退出。"),
    }
