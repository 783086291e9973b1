"""Rules about events: which kinds stand where."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.workflow.elements.kinds import EVENTS, TASKS, Found, event_kinds, flow_nodes_of, scope_of
from engine.workflow.elements.refusals import compensation
from engine.workflow.xml import BPMN, local


def check_event(node: etree._Element) -> Iterator[Found]:
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
            yield compensation(node)
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
    if local(node) == "endEvent" and "cancel" in kinds and local(scope_of(node)) != "transaction":
        yield (
            "ELEM-13", node, "取消结束事件只能画在事务子流程里；请改用错误结束事件或终止结束事件",
            "a cancel end event stands in a transaction only; use an error or terminate end event",
        )  # fmt: skip


def _check_boundary(node: etree._Element) -> Iterator[Found]:
    host = next(
        (other for other in flow_nodes_of(scope_of(node)) if other.get("id") == node.get("attachedToRef")), None
    )
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
