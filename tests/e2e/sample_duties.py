"""Sample pages of what is owed: the list, one duty, its waiver, the matrix, the rules, one unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from tests.e2e.sample_parts import Parts
from webui.pages import card_views as cv
from webui.pages import monitor_views as mv
from webui.pages import obligation_views as ov
from webui.pages import unit_views as uv
from webui.pages import views as v

HERE = "/obligations/d1"


def scenes(parts: Parts) -> Mapping[str, object]:
    """Every page, by its address."""
    duties = _duties(parts)
    return {
        "duties": duties,
        "duties-by-day": replace(duties, ways=(), has_units=True, groups=(replace(duties.groups[0], label=""),)),
        "duties-none": replace(
            duties, groups=(), count=0, next_href="", empty=parts.say("没有逾期的义务。", "Nothing is overdue.")
        ),
        "duty": _duty(parts),
        "duty-waived": replace(
            _duty(parts),
            evidence=(),
            running="",
            steps=(),
            start_href="/start/P02_PUSH",
            waive_href="",
            is_stopped=True,
            waived=parts.say("用户036 已免除。理由：借调一年", "Waived by User 036. Reason: on secondment"),
        ),
        "duty-waive": _waive(parts),
        "matrix": _matrix(parts),
        "matrix-none": replace(_matrix(parts), rows=(), bars=(), clear_href="/obligations/matrix"),
        "duty-rules": ov.RulesPage(
            frame=_frame(parts),
            groups=(ov.RuleGroup(label=parts.say("二 推进机制", "2 Pushing forward"), lines=(_rule(parts),)),),
            may_change=True,
        ),
        "duty-rule": _rule_page(parts),
        "unit": _unit(parts),
        "unit-quiet": replace(_unit(parts), mechanisms=(), load=(), late=(), late_total=0, cards=(), children=()),
    }


def _frame(p: Parts, current: str = "duties") -> v.Frame:
    entry = v.NavItem(key="duties", href="/obligations", current=current == "duties", place="top")
    plain = p.frame(current, inspector=True)
    return replace(plain, nav=(entry, *plain.nav))


def _line(p: Parts, due: v.Due, state: str, progress: str = "") -> ov.DutyLine:
    return ov.DutyLine(
        href=HERE,
        code="O05",
        name=p.say("半年专题研究", "Half-yearly special study"),
        mechanism=p.say("二 推进机制", "2 Pushing forward"),
        period=p.say("2026年下半年", "second half of 2026"),
        unit=p.say("蒙自市公安局", "Mengzi PSB"),
        unit_href="/units/532503-GA",
        owner=p.say("用户101", "User 101"),
        due=due,
        state=state,
        progress=progress,
        percent=89 if progress else 0,
        evidence=2,
        is_stopped=not progress,
    )


def _duties(p: Parts) -> ov.DutiesPage:
    red = v.Due(light="red", on=date(2026, 11, 27), days_left=-2)
    green = v.Due(light="green", on=date(2026, 12, 31), days_left=22)
    late = v.Due(light="late_done", on=date(2026, 10, 30), late_days=3)
    lines = (
        _line(p, red, p.say("逾期", "overdue")),
        _line(p, green, p.say("进行中", "in progress"), "17/19"),
        _line(p, late, p.say("逾期办结", "done late")),
    )
    option = v.Option(value="O05", label=p.say("O05 半年专题研究", "O05 Half-yearly special study"))
    return ov.DutiesPage(
        frame=_frame(p),
        place=p.say("蒙自市公安局", "Mengzi PSB"),
        tabs=(
            ov.ViewTab(key="unfinished", label=p.say("未完成", "To do"), href="/obligations", count=2, current=True),
            ov.ViewTab(key="late", label=p.say("已逾期", "Overdue"), href="/obligations?view=late", count=1),
        ),
        choices=(mv.Choice(name="code", label=p.say("义务", "Duty"), options=(option,)),),
        kept=(),
        groups=(ov.DutyGroup(label=p.say("用户101", "User 101"), lines=lines),),
        ways=(ov.ViewTab(key="day", label=p.say("按到期日", "By due day"), href="/obligations?by=day"),),
        has_units=False,
        count=3,
        empty="",
        next_href="/obligations?after=x",
        matrix_href="/obligations/matrix",
    )


def _duty(p: Parts) -> ov.DutyPage:
    due = v.Due(light="yellow", on=date(2026, 12, 3), days_left=2)
    return ov.DutyPage(
        frame=_frame(p),
        code="O05",
        name=p.say("半年专题研究", "Half-yearly special study"),
        period=p.say("2026年下半年", "second half of 2026"),
        due=due,
        state=p.say("进行中", "in progress"),
        is_stopped=False,
        owed=(v.Fact(label=p.say("责任单位", "Unit"), text=p.say("蒙自市公安局", "Mengzi PSB"), href="/units/u"),),
        dated=(
            v.Fact(
                label=p.say("规则", "Rule"),
                text=p.say("本半年最后一个工作日", "the last working day of the half-year"),
                unconfirmed=True,
            ),
        ),
        needs=(
            ov.NeedLine(label=p.say("召开会议", "meeting held"), is_met=True, detail="11-26"),
            ov.NeedLine(label=p.say("上级审核合格", "accepted by the superior"), is_met=False),
        ),
        evidence=(
            ov.EvidenceLine(
                need=p.say("召开会议", "meeting held"),
                part=p.say("第一支部", "Branch 1"),
                on=date(2026, 11, 26),
                share="17/19",
                by=p.say("流程自动登记", "recorded by the process"),
                at=p.at("11-26 10:05"),
                case=p.say("2026年下半年专题研究", "Special study"),
                case_no="",
                case_href="/case/c1",
                papers=(("红政法报〔2026〕12号", "/document/d1"),),
            ),
            ov.EvidenceLine(
                need=p.say("召开会议", "meeting held"),
                part="",
                on=date(2026, 11, 20),
                share="",
                by=p.say("用户101", "User 101"),
                at=p.at("11-20 10:05"),
            ),
        ),
        timeline=(v.TimelineEvent(at=p.at("06-30 00:10"), title=p.say("生成义务", "Generated")),),
        running=p.say("2026年下半年专题研究", "Special study"),
        running_href="/case/c1",
        steps=(ov.StepLine(name=p.say("会议纪要报备", "File minutes"), who=p.say("用户101", "User 101"), due=due),),
        waive_href=f"{HERE}/waive",
    )


def _waive(p: Parts) -> ov.WaivePage:
    asked = v.FieldView(kind="area", key="reason", label=p.say("免除理由", "Reason"), required=True, max_length=500)
    errors = {"reason": (p.say("请写明免除理由。", "A reason is needed."),)}
    return ov.WaivePage(
        frame=_frame(p),
        name=p.say("半年专题研究", "Half-yearly special study"),
        place=p.say("蒙自市公安局", "Mengzi PSB"),
        note=p.say("免除不能撤回。", "A waiver cannot be taken back."),
        back_href=HERE,
        form=v.FormView(key="waive", schema={}, fields=(asked,), errors=errors, post_url=f"{HERE}/waive"),
    )


def _cell(p: Parts, text: str, light: v.Light, *, first: bool = False) -> ov.CellView:
    words = p.say("应履行 5 项，完成 4 项", "5 owed, 4 done")
    return ov.CellView(text=text, light=light, words=words, href="/obligations?unit=all", is_first=first)


def _matrix(p: Parts) -> ov.MatrixPage:
    none = ov.CellView(words=p.say("无此义务", "none owed"))
    lights: tuple[v.Light, ...] = ("red", "yellow", "green", "blue", "late_done", "grey")
    cells = tuple(_cell(p, f"{n}/5", light, first=n == 0) for n, light in enumerate(lights))
    head = ov.MatrixHead(
        code="O05",
        short=p.say("专题研究", "Special study"),
        name=p.say("半年专题研究", "Half-yearly special study"),
        how=p.say("每半年", "every half-year"),
        is_first=True,
    )
    heads = (head, *(replace(head, code=f"O{n:02d}", is_first=False, is_stopped=n == 11) for n in range(6, 12)))
    row = ov.MatrixRow(
        label=p.say("蒙自市", "Mengzi"),
        href="/obligations/matrix?region=532503",
        cells=(*cells, none),
        whole=_cell(p, "15/30", "red"),
        red=3,
    )
    option = v.Option(value="2026H2", label=p.say("2026年下半年", "second half of 2026"), selected=True)
    return ov.MatrixPage(
        frame=_frame(p, "status"),
        scope=p.say("14 个地区", "14 regions"),
        period=p.say("2026年下半年", "second half of 2026"),
        previous_href="/obligations/matrix?period=2026H1",
        next_href="/obligations/matrix?period=2027H1",
        choices=(mv.Choice(name="period", label=p.say("期间", "Period"), options=(option,), whole=False),),
        figures=_figures(p),
        bars=(
            ov.BarView(
                label=p.say("二 推进机制", "2 Pushing forward"),
                text=p.say("应履行 5 项，完成 4 项", "5 owed, 4 done"),
                href="/obligations/matrix?mechanism=P02",
                parts=(("b-intime", 0, 600), ("b-late", 600, 100), ("b-missing", 700, 100), ("b-rest", 800, 200)),
            ),
        ),
        row_head=p.say("地区", "Region"),
        groups=(ov.MatrixGroup(label=p.say("二 推进机制", "2 Pushing forward"), columns=7),),
        heads=heads,
        rows=(row, replace(row, label=p.say("个旧市", "Gejiu"), red=0)),
        foot=(*cells, none),
        whole=_cell(p, "30/60", "red"),
        red=3,
        path=((p.say("全州", "Whole prefecture"), "/obligations/matrix"), (p.say("蒙自市", "Mengzi"), "")),
    )


def _figures(p: Parts) -> tuple[ov.FigureView, ...]:
    return (
        ov.FigureView(label=p.say("应履行义务", "Duties owed"), value="3,402", note=p.say("项", "duties")),
        ov.FigureView(
            label=p.say("逾期", "Overdue"), value="10", note=p.say("项", "duties"), light="red", href="/obligations"
        ),
    )


def _rule(p: Parts) -> ov.RuleLine:
    return ov.RuleLine(
        code="O05",
        name=p.say("半年专题研究", "Half-yearly special study"),
        owner=p.say("各单位", "every unit"),
        how=p.say("每半年", "every half-year"),
        due=(p.say("本半年最后一个工作日", "the last working day of the half-year"),),
        needs=p.say("召开会议、上级审核合格", "meeting held, accepted by the superior"),
        provenance=p.say("本地默认值", "Local default"),
        is_pending=True,
        state=p.say("已启用", "In force"),
        is_stopped=False,
        version=2,
        changed=p.say("用户903：红政法〔2026〕3号", "User 903: No. 3 of 2026"),
        href="/obligations/rules/O05",
    )


def _rule_page(p: Parts) -> ov.RulePage:
    effect = ov.EffectLine(
        period=p.say("2027年上半年", "first half of 2027"),
        before=date(2027, 6, 30),
        after=date(2027, 6, 23),
        owners_before=70,
        owners_after=70,
    )
    return ov.RulePage(
        frame=_frame(p),
        line=_rule(p),
        facts=(v.Fact(label=p.say("周期", "How often"), text=p.say("每半年", "every half-year")),),
        dues=((p.say("上半年", "First half"), "due1"), (p.say("下半年", "Second half"), "due2")),
        values={
            "zh": p.say("半年专题研究", "Study"),
            "en": "Half-yearly special study",
            "due1": "lastwd(half)",
            "due2": "lastwd(hlaf)",
            "units": "all",
            "reason": "",
            "active": "on",
        },
        errors={
            "": p.say("没有改动。请先修改再预览。", "Nothing is changed yet."),
            "due": p.say("期限“lastwd(hlaf)”无法识别。", "'lastwd(hlaf)' cannot be read."),
            "reason": p.say("请写明修改依据。", "A reason is needed."),
        },
        valid_from=date(2026, 12, 2),
        effects=(effect, replace(effect, period=p.say("2027年下半年", "second half of 2027"), after=None)),
        history=(v.TimelineEvent(at=p.at("11-30 16:42"), title=p.say("第 2 版", "Version 2")),),
    )


def _unit(p: Parts) -> uv.UnitPage:
    say = p.say
    return uv.UnitPage(
        frame=_frame(p, "status"),
        code="532503-GA",
        name=say("蒙自市公安局", "Mengzi Public Security Bureau"),
        facts=(v.Fact(label=say("单位代码", "Unit code"), text="532503-GA"),),
        posts=(
            uv.PostLine(
                label=say("主要责任领导", "Main leader"), holders=((say("用户096", "User 096"), ""),), is_vacant=False
            ),
            uv.PostLine(label=say("直接责任领导", "Leader in charge"), holders=(), is_vacant=True),
        ),
        period=say("2026年下半年", "second half of 2026"),
        figures=_figures(p),
        mechanisms=(uv.MechanismLine(label=say("二 推进机制", "2 Pushing forward"), cell=_cell(p, "4/5", "red")),),
        list_href="/obligations?unit=532503-GA",
        load=(
            uv.LoadLine(name=say("整改闭环", "Rectification"), running=4, late=1, href="/process/x", late_href="/p"),
            uv.LoadLine(name=say("推进机制", "Pushing forward"), running=1, late=0, href="", late_href=""),
        ),
        late=(
            uv.LateLine(
                title=say("公务接待审批单要素不全", "Reception forms incomplete"),
                step="实施整改",
                href="/case/c1",
                who=say("用户101", "User 101"),
                due=v.Due(light="red", on=date(2026, 11, 20), days_left=-7),
                plate="red",
            ),
        ),
        late_total=1,
        late_href="/urge?unit=532503-GA",
        cards=(
            cv.CardLine(
                number="PK-532503GA-2026-0003",
                href="/card/PK-532503GA-2026-0003",
                plate="yellow",
                title=say("公务接待审批单要素不全", "Reception forms incomplete"),
                unit=say("蒙自市公安局", "Mengzi PSB"),
                issued_on=date(2026, 11, 23),
                status="已生效",
            ),
        ),
        cards_href="/cards?unit=532503-GA",
        last=(
            uv.LastLine(
                label=say("最近督查", "Last inspection"),
                text=say("现场督查", "Visit"),
                state="已归档",
                on=date(2026, 10, 12),
                href="/case/c2",
            ),
            uv.LastLine(label=say("最近半年报告", "Last report"), text=say("还没有半年报告。", "No report yet.")),
        ),
        halves=(
            uv.HalfBar(label="26H1", words=say("按期 9", "in time 9"), share="90%", in_time=36, late=2, missing=2),
            uv.HalfBar(label="26H2", words=say("没有", "none"), share="—", in_time=0, late=0, missing=0),
        ),
        trend=say("按期完成率由 80% 到 90%。", "From 80% to 90%."),
        path=((say("蒙自市委政法委", "Mengzi Committee"), "/units/532503-ZF"),),
        children=((say("下级单位一", "Unit below"), "/units/x"),),
    )
