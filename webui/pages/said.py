"""What has just been done by an administrator, as the sentence that the next page shows."""

from __future__ import annotations

from flask_babel import gettext


def of_administrators() -> dict[str, str]:
    """By the word that a redirect leaves in the address."""
    return {
        "post_changed": gettext("岗位任免已登记，在办任务已按规则移交，变更已记入审计日志。"),
        "unit_added": gettext("单位已增设，变更已记入审计日志。"),
        "unit_changed": gettext("单位信息已保存，变更已记入审计日志。"),
        "unit_closed": gettext("停用已登记，变更已记入审计日志。"),
    }
