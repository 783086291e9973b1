"""What the address of a supervisor's page asks for, and the filters that offer it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast, get_args
from urllib.parse import urlencode

from flask import request
from flask_babel import gettext

from engine.model.organization import Organization
from engine.queries.frame import unit_named
from engine.queries.load import ProcessLoad
from engine.queries.narrowing import Light, Narrowing
from webui.export import asked_filters
from webui.pages.monitor_views import Choice, Layer
from webui.pages.monitor_words import light_words, region_name, type_name
from webui.pages.parts import Option
from webui.pages.words import level_of_plate, plate_of_level, plate_word, unit_name

#: Parameters that narrow a page, in the order in which they stand above it.
FILTERS = ("region", "type", "unit", "light", "level", "version")
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
    kept = {
        name: request.args.get(name, "") for name in (*FILTERS, "node", "history", "layer", "with", "period")
    } | more
    query = urlencode([(name, value) for name, value in kept.items() if value])
    return f"{path}?{query}" if query else path


def layer_asked() -> Layer:
    """What the drawing shows besides what is open."""
    return "passed" if request.args.get("layer") == "passed" else ""


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
        Choice(
            name="layer",
            label=str(gettext("图层")),
            whole=False,
            options=(
                Option(value="", label=str(gettext("停留时长")), selected=not layer_asked()),
                Option(value="passed", label=str(gettext("经过次数")), selected=layer_asked() == "passed"),
            ),
        ),
    )


def _choice(name: str, label: str, labels: Mapping[str, str], chosen: str) -> Choice:
    known = labels if not chosen or chosen in labels else {chosen: chosen, **labels}
    options = (Option(value=value, label=text, selected=value == chosen) for value, text in known.items())
    return Choice(name=name, label=str(label), options=tuple(options))


def chosen_words(choices: tuple[Choice, ...]) -> dict[str, str]:
    """The chosen filters as a list that leaves says them."""
    chosen = ((c.name, c.label, next((o.label for o in c.options if o.selected), "")) for c in choices)
    return asked_filters(chosen)
