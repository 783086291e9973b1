"""Rules about compensation: what is undone, by what, and who asks for it."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.workflow.elements.kinds import (
    TASKS,
    Found,
    event_definitions,
    event_kinds,
    flow_nodes_of,
    handlers_of,
    is_event_subprocess,
    is_handler,
    scope_of,
)
from engine.workflow.xml import BPMN, local


def check_undone(event: etree._Element) -> Iterator[Found]:
    """A compensation boundary event: one association leads from it to what undoes the activity."""
    scope, name = scope_of(event), event.get("id")
    handlers = {node.get("id") for node in flow_nodes_of(scope) if is_handler(node)}
    joined = [flow.get("targetRef") for flow in _inside(scope, "association") if flow.get("sourceRef") == name]
    if len(joined) != 1 or joined[0] not in handlers:
        yield (
            "ELEM-04", event, "补偿边界事件须用一条关联线（虚线）连到同一流程内的一个补偿活动；请补画或改正",
            "a compensation event is joined by one association to a compensation activity in the same process or "
            "sub-process; draw it",
        )  # fmt: skip
    if any(flow.get("sourceRef") == name for flow in _inside(scope, "sequenceFlow")):
        yield (
            "ELEM-04", event, "补偿边界事件没有流出的连线；请改用关联线连到补偿活动",
            "no flow leaves a compensation event; join it to the compensation activity by an association",
        )  # fmt: skip
    twins = [
        other
        for other in _inside(scope, "boundaryEvent")
        if "compensate" in event_kinds(other) and other.get("attachedToRef") == event.get("attachedToRef")
    ]
    if twins[0] is not event:
        yield (
            "ELEM-04",
            event,
            "一个活动只能有一个补偿边界事件；请删除多余的",
            "an activity has one compensation event at most; remove this one",
        )


def check_handler(node: etree._Element) -> Iterator[Found]:
    """A compensation activity stands outside of the flow."""
    scope, name = scope_of(node), node.get("id")
    if any(name in {flow.get("sourceRef"), flow.get("targetRef")} for flow in _inside(scope, "sequenceFlow")):
        yield (
            "ELEM-04", node, "补偿活动不能有连线进出；请只用关联线从补偿边界事件连到它",
            "no flow leads to a compensation activity or away from it; join it to the compensation event by an "
            "association only",
        )  # fmt: skip
    if list(handlers_of(scope).values()).count(name or "") != 1:
        yield (
            "ELEM-04", node, "补偿活动须由恰好一个补偿边界事件以关联线指向；请补画，或去掉“补偿”标记",
            "exactly one compensation event points to a compensation activity by an association; draw it or take "
            "the mark off",
        )  # fmt: skip
    attached = any(event.get("attachedToRef") == name for event in _inside(scope, "boundaryEvent"))
    if attached or node.find(f"{{{BPMN}}}standardLoopCharacteristics") is not None:
        yield (
            "ELEM-04", node, "补偿活动上不能附着边界事件或循环标记；请把这部分画进一个作补偿活动的子流程",
            "a compensation activity carries no boundary event and no loop; make it a sub-process with these inside",
        )  # fmt: skip


def check_undoing(event: etree._Element) -> Iterator[Found]:
    """A throw or end event that asks for compensation: what it names, or anything at all, can be undone there."""
    homes = list(_homes(scope_of(event)))
    for definition in event_definitions(event):
        if local(definition) != "compensateEventDefinition":
            continue
        name = definition.get("activityRef", "").split(":")[-1]
        known = [node for home in homes for node in flow_nodes_of(home) if name in {"", node.get("id")}]
        if not any(_can_be_undone(node) for node in known):
            yield (
                "ELEM-04", event,
                "这里没有可撤销的工作：本流程（子流程）内须有带补偿边界事件的活动；请补画，或重新选择要撤销的活动",
                "there is nothing to undo here: draw an activity with a compensation event in this process or "
                "sub-process, or choose again what is undone",
            )  # fmt: skip


def check_undoing_start(start: etree._Element) -> Iterator[Found]:
    """A compensation start event: of the one event sub-process that undoes the sub-process around it."""
    handler = scope_of(start)
    if not is_event_subprocess(handler):
        return
    around = scope_of(handler)
    twins = [
        other
        for other in flow_nodes_of(around)
        if is_event_subprocess(other) and any("compensate" in event_kinds(s) for s in _inside(other, "startEvent"))
    ]
    if local(around) == "process":
        yield (
            "ELEM-04", start, "补偿事件子流程须画在子流程里，流程本身没有上级来撤销它；请把要撤销的工作放进一个子流程",
            "a compensation event sub-process stands inside of a sub-process: nothing undoes a whole process; put the "
            "work into a sub-process",
        )  # fmt: skip
    elif twins[0] is not handler:
        yield (
            "ELEM-04",
            start,
            "一个子流程只能有一个补偿事件子流程；请合并",
            "a sub-process has one compensation event sub-process at most; make one of them",
        )


def _inside(scope: etree._Element, kind: str) -> Iterator[etree._Element]:
    return scope.iterchildren(f"{{{BPMN}}}{kind}")


def _homes(scope: etree._Element) -> Iterator[etree._Element]:
    yield scope
    while is_event_subprocess(scope):
        scope = scope_of(scope)
        yield scope


def _can_be_undone(node: etree._Element) -> bool:
    if local(node) not in TASKS or is_handler(node) or is_event_subprocess(node):
        return False
    inside = local(node) in {"subProcess", "transaction"}
    if inside and any("compensate" in event_kinds(start) for start in node.iter(f"{{{BPMN}}}startEvent")):
        return True
    return node.get("id") in handlers_of(scope_of(node)) or (inside and bool(handlers_of(node)))
