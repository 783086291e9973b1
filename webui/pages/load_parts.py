"""Parts of the supervisor's pages, made from what the engine counted: filters, pictures, places, lines of cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Literal, cast, get_args
from urllib.parse import urlencode

from flask import request
from flask_babel import gettext

from engine.model.difference import NodeDifference
from engine.model.organization import Organization
from engine.queries.frame import unit_named
from engine.queries.load import ElementLoad, ProcessLoad
from engine.queries.load_cases import CaseToken
from engine.queries.narrowing import Light, Narrowing
from engine.queries.processes import ProcessRow
from webui.export import asked_filters
from webui.pages.deadlines import due_view
from webui.pages.monitor_views import (
    Change,
    Choice,
    Difference,
    ElementLine,
    LoadPicture,
    PlaceLine,
    ProcessLine,
    TokenLine,
    VersionLine,
)
from webui.pages.monitor_words import (
    chip,
    element_words,
    figure,
    late_words,
    light_words,
    load_text,
    percent,
    region_name,
    type_name,
)
from webui.pages.parts import Due, Option
from webui.pages.task_parts import marks
from webui.pages.words import level_of_plate, plate_of_level, plate_word, say, unit_name

#: Parameters that narrow a page, in the order in which they stand above it.
FILTERS = ("region", "type", "unit", "light", "level", "version")
_HEAT_STEPS = 5
_LEVELS = range(1, 6)


def narrowing_asked() -> Narrowing:
    """What the address asks for; what it does not know it leaves out."""
    asked = request.args
    light = asked.get("light", "")
    version = asked.get("version", "")
    return Narrowing(
        region=asked.get("region", "")[:12],
        type=asked.get("type", "")[:12],
        unit=asked.get("unit", "")[:40],
        light=cast("Light", light if light in get_args(Light) else ""),
        level=level_of_plate(asked.get("level", "")),
        node=asked.get("node", "")[:100],
        version=int(version) if version.isdecimal() and len(version) < 7 else None,
    )


def address(path: str, **more: str) -> str:
    """`path` with the filters of this page, changed by `more`; "" takes one away."""
    kept = {name: request.args.get(name, "") for name in (*FILTERS, "node", "history", "with", "period")} | more
    query = urlencode([(name, value) for name, value in kept.items() if value])
    return f"{path}?{query}" if query else path


def place_choices(regions: Iterable[str], types: Iterable[str], wanted: Narrowing) -> tuple[Choice, ...]:
    """地区 and 类型, as far as there is something to choose."""
    found = (
        _choice("region", gettext("地区"), {code: region_name(code) for code in regions}, wanted.region),
        _choice("type", gettext("类型"), {code: type_name(code) for code in types}, wanted.type),
    )
    return tuple(choice for choice in found if len(choice.options) > 1)


def load_choices(load: ProcessLoad, wanted: Narrowing, organization: Organization) -> tuple[Choice, ...]:
    """All filters of a process page; units only once a region is chosen, or where there are few."""
    units = [code for code in load.overseen if wanted.region in {"", code.partition("-")[0]}]
    names = {code: unit_name(unit_named(organization, code), short=True) for code in units}
    plates: dict[str, str] = {
        plate: plate_word(plate) for level in _LEVELS if (plate := plate_of_level(level)) is not None
    }
    versions = {str(version.row.version): f"v{version.row.version}" for version in load.versions}
    chosen = plate_of_level(wanted.level) if wanted.level is not None else ""
    return (
        *place_choices(load.regions, load.unit_types, wanted),
        *((_choice("unit", gettext("单位"), names, wanted.unit),) if 1 < len(names) <= 12 or wanted.unit else ()),
        _choice("light", gettext("灯"), light_words(), wanted.light),
        _choice("level", gettext("督办级别"), plates, chosen or ""),
        *((_choice("version", gettext("版本"), versions, str(wanted.version or "")),) if len(versions) > 1 else ()),
        Choice(
            name="history",
            label=str(gettext("停留统计")),
            whole=False,
            options=(
                Option(value="", label=str(gettext("近 6 个月")), selected=not request.args.get("history")),
                Option(value="all", label=str(gettext("全部")), selected=request.args.get("history") == "all"),
            ),
        ),
    )


def _choice(name: str, label: str, labels: Mapping[str, str], chosen: str) -> Choice:
    known = labels if not chosen or chosen in labels else {chosen: chosen, **labels}
    options = (Option(value=value, label=text, selected=value == chosen) for value, text in known.items())
    return Choice(name=name, label=str(label), options=tuple(options))


def picture(
    load: ProcessLoad, path: str, anchor: str, wanted: Narrowing, changes: Mapping[str, Change] | None = None
) -> LoadPicture:
    """The drawing of one version with everything that is counted on it."""
    version = str(load.drawn.version)
    longest = max((e.dwell.median_days for e in load.elements if e.dwell is not None), default=0.0)
    lines = (
        _line(element, address(path, node=element.node.id, version=version if wanted.version else "") + "#cases",
              longest, wanted, changes or {})
        for element in load.elements
    )  # fmt: skip
    return LoadPicture(
        anchor=anchor,
        version=load.drawn.version,
        is_current=load.drawn.state == "current",
        running=sum(v.running for v in load.versions if wanted.version in {None, v.row.version}),
        xml_url=f"/api/v1/process-definitions/{load.drawn.id}/xml",
        lines=tuple(lines),
        text=load_text(load),
    )


def _line(
    element: ElementLoad, href: str, longest: float, wanted: Narrowing, changes: Mapping[str, Change]
) -> ElementLine:
    node, dwell = element.node, element.dwell
    name = say(node.name, node.name_en)
    return ElementLine(
        id=node.id,
        name=name,
        href=href,
        open=element.open,
        red=element.red,
        yellow=element.yellow,
        median=figure(dwell.median_days) if dwell is not None else "",
        limit=figure(dwell.limit_days) if dwell is not None else "",
        done=dwell.count if dwell is not None else 0,
        late_done=dwell.late if dwell is not None else 0,
        share=percent(element.share),
        heat=_heat(dwell.median_days, longest) if dwell is not None else 0,
        chip=chip(element),
        label=element_words(name, element),
        late_words=late_words(element.red),
        is_event=node.type not in {"userTask", "manualTask"},
        is_chosen=wanted.node == node.id,
        has_ladder=bool(node.ladder) and node.ladder != "none",
        change=changes.get(node.id, ""),
    )


def _heat(median_days: float, longest: float) -> int:
    """1 to 5: how long against the element where it takes longest."""
    if longest <= 0:
        return 1
    return max(1, min(_HEAT_STEPS, -int(-median_days * _HEAT_STEPS // longest)))


def changes_of(found: Iterable[NodeDifference], side: Literal["older", "newer"]) -> dict[str, Change]:
    """How the elements of one of two versions stand to the other: what is not drawn there is left out."""
    absent = "added" if side == "older" else "removed"
    return {one.node.id: one.change for one in found if one.change != absent}


def differences_in_words(found: Iterable[NodeDifference]) -> tuple[Difference, ...]:
    words = {
        "name": gettext("名称"),
        "assign": gettext("办理人"),
        "form": gettext("表单"),
        "due": gettext("时限"),
        "remind": gettext("提醒"),
        "ladder": gettext("升级"),
        "protected": gettext("保护"),
        "start": gettext("启动流程"),
        "decision": gettext("决策表"),
        "params": gettext("参数"),
    }
    return tuple(
        Difference(
            name=say(one.node.name, one.node.name_en) or one.node.id,
            change=one.change,
            detail=str(gettext("；")).join(
                f"{words[name]}{gettext('：')}{before or '—'} → {after or '—'}" for name, before, after in one.fields
            ),
        )
        for one in found
    )


def versions_in_use(load: ProcessLoad, path: str) -> tuple[VersionLine, ...]:
    shown = load.drawn.version
    return tuple(
        VersionLine(
            version=found.row.version,
            running=found.running,
            href=address(path, version=str(found.row.version), node="", **{"with": ""}),
            compare_href=""
            if found.row.version == shown
            else address(path, version=str(shown), **{"with": str(found.row.version)}) + "#compare",
            is_shown=found.row.version == shown,
            is_current=found.row.state == "current",
        )
        for found in load.versions
    )


def places(load: ProcessLoad, path: str, wanted: Narrowing, organization: Organization) -> tuple[PlaceLine, ...]:
    """By region, or by unit where there is one region only; the one with most that is late first."""
    by_unit = is_by_unit(load, wanted)
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for unit in load.units:
        for index, number in enumerate((unit.open, unit.red, unit.yellow)):
            sums[unit.unit if by_unit else unit.region][index] += number
    ordered = sorted(sums.items(), key=lambda item: (-item[1][1], -item[1][2], -item[1][0], item[0]))
    return tuple(
        PlaceLine(
            name=unit_name(unit_named(organization, code), short=True) if by_unit else region_name(code),
            href=address(path, unit=code) if by_unit else address(path, region=code),
            open=n[0],
            red=n[1],
            yellow=n[2],
        )
        for code, n in ordered
    )


def is_by_unit(load: ProcessLoad, wanted: Narrowing) -> bool:
    return bool(wanted.region or wanted.unit) or len(load.regions) == 1


def token_line(token: CaseToken, names: Mapping[str, str]) -> TokenLine:
    """names: of elements, for tokens that stand at an event."""
    return TokenLine(
        href=f"/case/{token.instance_id}",
        title=token.title,
        number=token.business_no,
        step=say(token.name, token.name_en) if token.name else names.get(token.node_id, token.node_id),
        unit=unit_name(token.unit, short=True),
        due=due_view(token.light, token.due_on, token.due_at, state=token.state)
        if token.task_id is not None
        else Due(light="green", at=token.due_at),
        assignee=token.assignee_name or ("" if token.task_id is None else str(gettext("待领取"))),
        plate=plate_of_level(token.ladder_level),
        marks=marks(token.marks, token.severity),
        version=token.version,
    )


def process_line(row: ProcessRow) -> ProcessLine:
    path = f"/process/{row.current.key}"
    return ProcessLine(
        key=row.current.key,
        name=say(row.current.name, row.current.name_en),
        href=address(path),
        late_href=address(path, light="red") + "#cases",
        running=row.running,
        red=row.red,
        yellow=row.yellow,
        closed=row.closed,
        median=figure(row.median_days),
        versions=tuple(
            str(gettext("v%(version)s · %(n)s 件", version=version.row.version, n=version.running))
            for version in row.versions
        ),
    )


def chosen_words(choices: tuple[Choice, ...]) -> dict[str, str]:
    """The chosen filters as a list that leaves says them."""
    chosen = ((c.name, c.label, next((o.label for o in c.options if o.selected), "")) for c in choices)
    return asked_filters(chosen)
