"""Rules about events: which kinds stand where."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.model.schedule import LANGUAGE
from engine.workflow.elements.compensation import check_undoing, check_undoing_start, check_undone
from engine.workflow.elements.kinds import (
    EVENTS,
    HANDLED,
    TASKS,
    Found,
    event_definitions,
    event_kinds,
    flow_nodes_of,
    is_event_subprocess,
    referred_definition,
    scope_of,
)
from engine.workflow.languages import is_schedule
from engine.workflow.timers import literal
from engine.workflow.xml import BPMN, local

FALSE = {"false", "0"}
_COMPENSATING = {"boundaryEvent": check_undone, "startEvent": check_undoing_start}
_NOT_STARTING = {
    "conditional": (
        "条件开始事件不能运行：流程开始之前没有数据可供判断；请改为消息或信号开始事件",
        "a condition cannot start a process: there are no data before it; start it by a message or signal",
    ),
}
_IN_EVENT_SUBPROCESS_ONLY = (
    "错误、升级和补偿开始事件只能用在事件子流程中；请放进事件子流程，或改为消息开始事件",
    "an error, escalation or compensation starts an event sub-process only; put it into one, or start by a message",
)


def check_event(node: etree._Element) -> Iterator[Found]:
    for reference in node.iterchildren(f"{{{BPMN}}}eventDefinitionRef"):
        if referred_definition(reference) is None:
            yield (
                "ELEM-13", node, f"引用的事件定义“{(reference.text or '').strip()}”不存在；请在事件内直接定义",
                f'the event definition "{(reference.text or "").strip()}" does not exist; define the event in place',
            )  # fmt: skip
    kinds = event_kinds(node)
    yield from _check_kinds(node, kinds)
    if len(kinds) > 1:
        yield from _check_several(node, kinds)
    if "link" in kinds:
        yield from _check_link(node)
    if "compensate" in kinds:
        yield from _COMPENSATING.get(local(node), check_undoing)(node)
    if local(node) == "boundaryEvent":
        yield from _check_boundary(node)
    if "timer" in kinds and local(node) == "startEvent" and local(scope_of(node)) == "process":
        yield from _check_timed_start(node)
    if local(node) == "endEvent" and "cancel" in kinds and local(scope_of(node)) != "transaction":
        yield (
            "ELEM-13", node, "取消结束事件只能画在事务子流程里；请改用错误结束事件或终止结束事件",
            "a cancel end event stands in a transaction only; use an error or terminate end event",
        )  # fmt: skip


def _check_timed_start(node: etree._Element) -> Iterator[Found]:
    """A time that has to be computed cannot begin a process: there are no data before it."""
    for definition in event_definitions(node):
        for time in definition.iterchildren(f"{{{BPMN}}}timeDate", f"{{{BPMN}}}timeDuration", f"{{{BPMN}}}timeCycle"):
            text = (time.text or "").strip()
            if not is_schedule(time) and text and literal(text) is None:
                yield (
                    "ELEM-13", node,
                    f"定时开始事件的时间“{text}”不能运行：流程开始之前没有数据可供计算；请写 ISO 时刻、时长或周期，"
                    f"或以 language=“{LANGUAGE}” 写日历规则，如 firstwd(half)",
                    f'the timer start "{text}" is not run: before the start there are no data to compute it from; '
                    f'write an ISO moment, duration or repetition, or, with language="{LANGUAGE}", a rule of the '
                    "calendar such as firstwd(half)",
                )  # fmt: skip


def _allowed(node: etree._Element) -> set[str]:
    if local(node) == "startEvent" and is_event_subprocess(scope_of(node)):
        return HANDLED
    return EVENTS[local(node)]


def _check_kinds(node: etree._Element, kinds: list[str]) -> Iterator[Found]:
    allowed = _allowed(node)
    for kind in kinds or [""]:
        if kind in allowed:
            continue
        if local(node) == "startEvent" and allowed is not HANDLED and kind in _NOT_STARTING:
            yield "ELEM-13", node, *_NOT_STARTING[kind]
        elif local(node) == "startEvent" and allowed is not HANDLED and kind in HANDLED:
            yield "ELEM-13", node, *_IN_EVENT_SUBPROCESS_ONLY
        elif kind or allowed is not HANDLED:  # check_event_subprocess tells of a start without an event
            yield (
                "ELEM-13", node, f"这里不能用“{kind or '空白'}”事件；请换一种事件",
                f'an event of kind "{kind or "none"}" may not stand here; choose another kind',
            )  # fmt: skip


def _check_several(node: etree._Element, kinds: list[str]) -> Iterator[Found]:
    """Several definitions in one event: any of them suffices, or, parallel multiple, each must occur."""
    if "link" in kinds:
        yield (
            "ELEM-19", node, "链接事件不能与其他事件定义合在一起；请分开画",
            "a link stands alone in its event; draw another event for the rest",
        )  # fmt: skip
    if kinds.count("timer") > 1:
        yield (
            "ELEM-19", node, "一个事件只能有一个定时器；请为另一个定时器单独画事件",
            "an event has one timer at most; draw another event for the other",
        )  # fmt: skip
    if node.get("parallelMultiple") not in {"true", "1"}:
        return
    if local(node) == "startEvent" and not is_event_subprocess(scope_of(node)):
        yield (
            "ELEM-19", node, "并行多重开始事件不能运行：开始前没有案件等待其余消息；请由一个消息开始，再等待其余消息",
            "a parallel multiple start is not run: before the start no case can wait for the rest; start by one "
            "message and wait for the others by catch events behind it",
        )  # fmt: skip
    if {"error", "cancel", "escalation", "compensate"} & set(kinds):
        yield (
            "ELEM-19", node, "错误、升级、取消和补偿须立即处理，不能等待其他事件；请单独画事件",
            "an error, escalation, cancel or compensation cannot wait for other events; draw an event of its own",
        )  # fmt: skip


def _check_link(node: etree._Element) -> Iterator[Found]:
    catches = local(node) == "intermediateCatchEvent"
    name = _link_name(node)
    flows = list(scope_of(node).iterchildren(f"{{{BPMN}}}sequenceFlow"))
    if any(flow.get("targetRef" if catches else "sourceRef") == node.get("id") for flow in flows):
        yield (
            "ELEM-06", node, "链接抛出事件之后、链接捕获事件之前不能有连线；请删除该连线",
            "no flow leaves a throwing link or leads to a catching one; remove it",
        )  # fmt: skip
    if not name:
        yield "ELEM-06", node, "链接事件没有链接名称；请填写", "the link has no name; give it one"
        return
    others = [
        other
        for other in flow_nodes_of(scope_of(node))
        if other is not node and "link" in event_kinds(other) and _link_name(other) == name
    ]
    catching = [other for other in others if local(other) == "intermediateCatchEvent"]
    if catches and catching:
        yield (
            "ELEM-06", node, f"链接“{name}”有多个捕获事件；只保留一个，或改用不同的名称",
            f'several events catch the link "{name}"; keep one or choose another name',
        )  # fmt: skip
    elif catches and not others:
        yield (
            "ELEM-06", node, f"没有抛出事件通向链接“{name}”；请在同一流程（子流程）内补画，或改用连线",
            f'no event throws the link "{name}" in this process or sub-process; draw one or use a flow',
        )  # fmt: skip
    elif not catches and not catching:
        yield (
            "ELEM-06", node, f"链接“{name}”没有捕获事件；请在同一流程（子流程）内补画，或改用连线",
            f'no event catches the link "{name}" in this process or sub-process; draw one or use a flow',
        )  # fmt: skip


def _link_name(node: etree._Element) -> str:
    return next((d.get("name", "") for d in event_definitions(node) if local(d) == "linkEventDefinition"), "").strip()


def _check_boundary(node: etree._Element) -> Iterator[Found]:
    siblings = flow_nodes_of(scope_of(node))
    kinds = event_kinds(node)
    host = next((other for other in siblings if other.get("id") == node.get("attachedToRef")), None)
    if host is None or local(host) not in TASKS or is_event_subprocess(host):
        yield (
            "ELEM-18", node, "边界事件没有附着在同一流程的任务或子流程上；请重新附着",
            "the boundary event is attached to no task or sub-process here; attach it again",
        )  # fmt: skip
    elif "cancel" in kinds and local(host) != "transaction":
        yield (
            "ELEM-13",
            node,
            "取消事件只能附着在事务子流程上；请改用错误事件",
            "a cancel event stands on a transaction only; use an error",
        )
    if node.get("cancelActivity") in FALSE and {"error", "cancel"} & set(kinds):
        yield always_interrupts(node)


def always_interrupts(node: etree._Element) -> Found:
    return (
        "ELEM-13", node, "错误和取消事件总是中断；请设为中断，或改用升级事件",
        "an error or cancel always interrupts; make it interrupting or use an escalation",
    )  # fmt: skip
