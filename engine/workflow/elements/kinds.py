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
    "adHocSubProcess",
}
EVENTS: dict[str, set[str]] = {  #: what each kind of event may carry
    "startEvent": {"", "message", "signal", "timer"},
    "endEvent": {"", "message", "signal", "error", "escalation", "cancel", "terminate", "compensate"},
    "intermediateCatchEvent": {"message", "signal", "timer", "conditional", "link"},
    "intermediateThrowEvent": {"", "message", "signal", "escalation", "link", "compensate"},
    "boundaryEvent": {"message", "signal", "timer", "error", "escalation", "conditional", "cancel", "compensate"},
}
#: How ids of nodes end that are implied in the drawing (`engine.workflow.rewriting`).
BEGINNING, ENDING, SPLIT, WAY, TURN, ENOUGH = HELPERS = (
    ".Beginning", ".Ending", ".Split", ".Way", ".Turn", ".Enough",
)  # fmt: skip
#: What may start an event sub-process.
HANDLED = {"message", "signal", "timer", "conditional", "error", "escalation", "compensate"}
#: What an instance of a multi-instance activity may throw when it completes.
ANNOUNCED = {"message", "signal", "escalation"}
FLOW_NODES = GATEWAYS | TASKS | EVENTS.keys()
#: What stands beside the flow: drawn for the reader, or read elsewhere (dataflow/, drawn_events.py).
SILENT = {
    "documentation", "extensionElements", "laneSet", "sequenceFlow", "incoming", "outgoing", "textAnnotation",
    "association", "group", "dataObject", "dataObjectReference", "dataStoreReference", "dataInputAssociation",
    "dataOutputAssociation", "ioSpecification", "property", "auditing", "monitoring", "category", "script",
    "multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "supportedInterfaceRef", "ioBinding",
    "dataInput", "dataOutput", "inputSet", "outputSet", "rendering", "potentialOwner", "performer", "humanPerformer",
    "resourceRole", "correlationSubscription", "completionCondition",
}  # fmt: skip


def event_kinds(event: etree._Element) -> list[str]:
    """Kinds of the event definitions of an event element, ["timer"]; [] for a none event."""
    return [local(definition).removesuffix("EventDefinition") for definition in event_definitions(event)]


def event_definitions(event: etree._Element) -> list[etree._Element]:
    """The definitions of an event in the order drawn, those that it refers to included."""
    found = []
    for child in event.iterchildren(f"{{{BPMN}}}*"):
        if local(child) == "eventDefinitionRef":
            found += [target] if (target := referred_definition(child)) is not None else []
        elif local(child).endswith("EventDefinition"):
            found.append(child)
    return found


def referred_definition(reference: etree._Element) -> etree._Element | None:
    """The event definition of the file that an eventDefinitionRef names; None: there is none."""
    return _definition(reference, reference.text or "")


def announced_definitions(many: etree._Element) -> list[tuple[etree._Element | None, list[etree._Element]]]:
    """What instances throw: the condition, if any, and the event definitions, of each announcement; [] none at all."""
    behavior = many.get("behavior", "All")
    if behavior in {"None", "One"}:
        found = _definition(many, many.get(f"{behavior.lower()}BehaviorEventRef", ""))
        return [(None, [found])] if found is not None else []
    if behavior != "Complex":
        return []
    complex_ones = many.iterchildren(f"{{{BPMN}}}complexBehaviorDefinition")
    events = ((found.find(f"{{{BPMN}}}condition"), found.find(f"{{{BPMN}}}event")) for found in complex_ones)
    return [(condition, event_definitions(event) if event is not None else []) for condition, event in events]


def _definition(near: etree._Element, reference: str) -> etree._Element | None:
    wanted = reference.strip().split(":")[-1]
    for element in near.getroottree().getroot().iterchildren(f"{{{BPMN}}}*"):
        if element.get("id") == wanted and local(element).endswith("EventDefinition"):
            return element
    return None


def is_event_subprocess(element: etree._Element) -> bool:
    return local(element) == "subProcess" and element.get("triggeredByEvent") in {"true", "1"}


def scopes_of(process: etree._Element) -> Iterator[etree._Element]:
    yield process
    yield from process.iter(*(f"{{{BPMN}}}{kind}" for kind in ("subProcess", "transaction", "adHocSubProcess")))


def is_ad_hoc(element: etree._Element) -> bool:
    return local(element) == "adHocSubProcess"


def is_activity(node: etree._Element) -> bool:
    """Whether `node` is work in the flow of its scope: not what only an event or an undoing calls."""
    return local(node) in TASKS and not is_event_subprocess(node) and not is_handler(node)


def begins_by_itself(node: etree._Element) -> bool:
    """Whether `node` gets a token when its scope begins, if no flow leads to it and there is no start event."""
    if local(node) in {"startEvent", "boundaryEvent"} or is_handler(node):
        return False
    return not is_event_subprocess(node) and "link" not in event_kinds(node)


def is_conditional(flow: etree._Element) -> bool:
    """Whether a sequence flow carries a condition; a modeler may leave an empty element behind."""
    condition = flow.find(f"{{{BPMN}}}conditionExpression")
    return condition is not None and bool((condition.text or "").strip())


def flow_nodes_of(scope: etree._Element) -> list[etree._Element]:
    # Elements that are refused count as well: their flows are not to blame.
    return [child for child in scope.iterchildren(f"{{{BPMN}}}*") if local(child) not in SILENT]


def is_handler(node: etree._Element) -> bool:
    """Whether an activity undoes another: no flow leads to it."""
    return node.get("isForCompensation") in {"true", "1"}


def handlers_of(process: etree._Element) -> dict[str, str]:
    """Activity: its compensation handler, which an association joins to the boundary event. Sub-processes included."""
    targets = {flow.get("sourceRef"): flow.get("targetRef", "") for flow in process.iter(f"{{{BPMN}}}association")}
    return {
        event.get("attachedToRef", ""): targets[event.get("id")]
        for event in process.iter(f"{{{BPMN}}}boundaryEvent")
        if "compensate" in event_kinds(event) and targets.get(event.get("id"))
    }


def scope_of(element: etree._Element) -> etree._Element:
    """The process or sub-process around a flow element."""
    scope = element.getparent()
    assert scope is not None  # noqa: S101 - flow elements are only looked at inside of their process
    return scope


def beginnings(process: etree._Element) -> list[etree._Element]:
    """Start events, receive tasks that begin an instance, and what stands behind a gateway that does."""
    nodes = list(process.iterchildren(f"{{{BPMN}}}*"))
    gateways = {node.get("id") for node in nodes if local(node) == "eventBasedGateway" and instantiates(node)}
    behind = {node.get("targetRef") for node in nodes if node.get("sourceRef") in gateways}
    return [
        node
        for node in nodes
        if local(node) == "startEvent"
        or node.get("id") in behind
        or (local(node) == "receiveTask" and instantiates(node))
    ]


def instantiates(element: etree._Element) -> bool:
    """Whether a receive task or event-based gateway begins an instance."""
    return element.get("instantiate") in {"true", "1"}
