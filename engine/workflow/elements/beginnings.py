"""Rules about event sub-processes, and about what begins an instance other than a start event."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.workflow.elements.events import FALSE, always_interrupts
from engine.workflow.elements.kinds import Found, event_kinds, scope_of
from engine.workflow.xml import BPMN, local


def check_event_subprocess(scope: etree._Element) -> Iterator[Found]:
    """An event sub-process begins with one start event that says when, and no flow leads to it or away from it."""
    starts = list(scope.iterchildren(f"{{{BPMN}}}startEvent"))
    if len(starts) != 1:
        yield (
            "ELEM-07", scope, "事件子流程须有且只有一个开始事件；请改正",
            "an event sub-process has exactly one start event; mend it",
        )  # fmt: skip
    for start in starts:
        kinds = event_kinds(start)
        if not kinds:
            yield (
                "ELEM-07", start, "事件子流程的开始事件没有写明由什么触发；请选择消息、定时、信号、条件、错误或升级",
                "the start event does not say what triggers it; choose message, timer, signal, condition, error or "
                "escalation",
            )  # fmt: skip
        if start.get("isInterrupting") in FALSE and "error" in kinds:
            yield always_interrupts(start)
    name = scope.get("id")
    for flow in scope_of(scope).iterchildren(f"{{{BPMN}}}sequenceFlow"):
        if name in {flow.get("sourceRef"), flow.get("targetRef")}:
            yield (
                "ELEM-07", flow, "事件子流程由事件触发，不能有连线进出；请删除该连线",
                "an event sub-process is triggered by its event; no flow leads to it or away from it, remove this one",
            )  # fmt: skip


def check_beginning(node: etree._Element) -> Iterator[Found]:
    """A receive task or event-based gateway that begins an instance."""
    flows = scope_of(node).iterchildren(f"{{{BPMN}}}sequenceFlow")
    if local(scope_of(node)) != "process" or any(flow.get("targetRef") == node.get("id") for flow in flows):
        yield (
            "ELEM-13", node, "启动流程（instantiate）的元素须位于流程开头，不能有流入的连线，也不能在子流程内；请改正",
            "what begins an instance (instantiate) stands at the beginning of a process, with no flow leading to it; "
            "mend it",
        )  # fmt: skip
