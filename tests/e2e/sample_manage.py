"""The desk of an administrator: parameters and the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

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
    refused = say("参数“延期最长工作日”的值“ten”无效。", "'ten' is not a value for this parameter.")
    year = _year(frame, parts)
    return {
        "calendar": replace(year, may_change=False, entries=()),
        "calendar-preview": year,
        "params": params,
        "params-none": replace(params, rows=(), query="无此参数", pending=0),
        "param": mv.ParamPage(
            frame=frame,
            row=rows[0],
            kind="int",
            unit=say("个工作日", "working days"),
            shipped=say("10 个工作日", "10 working days"),
            value="ten",
            error=refused,
            error_field="value",
        ),
    }


def _year(frame: v.Frame, parts: Parts) -> mv.CalendarPage:
    """2027 before its national table is entered, with the preview of a local day."""
    say = parts.say
    blank, holiday = mv.CalendarCell(), say("火把节", "Torch Festival")
    cells = (
        *(blank,) * 2,
        *(
            mv.CalendarCell(
                number=number,
                mark="local" if number == 17 else "weekend" if number % 7 in {4, 5} else "",
                title=holiday if number == 17 else "",
                is_today=number == 1,
            )
            for number in range(1, 31)
        ),
    )
    months = tuple(
        mv.CalendarMonth(label=say(f"{n}月", ("Jan", "Feb", "Mar", "Apr")[n % 4]), cells=cells, working_days=21)
        for n in range(1, 13)
    )
    entry = mv.CalendarEntry(
        day=date(2027, 7, 17),
        layer=say("地方放假", "Local holiday"),
        layer_key="local",
        working=False,
        name=holiday,
        document=say("红政办发〔2027〕5号", "No. 5 of 2027"),
        in_force=True,
    )
    moved = mv.MovedLine(
        unit=say("蒙自市公安局", "Mengzi PSB"),
        task=say("实施整改", "Carry out"),
        old=date(2027, 7, 16),
        new=date(2027, 7, 19),
    )
    return mv.CalendarPage(
        frame=frame,
        year=2027,
        source="",
        working_days=259,
        months=months,
        entries=(entry,),
        previous_href="/calendar?year=2026",
        next_href="/calendar?year=2028",
        may_change=True,
        do="year",
        values={"table_year": "2027", "off": say("春节 2月5日", "Spring 5 Feb")},
        errors={"off": say("第1行无法识别。", "Line 1 cannot be read.")},
        preview=mv.CalendarPreview(
            days=(date(2027, 7, 19),), moved=(moved,) * 3, moved_count=3, sealed_count=1, confirmed=2, failed=0
        ),
    )
