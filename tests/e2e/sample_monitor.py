"""Sample pages of a supervisor: overview, processes, one process with two versions, trend, closed cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.e2e.sample_parts import Parts
from webui.pages import instance_views as i
from webui.pages import monitor_views as v
from webui.pages import status_views as s
from webui.pages.parts import Due, Fact, Mark, Option

XML = "/api/v1/process-definitions/S1/xml"


def scenes(parts: Parts) -> dict[str, object]:
    return {
        "status": status(parts),
        "processes": processes(parts),
        "process": process(parts),
        "process-compared": compared(parts),
        "process-trend": trend(parts),
        "process-closed": closed(parts),
        "instance": instance(parts),
    }


def choices(p: Parts) -> tuple[v.Choice, ...]:
    regions = (
        Option(value="532503", label=p.say("蒙自市", "Mengzi"), selected=True),
        Option(value="532504", label=p.say("弥勒市", "Mile")),
    )
    kinds = (Option(value="GA", label=p.say("公安", "Public security")),)
    return (
        v.Choice(name="region", label=p.say("地区", "Region"), options=regions),
        v.Choice(name="type", label=p.say("类型", "Type"), options=kinds),
    )


def line(p: Parts, node: str, zh: str, en: str, opened: int, red: int, **more: object) -> v.ElementLine:
    name = p.say(zh, en)
    values: dict[str, object] = {
        "id": node,
        "name": name,
        "href": f"/process/S1_RECTIFY?node={node}#cases",
        "open": opened,
        "red": red,
        "yellow": 1,
        "median": "2.5",
        "limit": "5",
        "done": 55,
        "late_done": 3,
        "share": 12,
        "heat": 2,
        "chip": p.say("中位 2.5 / 限 5 日", "median 2.5 of 5 d"),
        "label": p.say(f"{name}：在办 {opened} 件", f"{name}: {opened} open"),
        "late_words": p.say(f"逾期 {red}", f"{red} late") if red else "",
        "has_ladder": True,
    }
    return v.ElementLine(**(values | more))  # type: ignore[arg-type]


def picture(p: Parts, anchor: str = "load", version: int = 3) -> v.LoadPicture:
    return v.LoadPicture(
        anchor=anchor,
        version=version,
        is_current=version == 3,
        running=92,
        xml_url=XML,
        lines=(
            line(p, "S1_T2", "下发整改通知单", "Issue the notice", 2, 0, heat=1),
            line(p, "S1_T5", "实施整改", "Carry out the measures", 58, 13, heat=5, share=61, is_chosen=True),
            line(p, "S1_T7", "核验", "Verify", 9, 2, heat=4, change="changed" if anchor == "other" else ""),
            line(p, "EV_60D", "60 日后", "60 days later", 6, 0, is_event=True, median="", done=0, heat=0, chip=""),
        ),
        text=(p.say("在办 92 件，任务逾期 21 件。", "92 cases are open; 21 tasks are overdue."),),
    )


def token(p: Parts, number: int) -> v.TokenLine:
    return v.TokenLine(
        href=f"/case/c{number}",
        title=p.say("公务接待审批单要素不全", "Reception approval forms incomplete"),
        number=f"WT-532503GA-2026-{number:04d}",
        step=p.say("实施整改", "Carry out the measures"),
        unit=p.say("蒙自市公安局", "Mengzi Public Security Bureau"),
        due=Due(light="red", on=date(2026, 11, 20), days_left=-7),
        assignee=p.say("用户101", "User 101"),
        plate="red",
        marks=(Mark(term="已延期"),),
        version=3,
    )


def process(p: Parts) -> v.ProcessPage:
    return v.ProcessPage(
        frame=p.frame("status", inspector=True),
        key="S1_RECTIFY",
        name=p.say("整改闭环", "Rectification loop"),
        choices=choices(p),
        kept=(("node", "S1_T5"),),
        running=92,
        red=21,
        yellow=12,
        red_href="/process/S1_RECTIFY?light=red#cases",
        yellow_href="/process/S1_RECTIFY?light=yellow#cases",
        all_href="/process/S1_RECTIFY#cases",
        bottleneck=(
            p.say(
                "实施整改等待最久：中位 9 个工作日，占全程 61%。", "“Carry out” takes longest: median 9 working days."
            ),
            p.say("现有 58 件在办，其中蒙自市 4 件逾期。", "58 are open there now: 4 overdue in Mengzi."),
        ),
        since=date(2026, 6, 1),
        picture=picture(p),
        versions=(
            v.VersionLine(version=3, running=71, href="?version=3", compare_href="", is_shown=True, is_current=True),
            v.VersionLine(version=2, running=21, href="?version=2", compare_href="?with=2#compare"),
        ),
        places_by="region",
        places=(v.PlaceLine(name=p.say("蒙自市", "Mengzi"), href="?region=532503", open=20, red=4, yellow=2),),
        tokens=(token(p, 9), token(p, 7)),
        tokens_of=p.say("实施整改", "Carry out the measures"),
        next_href="?after=x#cases",
        trend_href="/process-trend",
        clear_href="/process/S1_RECTIFY",
    )


def compared(p: Parts) -> v.ProcessPage:
    return replace(
        process(p),
        bottleneck=(),
        tokens=(),
        other=picture(p, "other", 2),
        apart_href="/process/S1_RECTIFY",
        differences=(
            v.Difference(
                name=p.say("核验", "Verify"),
                change="changed",
                detail=p.say("时限由“5 个工作日”改为“3 个工作日”", "Limit changed to 3 working days"),
            ),
            v.Difference(name=p.say("阶段报告", "Stage report"), change="added"),
        ),
    )


def process_line(p: Parts) -> v.ProcessLine:
    return v.ProcessLine(
        key="S1_RECTIFY",
        name=p.say("整改闭环", "Rectification loop"),
        href="/process/S1_RECTIFY",
        late_href="/process/S1_RECTIFY?light=red",
        running=92,
        red=21,
        yellow=12,
        closed=40,
        median="31.5",
        versions=(p.say("v3 · 71 件", "v3 · 71"), p.say("v2 · 21 件", "v2 · 21")),
    )


def processes(p: Parts) -> v.ProcessesPage:
    return v.ProcessesPage(
        frame=p.frame("status", inspector=True), choices=choices(p), lines=(process_line(p),), since=date(2026, 6, 1)
    )


def trend(p: Parts) -> v.TrendPage:
    months = [(number, number * 3 % 11, number * 2 % 7) for number in range(1, 13)]
    return v.TrendPage(
        frame=p.frame("status", inspector=True),
        key="S1_RECTIFY",
        name=p.say("整改闭环", "Rectification loop"),
        back_href="/process/S1_RECTIFY",
        months=tuple(
            v.Bar(label=str(m), values=(a, b), heights=(a * 90, b * 90), text=f"2026-{m:02d}") for m, a, b in months
        ),
        ages=tuple(v.Bar(label=label, values=(n,), heights=(n * 50,)) for label, n in (("≤ 10", 13), ("> 90", 4))),
        sentence=p.say("近 12 个月新开 56 件、办结 7 件。", "In 12 months 56 were opened and 7 closed."),
    )


def closed(p: Parts) -> v.ClosedPage:
    row = v.ClosedLine(
        href="/case/c1",
        title=p.say("会议考勤登记不规范", "Meeting attendance log irregular"),
        number="WT-532503GA-2026-0001",
        unit=p.say("蒙自市公安局", "Mengzi Public Security Bureau"),
        due=Due(light="late_done"),
        on=date(2026, 11, 3),
        days=21,
    )
    return v.ClosedPage(
        frame=p.frame("status", inspector=True),
        key="S1_RECTIFY",
        name=p.say("整改闭环", "Rectification loop"),
        period=p.say("2026 年下半年", "Second half of 2026"),
        back_href="/process/S1_RECTIFY",
        lines=(row, replace(row, due=Due(light="blue"))),
        next_href="?after=x",
    )


def status(p: Parts) -> s.StatusPage:
    numbers = (
        ("在办问题", "Open problems", "92", "件", "cases", ""),
        ("逾期", "Overdue", "21", "件，涉及 5 个地区", "in 5 regions", "red"),
        ("即将到期", "Due soon", "12", "件，3 个工作日内", "within 3 working days", "yellow"),
        ("黄牌待说明", "Yellow cards unanswered", "3", "张，超过答复期 1 张", "1 past the day of the answer", ""),
        ("本期办结", "Closed in this half", "40", "件，按期 37 件", "37 on time", ""),
    )
    return s.StatusPage(
        frame=p.frame("status", inspector=True),
        scope=p.say("全州 70 个单位", "70 units of the prefecture"),
        choices=choices(p),
        kept=(),
        period=p.say("2026 年下半年", "Second half of 2026"),
        previous_href="/status?period=2026H1",
        next_href="",
        numbers=tuple(
            s.Number(label=p.say(zh, en), value=value, note=p.say(note, english), href="/process", light=light)  # type: ignore[arg-type]
            for zh, en, value, note, english, light in numbers
        ),
        watch=(
            s.WatchLine(
                title=p.say("蒙自市公安局 · 公务接待审批单要素不全", "Mengzi PSB · Reception approval incomplete"),
                reason=p.say("B 一般，停在“实施整改”，11-20 到期", "B ordinary, waits at “Carry out”, was due 11-20"),
                href="/case/c1",
                due=Due(light="red", on=date(2026, 11, 20), days_left=-7),
                plate="red",
            ),
            s.WatchLine(
                title=p.say("河口县法院 · 无可指派人员", "Hekou court · nobody to assign"),
                reason=p.say("运行维护员正在处理", "The operator is on it"),
                href="/case/c2",
                tag=p.say("引擎异常", "Engine fault"),
            ),
        ),
        watch_total=31,
        watch_href="/process/S1_RECTIFY?light=red",
        card_levels=tuple(
            s.CardLevel(plate=plate, count=count, note=p.say("全部计数", "all counted"), href="/cards")
            for plate, count in (("urge", 310), ("yellow", 118), ("red", 37), ("report", 16), ("propose", 9))
        ),  # type: ignore[arg-type]
        cards=(
            s.CardLine(
                number="PK-532503GA-2026-0008",
                plate="red",
                unit=p.say("蒙自市公安局", "Mengzi PSB"),
                title=p.say("公务接待审批单要素不全", "Reception approval incomplete"),
                on=date(2026, 11, 30),
                answer=p.say("督办中", "Followed up"),
                href="/card/PK-532503GA-2026-0008",
            ),
        ),
        cards_href="/cards?period=2026H2",
        regions=(
            s.RegionLine(
                name=p.say("蒙自市", "Mengzi"),
                href="/status?region=532503",
                late_href="/process/S1_RECTIFY?region=532503&light=red",
                units=5,
                open=20,
                red=4,
                yellow=2,
                cards=3,
                cards_href="/cards?region=532503",
            ),
        ),
        processes=(process_line(p),),
    )


def instance(p: Parts) -> i.InstancePage:
    task = p.say("实施整改", "Carry out the measures")
    return i.InstancePage(
        frame=p.frame("operations"),
        id="0193f7a2-4c11-7d55-8a1e-0b7c2f6d9e31",
        process=p.say("整改闭环", "Rectification loop"),
        version=3,
        status="运行中",
        facts=(Fact(label="修订号", text="12"),),
        tokens=(
            i.InsideLine(kind=p.say("待办", "To do"), element=task, at=p.at("12-04 23:59"), since=p.at("11-26 10:05")),
        ),
        timers=(i.InsideLine(kind=p.say("提醒", "Reminder"), element=task, at=p.at("12-01 09:00"), held=True),),
        subscriptions=(),
        variables=(i.VariableLine(key="owner", kind=p.say("文本", "Text")),),
        events=(
            i.EventLine(
                seq=12, at=p.at("11-26 10:05"), event=p.say("到达", "Entered"), element=task, by=p.say("引擎", "Engine")
            ),
        ),
        event_count=12,
        incidents=(
            i.IncidentLine(
                href="/incident/1",
                reason=p.say("无可指派人员", "Nobody can be assigned"),
                at=p.at("12-01 08:40"),
                resolved=True,
            ),
        ),
    )
