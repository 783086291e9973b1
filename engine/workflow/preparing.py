"""Rewrites the copy of a drawing that is compiled into what SpiffWorkflow's parser understands."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from lxml import etree

from engine.workflow.elements.kinds import (
    EVENTS,
    beginnings,
    event_definitions,
    event_kinds,
    instantiates,
    is_event_subprocess,
)
from engine.workflow.languages import carry
from engine.workflow.rewriting import draw_the_implied
from engine.workflow.xml import BPMN, local

#: Data are read from the drawing itself (dataflow/drawn.py). SpiffWorkflow would refuse some of these, copy values by
#: others, and hang for ever on an association that points two levels up.
_DATA = (
    "dataObject",
    "dataObjectReference",
    "dataStore",
    "dataStoreReference",
    "dataInputAssociation",
    "dataOutputAssociation",
    "ioSpecification",
    "property",
)
_REFERENCES = {"calledElement", "messageRef", "signalRef", "errorRef", "escalationRef"}
_EVENTS = tuple(f"{{{BPMN}}}{kind}" for kind in EVENTS)


def for_the_parser(tree: etree._ElementTree) -> etree._ElementTree:
    """A copy in which only flow is left: data and event definitions are read by us, from the drawing itself."""
    tree = copy.deepcopy(tree)
    root = tree.getroot()
    carry(root, frozenset({"conditionExpression", "loopCardinality", "completionCondition", "loopCondition"}))
    for element in root.iter(f"{{{BPMN}}}*"):
        for attribute in _REFERENCES.intersection(element.attrib):
            # Some modelers write qualified names ("tns:Message_1").
            element.set(attribute, element.get(attribute, "").split(":")[-1])
    _remove(list(root.iter(*(f"{{{BPMN}}}{name}" for name in _DATA))))
    for scope in root.iter(f"{{{BPMN}}}subProcess"):
        if is_event_subprocess(scope):
            scope.set("triggeredByEvent", "true")  # the parser does not know "1"
    for loop in root.iter(*(f"{{{BPMN}}}{kind}LoopCharacteristics" for kind in ("standard", "multiInstance"))):
        for flag in ("testBefore", "isSequential"):
            if loop.get(flag) == "1":
                loop.set(flag, "true")
    # A compensation event never waits: what it says is read by `handlers_of`.
    _remove([event for event in root.iter(f"{{{BPMN}}}boundaryEvent") if "compensate" in event_kinds(event)])
    for process in root.iterchildren(f"{{{BPMN}}}process"):
        _connect_links(process)
        _begin_by_receiving(process)
        draw_the_implied(process)
    _remove([child for event in root.iter(*_EVENTS) for child in event if local(child).endswith(_DEFINITIONS)])
    return tree


_DEFINITIONS = ("EventDefinition", "eventDefinitionRef")


def _remove(elements: list[etree._Element]) -> None:
    for element in elements:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)


def _connect_links(process: etree._Element) -> None:
    """A flow from each throwing link event to the one that catches in the same scope."""
    targets = {}
    for event, name in _links(process, "intermediateCatchEvent"):
        targets[event.getparent(), name] = event.get("id", "")
    for event, name in list(_links(process, "intermediateThrowEvent")):
        scope, target = event.getparent(), targets.get((event.getparent(), name))
        if scope is not None and target is not None:
            source = event.get("id", "")
            attributes = {"id": f"{source}.link", "sourceRef": source, "targetRef": target}
            etree.SubElement(scope, f"{{{BPMN}}}sequenceFlow", attributes)


def _links(process: etree._Element, kind: str) -> Iterator[tuple[etree._Element, str]]:
    for event in process.iter(f"{{{BPMN}}}{kind}"):
        for definition in event_definitions(event):
            if local(definition) == "linkEventDefinition":
                yield event, definition.get("name", "")


def _begin_by_receiving(process: etree._Element) -> None:
    """Receive tasks and events that begin an instance become start events: there, each of them does the same."""
    for element in beginnings(process):
        element.tag = f"{{{BPMN}}}startEvent"
    gateways = [node for node in process.iterchildren(f"{{{BPMN}}}eventBasedGateway") if instantiates(node)]
    names = {gateway.get("id") for gateway in gateways}
    flows = process.iterchildren(f"{{{BPMN}}}sequenceFlow")
    _remove([*gateways, *(flow for flow in flows if flow.get("sourceRef") in names)])
