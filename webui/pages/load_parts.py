"""Parts of the supervisor's pages, made from what the engine counted: filters, pictures, places, lines of cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from flask_babel import gettext

from engine.lint.differences import Difference as Changed
from engine.lint.differences import Differences
from engine.model.organization import Organization
from engine.queries.frame import unit_named
from engine.queries.load import ElementLoad, ProcessLoad
from engine.queries.load_cases import CaseToken
from engine.queries.narrowing import Narrowing
from engine.queries.processes import ProcessRow
from webui.pages.deadlines import due_view
from webui.pages.monitor_views import (
    Change,
    Difference,
    ElementLine,
    Layer,
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
    load_text,
    passed_words,
    percent,
    region_name,
)
from webui.pages.narrowed import address
from webui.pages.parts import Due
from webui.pages.task_parts import marks
from webui.pages.words import case_title, plate_of_level, say, unit_name

_HEAT_STEPS = 5


def picture(
    load: ProcessLoad,
    path: str,
    anchor: str,
    wanted: Narrowing,
    changes: Mapping[str, Change] | None = None,
    *,
    layer: Layer = "",
) -> LoadPicture:
    """The drawing of one version with everything that is counted on it. layer: which figures of the past it shows."""
    version = str(load.drawn.version)
    measured = [element.dwell for element in load.elements if element.dwell is not None]
    most = _Most(
        days=max((dwell.median_days for dwell in measured), default=0.0),
        passes=max((dwell.count for dwell in measured), default=0),
    )
    lines = (
        _line(element, address(path, node=element.node.id, version=version if wanted.version else "") + "#cases",
              most, layer, wanted, changes or {})
        for element in load.elements
    )  # fmt: skip
    return LoadPicture(
        anchor=anchor,
        version=load.drawn.version,
        is_current=load.drawn.state == "current",
        running=sum(v.running for v in load.versions if wanted.version in {None, v.row.version}),
        xml_url=f"/api/v1/process-definitions/{load.drawn.id}/xml",
        lines=tuple(lines),
        text=load_text(load, layer),
        layer=layer,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Most:
    """What the hottest element of the drawing has."""

    days: float
    passes: int


def _line(
    element: ElementLoad,
    href: str,
    most: _Most,
    layer: Layer,
    wanted: Narrowing,
    changes: Mapping[str, Change],
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
        heat=_heat(dwell.median_days, most.days) if dwell is not None else 0,
        passed_heat=_heat(dwell.count, most.passes) if dwell is not None else 0,
        chip=passed_words(element) if layer else chip(element),
        layer=layer,
        label=element_words(name, element),
        late_words=late_words(element.red),
        is_event=node.type not in {"userTask", "manualTask"},
        is_chosen=wanted.node == node.id,
        has_ladder=bool(node.ladder) and node.ladder != "none",
        change=changes.get(node.id, ""),
    )


def _heat(much: float, most: float) -> int:
    """1 to 5: how much against the element that has most."""
    if most <= 0:
        return 1
    return max(1, min(_HEAT_STEPS, -int(-much * _HEAT_STEPS // most)))


def changes_of(found: Differences | None, side: Literal["older", "newer"]) -> dict[str, Change]:
    """How the elements of one of two versions stand to the other: what is not drawn there is left out."""
    absent = "added" if side == "older" else "removed"
    return {one.id: one.change for one in _told(found) if one.change != absent}


def differences_in_words(found: Differences | None) -> tuple[Difference, ...]:
    return tuple(
        Difference(
            name=say(one.name.zh, one.name.en) or one.id,
            change=one.change,
            detail=str(gettext("；")).join(say(words.zh, words.en) for words in one.words),
        )
        for one in _told(found)
    )


def _told(found: Differences | None) -> tuple[Changed, ...]:
    """Lines that only lead elsewhere tell nothing that the elements do not."""
    elements = found.elements if found is not None else ()
    return tuple(one for one in elements if one.change != "moved" and one.type != "sequenceFlow")


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
        title=case_title(token.title),
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
