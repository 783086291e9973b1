"""Drawings for tests: one with every kind of element that the engine runs, and what a drawing says."""

from __future__ import annotations

from collections import Counter

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:cx="urn:changxiao:bpmn:1" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" id="D" targetNamespace="urn:t">'
)
_TASKS = (
    *("task", "userTask", "serviceTask", "sendTask", "receiveTask", "manualTask", "businessRuleTask", "scriptTask"),
    *("callActivity", "transaction", "subProcess"),
)
_GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway")
_EVENTS = {
    "startEvent": ("", "message", "signal", "timer", "conditional"),
    "endEvent": ("", "message", "signal", "error", "escalation", "terminate"),
    "intermediateCatchEvent": ("message", "signal", "timer", "conditional"),
    "intermediateThrowEvent": ("", "message", "signal", "escalation"),
    "boundaryEvent": ("message", "signal", "timer", "error", "escalation", "conditional"),
}

#: What the standard takes for granted, and tools leave out.
_DEFAULTS = {("isSequential", "false")}


def every_kind(name: str) -> str:
    """A process with one element of each kind, each called `name` and a number."""
    elements, shapes = [], []

    def add(tag: str, inside: str = "", *, width: int, more: str = "") -> str:
        number = len(shapes)
        key = f"E_{number}"
        elements.append(f'<{tag} id="{key}" name="{name} {number}"{more}>{inside}</{tag}>')
        x, y = 200 + number % 8 * 160, 120 + number // 8 * 130
        height = 80 if width == 100 else width
        shapes.append(
            f'<bpmndi:BPMNShape id="{key}_di" bpmnElement="{key}"{" isExpanded=" + chr(34) + "false" + chr(34)}>'
            f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/></bpmndi:BPMNShape>'
        )
        return key

    hosts = [add(tag, width=100) for tag in _TASKS]
    for tag in _GATEWAYS:
        add(tag, width=50)
    for tag, kinds in _EVENTS.items():
        for number, kind in enumerate(kinds):
            more = f' attachedToRef="{hosts[number]}"' if tag == "boundaryEvent" else ""
            add(tag, f"<{kind}EventDefinition/>" if kind else "", width=36, more=more)
    flow = f'<sequenceFlow id="F" name="{name}" sourceRef="E_0" targetRef="E_1"/>'
    edge = (
        '<bpmndi:BPMNEdge id="F_di" bpmnElement="F"><di:waypoint x="300" y="160"/><di:waypoint x="360" y="160"/>'
        "</bpmndi:BPMNEdge>"
    )
    note = f'<textAnnotation id="N"><text>{name}</text></textAnnotation>'
    noted = (
        '<bpmndi:BPMNShape id="N_di" bpmnElement="N"><dc:Bounds x="200" y="40" width="100" height="30"/>'
        "</bpmndi:BPMNShape>"
    )
    return (
        f'{_HEAD}<process id="P" name="{name}" isExecutable="true">{"".join(elements)}{flow}{note}</process>'
        f'<bpmndi:BPMNDiagram id="G"><bpmndi:BPMNPlane id="PL" bpmnElement="P">{"".join(shapes)}{edge}{noted}'
        "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>"
    )


def content(xml: str | bytes) -> Counter[tuple[object, ...]]:
    """Everything that a drawing says, without the order in which it says it."""
    root = etree.fromstring(xml.encode() if isinstance(xml, str) else xml)
    found: Counter[tuple[object, ...]] = Counter()
    for element in root.iter("*"):
        parent = element.getparent()
        owner = parent.get("id") or parent.tag if parent is not None else ""
        attributes = tuple(
            sorted((key, _plain(value)) for key, value in element.attrib.items() if (key, value) not in _DEFAULTS)
        )
        found[owner, element.tag, attributes, (element.text or "").strip()] += 1
    return found


def _plain(value: str) -> str:
    """Numbers without trailing zeros: "36.0" and "36" are one length."""
    try:
        return f"{float(value):g}"
    except ValueError:
        return value
