"""ATTR rules: parts of the standard that are drawn, but have no effect here. Never passed over in silence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.errors import Problem
from engine.lint.drawn import Drawn
from engine.lint.elements import local_name


@dataclass(frozen=True, slots=True, kw_only=True)
class _Effectless:
    """What to do instead, for both sentences."""

    zh: str
    en: str


_WHO = _Effectless(
    zh="不决定由谁办理；请改填办理人规则（cx:assign）",
    en="does not decide who does it; set who does it (cx:assign) instead",
)
_OPERATION = _Effectless(
    zh="不会被调用；请填 implementation（urn:changxiao:service:…）", en="is not called; set implementation instead"
)
_NOTE = _Effectless(
    zh="不起作用；请删除，要点写入说明", en="has no effect; delete it and put what matters into the documentation"
)
_CHILDREN: Mapping[str, _Effectless] = {
    **dict.fromkeys(("potentialOwner", "humanPerformer", "performer", "resourceRole"), _WHO),
    **dict.fromkeys(("rendering", "auditing", "monitoring", "ioBinding", "supportedInterfaceRef"), _NOTE),
}
_ATTRIBUTES: Mapping[str, _Effectless] = {
    "operationRef": _OPERATION,
    "isImmediate": _NOTE,
    "triggeredByCompensation": _NOTE,
}
_PEOPLE = frozenset({"userTask", "manualTask"})
_UNSPECIFIED = ("", "##unspecified", "##WebService")


def effectless_problems(drawn: Drawn) -> Iterator[Problem]:
    """ATTR-01 (has no effect) and ATTR-02 (contradicts the drawing) of one process."""
    for element in drawn.process.iter(etree.Element):
        for child in element.iterchildren(etree.Element):
            if (what := _CHILDREN.get(local_name(child))) is not None:
                yield _without_effect(drawn, element, local_name(child), what)
        for name, what in _ATTRIBUTES.items():
            if element.get(name):
                yield _without_effect(drawn, element, name, what)
        if local_name(element) in _PEOPLE and element.get("implementation", "") not in _UNSPECIFIED:
            yield _without_effect(drawn, element, "implementation", _NOTE)
        yield from _direction(drawn, element)


def _without_effect(drawn: Drawn, element: etree._Element, name: str, what: _Effectless) -> Problem:
    holder: etree._Element | None = element
    while holder is not None and not holder.get("id"):
        holder = holder.getparent()
    id_ = holder.get("id", "") if holder is not None else drawn.key
    return drawn.problem(
        "ATTR-01", id_, f"上的 {name} {what.zh}。", f"carries {name}, which {what.en}.", severity="warning"
    )


def _direction(drawn: Drawn, element: etree._Element) -> Iterator[Problem]:
    """A gateway that is said to split only, or to join only, and does something else."""
    direction = element.get("gatewayDirection", "")
    into, out = (sum(1 for _ in element.iterchildren(f"{{*}}{name}")) for name in ("incoming", "outgoing"))
    if (direction == "Diverging" and into > 1) or (direction == "Converging" and out > 1):
        yield drawn.problem(
            "ATTR-02",
            element.get("id", ""),
            f"标为 {direction}，但有 {into} 条流入、{out} 条流出的连线。请删除 gatewayDirection 或更正连线。",
            f"is marked {direction} but has {into} incoming and {out} outgoing flows, which count. Delete"
            " gatewayDirection or mend the flows.",
            severity="warning",
        )
