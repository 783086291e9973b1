"""督办总览: five numbers, what needs a look, papers of the half-year, regions, processes."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, request
from flask_babel import gettext, ngettext

from engine.errors import InputRejected
from engine.model.clock import local_day
from engine.model.period import Period
from engine.queries.attention import Noted
from engine.queries.frame import PROBLEM
from engine.queries.narrowing import Narrowing
from engine.queries.overview import YELLOW, CardCount, Overview, RecentCard, overview
from webui.auth import current_person, rule
from webui.export import Column, Listing, export, wanted_format
from webui.pages.blueprint import blueprint
from webui.pages.deadlines import due_view, short_day
from webui.pages.framing import frame
from webui.pages.load_parts import process_line
from webui.pages.monitor_words import incident_words, region_name
from webui.pages.narrowed import address, chosen_words, narrowing_asked, place_choices
from webui.pages.process import SUPERVISORS
from webui.pages.rendering import render
from webui.pages.status_views import CardLevel, CardLine, Number, RegionLine, StatusPage, WatchLine
from webui.pages.words import case_title, plate_of_level, say, severity_word, unit_name
from webui.service import current_engine

PROBLEMS = f"/process/{PROBLEM}"


@blueprint.get("/status")
@rule(SUPERVISORS)
def show_status() -> Response | str:
    wanted = narrowing_asked()
    found = overview(current_engine(), current_person(), wanted, period_asked())
    if (file := wanted_format()) is not None:
        return export(_listing(found, wanted), file)
    return render(_page(found, wanted))


def period_asked() -> Period | None:
    """The half-year of the address; None for none, or for a word that is none."""
    try:
        asked = Period.parse(request.args.get("period", ""))
    except InputRejected:
        return None
    return asked if asked.kind == "half" else None


def _page(found: Overview, wanted: Narrowing) -> StatusPage:
    choices = place_choices(found.regions, found.unit_types, wanted)
    before, after = _neighbours(found.period)
    period = request.args.get("period", "")
    return StatusPage(
        frame=frame(found.frame, "status"),
        scope=_scope(found, wanted),
        choices=choices,
        kept=(("period", period),) if period else (),
        period=period_words(found.period),
        previous_href=address("/status", period=before.code),
        next_href="" if found.is_now else address("/status", period=after.code),
        numbers=_numbers(found),
        watch=tuple(_watch(line, found) for line in found.attention.lines),
        watch_total=found.attention.total,
        watch_href=address(PROBLEMS, light="red", period="") + "#cases",
        card_levels=tuple(_level(count, found) for count in found.cards),
        cards=tuple(_card(card, found) for card in found.recent),
        cards_href=_cards_href(found),
        regions=_regions(found),
        processes=tuple(process_line(row) for row in found.processes),
        clear_href="/status" if wanted.is_by_unit else "",
    )


def period_words(period: Period) -> str:
    words = {
        1: gettext("%(year)s 年上半年", year=period.year),
        2: gettext("%(year)s 年下半年", year=period.year),
    }
    return str(words[period.number])


def _neighbours(period: Period) -> tuple[Period, Period]:
    year, number = period.year, period.number
    other = 3 - number
    return (
        Period(kind="half", year=year - (number == 1), number=other),
        Period(kind="half", year=year + (number == 2), number=other),
    )


def _scope(found: Overview, wanted: Narrowing) -> str:
    place = region_name(wanted.region or (found.regions[0] if found.regions else ""))
    if not wanted.region and len(found.regions) > 1:
        return str(ngettext("全州 %(num)s 个单位", "全州 %(num)s 个单位", found.units))
    return str(ngettext("%(place)s %(num)s 个单位", "%(place)s %(num)s 个单位", found.units, place=place))


def _numbers(found: Overview) -> tuple[Number, ...]:
    on_time = found.closed - found.closed_late
    return (
        Number(
            label=str(gettext("在办问题")),
            value=str(found.running),
            note=str(gettext("件")),
            href=address(PROBLEMS, period=""),
        ),
        Number(
            label=str(gettext("逾期")),
            value=str(found.red),
            note=str(gettext("件，涉及 %(n)s 个地区", n=found.late_regions)),
            href=address(PROBLEMS, light="red", period="") + "#cases",
            light="red",
        ),
        Number(
            label=str(gettext("即将到期")),
            value=str(found.yellow),
            note=str(gettext("件，3 个工作日内")),
            href=address(PROBLEMS, light="yellow", period="") + "#cases",
            light="yellow",
        ),
        Number(
            label=str(gettext("黄牌待说明")),
            value=str(found.unanswered),
            note=str(gettext("张，超过答复期 %(n)s 张", n=found.unanswered_late)),
            href=_cards_href(found, level=YELLOW, answered="no"),
        ),
        Number(
            label=str(gettext("本期办结")),
            value=str(found.closed),
            note=str(gettext("件，按期 %(n)s 件", n=on_time)),
            href=address(f"{PROBLEMS}/closed"),
        ),
    )


def _cards_href(found: Overview, *, level: int | None = None, answered: str = "") -> str:
    """The list of cards with the filters of this page."""
    asked = {
        "half": "" if answered else found.period.code,
        "region": request.args.get("region", ""),
        "level": (plate_of_level(level) or "") if level is not None else "",
        "answered": answered,
    }
    return "/cards?" + urlencode([(name, value) for name, value in asked.items() if value])


def _watch(line: Noted, found: Overview) -> WatchLine:
    unit = unit_name(line.unit, short=True)
    due = due_view(line.light, line.due_on, None) if line.light is not None else None
    title = case_title(line.title)
    return WatchLine(
        title=f"{unit} · {title}" if unit else title,
        reason=_reason(line, found),
        href=f"/case/{line.instance_id}",
        due=due,
        plate=plate_of_level(line.ladder_level) if line.reason != "extended" else None,
        tag={
            "proposal": str(gettext("待答复")),
            "unanswered": str(gettext("未说明")),
            "returned": str(gettext("多次退回")),
            "extended": str(gettext("已延期")),
            "incident": str(gettext("引擎异常")),
        }.get(line.reason, ""),
    )


def _reason(line: Noted, found: Overview) -> str:
    today = local_day(found.frame.now)
    on = short_day(line.due_on, today) if line.due_on is not None else ""
    step = say(line.step, line.step_en)
    grade = severity_word(line.severity) if line.severity else ""
    words = {
        "late": gettext("%(grade)s，停在“%(step)s”，%(day)s 到期", grade=grade or "—", step=step, day=on),
        "proposal": gettext("问责启动建议待答复，%(day)s 前书面决定", day=on),
        "unanswered": gettext("黄牌书面说明应于 %(day)s 前提交，至今没有", day=on),
        "returned": gettext("一年内被退回 %(n)s 次，仍在办理", n=line.times),
        "extended": gettext("时限已批准延期，仍在办理"),
        "incident": incident_words(line.kind),
    }
    return str(words[line.reason])


def _level(count: CardCount, found: Overview) -> CardLevel:
    notes = {
        1: gettext("提醒催办"),
        2: gettext("已书面说明 %(n)s", n=count.answered),
        3: gettext("重复的单位 %(n)s", n=count.units),
        4: gettext("报上级决定"),
        5: gettext("由人决定是否启动"),
    }
    note = str(notes[count.level])
    if count.withdrawn:
        note += str(gettext("，撤回 %(n)s", n=count.withdrawn))
    return CardLevel(
        plate=plate_of_level(count.level) or "urge",
        count=count.issued,
        note=note,
        href=_cards_href(found, level=count.level),
    )


def _card(card: RecentCard, found: Overview) -> CardLine:
    return CardLine(
        number=card.no,
        plate=plate_of_level(card.level) or "urge",
        unit=unit_name(card.unit, short=True),
        title=case_title(card.title),
        on=local_day(card.issued_at),
        answer=_answer(card, found),
        href=f"/card/{card.no}",
        withdrawn=card.state == "withdrawn",
    )


def _answer(card: RecentCard, found: Overview) -> str:
    if card.state == "withdrawn":
        return str(gettext("已撤回，不计"))
    if card.state == "objected":
        return str(gettext("异议审定中"))
    if card.answered_at is not None:
        return str(gettext("已说明"))
    if card.level == YELLOW and card.answer_due_on is not None:
        return str(gettext("说明 %(day)s 前", day=short_day(card.answer_due_on, local_day(found.frame.now))))
    return str(gettext("督办中"))


def _regions(found: Overview) -> tuple[RegionLine, ...]:
    return tuple(
        RegionLine(
            name=region_name(place.region),
            href=address("/status", region=place.region),
            late_href=address(PROBLEMS, region=place.region, light="red", period="") + "#cases",
            units=place.units,
            open=place.open,
            red=place.red,
            yellow=place.yellow,
            cards=place.cards,
            cards_href="/cards?" + urlencode({"region": place.region, "half": found.period.code}),
        )
        for place in found.places
    )


def _listing(found: Overview, wanted: Narrowing) -> Listing[RegionLine]:
    filters = chosen_words(place_choices(found.regions, found.unit_types, wanted))
    return Listing(
        name="status",
        title=str(gettext("督办总览")),
        columns=(
            Column(label=gettext("地区"), value=lambda line: line.name, width=24),
            Column(label=gettext("单位数"), value=lambda line: line.units),
            Column(label=gettext("在办"), value=lambda line: line.open),
            Column(label=gettext("逾期"), value=lambda line: line.red),
            Column(label=gettext("黄灯"), value=lambda line: line.yellow),
            Column(label=gettext("本期牌卡"), value=lambda line: line.cards),
        ),
        rows=_regions(found),
        filters={**filters, str(gettext("期间")): period_words(found.period)},
    )
