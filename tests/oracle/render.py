"""Writes a model of the oracle as BPMN."""

from __future__ import annotations

from collections.abc import Iterator

from tests.oracle.model import AdHoc, Flow, Loop, Many, Model, Node, Scope

_NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
_TAGS = {
    "start": "startEvent", "end": "endEvent", "task": "userTask", "service": "serviceTask", "script": "scriptTask",
    "throw": "intermediateThrowEvent", "catch": "intermediateCatchEvent", "exclusive": "exclusiveGateway",
    "parallel": "parallelGateway", "inclusive": "inclusiveGateway", "events": "eventBasedGateway", "sub": "subProcess",
    "boundary": "boundaryEvent", "handler": "subProcess",
}  # fmt: skip
ERRORS = ("E1", "E2")
SETTING = frozenset({"task", "service", "script"})  #: kinds of nodes that set a variable
_FORMAL = 'xsi:type="bpmn:tFormalExpression"'


def to_bpmn(model: Model) -> bytes:
    """The model as a file with the one process `p`."""
    nodes = [node for scope in model.root.walk() for node in scope.nodes]
    beside = "".join(
        f'<bpmn:{event} id="{event}_{name}" name="{name}"{extra}/>'
        for event, extra in (("message", ""), ("signal", ""))
        for name in sorted({node.name for node in nodes if node.event == event} | _said(nodes, event))
    )
    for event, code in (("error", "errorCode"), ("escalation", "escalationCode")):
        for name in sorted(
            {*(node.name for node in nodes if node.event == event), *_said(nodes, event), *ERRORS} - {""}
        ):
            beside += f'<bpmn:{event} id="{event}_{name}" name="{name}" {code}="{name}"/>'
    for event in ("signal", "escalation"):
        for name in sorted(_said(nodes, event)):
            reference = f'{event}Ref="{event}_{name}"'
            beside += f'<bpmn:{event}EventDefinition id="says_{event}_{name}" {reference}/>'
    called = "".join(_process(f"q_{node.id}", node.inside) for node in nodes if node.called and node.inside is not None)
    return (
        f'<bpmn:definitions {_NAMESPACES} id="model" targetNamespace="urn:test">{beside}'
        f"{_process('p', model.root)}{called}</bpmn:definitions>"
    ).encode()


def _said(nodes: list[Node], event: str) -> set[str]:
    """What instances throw when they complete."""
    return {n.repeated.name for n in nodes if isinstance(n.repeated, Many) and n.repeated.event == event}


def _process(key: str, scope: Scope) -> str:
    handed = "".join(f'<bpmn:dataObject id="out_{name}"/>' for name in _keepers(scope))
    inside = "".join(_scope(scope, keeps=False))
    return f'<bpmn:process id="{key}" name="{key}" isExecutable="true">{handed}{inside}</bpmn:process>'


def _keepers(scope: Scope) -> Iterator[str]:
    """Nodes of the sub-processes in one process that set a data object of their sub-process."""
    for node in scope.nodes:
        if node.inside is not None and not node.called:
            yield from (inner.id for inner in node.inside.nodes if inner.kind in SETTING)
            yield from _keepers(node.inside)


def _kept(scope: Scope) -> str:
    """Data objects of a sub-process, and the associations that hand them on at its end."""
    names = [node.id for node in scope.nodes if node.kind in SETTING]
    return "".join(
        f"<bpmn:dataOutputAssociation><bpmn:sourceRef>own_{name}</bpmn:sourceRef>"
        f"<bpmn:targetRef>out_{name}</bpmn:targetRef></bpmn:dataOutputAssociation>"
        for name in names
    ) + "".join(f'<bpmn:dataObject id="own_{name}"/>' for name in names)


def _scope(scope: Scope, *, keeps: bool) -> Iterator[str]:
    for node in scope.nodes:
        yield _node(node, scope, keeps=keeps)
    for flow in scope.flows:
        yield _flow(flow)


def _flow(flow: Flow) -> str:
    condition = f"<bpmn:conditionExpression {_FORMAL}>{flow.condition}</bpmn:conditionExpression>"
    inside = condition if flow.condition and not flow.default else ""
    return (
        f'<bpmn:sequenceFlow id="{flow.id}" sourceRef="{flow.source}" targetRef="{flow.target}">{inside}'
        "</bpmn:sequenceFlow>"
    )


