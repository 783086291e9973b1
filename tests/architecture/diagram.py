"""The drawing of a BPMN file as plain geometry: boxes, lines and labels in the coordinates of the diagram."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
WAY = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
CX = "{urn:changxiao:bpmn:1}"
EVENTS = {"startEvent", "endEvent", "intermediateThrowEvent", "intermediateCatchEvent", "boundaryEvent"}
TASKS = {"userTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask", "manualTask", "task"}
GATEWAYS = {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"}
CONTAINERS = {"subProcess", "transaction", "adHocSubProcess"}
NODES = EVENTS | TASKS | GATEWAYS | CONTAINERS | {"callActivity"}

Point = tuple[float, float]
Segment = tuple[Point, Point]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; y grows downward."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def overlaps(self, other: Box, *, margin: float = 0) -> bool:
        """The interiors meet, or come closer than `margin`."""
        return (
            self.x - margin < other.right
            and other.x - margin < self.right
            and self.y - margin < other.bottom
            and other.y - margin < self.bottom
        )

    def contains(self, other: Box) -> bool:
        return self.x <= other.x and self.y <= other.y and other.right <= self.right and other.bottom <= self.bottom

    def touches(self, point: Point) -> bool:
        """The point lies on the border, to half a pixel."""
        x, y = point
        on_side = min(abs(x - self.x), abs(x - self.right)) <= 0.5 and self.y - 0.5 <= y <= self.bottom + 0.5
        on_end = min(abs(y - self.y), abs(y - self.bottom)) <= 0.5 and self.x - 0.5 <= x <= self.right + 0.5
        return on_side or on_end

    def is_crossed_by(self, segment: Segment) -> bool:
        """An upright or level segment runs through the interior."""
        (x1, y1), (x2, y2) = segment
        return (
            min(x1, x2) < self.right
            and self.x < max(x1, x2, min(x1, x2) + 0.01)
            and min(y1, y2) < self.bottom
            and self.y < max(y1, y2, min(y1, y2) + 0.01)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    id: str
    name: str
    name_en: str
    type: str
    box: Box
    label: Box | None
    parent: str  #: id of the sub-process or process around it
    attached_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    id: str
    name: str
    source: str
    target: str
    points: tuple[Point, ...]
    label: Box | None

    @property
    def segments(self) -> Iterator[Segment]:
        return zip(self.points, self.points[1:], strict=False)


@dataclass(slots=True)
class Diagram:
    """One file, read without any engine."""

    path: Path
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    pools: dict[str, Box] = field(default_factory=dict)
    lanes: dict[str, Box] = field(default_factory=dict)
    lane_of: dict[str, str] = field(default_factory=dict)
    undrawn: list[str] = field(default_factory=list)  #: ids of elements without a shape or an edge

    def label_boxes(self) -> Iterator[tuple[str, Box]]:
        yield from ((n.id, n.label) for n in self.nodes.values() if n.label)
        yield from ((e.id, e.label) for e in self.edges if e.label)


def read_diagram(path: Path) -> Diagram:
    root = etree.parse(path).getroot()
    shapes = {s.get("bpmnElement"): s for s in root.iter(f"{DI}BPMNShape")}
    lines = {s.get("bpmnElement"): s for s in root.iter(f"{DI}BPMNEdge")}
    diagram = Diagram(path)
    for element in root.iter():
        if not isinstance(element.tag, str) or not element.tag.startswith(BPMN):
            continue
        _take(diagram, element, element.tag.removeprefix(BPMN), shapes, lines)
    return diagram


def _take(diagram: Diagram, element, kind: str, shapes: dict, lines: dict) -> None:  # type: ignore[no-untyped-def, type-arg]
    id_ = element.get("id", "")
    if kind in NODES | {"participant", "lane"} and id_ not in shapes:
        diagram.undrawn.append(id_)
    elif kind == "participant":
        diagram.pools[id_] = _bounds(shapes[id_])
    elif kind == "lane":
        diagram.lanes[id_] = _bounds(shapes[id_])
        diagram.lane_of |= {ref.text: id_ for ref in element.findall(f"{BPMN}flowNodeRef")}
    elif kind in NODES:
        diagram.nodes[id_] = Node(
            id=id_,
            name=element.get("name", ""),
            name_en=element.get(f"{CX}name-en", ""),
            type=kind,
            box=_bounds(shapes[id_]),
            label=_label(shapes[id_]),
            parent=element.getparent().get("id"),
            attached_to=element.get("attachedToRef", ""),
        )
    elif kind == "sequenceFlow" and id_ not in lines:
        diagram.undrawn.append(id_)
    elif kind == "sequenceFlow":
        diagram.edges.append(
            Edge(
                id=id_,
                name=element.get("name", ""),
                source=element.get("sourceRef"),
                target=element.get("targetRef"),
                points=tuple((float(w.get("x")), float(w.get("y"))) for w in lines[id_].iter(WAY)),
                label=_label(lines[id_]),
            )
        )


def _bounds(shape) -> Box:  # type: ignore[no-untyped-def]
    return _box(shape.find(f"{DC}Bounds"))


def _label(shape) -> Box | None:  # type: ignore[no-untyped-def]
    bounds = shape.find(f"{DI}BPMNLabel/{DC}Bounds")
    return None if bounds is None else _box(bounds)


def _box(bounds) -> Box:  # type: ignore[no-untyped-def]
    return Box(*(float(bounds.get(name)) for name in ("x", "y", "width", "height")))
