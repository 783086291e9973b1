"""One unit on one page: what a superior, or the unit itself, wants to know of it."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext, ngettext

from engine.model.clock import local_day
from engine.model.period import Period
from engine.queries.obligation_matrix import Tally
from engine.queries.tasks import TaskRow
from engine.queries.unit_view import HalfYear, LastCase, UnitView, unit_view
from engine.store.cards import CardRow
from webui.auth import current_person, rule
from webui.pages.blueprint import blueprint
from webui.pages.card_views import CardLine
from webui.pages.card_words import card_status
from webui.pages.deadlines import due_view
from webui.pages.framing import frame
from webui.pages.monitor_words import type_name
from webui.pages.obligation_views import CellView, FigureView
from webui.pages.obligation_words import group_words, mechanism_word
from webui.pages.obligations import list_href
from webui.pages.parts import Fact
from webui.pages.rendering import render
from webui.pages.status import period_words
from webui.pages.unit_views import HalfBar, LastLine, LateLine, LoadLine, MechanismLine, PostLine, UnitPage
from webui.pages.words import case_title, listed, plate_of_level, say, unit_name
from webui.service import current_engine

_TALL = 40  #: pixels of the small picture


@blueprint.get("/units/<string:code>")
@rule("signed_in")
def show_unit(code: str) -> str:
    return render(_page(unit_view(current_engine(), current_person(), code[:40])))


def _page(view: UnitView) -> UnitPage:
    code = view.unit.code
    supervises = bool({role.code for role in view.frame.roles} & {"inspector", "unit_leader"})
    return UnitPage(
        frame=frame(view.frame, "status" if supervises and code != view.frame.unit.code else "duties"),
        code=code,
        name=unit_name(view.name),
        facts=tuple(_facts(view)),
        posts=tuple(_posts(view)),
        period=say(view.span.zh, view.span.en),
        figures=tuple(_figures(view)),
        mechanisms=tuple(
            MechanismLine(
                label=mechanism_word(key),
                cell=_cell(tally, list_href(unit=code, period=view.period, mechanism=key, view="all")),
            )
            for key, tally in view.by_mechanism.items()
        ),
        list_href=list_href(unit=code),
        load=tuple(_load(view, supervises=supervises)),
        late=tuple(_late(row) for row in view.late.rows),
        late_total=view.late_total,
        late_href=f"/urge?unit={code}" if supervises and view.late_total else "",
        cards=tuple(_card(card, view) for card in view.cards.rows),
        cards_href=f"/cards?unit={code}" if supervises else "",
        last=(
            _last(str(gettext("最近督查")), view.visit, str(gettext("还没有到过本单位的督查。"))),
            _last(str(gettext("最近半年报告")), view.report, str(gettext("还没有半年报告。"))),
        ),
        halves=tuple(_half(half) for half in view.halves),
        trend=_trend(view),
        path=((unit_name(view.superior, short=True), _above(view)),) if view.superior else (),
        children=tuple((unit_name(child, short=True), f"/units/{child.code}") for child in view.children),
    )


def _above(view: UnitView) -> str:
    return f"/units/{view.unit.superior}" if view.sees_superior else ""


def _facts(view: UnitView) -> Iterator[Fact]:
    unit = view.unit
    levels = {"PREF": gettext("州级"), "COUNTY": gettext("县市")}
    yield Fact(label=str(gettext("单位代码")), text=unit.code)
    yield Fact(label=str(gettext("类型")), text=f"{levels[unit.level]} · {type_name(unit.type)}")
    above = unit_name(view.superior) if view.superior is not None else str(gettext("州委（系统之外）"))
    yield Fact(label=str(gettext("上级")), text=above)
    yield Fact(label=str(gettext("机关代字")), text=unit.document_prefix)
    if unit.staff:
        yield Fact(label=str(gettext("在编人数")), text=str(unit.staff))
    if unit.active_from is not None:
        yield Fact(label=str(gettext("启用日期")), text=unit.active_from.isoformat())
    if unit.active_until is not None:
        yield Fact(label=str(gettext("停用日期")), text=unit.active_until.isoformat(), strong=True)


def _posts(view: UnitView) -> Iterator[PostLine]:
    for post in view.posts:
        if post.holders or post.is_required:
            yield PostLine(
                label=say(post.label.zh, post.label.en),
                holders=tuple((name, listed(list(departments))) for name, departments in post.holders),
                is_vacant=not post.holders,
            )


def _figures(view: UnitView) -> Iterator[FigureView]:
    duties, code = view.duties, view.unit.code
    share = f"{100 * duties.done / duties.owed:.0f}%" if duties.owed else "—"
    yield FigureView(
        label=str(gettext("本期已完成")),
        value=f"{duties.done}/{duties.owed}",
        note=share,
        href=list_href(unit=code, period=view.period, view="all"),
    )
    yield FigureView(
        label=str(gettext("逾期义务")),
        value=str(duties.of("overdue")),
        note=str(gettext("项")),
        light="red" if duties.of("overdue") else "",
        href=list_href(unit=code, period=view.period, view="late"),
    )
    yield FigureView(
        label=str(gettext("30日内到期")),
        value=str(view.due_soon),
        note=str(gettext("项")),
        href=list_href(unit=code, view="soon"),
    )
    yield FigureView(
        label=str(gettext("逾期环节")),
        value=str(view.late_total),
        note=str(gettext("件")),
        light="red" if view.late_total else "",
    )
    yield FigureView(
        label=str(gettext("黄牌、红牌")), value=str(len(view.cards.rows)), note=str(gettext("张，近 12 个月"))
    )


def _cell(tally: Tally, href: str) -> CellView:
    text = f"{tally.done}/{tally.owed}" if tally.owed else str(gettext("免除"))
    return CellView(text=text, light=tally.light, words=group_words(tally), href=href)


def _load(view: UnitView, *, supervises: bool) -> Iterator[LoadLine]:
    for line in view.load:
        here = f"/process/{line.key}?unit={view.unit.code}" if supervises else ""
        yield LoadLine(
            name=say(line.name, line.name_en),
            running=line.running,
            late=line.late,
            href=here,
            late_href=f"{here}&light=red#cases" if here else "",
        )


def _late(row: TaskRow) -> LateLine:
    return LateLine(
        title=case_title(row.title),
        step=say(row.name, row.name_en),
        href=f"/case/{row.instance_id}",
        who=row.assignee_name or str(gettext("待领取")),
        due=due_view(row.light, row.due_on, row.due_at, state=row.state),
        plate=plate_of_level(row.ladder_level),
    )


def _card(card: CardRow, view: UnitView) -> CardLine:
    today = local_day(view.frame.now)
    return CardLine(
        number=card.no,
        href=f"/card/{card.no}",
        plate=plate_of_level(card.level) or "urge",
        title=case_title(card.title),
        unit=unit_name(view.name, short=True),
        issued_on=card.issued_on,
        status=card_status(card, today),
        withdrawn=card.is_withdrawn,
        answer_by=card.answer_due_on if card.answered_at is None else None,
    )


def _last(label: str, case: LastCase | None, nothing: str) -> LastLine:
    if case is None:
        return LastLine(label=label, text=nothing)
    return LastLine(
        label=label,
        text=f"{case_title(case.title)} {case.business_no}".strip(),
        state=case.state,
        on=local_day(case.at),
        href=f"/case/{case.id}",
    )


def _half(half: HalfYear) -> HalfBar:
    due = half.due
    heights = [round(_TALL * number / due) if due else 0 for number in (half.in_time, half.late, half.missing)]
    share = f"{round(100 * half.in_time / due)}%" if due else "—"
    words = gettext(
        "%(period)s：按期 %(in_time)s，逾期办结 %(late)s，未完成 %(missing)s",
        period=period_words(Period.parse(half.period)),
        in_time=half.in_time,
        late=half.late,
        missing=half.missing,
    )
    return HalfBar(
        label=half.period[2:],
        words=str(words),
        share=share,
        in_time=heights[0],
        late=heights[1],
        missing=heights[2],
    )


def _trend(view: UnitView) -> str:
    known = [half for half in view.halves if half.due]
    if not known:
        return str(gettext("还没有到期的义务。"))
    first, last = known[0], known[-1]
    now = round(100 * last.in_time / last.due)
    if len(known) == 1:
        return str(gettext("本期到期的义务按期完成 %(now)s%%。", now=now))
    before = round(100 * first.in_time / first.due)
    return str(
        ngettext(
            "近 %(num)s 个半年，按期完成率由 %(before)s%% 到 %(now)s%%。",
            "近 %(num)s 个半年，按期完成率由 %(before)s%% 到 %(now)s%%。",
            len(known),
            before=before,
            now=now,
        )
    )
