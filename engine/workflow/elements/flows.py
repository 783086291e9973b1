"""Rules about sequence flows and gateways."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from engine.workflow.elements.kinds import GATEWAYS, Found, flow_nodes_of, scope_of
from engine.workflow.xml import BPMN, local


def check_flows(scope: etree._Element) -> Iterator[Found]:
    nodes = {node.get("id"): node for node in flow_nodes_of(scope) if node.get("id")}
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
        other.get("sourceRef") == source.get("id") for other in scope_of(flow).iterchildren(f"{{{BPMN}}}sequenceFlow")
    )
    if siblings > 1 and not has_condition and source.get("default") != flow.get("id"):
        yield (
            "ELEM-10", flow, f"连线“{label}”没有条件；请写条件，或设为网关的默认流",
            f'the flow "{label}" has no condition; write one or make it the default flow of the gateway',
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
        if node.get("instantiate") == "true":
            yield (
                "ELEM-13",
                node,
                "事件网关不能启动流程；请用消息开始事件",
                "an event-based gateway cannot start a process",
            )
