"""Lays out a small model and writes its diagram part, so that every modelling tool can open it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"

GAP = 60  #: pixels between shapes, and around what lies inside of one
SIZES = {"Event": (36, 36), "Gateway": (50, 50), "dataObjectReference": (36, 50), "dataStoreReference": (50, 50)}
TASK = (100, 80)
CONTAINERS = {"subProcess", "transaction", "adHocSubProcess"}
BESIDE = {"dataObjectReference", "dataStoreReference", "textAnnotation", "group"}  #: stand below the flow
NO_SHAPE = {
    "documentation", "extensionElements", "laneSet", "sequenceFlow", "association", "dataObject", "incoming",
    "outgoing",
    "multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "completionCondition", "ioSpecification",
    "property", "dataInputAssociation", "dataOutputAssociation", "correlationSubscription", "supportedInterfaceRef",
    "ioBinding", "auditing", "monitoring", "resourceRole",
}  # fmt: skip


@dataclass
class Box:
    x: float
    y: float
    width: float
    height: float

    def left(self) -> tuple[float, float]:
        return self.x, self.y + self.height / 2

    def right(self) -> tuple[float, float]:
        return self.x + self.width, self.y + self.height / 2

    def bottom(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height


@dataclass
class Layout:
    boxes: dict[str, Box] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    flows: list[etree._Element] = field(default_factory=list)


def local(element: etree._Element) -> str:
    return etree.QName(element).localname


def with_diagram(xml: bytes) -> bytes:
    """The model `xml` with a diagram; every shape and flow of its processes is on it."""
    root = etree.fromstring(xml)
    for artifact in list(root.iter(f"{BPMN}textAnnotation", f"{BPMN}group", f"{BPMN}association")):
        scope = artifact.getparent()
        assert scope is not None
        scope.append(artifact)  # the standard wants them behind the flow elements
    layout, top = Layout(), 80.0
    collaboration = root.find(f"{BPMN}collaboration")
    pools = {} if collaboration is None else {p.get("processRef"): p.get("id", "") for p in _pools(collaboration)}
    for process in root.iterchildren(f"{BPMN}process"):
        width, height = _place(process, 160.0, top + GAP / 2, layout)
        pool = pools.pop(process.get("id"), None)
        if pool is not None:
            layout.boxes[pool] = Box(100.0, top, width + GAP * 2, height + GAP)
        _place_lanes(process, Box(130.0, top, width + GAP * 2 - 30, height + GAP), layout)
        top += height + GAP * 2
    for pool in pools.values():
        layout.boxes[pool] = Box(100.0, top, 400.0, 60.0)
        top += 120.0
    if collaboration is not None:
        layout.flows += collaboration.iterchildren(f"{BPMN}messageFlow")
    plane_of = collaboration if collaboration is not None else next(root.iterchildren(f"{BPMN}process"), None)
    if plane_of is not None:
        root.append(_diagram(plane_of.get("id", ""), layout))
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def _pools(collaboration: etree._Element) -> Iterator[etree._Element]:
    return collaboration.iterchildren(f"{BPMN}participant")


def _place(scope: etree._Element, x: float, y: float, layout: Layout) -> tuple[float, float]:
    """Give every shape of `scope` its place, from (x, y) on; answers width and height of all of them."""
    shapes = [node for node in scope.iterchildren(f"{BPMN}*") if local(node) not in NO_SHAPE and node.get("id")]
    attached = [node for node in shapes if local(node) == "boundaryEvent"]
    beside = [node for node in shapes if local(node) in BESIDE]
    columns = _columns([n for n in shapes if n not in attached and n not in beside], attached, scope)
    right, bottom = x, y
    for column in columns:
        at, widest = y, 0.0
        for node in column:
            width, height = _size(node, right, at, layout)
            layout.boxes[node.get("id", "")] = Box(right, at, width, height)
            layout.kinds[node.get("id", "")] = local(node)
            at, widest = at + height + GAP, max(widest, width)
        right, bottom = right + widest + GAP, max(bottom, at)
    at_right = x
    for node in beside:
        width, height = SIZES.get(local(node), TASK)
        layout.boxes[node.get("id", "")] = Box(at_right, bottom, width, height)
        at_right += width + GAP
    bottom += 80.0 if beside else 0.0
    _attach(attached, layout)
    layout.flows += scope.iterchildren(f"{BPMN}sequenceFlow", f"{BPMN}association")
    return max(right, at_right) - x, bottom - y


def _attach(events: list[etree._Element], layout: Layout) -> None:
    count: dict[str, int] = {}
    for event in events:
        host = layout.boxes.get(event.get("attachedToRef", ""))
        if host is None:
            continue
        number = count[event.get("attachedToRef", "")] = count.get(event.get("attachedToRef", ""), 0) + 1
        layout.boxes[event.get("id", "")] = Box(host.x + 40 * number - 20, host.y + host.height - 18, 36, 36)
        layout.kinds[event.get("id", "")] = "boundaryEvent"


def _size(node: etree._Element, x: float, y: float, layout: Layout) -> tuple[float, float]:
    kind = local(node)
    if kind in CONTAINERS:
        width, height = _place(node, x + GAP / 2, y + GAP / 2, layout)
        return width + GAP / 2, height + GAP / 2
    return next((size for name, size in SIZES.items() if kind.endswith(name)), TASK)


def _columns(
    nodes: list[etree._Element], attached: list[etree._Element], scope: etree._Element
) -> list[list[etree._Element]]:
    """Nodes by distance from the start, each as far to the right as one of its ways in leads; loops go back."""
    hosts = {event.get("id"): event.get("attachedToRef") for event in attached}
    ahead: dict[str, list[str]] = {node.get("id", ""): [] for node in nodes}
    entered = set()
    for flow in scope.iterchildren(f"{BPMN}sequenceFlow"):
        source = hosts.get(flow.get("sourceRef"), flow.get("sourceRef"))
        if source in ahead and flow.get("targetRef") in ahead:
            ahead[source].append(flow.get("targetRef", ""))
            entered.add(flow.get("targetRef", ""))
    depth = dict.fromkeys(ahead, 0)

    def walk(name: str, at: int, path: tuple[str, ...]) -> None:
        depth[name] = max(depth[name], at)
        for target in ahead[name]:
            if target not in path and depth[target] <= at:
                walk(target, at + 1, (*path, target))

    for name in [name for name in ahead if name not in entered] or list(ahead)[:1]:
        walk(name, 0, (name,))
    columns: list[list[etree._Element]] = [[] for _ in range(max(depth.values(), default=0) + 1)]
    for node in nodes:
        columns[depth[node.get("id", "")]].append(node)
    return columns


def _place_lanes(process: etree._Element, pool: Box, layout: Layout) -> None:
    lanes = list(process.iter(f"{BPMN}lane"))
    for number, lane in enumerate(lanes):
        height = pool.height / len(lanes)
        layout.boxes[lane.get("id", "")] = Box(pool.x, pool.y + number * height, pool.width, height)


def _diagram(plane_of: str, layout: Layout) -> etree._Element:
    diagram = etree.Element(f"{{{BPMNDI}}}BPMNDiagram", nsmap={"bpmndi": BPMNDI, "dc": DC, "di": DI}, id="diagram")
    plane = etree.SubElement(diagram, f"{{{BPMNDI}}}BPMNPlane", id="plane", bpmnElement=plane_of)
    for name, box in layout.boxes.items():
        shape = etree.SubElement(plane, f"{{{BPMNDI}}}BPMNShape", id=f"{name}_di", bpmnElement=name)
        if layout.kinds.get(name) in CONTAINERS:
            shape.set("isExpanded", "true")
        sides = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
        etree.SubElement(shape, f"{{{DC}}}Bounds", {side: f"{value:g}" for side, value in sides.items()})
    for flow in layout.flows:
        source, target = (layout.boxes.get(flow.get(end, "")) for end in ("sourceRef", "targetRef"))
        if source is None or target is None:
            continue
        edge = etree.SubElement(
            plane, f"{{{BPMNDI}}}BPMNEdge", id=f"{flow.get('id')}_di", bpmnElement=flow.get("id", "")
        )
        below = layout.kinds.get(flow.get("sourceRef", "")) == "boundaryEvent" or local(flow) != "sequenceFlow"
        for x, y in (source.bottom() if below else source.right(), target.left()):
            etree.SubElement(edge, f"{{{DI}}}waypoint", x=f"{x:g}", y=f"{y:g}")
    return diagram
