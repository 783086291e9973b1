"""What this engine runs and what it refuses, element by element, told in words that name the remedy.

SpiffWorkflow accepts many drawings that it then runs differently from what they say; those never reach it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from lxml import etree

from engine.errors import Problem
from engine.workflow.references import check_references
from engine.workflow.sources import check_sources
from engine.workflow.specs import implementation_of
from engine.workflow.xml import BPMN, CX, ParsedFile, element_problem, local

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
RESERVED_IDS = {"Start", "End", "Root"}

_NOT_RUN = {
    "complexGateway": (
        "ELEM-03",
        "复杂网关尚不能运行；请改画为包容网关，并在各条流上写条件",
        "a complex gateway is not run; draw an inclusive gateway with a condition on each flow",
    ),
    "adHocSubProcess": (
        "ELEM-05",
        "随意子流程尚不能运行；请改画为普通子流程，用并行网关和条件表达可选的工作",
        "an ad-hoc sub-process is not run; draw a sub-process with a parallel gateway and conditions",
    ),
    "subChoreography": ("ELEM-02", "编排图不能运行；请画成流程", "a choreography is not run; draw a process"),
    "choreographyTask": ("ELEM-02", "编排图不能运行；请画成流程", "a choreography is not run; draw a process"),
}


def check_process(process: etree._Element, parsed: ParsedFile) -> list[Problem]:
    """Everything in `process` that this engine does not run as drawn."""
    found: list[Found] = []
    for scope in _scopes(process):
        found += _check_scope(scope)
        for node in scope.iterchildren(f"{{{BPMN}}}*"):
            found += _check_node(node)
    found += check_references(process, parsed.root)
    found += check_sources(process)
    return [element_problem(rule, element, parsed.file, zh, en) for rule, element, zh, en in found]


def event_kinds(event: etree._Element) -> list[str]:
    """Kinds of the event definitions of an event element, ["timer"]; [] for a none event."""
    suffix = "EventDefinition"
    return [
        local(child).removesuffix(suffix)
        for child in event.iterchildren(f"{{{BPMN}}}*")
        if local(child).endswith(suffix)
    ]


def _scopes(process: etree._Element) -> Iterator[etree._Element]:
    yield process
    yield from process.iter(f"{{{BPMN}}}subProcess", f"{{{BPMN}}}transaction")


def _flow_nodes(scope: etree._Element) -> list[etree._Element]:
    # Elements that are refused count as well: their flows are not to blame.
    return [child for child in scope.iterchildren(f"{{{BPMN}}}*") if local(child) not in SILENT]


def _scope_of(element: etree._Element) -> etree._Element:
    """The process or sub-process around a flow element."""
    scope = element.getparent()
    assert scope is not None  # noqa: S101 - flow elements are only looked at inside of their process
    return scope


def _check_scope(scope: etree._Element) -> Iterator[Found]:
    starts = list(scope.iterchildren(f"{{{BPMN}}}startEvent"))
    plain = [start for start in starts if not event_kinds(start)]
    is_process = local(scope) == "process"
    if not starts:
        yield "ELEM-12", scope, "没有开始事件；请画一个开始事件并连线", "no start event; draw one and connect it"
    if is_process and len(plain) > 1:
        yield (
            "ELEM-12", plain[1], "有多个空白开始事件；只保留一个，其余改为消息开始事件",
            "more than one plain start event; keep one and make the others message start events",
        )  # fmt: skip
    if not is_process and len(starts) > 1:
        yield "ELEM-12", starts[1], "子流程只能有一个开始事件；请删除其余的", "a sub-process has one start event only"
    if not is_process and starts and not plain:
        yield (
            "ELEM-12", starts[0], "子流程须由空白开始事件开始；请去掉事件定义",
            "a sub-process begins with a plain start event; remove the event definition",
        )  # fmt: skip
    if not any(True for _ in scope.iterchildren(f"{{{BPMN}}}endEvent")):
        yield "ELEM-12", scope, "没有结束事件；请画出结束事件", "no end event; draw one"
    yield from _check_flows(scope)


def _check_flows(scope: etree._Element) -> Iterator[Found]:
    nodes = {node.get("id"): node for node in _flow_nodes(scope) if node.get("id")}
    outgoing: Counter[str] = Counter()
    for flow in scope.iterchildren(f"{{{BPMN}}}sequenceFlow"):
        source, target = nodes.get(flow.get("sourceRef")), nodes.get(flow.get("targetRef"))
        if source is None or target is None:
            yield (
                "ELEM-18", flow, "连线的一端不在本流程（子流程）内；请重新连接两端",
                "one end of this flow is not in the same process or sub-process; connect it again",
            )  # fmt: skip
            continue
        outgoing[source.get("id", "")] += 1
        yield from _check_condition(flow, source)
        if local(target) in {"startEvent", "boundaryEvent"}:
            yield (
                "ELEM-18",
                flow,
                "连线不能指向开始事件或边界事件；请改接到任务",
                "a flow may not lead into a start or boundary event; connect it to a task",
            )
    for name, count in outgoing.items():
        yield from _check_outgoing(nodes[name], count, scope)


def _check_outgoing(node: etree._Element, count: int, scope: etree._Element) -> Iterator[Found]:
    kind = local(node)
    if kind == "endEvent":
        yield "ELEM-18", node, "结束事件之后不能再有连线；请删除该连线", "no flow may leave an end event; remove it"
    elif count > 1 and kind not in GATEWAYS:
        yield (
            "ELEM-08", node, f"有 {count} 条流出的连线；请在其后画一个网关：同时进行用并行网关，按条件选择用排他网关",
            f"{count} flows leave it; draw a gateway behind it: parallel for all of them, exclusive for a choice",
        )  # fmt: skip
    default = node.get("default")
    ids = {
        flow.get("id")
        for flow in scope.iterchildren(f"{{{BPMN}}}sequenceFlow")
        if flow.get("sourceRef") == node.get("id")
    }
    if default and default not in ids:
        yield (
            "ELEM-18",
            node,
            f"默认流“{default}”不从这里流出；请重新指定",
            f'the default flow "{default}" does not leave here',
        )


def _check_condition(flow: etree._Element, source: etree._Element) -> Iterator[Found]:
    condition = flow.find(f"{{{BPMN}}}conditionExpression")
    has_condition = condition is not None and bool((condition.text or "").strip())
    kind = local(source)
    label = flow.get("name") or flow.get("id", "")
    if kind not in {"exclusiveGateway", "inclusiveGateway"}:
        if has_condition:
            yield (
                "ELEM-10", flow, "条件写在不是由排他或包容网关流出的连线上，不会被判断；请先画排他网关",
                "a condition on a flow that leaves no exclusive or inclusive gateway is never asked; draw the gateway",
            )  # fmt: skip
        return
    siblings = sum(
        other.get("sourceRef") == source.get("id") for other in _scope_of(flow).iterchildren(f"{{{BPMN}}}sequenceFlow")
    )
    if siblings > 1 and not has_condition and source.get("default") != flow.get("id"):
        yield (
            "ELEM-10", flow, f"连线“{label}”没有条件；请写条件，或设为网关的默认流",
            f'the flow "{label}" has no condition; write one or make it the default flow of the gateway',
        )  # fmt: skip


def _check_node(node: etree._Element) -> Iterator[Found]:
    kind = local(node)
    if kind in _NOT_RUN:
        rule, zh, en = _NOT_RUN[kind]
        yield rule, node, zh, en
        return
    if kind not in FLOW_NODES:
        if kind not in SILENT and kind != "completionCondition":
            yield (
                "ELEM-02",
                node,
                f"不认识的元素 {kind}；请删除或换成别的元素",
                f"unknown element {kind}; remove or replace it",
            )
        return
    name = node.get("id", "")
    if not name:
        yield "ELEM-09", node, "没有编号（id）；请从建模工具重新导出", "it has no id; export it from the modeler again"
    if name in RESERVED_IDS or name.endswith((".BoundaryEventSplit", ".BoundaryEventJoin", ".EndJoin")):
        yield "ELEM-09", node, f"编号“{name}”为系统保留；请改名", f'the id "{name}" is reserved; choose another'
    if node.get("isForCompensation") == "true":
        yield _compensation(node)
    yield from _CHECKS.get(kind, _check_activity)(node)


def _compensation(node: etree._Element) -> Found:
    return (
        "ELEM-04", node, "补偿尚不能运行；请把撤销工作画成普通任务，由网关或错误边界事件引向它",
        "compensation is not run; draw the undoing as a task and lead to it by a gateway or an error boundary event",
    )  # fmt: skip


def _check_event(node: etree._Element) -> Iterator[Found]:
    kinds = event_kinds(node)
    if node.find(f"{{{BPMN}}}eventDefinitionRef") is not None:
        yield (
            "ELEM-13", node, "引用的事件定义不会被读取；请在事件内直接定义",
            "an eventDefinitionRef is not read; define the event in place",
        )  # fmt: skip
    if len(kinds) > 1:
        yield (
            "ELEM-19", node, "一个事件有多个定义；请改用事件网关或多个边界事件",
            "several definitions in one event; draw an event-based gateway or several boundary events",
        )  # fmt: skip
    for kind in kinds or [""]:
        if kind == "compensate":
            yield _compensation(node)
        elif kind == "link":
            yield (
                "ELEM-06", node, "链接事件尚不能运行；请直接用连线连接两处",
                "a link event is not run; connect both places by a sequence flow",
            )  # fmt: skip
        elif kind not in EVENTS[local(node)]:
            shown = kind or "空白"
            yield (
                "ELEM-13", node, f"这里不能用“{shown}”事件；请换一种事件",
                f'an event of kind "{kind or "none"}" may not stand here; choose another kind',
            )  # fmt: skip
    if local(node) == "boundaryEvent":
        yield from _check_boundary(node)


def _check_boundary(node: etree._Element) -> Iterator[Found]:
    host = next((other for other in _flow_nodes(_scope_of(node)) if other.get("id") == node.get("attachedToRef")), None)
    if host is None or local(host) not in TASKS:
        yield (
            "ELEM-18", node, "边界事件没有附着在同一流程的任务或子流程上；请重新附着",
            "the boundary event is attached to no task or sub-process here; attach it again",
        )  # fmt: skip
    elif "cancel" in event_kinds(node) and local(host) != "transaction":
        yield (
            "ELEM-13",
            node,
            "取消事件只能附着在事务子流程上；请改用错误事件",
            "a cancel event stands on a transaction only; use an error",
        )


def _check_activity(node: etree._Element) -> Iterator[Found]:
    if local(node) == "subProcess" and node.get("triggeredByEvent") == "true":
        yield (
            "ELEM-07", node, "事件子流程尚不能运行；请把主流程放进一个子流程，改用附着其上的边界事件",
            "an event sub-process is not run; put the main flow into a sub-process and use a boundary event on it",
        )  # fmt: skip
    yield from _check_loop(node)
    if node.get(f"{{{CX}}}start") and local(node) not in {"serviceTask", "sendTask", "task"}:
        yield (
            "ELEM-16", node, "cx:start 只能用在服务任务或发送任务上；请改变任务类型",
            "cx:start may stand on a service or send task only; change the type of the task",
        )  # fmt: skip
    if node.get("startQuantity", "1") != "1" or node.get("completionQuantity", "1") != "1":
        yield (
            "ELEM-17",
            node,
            "startQuantity 和 completionQuantity 只能为 1，请改正",
            "startQuantity and completionQuantity must be 1, set them",
        )


def _check_loop(node: etree._Element) -> Iterator[Found]:
    many = node.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics")
    loop = node.find(f"{{{BPMN}}}standardLoopCharacteristics")
    if many is not None:
        given = [many.find(f"{{{BPMN}}}{name}") for name in ("loopCardinality", "loopDataInputRef")]
        if sum(item is not None and bool((item.text or "").strip()) for item in given) != 1:
            yield (
                "ELEM-17", node, "多实例须写明次数（loopCardinality）或集合变量（loopDataInputRef），只写其一",
                "a multi-instance activity needs either a number (loopCardinality) or a list (loopDataInputRef)",
            )  # fmt: skip
        if many.get("behavior", "All") != "All":
            yield "ELEM-17", node, "多实例的 behavior 只支持 All，请改正", "only behavior All is run, set it"
    if loop is not None and loop.get("loopMaximum") is None and loop.find(f"{{{BPMN}}}loopCondition") is None:
        yield "ELEM-17", node, "循环须写明条件或最多次数，请补上", "a loop needs a condition or a maximum, add one"


def _check_service(node: etree._Element) -> Iterator[Found]:
    yield from _check_activity(node)
    if not implementation_of(node):
        yield (
            "ELEM-14", node, "服务任务没有写明做什么；请填 implementation（urn:changxiao:service:…）或 cx:start",
            "the service task does not say what to do; set implementation (urn:changxiao:service:…) or cx:start",
        )  # fmt: skip


def _check_rule(node: etree._Element) -> Iterator[Found]:
    yield from _check_activity(node)
    if not node.get(f"{{{CX}}}decision"):
        yield (
            "ELEM-14",
            node,
            "规则任务没有写明决策；请填 cx:decision",
            "the rule task names no decision; set cx:decision",
        )


def _check_gateway(node: etree._Element) -> Iterator[Found]:
    if local(node) == "eventBasedGateway":
        flows = _scope_of(node).iterchildren(f"{{{BPMN}}}sequenceFlow")
        targets = {flow.get("targetRef") for flow in flows if flow.get("sourceRef") == node.get("id")}
        for other in _flow_nodes(_scope_of(node)):
            if other.get("id") in targets and local(other) not in {"intermediateCatchEvent", "receiveTask"}:
                yield (
                    "ELEM-18", other, "事件网关之后只能是中间捕获事件或接收任务；请换成其中之一",
                    "behind an event-based gateway stand catch events or receive tasks only; draw one of these",
                )  # fmt: skip
        if node.get("instantiate") == "true":
            yield (
                "ELEM-13",
                node,
                "事件网关不能启动流程；请用消息开始事件",
                "an event-based gateway cannot start a process",
            )


_CHECKS: dict[str, Callable[[etree._Element], Iterator[Found]]] = {
    **dict.fromkeys(EVENTS, _check_event),
    **dict.fromkeys(GATEWAYS, _check_gateway),
    "serviceTask": _check_service,
    "businessRuleTask": _check_rule,
}
