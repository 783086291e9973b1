"""A BPMN file as the lint sees it: nodes with their `cx:` attributes, lanes, code and timers, straight from the XML."""

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
_FLOW_NODES = frozenset((*_EVENTS, *_TASKS, *_SCOPES, *_GATEWAYS))
_TIMERS = ("timeDate", "timeDuration", "timeCycle")
#: Expressions that stand somewhere below a node or flow, by the element that holds them.
_EXPRESSIONS = ("conditionExpression", "condition", "completionCondition", "loopCondition", "loopCardinality")

CodeKind = Literal["script", "expression", "timeDate", "timeDuration", "timeCycle"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A piece of code or a timer expression, and the element it belongs to."""

    owner: Element
    kind: CodeKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element that can carry `cx:` attributes or code: a flow node, a sequence flow, a lane, a process."""

    id: str
    name: str
    type: str  #: BPMN element name
    file: str
    cx: Mapping[str, str] = field(default_factory=dict)  #: local name to value
    attributes: Mapping[str, str] = field(default_factory=dict)  #: BPMN's own
    documentation: str = ""
    lane_assign: str = ""  #: cx:assign of its innermost lane that has one

    @property
    def is_flow_node(self) -> bool:
        return self.type in _FLOW_NODES


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One BPMN file, read."""

    file: str
    elements: tuple[Element, ...]
    code: tuple[Code, ...]
    processes: tuple[str, ...]


def read_drawing(root: etree._Element, *, file: str) -> Drawing:
    """Everything that the rules ask about, in document order."""
    lanes = dict(_lane_assigns(root))
    elements: list[Element] = []
    code: list[Code] = []
    for node in root.iter(etree.Element):
        kind = _local(node)
        if kind not in _FLOW_NODES and kind not in ("sequenceFlow", "lane", "process") and not _cx(node):
            continue
        element = _element(node, kind, file, lanes)
        elements.append(element)
        code += _code(node, element)
    processes = tuple(e.id for e in elements if e.type == "process")
    return Drawing(file=file, elements=tuple(elements), code=tuple(code), processes=processes)


def _local(node: etree._Element) -> str:
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
    )


def _lane_assigns(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Node id to the cx:assign of its lane. Inner lanes come later in document order, and win."""
    for lane in root.iter(f"{BPMN}lane"):
        assign = lane.get(f"{CX}assign", "")
        if assign:
            yield from ((ref.text.strip(), assign) for ref in lane.findall(f".//{BPMN}flowNodeRef") if ref.text)


def _code(node: etree._Element, owner: Element) -> Iterator[Code]:
    if owner.type == "scriptTask":
        scripts = node.findall(f"{BPMN}script")
        yield from (Code(owner=owner, kind="script", text=script.text or "") for script in scripts)
    for child in _own_parts(node):
        kind = _local(child)
        if kind in _EXPRESSIONS:
            yield Code(owner=owner, kind="expression", text=child.text or "")
        elif kind in _TIMERS:
            yield Code(owner=owner, kind=kind, text=child.text or "")  # type: ignore[arg-type]


def _own_parts(node: etree._Element) -> Iterator[etree._Element]:
    """The parts below a node that are not inside another flow node or flow."""
    for child in node:
        if _local(child) and _local(child) not in _FLOW_NODES and _local(child) != "sequenceFlow":
            yield child
            yield from _own_parts(child)
