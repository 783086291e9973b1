"""Sample pages of the supervisors' questions: the index, and one answer with bars and a table."""

from __future__ import annotations

from dataclasses import replace

from tests.e2e.sample_parts import Parts
from webui.pages import draw_views as d
from webui.pages import question_views as q
from webui.pages.monitor_views import Choice
from webui.pages.parts import Option


def scenes(parts: Parts) -> dict[str, object]:
    return {
        "questions": questions(parts),
        "question": question(parts),
        "question-empty": empty(parts),
        "draws": draws(parts),
        "draw": draw(parts),
        "draw-promised": promised(parts),
    }


def questions(p: Parts) -> q.QuestionsPage:
    reports = q.QuestionLink(
        number=13,
        title=p.say("半年报告报送情况", "Half-year reports"),
        asks=p.say("各县市半年报告哪些按期、逾期、被退回、未报？", "Which reports came in time, which did not?"),
        href="/questions/13",
    )
    group = q.QuestionGroup(title=p.say("监督检查", "Inspection and reporting"), questions=(reports,))
    waiting = q.QuestionLink(
        number=22,
        title=p.say("考核结果与得分来源", "Results of the assessment"),
        asks=p.say("考核评价机制（P09）尚未启用", "Assessment (P09) is not in force yet"),
    )
    return q.QuestionsPage(frame=p.frame("questions"), groups=(group,), waiting=(waiting,))


def question(p: Parts) -> q.QuestionPage:
    head = {"is_wide": False, "sort_href": "/questions/13?sort=region", "sorted": ""}
    region = q.Head(key="region", label=p.say("县市", "Region"), is_number=False, **head | {"sorted": "ascending"})  # type: ignore[arg-type]
    state = q.Head(key="ga", label=p.say("公安", "Police"), is_number=False, **head)  # type: ignore[arg-type]
    number = q.Head(key="late", label=p.say("逾期（份）", "Late (n)"), is_number=True, **head)  # type: ignore[arg-type]
    places = ((p.say("蒙自市", "Mengzi"), "late_done", 1), (p.say("弥勒市", "Mile"), "red", 0))
    says = {"late_done": p.say("逾期", "Late"), "red": p.say("未报", "Missing")}
    lines = tuple(
        q.LineView(
            cells=(q.CellView(text=name), q.CellView(text=says[light], light=light), q.CellView(text=str(late))),  # type: ignore[arg-type]
            href="/case/1" if late else "",
        )
        for name, light, late in places
    )
    bars = q.BarChart(
        legend=(p.say("按期", "On time"), p.say("逾期", "Late")),
        bars=(
            q.Bar(label=places[0][0], parts=((0, 750, 3), (750, 250, 1)), whole=4),
            q.Bar(label=places[1][0], parts=((0, 500, 2), (500, 0, 0)), whole=2),
        ),
    )
    periods = (
        Option(value="2026H2", label=p.say("2026 年下半年", "Second half of 2026")),
        Option(value="2026H1", label=p.say("2026 年上半年", "First half of 2026"), selected=True),
    )
    frame = p.frame("questions")
    return q.QuestionPage(
        frame=frame,
        number=13,
        title=p.say("半年报告报送情况", "Half-year reports"),
        asks=p.say("各县市半年报告哪些按期、逾期、被退回、未报？", "Which reports came in time, which did not?"),
        counts=p.say("应报以义务 O10、O11、O12 为准。", "Owed by O10, O11 and O12."),
        as_of=frame.now,
        choices=(Choice(name="period", label=p.say("期间", "Period"), options=periods, whole=False),),
        kept=(("sort", "region"),),
        clear_href="/questions/13",
        figures=(q.Figure(label=p.say("应报", "Owed"), text="69"), q.Figure(label=p.say("未报", "Missing"), text="1")),
        heads=(region, state, number),
        lines=lines,
        more=41,
        chart=bars,
        hidden=2,
        narrowed=p.say("期间 2026 年上半年", "Period: first half of 2026"),
    )


def empty(p: Parts) -> q.QuestionPage:
    return replace(question(p), lines=(), heads=(), chart=None, figures=(), more=0, hidden=0, clear_href="")


def draws(p: Parts) -> d.DrawsPage:
    return d.DrawsPage(
        frame=p.frame("questions"),
        choices=(),
        clear_href="",
        lines=(draw(p).line, promised(p).line),
        next_href="/draws",
    )


def draw(p: Parts) -> d.DrawPage:
    frame = p.frame("questions")
    line = d.DrawLine(
        href="/draws/1",
        kind=p.say("督查对象", "Units to inspect"),
        unit=p.say("州委政法委", "Commission, Honghe"),
        slot="2026W0925",
        attempt=1,
        state=p.say("已抽取", "Drawn"),
        light="blue",
        committed_at=frame.now,
        commitment="9f86d081884c7d65",
        result=p.say("抽出 1 个", "1 drawn"),
    )
    court, police = p.say("石屏县法院", "Court, Shiping"), p.say("弥勒市公安局", "Police, Mile")
    return d.DrawPage(
        frame=frame,
        line=line,
        commitment="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        committed_by=p.say("用户002", "u002"),
        ended_at=frame.now,
        reason="",
        anchor=412,
        root="60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
        seed="fd61a03af4f77d870fc21e05e7e80678095c92d808cfb3b5c279ee04c74aca13",
        size=1,
        lots=(
            d.Lot(name=court, weight="1.5", is_first=True, place=1),
            d.Lot(name=police, weight="1", is_first=False, place=0),
        ),
        teams=(d.TeamLine(unit=court, people="u041"),),
        is_told=True,
        is_secret=False,
        findings=(),
        case_href="/case/1",
        data_href="/api/v1/draws?id=1",
    )


def promised(p: Parts) -> d.DrawPage:
    done = draw(p)
    line = replace(
        done.line, state=p.say("已承诺，待抽取", "Promised, to be drawn"), light="yellow", attempt=2, result=""
    )
    return replace(done, line=line, root="", seed="", lots=(), teams=(), is_told=False, ended_at=None, case_href="")
