"""义务清单: what a unit owes, by who is responsible or by day; of the whole subtree for who oversees one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import groupby
from typing import get_args
from urllib.parse import urlencode

from flask import Response, request
from flask_babel import gettext

from engine.model.obligation import STATE_LABELS
from engine.queries import obligations as queries
from engine.queries.obligation_list import ALL_UNITS, ObligationList, View, in_view, obligation_list, of_place
from engine.queries.obligations import Obligation, ObligationFilter
from engine.queries.paging import MAX_LIMIT, Page
from webui.auth import current_person, rule
from webui.export import Format, wanted_format
from webui.pages import listings
from webui.pages.blueprint import blueprint
from webui.pages.framing import frame
from webui.pages.monitor_views import Choice
from webui.pages.monitor_words import region_name, type_name
from webui.pages.obligation_columns import obligation_columns
from webui.pages.obligation_views import DutiesPage, DutyGroup, DutyLine, ViewTab
from webui.pages.obligation_words import MECHANISMS, due_of_duty, mechanism_word
from webui.pages.parts import Option
from webui.pages.rendering import render
from webui.pages.words import listed, say, unit_name
from webui.service import current_engine

PATH = "/obligations"
#: Parameters of the list, in the order of its filters.
FILTERS = ("unit", "region", "type", "period", "mechanism", "code", "state", "owner")
_VIEWS: tuple[View, ...] = get_args(View)


@blueprint.get(PATH)
@rule("signed_in")
def show_obligations() -> str | Response:
    wanted, view = _wanted(), _view()
    by_person = request.args.get("by", "person") != "day"
    if (file := wanted_format()) is not None:
        return _file(wanted, view, file)
    cursor = request.args.get("after", "")
    found = obligation_list(current_engine(), current_person(), wanted, view, by_person=by_person, cursor=cursor)
    return render(_page(found, view, by_person=by_person and bool(found.people or found.is_own)))


def list_href(**asked: str) -> str:
    """Address of the list with these filters; "" leaves one out."""
    query = urlencode([(name, value) for name, value in asked.items() if value])
    return f"{PATH}?{query}" if query else PATH


def _wanted() -> ObligationFilter:
    """What the address asks for; a word that is none of ours is left out."""
    asked = {name: request.args.get(name, "")[:40] for name in FILTERS}
    return ObligationFilter(
        unit=asked["unit"],
        region=asked["region"],
        type=asked["type"],
        period=asked["period"],
        mechanism=asked["mechanism"],
        code=asked["code"],
        state=asked["state"] if asked["state"] in STATE_LABELS else "",
        owner=asked["owner"],
    )


def _view() -> View:
    """A state that is asked for is looked for among all."""
    asked = request.args.get("view", "all" if request.args.get("state") in STATE_LABELS else "unfinished")
    return next((known for known in _VIEWS if known == asked), "unfinished")


def _file(wanted: ObligationFilter, view: View, file: Format) -> Response:
    """The view as it is filtered, all of its pages."""
    engine, person = current_engine(), current_person()
    shown = obligation_list(engine, person, wanted, view, by_person=False)
    narrowed = in_view(of_place(wanted, shown.frame.unit.code), view, shown.today)
    page = partial(queries.obligations, engine, person, narrowed, limit=MAX_LIMIT)
    columns = obligation_columns(listings.unit_names())
    return listings.as_file("obligations", str(gettext("义务清单")), columns, lambda at: _rows(page, at), file)


def _rows(page: partial[Page[Obligation]], cursor: str) -> Page[Obligation]:
    return page(cursor=cursor)


def _page(found: ObligationList, view: View, *, by_person: bool) -> DutiesPage:
    kept = {name: request.args.get(name, "") for name in (*FILTERS, "view", "by")}
    unit = kept["unit"] or ("" if kept["region"] or kept["type"] else found.frame.unit.code)
    has_units = unit in {"", ALL_UNITS}
    supervises = bool({role.code for role in found.frame.roles} & {"inspector", "unit_leader"})
    is_narrowed = any(kept[name] for name in FILTERS)
    lines = [_line(row, found, has_units=has_units) for row in found.rows]
    return DutiesPage(
        frame=frame(found.frame, "duties", dates=(row.row.due_on for row in found.rows)),
        place=_place(found, unit),
        tabs=tuple(_tabs(found, view, kept)),
        choices=tuple(_choices(found, kept)),
        kept=tuple((name, kept[name]) for name in ("view", "by") if kept[name]),
        groups=_groups(lines, found, by_person=by_person and not has_units),
        ways=() if has_units else _ways(kept, by_person=by_person),
        has_units=has_units,
        count=len(lines),
        empty=_empty(view, is_narrowed=is_narrowed, sees=bool(found.counts["all"])),
        clear_href=list_href(view=kept["view"], by=kept["by"]) if is_narrowed else "",
        next_href=list_href(**kept, after=found.next_cursor) if found.next_cursor else "",
        first_href=list_href(**kept) if request.args.get("after") else "",
        matrix_href="/obligations/matrix" if supervises else "",
    )


def _place(found: ObligationList, unit: str) -> str:
    if unit in found.units:
        return unit_name(found.units[unit])
    asked = [request.args.get("region", ""), request.args.get("type", "")]
    words = [name(code) for name, code in zip((region_name, type_name), asked, strict=True) if code]
    return " · ".join(words) or (str(gettext("全部单位")) if unit in {"", ALL_UNITS} else unit)


def _tabs(found: ObligationList, view: View, kept: Mapping[str, str]) -> Iterator[ViewTab]:
    labels: dict[View, str] = {
        "unfinished": gettext("未完成"),
        "late": gettext("已逾期"),
        "soon": gettext("30日内到期"),
        "done": gettext("已完成"),
        "all": gettext("全部"),
    }
    rest = {name: value for name, value in kept.items() if name not in {"view", "state"}}
    for key in _VIEWS:
        href = list_href(**rest, view="" if key == "unfinished" else key)
        yield ViewTab(key=key, label=str(labels[key]), href=href, count=found.counts[key], current=key == view)


def _choices(found: ObligationList, kept: Mapping[str, str]) -> Iterator[Choice]:
    own = found.frame.unit.code
    if len(found.units) > 1:
        near = {
            code: unit_name(name, short=True)
            for code, name in found.units.items()
            if kept["region"] in {"", code.partition("-")[0]} or code == own
        }
        named = {"": gettext("本单位"), ALL_UNITS: gettext("全部单位")} | {c: n for c, n in near.items() if c != own}
        shown = kept["unit"] or (ALL_UNITS if kept["region"] or kept["type"] else "")
        yield _choice("unit", gettext("单位"), named, shown, whole=False)
    if len(found.regions) > 1:
        yield _choice("region", gettext("地区"), {code: region_name(code) for code in found.regions}, kept["region"])
    if len(found.unit_types) > 1:
        yield _choice("type", gettext("类型"), {code: type_name(code) for code in found.unit_types}, kept["type"])
    yield _choice("period", gettext("期间"), {code: say(s.zh, s.en) for code, s in found.periods}, kept["period"])
    yield _choice("mechanism", gettext("机制"), {code: mechanism_word(code) for code in MECHANISMS}, kept["mechanism"])
    of_mechanism = [rule for rule in found.rules if kept["mechanism"] in {"", rule.mechanism}]
    stopped = str(gettext("（未启用）"))
    duties = {
        rule.code: f"{rule.code} {say(rule.zh, rule.en)}" + ("" if rule.code in found.in_force else stopped)
        for rule in of_mechanism
    }
    yield _choice("code", gettext("义务"), duties, kept["code"])
    states = {str(state): say(*words) for state, words in STATE_LABELS.items()}
    yield _choice("state", gettext("状态"), states, kept["state"])
    if found.people:
        yield _choice("owner", gettext("责任人"), dict(found.people), kept["owner"])


def _choice(name: str, label: str, labels: Mapping[str, str], chosen: str, *, whole: bool = True) -> Choice:
    known = labels if not chosen or chosen in labels else {**labels, chosen: chosen}
    options = (Option(value=value, label=str(text), selected=value == chosen) for value, text in known.items())
    return Choice(name=name, label=str(label), options=tuple(options), whole=whole)


def _line(found: Obligation, shown: ObligationList, *, has_units: bool) -> DutyLine:
    row = found.row
    unit = shown.units.get(row.unit)
    return DutyLine(
        href=f"{PATH}/{row.id}",
        code=found.rule.code,
        name=say(found.rule.zh, found.rule.en),
        mechanism=mechanism_word(found.rule.mechanism),
        period=say(found.period.zh, found.period.en),
        unit=unit_name(unit, short=True) if unit is not None and has_units else row.unit if has_units else "",
        unit_href=f"/units/{row.unit}",
        owner=listed(list(found.responsible)),
        due=due_of_duty(found),
        state=say(*found.words),
        progress=f"{row.done or 0}/{row.of}" if row.of else "",
        percent=round(100 * (row.done or 0) / row.of) if row.of else 0,
        evidence=shown.evidence.get(row.id, 0),
        is_stopped=row.code not in shown.in_force,
    )


def _groups(lines: Iterable[DutyLine], found: ObligationList, *, by_person: bool) -> tuple[DutyGroup, ...]:
    """The rows come in the order of their owners already."""
    if not by_person:
        return (DutyGroup(label="", lines=tuple(lines)),)
    pairs = zip(lines, found.rows, strict=True)
    groups = groupby(pairs, key=lambda pair: (pair[1].row.owner_key, pair[0].owner))
    return tuple(
        DutyGroup(label=owner or str(gettext("无责任人")), lines=tuple(line for line, _ in members))
        for (_, owner), members in groups
    )


def _ways(kept: Mapping[str, str], *, by_person: bool) -> tuple[ViewTab, ...]:
    people, day = list_href(**{**kept, "by": ""}), list_href(**{**kept, "by": "day"})
    return (
        ViewTab(key="person", label=str(gettext("按责任人")), href=people, current=by_person),
        ViewTab(key="day", label=str(gettext("按到期日")), href=day, current=not by_person),
    )


def _empty(view: View, *, is_narrowed: bool, sees: bool) -> str:
    if is_narrowed:
        return str(gettext("没有符合筛选的义务。"))
    words = {
        "unfinished": gettext("没有未完成的义务，本单位应办的都已完成。") if sees else gettext("没有本单位的义务。"),
        "late": gettext("没有逾期的义务。"),
        "soon": gettext("30日内没有到期的义务。"),
        "done": gettext("还没有完成的义务。有依据登记后自动列在这里。"),
        "all": gettext("没有本单位的义务。义务在每个期间开始前一日夜间自动生成。"),
    }
    return str(words[view])
