"""Rules about sequence flows and gateways."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.workflow.elements.beginnings import check_beginning
from engine.workflow.elements.kinds import (
    TASKS,
    Found,
    event_kinds,
    flow_nodes_of,
    instantiates,
    is_conditional,
    scope_of,
)
from engine.workflow.xml import BPMN, local

_CHOOSING = {"exclusiveGateway", "inclusiveGateway"}


def check_flows(scope: etree._Element) -> Iterator[Found]:
    nodes = {node.get("id"): node for node in flow_nodes_of(scope) if node.get("id")}
    flows = list(scope.iterchildren(f"{{{BPMN}}}sequenceFlow"))
    leaving: dict[str | None, list[etree._Element]] = {}  # by the id of the node: nobody looks through all flows again
    for flow in flows:
        leaving.setdefault(flow.get("sourceRef"), []).append(flow)
    sources: dict[str, None] = {}
    for flow in flows:
        source, target = nodes.get(flow.get("sourceRef")), nodes.get(flow.get("targetRef"))
        if source is None or target is None:
            yield (
                "ELEM-18", flow, "连线的一端不在本流程（子流程）内；请重新连接两端",
                "one end of this flow is not in the same process or sub-process; connect it again",
            )  # fmt: skip
            continue
        sources[source.get("id", "")] = None
        yield from _check_condition(flow, source, leaving[flow.get("sourceRef")])
        if local(target) in {"startEvent", "boundaryEvent"}:
            yield (
                "ELEM-18",
                flow,
                "连线不能指向开始事件或边界事件；请改接到任务",
                "a flow may not lead into a start or boundary event; connect it to a task",
            )
    for name in sources:
        yield from _check_outgoing(nodes[name], leaving[name])


def _check_outgoing(node: etree._Element, leaving: list[etree._Element]) -> Iterator[Found]:
    kind = local(node)
    if kind == "endEvent":
        yield "ELEM-18", node, "结束事件之后不能再有连线；请删除该连线", "no flow may leave an end event; remove it"
    default = node.get("default")
    if default and default not in {flow.get("id") for flow in leaving}:
        yield (
            "ELEM-18",
            node,
            f"默认流“{default}”不从这里流出；请重新指定",
            f'the default flow "{default}" does not leave here',
        )


def _check_condition(flow: etree._Element, source: etree._Element, leaving: list[etree._Element]) -> Iterator[Found]:
    has_condition, siblings = is_conditional(flow), len(leaving)
    is_default = source.get("default") == flow.get("id")
    kind, label = local(source), flow.get("name") or flow.get("id", "")
    if kind in _CHOOSING:
        if siblings > 1 and not has_condition and not is_default:
            yield (
                "ELEM-10", flow, f"连线“{label}”没有条件；请写条件，或设为网关的默认流",
                f'the flow "{label}" has no condition; write one or make it the default flow of the gateway',
            )  # fmt: skip
    elif has_condition and kind not in TASKS:
        yield (
            "ELEM-10", flow, "条件写在由事件、并行网关或事件网关流出的连线上，不会被判断；请先画排他网关",
            "a condition on a flow that leaves an event, a parallel or an event-based gateway is never asked; "
            "draw an exclusive gateway",
        )  # fmt: skip
    elif has_condition and siblings == 1 and not is_default:
        yield (
            "ELEM-10", flow, f"连线“{label}”是唯一的出路却带条件，不成立时流程无处可去；请去掉条件，或再画一条默认流",
            f'the flow "{label}" is the only way out and has a condition: when it fails there is nowhere to go; '
            "remove the condition or draw a default flow beside it",
        )  # fmt: skip
    elif is_default and siblings > 1 and not any(is_conditional(other) for other in leaving if other is not flow):
        yield (
            "ELEM-10", flow, f"默认流“{label}”旁边没有带条件的连线，永远不会走到；请给其他连线写条件，或取消默认流",
            f'beside the default flow "{label}" there is no flow with a condition, so it is never taken; '
            "write conditions on the others or make it a plain flow",
        )  # fmt: skip


def check_gateway(node: etree._Element) -> Iterator[Found]:
    if local(node) == "eventBasedGateway":
        flows = scope_of(node).iterchildren(f"{{{BPMN}}}sequenceFlow")
        targets = {flow.get("targetRef") for flow in flows if flow.get("sourceRef") == node.get("id")}
        for other in flow_nodes_of(scope_of(node)):
            if other.get("id") in targets and local(other) not in {"intermediateCatchEvent", "receiveTask"}:
                yield (
                    "ELEM-18", other, "事件网关之后只能是中间捕获事件或接收任务；请换成其中之一",
                    "behind an event-based gateway stand catch events or receive tasks only; draw one of these",
                )  # fmt: skip
        if instantiates(node):
            yield from check_beginning(node)
            yield from _check_instantiating(node)


def _check_instantiating(node: etree._Element) -> Iterator[Found]:
    if node.get("eventGatewayType") == "Parallel":
        yield (
            "ELEM-13", node, "并行的事件网关不能启动流程：开始前没有案件等待其余消息；请由一个消息开始，再等待其余消息",
            "a parallel event-based gateway cannot start a process: before the start no case waits for the rest; "
            "start by one message and wait for the others behind it",
        )  # fmt: skip
    scope = scope_of(node)
    flows = list(scope.iterchildren(f"{{{BPMN}}}sequenceFlow"))
    targets = {flow.get("targetRef") for flow in flows if flow.get("sourceRef") == node.get("id")}
    for other in flow_nodes_of(scope):
        if other.get("id") in targets and set(event_kinds(other)) - {"message", "signal"}:
            yield (
                "ELEM-13", other, "启动流程的事件网关之后只能是消息、信号或接收任务；请换一种事件",
                "behind a gateway that starts a process stand messages, signals or receive tasks; choose another event",
            )  # fmt: skip
        if other.get("id") in targets and sum(flow.get("targetRef") == other.get("id") for flow in flows) > 1:
            yield (
                "ELEM-13", other, "启动流程的事件只能由事件网关引向；请删除其余流入的连线",
                "only the gateway leads to an event that starts a process; remove the other flows into it",
            )  # fmt: skip