def _node(node: Node, scope: Scope, *, keeps: bool) -> str:
    if node.kind == "undo":
        return _undo(node)
    attributes = f'id="{node.id}" name="{node.id}"'
    inside = _event(node) if node.kind != "handler" else ""
    default = next((flow.id for flow in scope.outgoing(node.id) if flow.default), "")
    if default:
        attributes += f' default="{default}"'
    if node.kind == "service":
        attributes += ' implementation="urn:changxiao:service:work"'
    if node.kind == "script":
        own = f"\nown_{node.id} = 1" if keeps else ""
        inside += f"<bpmn:script>v_{node.id} = 1{own}</bpmn:script>"
    if node.kind == "boundary":
        attributes += f' attachedToRef="{node.host}" cancelActivity="{str(node.interrupting).lower()}"'
    inside += _repetition(node)
    if node.called:
        return f'<bpmn:callActivity {attributes} calledElement="q_{node.id}">{inside}</bpmn:callActivity>'
    if node.inside is not None:
        inside += _kept(node.inside) + "".join(_scope(node.inside, keeps=True))
    if node.kind == "handler":
        attributes += ' triggeredByEvent="true"'
        flag = str(node.interrupting).lower()
        (start,) = (other for other in node.inside.nodes if other.kind == "start") if node.inside else ()
        inside = inside.replace(
            f'<bpmn:startEvent id="{start.id}" name="{start.id}">',
            f'<bpmn:startEvent id="{start.id}" name="{start.id}" isInterrupting="{flag}">{_event(node)}',
        )
    tag = "transaction" if node.transaction else _TAGS[node.kind]
    if node.ad_hoc is not None:
        tag, more, condition = "adHocSubProcess", *_ad_hoc(node.ad_hoc)
        attributes, inside = attributes + more, inside + condition
    return f"<bpmn:{tag} {attributes}>{inside}</bpmn:{tag}>"


def _ad_hoc(plan: AdHoc) -> tuple[str, str]:
    """Attributes and completion condition."""
    order, cancels = "Sequential" if plan.sequential else "Parallel", str(plan.cancels).lower()
    condition = f"<bpmn:completionCondition {_FORMAL}>{plan.until}</bpmn:completionCondition>" if plan.until else ""
    return f' ordering="{order}" cancelRemainingInstances="{cancels}"', condition


def _undo(node: Node) -> str:
    """A compensation handler with the event at its activity that it is joined to."""
    event = f'id="c_{node.id}" attachedToRef="{node.host}"><bpmn:compensateEventDefinition/'
    return (
        f'<bpmn:boundaryEvent {event}></bpmn:boundaryEvent><bpmn:userTask id="{node.id}" isForCompensation="true"/>'
        f'<bpmn:association id="a_{node.id}" sourceRef="c_{node.id}" targetRef="{node.id}"/>'
    )


def _event(node: Node) -> str:
    if not node.event:
        return ""
    if node.event == "timer":
        time = f"<bpmn:timeDuration {_FORMAL}>P30D</bpmn:timeDuration>"
        return f"<bpmn:timerEventDefinition>{time}</bpmn:timerEventDefinition>"
    reference = f'{node.event}Ref="{node.event}_{node.name}"' if node.name else ""
    if node.event == "compensate":
        reference = f'activityRef="{node.name}"' if node.name else ""
    return f"<bpmn:{node.event}EventDefinition {reference}/>"


def _repetition(node: Node) -> str:
    match node.repeated:
        case Many(count=count, sequential=sequential, until=until, says=says, event=event, name=name):
            enough = (
                f"<bpmn:completionCondition {_FORMAL}>nrOfCompletedInstances &gt;= {until}</bpmn:completionCondition>"
            )
            behavior = {"each": "None", "first": "One"}.get(says, "")
            if behavior:
                behavior = f' behavior="{behavior}" {behavior.lower()}BehaviorEventRef="says_{event}_{name}"'
            return (
                f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}"{behavior}>'
                f"<bpmn:loopCardinality {_FORMAL}>{count}</bpmn:loopCardinality>{enough if until else ''}"
                "</bpmn:multiInstanceLoopCharacteristics>"
            )
        case Loop(condition=condition, maximum=maximum):
            return (
                f'<bpmn:standardLoopCharacteristics testBefore="false" loopMaximum="{maximum}">'
                f"<bpmn:loopCondition {_FORMAL}>{condition}</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
            )
    return ""
