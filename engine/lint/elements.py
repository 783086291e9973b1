"""A BPMN file as the lint sees it: elements with their `cx:` attributes, lanes and timers, straight from the XML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CX = "{urn:changxiao:bpmn:1}"

_EVENTS = ("startEvent", "endEvent", "intermediateThrowEvent", "intermediateCatchEvent", "boundaryEvent")
_TASKS = ("task", "userTask", "manualTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask")
_SCOPES = ("callActivity", "subProcess", "transaction", "adHocSubProcess")
_GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway")
FLOW_NODES = frozenset((*_EVENTS, *_TASKS, *_SCOPES, *_GATEWAYS))

TimerKind = Literal["timeDate", "timeDuration", "timeCycle"]
_TIMERS: tuple[TimerKind, ...] = ("timeDate", "timeDuration", "timeCycle")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """The time of a timer event, and the event it belongs to."""

    owner: Element
    kind: TimerKind
    text: str
    language: str = ""  #: what it says of its language


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element that can carry `cx:` attributes: a flow node, a lane, a process."""

    id: str
    name: str
    type: str  #: BPMN element name
    file: str
    cx: Mapping[str, str] = field(default_factory=dict)  #: local name to value
    attributes: Mapping[str, str] = field(default_factory=dict)  #: BPMN's own
    documentation: str = ""
    lane_assign: str = ""  #: cx:assign of its innermost lane that has one
    process: str = ""  #: id of the process around it

    @property
    def is_flow_node(self) -> bool:
        return self.type in FLOW_NODES


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One BPMN file, read."""

    file: str
    elements: tuple[Element, ...]
    timers: tuple[Timer, ...]
    processes: tuple[str, ...]  #: ids of all processes in the file
    executable: tuple[str, ...]  #: those that may be deployed


def event_names(root: etree._Element) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the messages and of the signals that the file declares, each once and in order."""
    messages, signals = (
        tuple(dict.fromkeys(name for node in root.iter(f"{BPMN}{kind}") if (name := node.get("name", "").strip())))
        for kind in ("message", "signal")
    )
    return messages, signals


def flows_of(root: etree._Element) -> dict[tuple[str, str], str]:
    """(source, target) to the id of the sequence flow between them, the first where there are several."""
    found: dict[tuple[str, str], str] = {}
    for flow in root.iter(f"{BPMN}sequenceFlow"):
        found.setdefault((flow.get("sourceRef", ""), flow.get("targetRef", "")), flow.get("id", ""))
    return found


def called_processes(root: etree._Element) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids of the processes in the file, and of those that its call activities name."""
    own = tuple(node.get("id", "") for node in root.iter(f"{BPMN}process"))
    calls = (node.get("calledElement", "").split(":")[-1] for node in root.iter(f"{BPMN}callActivity"))
    return own, tuple(dict.fromkeys(key for key in calls if key))


def read_drawing(root: etree._Element, *, file: str) -> Drawing:
    """Everything that the rules ask about, in document order."""
    lanes = dict(_lane_assigns(root))
    elements: list[Element] = []
    timers: list[Timer] = []
    for node in root.iter(etree.Element):
        kind = local_name(node)
        if kind not in FLOW_NODES and kind not in ("lane", "process") and not _cx(node):
            continue
        element = _element(node, kind, file, lanes)
        elements.append(element)
        timers += _timers(node, element)
    processes = [element for element in elements if element.type == "process"]
    return Drawing(
        file=file,
        elements=tuple(elements),
        timers=tuple(timers),
        processes=tuple(element.id for element in processes),
        executable=tuple(e.id for e in processes if e.attributes.get("isExecutable") in ("true", "1")),
    )


def local_name(node: etree._Element) -> str:
    """The local name of a BPMN element, "" for any other."""
    tag = node.tag
    return tag.removeprefix(BPMN) if isinstance(tag, str) and tag.startswith(BPMN) else ""


def _cx(node: etree._Element) -> dict[str, str]:
    return {str(k).removeprefix(CX): str(v) for k, v in node.attrib.items() if str(k).startswith(CX)}


def _element(node: etree._Element, kind: str, file: str, lanes: Mapping[str, str]) -> Element:
    documentation = "\n".join(text for child in node.findall(f"{BPMN}documentation") if (text := child.text))
    id_ = node.get("id", "")
    return Element(
        id=id_,
        name=node.get("name", "").strip(),
        type=kind or etree.QName(node).localname,
        file=file,
        cx=_cx(node),
        attributes={str(k): str(v) for k, v in node.attrib.items() if not str(k).startswith("{")},
        documentation=documentation.strip(),
        lane_assign=lanes.get(id_, ""),
        process=next((around.get("id", "") for around in node.iterancestors(f"{BPMN}process")), ""),
    )


def _lane_assigns(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Node id to the cx:assign of its lane. Inner lanes come later in document order, and win."""
    for lane in root.iter(f"{BPMN}lane"):
        assign = lane.get(f"{CX}assign", "")
        if assign:
            yield from ((ref.text.strip(), assign) for ref in lane.findall(f".//{BPMN}flowNodeRef") if ref.text)


def _timers(node: etree._Element, owner: Element) -> Iterator[Timer]:
    for kind in _TIMERS:
        for time in node.findall(f"{BPMN}timerEventDefinition/{BPMN}{kind}"):
            yield Timer(owner=owner, kind=kind, text=time.text or "", language=time.get("language", "").strip())
