"""Draws what BPMN leaves unsaid before SpiffWorkflow reads the file: implied starts, ends, splits and ways.

It works on the parser's own copy. A helper's id is that of the node it stands for and a suffix that no drawing may use
(`elements`); the compiled spec of a helper is no node of the diagram.
"""

from __future__ import annotations

from lxml import etree

from engine.workflow.ad_hoc import ad_hoc_of
from engine.workflow.elements.kinds import (
    BEGINNING,
    ENDING,
    ENOUGH,
    FLOW_NODES,
    GATEWAYS,
    HELPERS,
    SPLIT,
    TURN,
    WAY,
    begins_by_itself,
    is_ad_hoc,
    is_conditional,
    is_handler,
    scopes_of,
)
from engine.workflow.xml import BPMN, local

_CONDITION = f"{{{BPMN}}}conditionExpression"


def draw_the_implied(process: etree._Element) -> None:
    """Change `process` and its sub-processes, in place, so that they say in elements what they said by leaving out."""
    for scope in list(scopes_of(process)):
        drawing = _Drawing(scope)
        drawing.part_same_ways()
        drawing.begin()
        drawing.end()
        if is_ad_hoc(scope):
            drawing.take_turns()
        drawing.split()


def stands_for(name: str) -> str:
    """The node for which the helper `name` was drawn; "" for a node of the diagram."""
    node = name
    while suffix := next((suffix for suffix in HELPERS if node.endswith(suffix)), ""):
        node = node.removesuffix(suffix)
    return node if node != name else ""


class _Drawing:
    """One scope, its flow nodes and flows."""

    def __init__(self, scope: etree._Element) -> None:
        self.scope = scope
        self.nodes = {
            node.get("id", ""): node for node in scope.iterchildren(f"{{{BPMN}}}*") if local(node) in FLOW_NODES
        }
        self.flows = list(scope.iterchildren(f"{{{BPMN}}}sequenceFlow"))

    def part_same_ways(self) -> None:
        """A join counts the nodes that tokens come from: a second flow between the same two gets a node of its own."""
        seen: set[tuple[str | None, str | None]] = set()
        for flow in self.flows[:]:
            ends = (flow.get("sourceRef"), flow.get("targetRef"))
            if ends in seen:
                way = self._add("exclusiveGateway", flow.get("id", "") + WAY)
                self._connect(way, flow.get("targetRef", ""))
                flow.set("targetRef", way)
            seen.add(ends)

    def begin(self) -> None:
        if any(local(node) == "startEvent" for node in self.nodes.values()):
            return
        reached = {flow.get("targetRef") for flow in self.flows}
        first = [name for name, node in self.nodes.items() if name not in reached and begins_by_itself(node)]
        start = self._add("startEvent", self.scope.get("id", "") + BEGINNING)
        for name in first:
            self._connect(start, name)

    def end(self) -> None:
        left = {flow.get("sourceRef") for flow in self.flows}
        for name, node in list(self.nodes.items()):
            if name not in left and _passes_its_token_on(node):
                self._connect(name, self._add("endEvent", name + ENDING))

    def take_turns(self) -> None:
        """An ad-hoc sub-process becomes a plain one in which helpers stand around each activity (ad_hoc.py)."""
        plan = ad_hoc_of(self.scope)
        for name in (name for name in list(self.nodes) if name in plan.activities):
            if plan.takes_turns:
                self._put_before(name, name + TURN)
            if plan.condition:
                self._put_behind(name, name + ENOUGH)
        for condition in list(self.scope.iterchildren(f"{{{BPMN}}}completionCondition")):
            self.scope.remove(condition)
        self.scope.tag = f"{{{BPMN}}}subProcess"

    def _put_before(self, node: str, helper: str) -> None:
        for flow in self.flows:
            if flow.get("targetRef") == node:
                flow.set("targetRef", helper)
        self._connect(self._add("task", helper), node)

    def _put_behind(self, node: str, helper: str) -> None:
        for flow in self.flows:
            if flow.get("sourceRef") == node:
                flow.set("sourceRef", helper)
        self._connect(node, self._add("task", helper))
        default = self.nodes[node].attrib.pop("default", "")
        if default:
            self.nodes[helper].set("default", str(default))

    def split(self) -> None:
        leaving: dict[str | None, list[etree._Element]] = {}
        for flow in self.flows:
            leaving.setdefault(flow.get("sourceRef"), []).append(flow)
        for name, node in list(self.nodes.items()):
            outgoing = leaving.get(name, [])
            if len(outgoing) < 2 or local(node) in GATEWAYS:
                continue
            conditional = any(is_conditional(flow) for flow in outgoing)
            gateway = self._add("inclusiveGateway" if conditional else "parallelGateway", name + SPLIT)
            if conditional:
                self._choose(gateway, node, outgoing)
            for flow in outgoing:
                flow.set("sourceRef", gateway)
            self._connect(name, gateway)

    def _choose(self, gateway: str, node: etree._Element, outgoing: list[etree._Element]) -> None:
        default = node.get("default")
        if default is not None:
            self.nodes[gateway].set("default", default)
        for flow in outgoing:
            if not is_conditional(flow) and flow.get("id") != default:
                etree.SubElement(flow, _CONDITION).text = "True"

    def _add(self, kind: str, name: str) -> str:
        self.nodes[name] = etree.SubElement(self.scope, f"{{{BPMN}}}{kind}", id=name)
        return name

    def _connect(self, source: str, target: str) -> None:
        flow = etree.SubElement(self.scope, f"{{{BPMN}}}sequenceFlow", id=f"{source}>{target}")
        flow.set("sourceRef", source)
        flow.set("targetRef", target)
        self.flows.append(flow)


def _passes_its_token_on(node: etree._Element) -> bool:
    if local(node) == "endEvent" or is_handler(node):
        return False
    if local(node) in {"boundaryEvent", "intermediateThrowEvent"} and _has(node, "compensate", "link"):
        return local(node) == "intermediateThrowEvent" and not _has(node, "link")
    return node.get("triggeredByEvent") != "true"


def _has(node: etree._Element, *kinds: str) -> bool:
    return any(node.find(f"{{{BPMN}}}{kind}EventDefinition") is not None for kind in kinds)
