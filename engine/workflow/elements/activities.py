"""Rules about tasks, sub-processes and their repetition."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.workflow.elements.beginnings import check_beginning
from engine.workflow.elements.kinds import Found, instantiates, scope_of
from engine.workflow.specs import implementation_of
from engine.workflow.xml import BPMN, CX, local


def check_activity(node: etree._Element) -> Iterator[Found]:
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


def check_receive(node: etree._Element) -> Iterator[Found]:
    yield from check_activity(node)
    if not instantiates(node):
        return
    yield from check_beginning(node)
    repeated = any(
        node.find(f"{{{BPMN}}}{kind}LoopCharacteristics") is not None for kind in ("multiInstance", "standard")
    )
    around = scope_of(node).iterchildren(f"{{{BPMN}}}boundaryEvent")
    if repeated or any(event.get("attachedToRef") == node.get("id") for event in around):
        yield (
            "ELEM-13", node, "启动流程的接收任务不能循环、多实例，也不能带边界事件；请去掉，或改为消息开始事件",
            "a receive task that starts a process is neither repeated nor has boundary events; remove them or draw a "
            "message start event",
        )  # fmt: skip


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


def check_service(node: etree._Element) -> Iterator[Found]:
    yield from check_activity(node)
    if not implementation_of(node):
        yield (
            "ELEM-14", node, "服务任务没有写明做什么；请填 implementation（urn:changxiao:service:…）或 cx:start",
            "the service task does not say what to do; set implementation (urn:changxiao:service:…) or cx:start",
        )  # fmt: skip


def check_rule(node: etree._Element) -> Iterator[Found]:
    yield from check_activity(node)
    if not node.get(f"{{{CX}}}decision"):
        yield (
            "ELEM-14",
            node,
            "规则任务没有写明决策；请填 cx:decision",
            "the rule task names no decision; set cx:decision",
        )
