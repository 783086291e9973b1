"""Rules about tasks, sub-processes and their repetition."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.workflow.elements.beginnings import check_beginning
from engine.workflow.elements.kinds import ANNOUNCED, Found, announced_definitions, instantiates, scope_of
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
        yield from _check_announced(node, many)
    if loop is not None and loop.get("loopMaximum") is None and loop.find(f"{{{BPMN}}}loopCondition") is None:
        yield "ELEM-17", node, "循环须写明条件或最多次数，请补上", "a loop needs a condition or a maximum, add one"
    if loop is not None and not _counts(loop.get("loopMaximum", "1")):
        yield (
            "ELEM-17", node, "循环的最多次数须为 1 或更大的整数；请改正，或删除而只写条件",
            "the maximum of a loop is a whole number of 1 or more; mend it, or remove it and write a condition only",
        )  # fmt: skip


def _counts(text: str) -> bool:
    digits = text.strip().removeprefix("+")
    return digits.isascii() and digits.isdigit() and int(digits) > 0


def _check_announced(node: etree._Element, many: etree._Element) -> Iterator[Found]:
    """What instances throw when they complete."""
    behavior, announced = many.get("behavior", "All"), announced_definitions(many)
    if behavior in {"None", "One"} and not announced:
        name = f"{behavior.lower()}BehaviorEventRef"
        yield (
            "ELEM-17", node, f"多实例的 behavior 为 {behavior}，但 {name} 没有指向文件中的事件定义；请写明抛出的事件，"
            "或把 behavior 改为 All",
            f"behavior is {behavior}, but {name} names no event definition of the file; name the event that is thrown, "
            "or make it All",
        )  # fmt: skip
    if behavior == "Complex" and not all(announced and definitions for _, definitions in announced or [(None, [])]):
        yield (
            "ELEM-17", node, "多实例的 behavior 为 Complex，须逐条写明条件和抛出的事件（complexBehaviorDefinition）；"
            "请补全，或把 behavior 改为 All",
            "behavior is Complex: write each condition with the event that is thrown (complexBehaviorDefinition), or "
            "make it All",
        )  # fmt: skip
    kinds = {local(found).removesuffix("EventDefinition") for _, definitions in announced for found in definitions}
    for kind in sorted(kinds - ANNOUNCED):
        yield (
            "ELEM-17", node, f"多实例完成时只能抛出消息、信号或升级，不能抛出“{kind}”；请换一种事件",
            f'an instance that completes throws a message, signal or escalation, not "{kind}"; choose another event',
        )  # fmt: skip


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
