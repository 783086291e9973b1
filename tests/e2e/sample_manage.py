"""The desk of an administrator: parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tests.e2e.sample_parts import Parts
from webui.pages import manage_views as mv
from webui.pages import views as v


def scenes(parts: Parts) -> Mapping[str, object]:
    """Every page of the desk, by its address."""
    say = parts.say
    entry = v.NavItem(key="manage", href="/params", current=True)
    frame = replace(parts.frame("manage"), nav=(*parts.frame("").nav, entry), clock=None)
    rows = (
        mv.ParamRow(
            key="extension_max_wd",
            label=say("延期最长工作日", "Longest extension in working days"),
            value=say("10 个工作日", "10 working days"),
            provenance=say("本地默认值", "Local default"),
            source="S1",
            pending=True,
            href="/params/extension_max_wd",
        ),
        mv.ParamRow(
            key="p01_letter_due",
            label=say("履职承诺书签订截止日", "Last day for signing the letters"),
            value="03-31",
            provenance=say("本地默认值", "Local default"),
            source="P01",
            changed=True,
            changed_by=say("用户903", "User 903"),
            changed_at=parts.at("11-30 16:42"),
            href="/params/p01_letter_due",
        ),
        mv.ParamRow(
            key="p07_notify_wd",
            label=say("实名举报受理告知期限", "Time for telling a named reporter that the report was taken"),
            value=say("15 个工作日", "15 working days"),
            provenance=say("公开规定", "follows a public rule"),
            source="P07",
        ),
    )
    labels = {"": say("全部", "All"), "pending": say("待确认", "To be confirmed"), "changed": say("已变更", "Changed")}
    params = mv.ParamsPage(
        frame=frame,
        rows=rows,
        filters=tuple(v.Option(value=key, label=label) for key, label in labels.items()),
        pending=86,
        total=91,
    )
    refused = say("参数“延期最长工作日”的值“十”无效。", "'十' is not a value for this parameter.")
    return {
        "params": params,
        "params-none": replace(params, rows=(), query="无此参数", pending=0),
        "param": mv.ParamPage(
            frame=frame,
            row=rows[0],
            kind="int",
            unit=say("个工作日", "working days"),
            shipped=say("10 个工作日", "10 working days"),
            value="十",
            error=refused,
            error_field="value",
        ),
    }
