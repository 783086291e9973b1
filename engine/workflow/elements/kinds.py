"""The elements of BPMN that this engine knows, by kind, and how to look around inside of a process."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.workflow.xml import BPMN, local

Found = tuple[str, etree._Element, str, str]  #: rule, element, zh, en

GATEWAYS = {"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway"}
TASKS = {
    "task",
    "userTask",
    "manualTask",
    "scriptTask",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "businessRuleTask",
    "callActivity",
    "subProcess",
    "transaction",
}
EVENTS: dict[str, set[str]] = {  #: what each kind of event may carry
    "startEvent": {"", "message", "signal", "timer", "conditional"},
    "endEvent": {"", "message", "signal", "error", "escalation", "cancel", "terminate"},
    "intermediateCatchEvent": {"message", "signal", "timer", "conditional"},
    "intermediateThrowEvent": {"", "message", "signal", "escalation"},
    "boundaryEvent": {"message", "signal", "timer", "error", "escalation", "conditional", "cancel"},
}
#: How ids of nodes end that are implied in the drawing (`engine.workflow.rewriting`).
BEGINNING, ENDING, SPLIT, WAY = HELPERS = (".Beginning", ".Ending", ".Split", ".Way")
FLOW_NODES = GATEWAYS | TASKS | EVENTS.keys()
#: Drawn for the reader only; the engine does not look at them.
SILENT = {
    "documentation", "extensionElements", "laneSet", "sequenceFlow", "incoming", "outgoing", "textAnnotation",
    "association", "group", "dataObject", "dataObjectReference", "dataStoreReference", "dataInputAssociation",
    "dataOutputAssociation", "ioSpecification", "property", "auditing", "monitoring", "category", "script",
    "multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "supportedInterfaceRef", "ioBinding",
    "dataInput", "dataOutput", "inputSet", "outputSet", "rendering", "potentialOwner", "performer", "humanPerformer",
    "resourceRole", "correlationSubscription",
}  # fmt: skip


def event_kinds(event: etree._Element) -> list[str]:
    """Kinds of the event definitions of an event element, ["timer"]; [] for a none event."""
    suffix = "EventDefinition"
    return [
        local(child).removesuffix(suffix)
        for child in event.iterchildren(f"{{{BPMN}}}*")
        if local(child).endswith(suffix)
    ]


def scopes_of(process: etree._Element) -> Iterator[etree._Element]:
    yield process
    yield from process.iter(f"{{{BPMN}}}subProcess", f"{{{BPMN}}}transaction")


def begins_by_itself(node: etree._Element) -> bool:
    """Whether `node` gets a token when its scope begins, if no flow leads to it and there is no start event."""
    if local(node) in {"startEvent", "boundaryEvent"} or node.get("isForCompensation") == "true":
        return False
    return node.get("triggeredByEvent") != "true" and node.find(f"{{{BPMN}}}linkEventDefinition") is None


def is_conditional(flow: etree._Element) -> bool:
    """Whether a sequence flow carries a condition; a modeler may leave an empty element behind."""
    condition = flow.find(f"{{{BPMN}}}conditionExpression")
    return condition is not None and bool((condition.text or "").strip())


def flow_nodes_of(scope: etree._Element) -> list[etree._Element]:
    # Elements that are refused count as well: their flows are not to blame.
    return [child for child in scope.iterchildren(f"{{{BPMN}}}*") if local(child) not in SILENT]


def scope_of(element: etree._Element) -> etree._Element:
    """The process or sub-process around a flow element."""
    scope = element.getparent()
    assert scope is not None  # noqa: S101 - flow elements are only looked at inside of their process
    return scope
