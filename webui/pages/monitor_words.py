"""Words of the supervisor's pages: regions, unit types, lengths of time, the bottleneck and the load as sentences."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext, ngettext

from engine.model.preloaded import Labelled, regions, unit_types
from engine.queries.load import Bottleneck, ElementLoad, ProcessLoad
from webui.pages.monitor_views import Layer
from webui.pages.words import listed, say

_MOST_NAMED = 3  #: regions in the sentence about the bottleneck; the table has all


def region_name(code: str) -> str:
    """The name of a region, short; its code for one that an administrator has added."""
    if code == regions()[0].code:
        return str(gettext("州本级"))
    return _named(regions(), code, short=True)


def type_name(code: str) -> str:
    """The name of a unit type."""
    return _named(unit_types(), code)


def _named(labels: Iterable[Labelled], code: str, *, short: bool = False) -> str:
    found = next((label for label in labels if label.code == code), None)
    if found is None:
        return code
    return say(found.zh, found.en.split(" ")[0] if short and found.en.split(" ")[0] else found.en)


def light_words() -> dict[str, str]:
    return {
        "red": str(gettext("红灯")),
        "yellow": str(gettext("黄灯")),
        "green": str(gettext("绿灯")),
        "grey": str(gettext("灰灯")),
    }


def figure(number: float | None) -> str:
    """11, 2.5; "" for what was not measured."""
    return "" if number is None else f"{number:.1f}".removesuffix(".0")


def percent(share: float) -> int:
    return round(share * 100)


def chip(element: ElementLoad) -> str:
    """What stands on the drawing under a step."""
    if element.dwell is None:
        return ""
    median, limit = figure(element.dwell.median_days), figure(element.dwell.limit_days)
    if not limit:
        return str(gettext("中位 %(median)s 日", median=median))
    return str(gettext("中位 %(median)s / 限 %(limit)s 日", median=median, limit=limit))


def passed_words(element: ElementLoad) -> str:
    """How often a step was passed: each time that its task was done."""
    return str(ngettext("经过 %(num)s 次", "经过 %(num)s 次", element.dwell.count)) if element.dwell is not None else ""


def late_words(count: int) -> str:
    return str(gettext("逾期 %(n)s", n=count)) if count else ""


def incident_words(kind: str) -> str:
    """Why a case does not move, for somebody who is not an operator."""
    words = {
        "step": gettext("流程步骤执行失败，运行维护员正在处理"),
        "timer": gettext("定时任务执行失败，运行维护员正在处理"),
        "job": gettext("后台作业执行失败，运行维护员正在处理"),
        "assignment": gettext("无可指派人员，运行维护员正在处理"),
        "message": gettext("流程间消息未送达，运行维护员正在处理"),
        "calendar": gettext("日历变更后未能重算期限，运行维护员正在处理"),
    }
    return str(words.get(kind, gettext("流程停止，运行维护员正在处理")))


def element_words(name: str, element: ElementLoad) -> str:
    """ "实施整改：在办 23 件，其中逾期 8 件；经过 34 次，停留中位 11 个工作日，时限中位 14 个工作日" """
    parts = [ngettext("在办 %(num)s 件", "在办 %(num)s 件", element.open)]
    if element.red:
        parts.append(ngettext("其中逾期 %(num)s 件", "其中逾期 %(num)s 件", element.red))
    said = str(gettext("，")).join(str(part) for part in parts)
    if element.dwell is None:
        return str(gettext("%(name)s：%(said)s", name=name, said=said))
    stay = gettext(
        "%(passed)s，停留中位 %(median)s 个工作日，时限中位 %(limit)s 个工作日",
        passed=passed_words(element),
        median=figure(element.dwell.median_days),
        limit=figure(element.dwell.limit_days) or "—",
    )
    return str(gettext("%(name)s：%(said)s；%(stay)s", name=name, said=said, stay=stay))


def bottleneck_words(found: Bottleneck | None) -> tuple[str, ...]:
    """ "实施整改等待最久：中位 9 个工作日，占全程 61%。现有 23 件在办，其中蒙自市 4 件逾期。" """
    if found is None or found.element.dwell is None:
        return ()
    element, dwell = found.element, found.element.dwell
    first = gettext(
        "%(name)s等待最久：中位 %(median)s 个工作日，占全程 %(share)s%%。",
        name=say(element.node.name, element.node.name_en),
        median=figure(dwell.median_days),
        share=percent(element.share),
    )
    late = [
        gettext("%(region)s %(n)s 件逾期", region=region_name(region), n=count)
        for region, count in found.late_by_region[:_MOST_NAMED]
    ]
    if not late:
        return str(first), str(gettext("现有 %(n)s 件在办，没有逾期。", n=element.open))
    rest = sum(count for _, count in found.late_by_region[_MOST_NAMED:])
    if rest:
        late.append(gettext("其他地区 %(n)s 件逾期", n=rest))
    said = gettext("现有 %(n)s 件在办，其中%(late)s。", n=element.open, late=listed([str(part) for part in late]))
    return str(first), str(said)


def load_text(load: ProcessLoad, layer: Layer = "") -> tuple[str, ...]:
    """The picture as sentences, for who reads or hears it instead."""
    held = [(say(element.node.name, element.node.name_en), element) for element in load.elements if element.open]
    whole = gettext(
        "在办 %(n)s 件，任务逾期 %(red)s 件，黄灯 %(yellow)s 件。", n=load.running, red=load.red, yellow=load.yellow
    )
    sentences = [str(whole)]
    if held:
        places = [
            f"{name} {element.open}" + (str(gettext("（逾期 %(n)s）", n=element.red)) if element.red else "")
            for name, element in held
        ]
        sentences.append(str(gettext("各环节：%(places)s。", places=listed(places))))
    passed = [
        f"{say(element.node.name, element.node.name_en)} {element.dwell.count}"
        for element in load.elements
        if element.dwell is not None
    ]
    if layer and passed:
        sentences.append(str(gettext("经过次数：%(places)s。", places=listed(passed))))
    return (*sentences, *bottleneck_words(load.bottleneck))
