"""Reading a drawing (BPMN DI) as values: for our own pictures on paper and in comparisons. Nothing here runs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.model.drawing import Bounds, Drawing, Line, Point, Shape
from engine.workflow.xml import BPMN, CX, check_xml, local

_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
_DC = "http://www.omg.org/spec/DD/20100524/DC"
_DD = "http://www.omg.org/spec/DD/20100524/DI"
_NAME_EN = f"{{{CX}}}name-en"
#: Drawn first, for other shapes lie upon them.
_FRAMES = {"participant": 0, "lane": 1, "subProcess": 2, "adHocSubProcess": 2, "transaction": 2}


def read_drawing(data: bytes, *, file: str) -> Drawing:
    """The first plane of a BPMN file. Raises DefinitionRejected for what is no such file.

    A shape without its element, and an element without a place, are left out.
    """
    root = check_xml(data, file=file).root
    elements = {element.get("id", ""): element for element in root.iter(f"{{{BPMN}}}*")}
    plane = root.find(f".//{{{_DI}}}BPMNPlane")
    if plane is None:
        return Drawing(shapes=(), lines=())
    shapes = sorted(_shapes(plane, elements), key=lambda shape: _FRAMES.get(shape.type, 3))
    return Drawing(shapes=tuple(shapes), lines=tuple(_lines(plane, elements)))


def _shapes(plane: etree._Element, elements: Mapping[str, etree._Element]) -> Iterator[Shape]:
    for drawn in plane.iterfind(f"{{{_DI}}}BPMNShape"):
        element, bounds = elements.get(drawn.get("bpmnElement", "")), _bounds(drawn)
        if element is None or bounds is None:
            continue
        name, name_en = _names(element, elements)
        yield Shape(
            id=element.get("id", ""),
            type=local(element),
            name=name,
            name_en=name_en,
            bounds=bounds,
            label=_label(drawn),
            event=_event(element),
            repeated=_repeated(element),
            is_expanded=drawn.get("isExpanded") == "true",
            interrupts=element.get("cancelActivity", "true") == "true",
        )


def _lines(plane: etree._Element, elements: Mapping[str, etree._Element]) -> Iterator[Line]:
    defaults = {element.get("default") for element in elements.values()} - {None}
    for drawn in plane.iterfind(f"{{{_DI}}}BPMNEdge"):
        element = elements.get(drawn.get("bpmnElement", ""))
        points = tuple(_points(drawn))
        if element is None or len(points) < 2:
            continue
        line_id = element.get("id", "")
        yield Line(
            id=line_id,
            type=local(element),
            name=element.get("name", ""),
            name_en=element.get(_NAME_EN, ""),
            points=points,
            source=element.get("sourceRef", ""),
            target=element.get("targetRef", ""),
            label=_label(drawn),
            is_default=line_id in defaults,
        )


def _names(element: etree._Element, elements: Mapping[str, etree._Element]) -> tuple[str, str]:
    """Chinese and English. A pool has the English of its process; a note says its text."""
    name, name_en = element.get("name", ""), element.get(_NAME_EN, "")
    if local(element) == "participant" and not name_en:
        process = elements.get(element.get("processRef", ""))
        name_en = process.get(_NAME_EN, "") if process is not None else ""
    if local(element) == "textAnnotation":
        name = (element.findtext(f"{{{BPMN}}}text") or "").strip()
    return name, name_en


def _event(element: etree._Element) -> str:
    found = [local(child).removesuffix("EventDefinition") for child in element if local(child).endswith("Definition")]
    return "multiple" if len(found) > 1 else next(iter(found), "")


def _repeated(element: etree._Element) -> str:
    several = element.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics")
    if several is not None:
        return "sequential" if several.get("isSequential") == "true" else "parallel"
    return "loop" if element.find(f"{{{BPMN}}}standardLoopCharacteristics") is not None else ""


def _label(drawn: etree._Element) -> Bounds | None:
    label = drawn.find(f"{{{_DI}}}BPMNLabel")
    return _bounds(label) if label is not None else None


def _bounds(holder: etree._Element) -> Bounds | None:
    bounds = holder.find(f"{{{_DC}}}Bounds")
    if bounds is None:
        return None
    x, y, width, height = (_number(bounds.get(name)) for name in ("x", "y", "width", "height"))
    return Bounds(x=x, y=y, width=max(0.0, width), height=max(0.0, height))


def _points(drawn: etree._Element) -> Iterator[Point]:
    for point in drawn.iterfind(f"{{{_DD}}}waypoint"):
        yield _number(point.get("x")), _number(point.get("y"))


def _number(text: str | None) -> float:
    """A coordinate; what is none, or lies outside any paper, is 0."""
    try:
        number = float(text or 0)
    except ValueError:
        return 0.0
    return number if abs(number) < 100_000 else 0.0  # NaN compares false
