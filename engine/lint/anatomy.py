"""A drawing taken apart for comparison: what stands on each element, by the element's id, and where it is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.lint.element_words import ASPECTS, TYPES
from engine.lint.elements import BPMN, CX
from engine.model.declared_words import Words

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_WAY = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
_LOOPS = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")
_TIMERS = ("timeDate", "timeDuration", "timeCycle")
#: BPMN's own attributes that are compared each by itself.
_ATTRIBUTES = frozenset(
    {
        *("name", "sourceRef", "targetRef", "default", "implementation", "calledElement"),
        *("attachedToRef", "cancelActivity"),
    }
)
_ORDER = {aspect: place for place, aspect in enumerate(ASPECTS)}
#: Children that say the same as something else, or that are compared by themselves.
_ELSEWHERE = frozenset({"incoming", "outgoing", "flowNodeRef", "laneSet", "childLaneSet", *TYPES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One element. aspects: what stands on it, by name; empty values are left out."""

    id: str
    type: str
    name: Words
    aspects: Mapping[str, str]
    place: str  #: where it is drawn, as text; "" where it is not


def anatomy(root: etree._Element) -> dict[str, Part]:
    """Every element with an id that a person could name, in document order."""
    lanes, places, names = dict(_lanes(root)), dict(_places(root)), dict(_names(root))
    found: dict[str, Part] = {}
    for node in root.iter(etree.Element):
        kind, id_ = _local(node), node.get("id", "")
        if kind not in TYPES or not id_ or id_ in found:
            continue
        stands = [(name, value) for name, value in _aspects(node, kind, lanes) if value]
        aspects = dict(sorted(stands, key=lambda aspect: _ORDER.get(aspect[0], len(_ORDER))))
        found[id_] = Part(
            id=id_, type=kind, name=_called(node, kind, names), aspects=aspects, place=places.get(id_, "")
        )
    return found


def _aspects(node: etree._Element, kind: str, lanes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield "type", kind
    yield "lane", lanes.get(node.get("id", ""), "")
    unknown: list[str] = []
    for key, value in sorted((str(k), str(v).strip()) for k, v in node.attrib.items()):
        if key.startswith(CX):
            yield f"cx:{key.removeprefix(CX)}", value
        elif key in _ATTRIBUTES:
            yield key, value
        elif key != "id":
            unknown.append(f"{key}={value}")
    children: dict[str, list[str]] = {}
    for child in node.iterchildren(etree.Element):
        aspect, value = _child(child)
        if aspect:
            children.setdefault(aspect, []).append(value)
    yield from ((aspect, "\n".join(values)) for aspect, values in children.items() if aspect != "other")
    yield "other", "\n".join([*unknown, *children.get("other", ())])


def _child(child: etree._Element) -> tuple[str, str]:
    """What a child element says about its parent; ("", "") for what is compared elsewhere."""
    kind = _local(child)
    if kind in _ELSEWHERE:
        return "", ""
    if kind == "documentation":
        return "documentation", _text(child)
    if kind == "conditionExpression":
        return "condition", _text(child)
    if kind in ("script", "text"):
        return kind, _text(child)
    if kind in _LOOPS:
        return "loop", _canonical(child)
    if kind == "timerEventDefinition":
        times = (_text(time) for name in _TIMERS for time in child.findall(f"{BPMN}{name}"))
        return "timer", " ".join(times)
    if kind.endswith("EventDefinition"):
        return "event", _canonical(child)
    return "other", _canonical(child)


def _lanes(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Node id to the name of its lane; inner lanes come later, and win."""
    for lane in root.iter(f"{BPMN}lane"):
        for ref in lane.findall(f".//{BPMN}flowNodeRef"):
            yield _text(ref), lane.get("name", "") or lane.get("id", "")


def _places(root: etree._Element) -> Iterator[tuple[str, str]]:
    for shape in root.iter(f"{_DI}BPMNShape"):
        for bounds in shape.findall(f"{_DC}Bounds"):
            yield shape.get("bpmnElement", ""), " ".join(_number(bounds.get(name, "")) for name in _BOUNDS)
    for edge in root.iter(f"{_DI}BPMNEdge"):
        points = (f"{_number(point.get('x', ''))},{_number(point.get('y', ''))}" for point in edge.findall(_WAY))
        yield edge.get("bpmnElement", ""), " ".join(points)


_BOUNDS = ("x", "y", "width", "height")


def _names(root: etree._Element) -> Iterator[tuple[str, Words]]:
    for node in root.iter(etree.Element):
        id_ = node.get("id", "")
        if id_ and _local(node) in TYPES:
            zh = node.get("name", "").strip() or id_
            yield id_, Words(zh=zh, en=node.get(f"{CX}name-en", "").strip() or zh)


def _called(node: etree._Element, kind: str, names: Mapping[str, Words]) -> Words:
    """Its name; a flow without one is called by its ends."""
    own = names[node.get("id", "")]
    if kind != "sequenceFlow" or node.get("name", "").strip():
        return own
    ends = [names.get(node.get(end, ""), own) for end in ("sourceRef", "targetRef")]
    return Words(zh=" → ".join(end.zh for end in ends), en=" → ".join(end.en for end in ends))


def _local(node: etree._Element) -> str:
    tag = node.tag
    return tag.removeprefix(BPMN) if isinstance(tag, str) and tag.startswith(BPMN) else ""


def _text(node: etree._Element) -> str:
    return " ".join((node.text or "").split())


def _number(text: str) -> str:
    try:
        return f"{float(text):g}"
    except ValueError:
        return text


def _canonical(node: etree._Element) -> str:
    """The element as text in which neither prefixes nor line breaks matter, nor ids that modelers give anew."""
    own = " ".join(f"{k}={v}" for k, v in sorted((str(k), str(v)) for k, v in node.attrib.items()) if k != "id")
    inner = "".join(_canonical(child) for child in node.iterchildren(etree.Element))
    return f"<{node.tag} {own}>{_text(node)}{inner}</>"
