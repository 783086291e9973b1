"""Rules about a process or sub-process as a whole: where it begins and where it ends."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.workflow.elements.beginnings import check_event_subprocess
from engine.workflow.elements.kinds import (
    Found,
    begins_by_itself,
    event_kinds,
    flow_nodes_of,
    is_activity,
    is_ad_hoc,
    is_event_subprocess,
)
from engine.workflow.xml import BPMN, CX, local


def check_scope(scope: etree._Element) -> Iterator[Found]:
    if is_event_subprocess(scope):
        yield from check_event_subprocess(scope)
        return
    if is_ad_hoc(scope):
        yield from _check_ad_hoc(scope)
        return
    starts = list(scope.iterchildren(f"{{{BPMN}}}startEvent"))
    plain = [start for start in starts if not event_kinds(start)]
    is_process = local(scope) == "process"
    if not starts and not _begins_by_itself(scope):
        yield (
            "ELEM-12", scope, "没有开始事件，也没有不经连线就能开始的节点，令牌无处开始；请画一个开始事件并连线",
            "there is no start event and no node that begins without a flow; draw a start event and connect it",
        )  # fmt: skip
    if starts and len(starts) == len(flow_nodes_of(scope)):
        yield (
            "ELEM-12", scope, "开始事件之后什么也没有画；请画出任务和结束事件并连线",
            "nothing is drawn behind the start event; draw tasks and an end event and connect them",
        )  # fmt: skip
    if is_process and len(plain) > 1:
        yield (
            "ELEM-12", plain[1], "有多个空白开始事件，无从知道流程由哪一个开始；请只保留一个，其余改为消息开始事件",
            "with several plain start events nobody can tell which one begins the process; "
            "keep one and make the others message start events",
        )  # fmt: skip
    if not is_process and len(starts) > 1:
        yield "ELEM-12", starts[1], "子流程只能有一个开始事件；请删除其余的", "a sub-process has one start event only"
    if not is_process and starts and not plain:
        yield (
            "ELEM-12", starts[0], "子流程须由空白开始事件开始；请去掉事件定义",
            "a sub-process begins with a plain start event; remove the event definition",
        )  # fmt: skip


def _check_ad_hoc(scope: etree._Element) -> Iterator[Found]:
    """An ad-hoc sub-process holds work without an order of beginning and end."""
    for event in scope.iterchildren(f"{{{BPMN}}}startEvent", f"{{{BPMN}}}endEvent"):
        yield (
            "ELEM-05", event, "随意子流程里没有开始和结束事件：没有连线流入的工作一开始就可办理；请删除该事件",
            "an ad-hoc sub-process has no start and no end event: work to which no flow leads can be done from the "
            "beginning; remove it",
        )  # fmt: skip
    if not any(is_activity(node) for node in flow_nodes_of(scope)):
        yield (
            "ELEM-05", scope, "随意子流程里没有可办理的任务；请画出任务，或删除该子流程",
            "there is no task in the ad-hoc sub-process; draw one or remove the sub-process",
        )  # fmt: skip
    elif not _begins_by_itself(scope):
        yield (
            "ELEM-05", scope, "随意子流程里每个节点都有连线流入，没有一个可以先办；请至少留一个没有连线流入的任务",
            "a flow leads to every node of the ad-hoc sub-process, so nothing can be done first; leave one without",
        )  # fmt: skip
    if (scope.findtext(f"{{{BPMN}}}completionCondition") or "").strip():
        for node in scope.iterdescendants(f"{{{BPMN}}}*"):
            if node.get(f"{{{CX}}}protected") in {"true", "1"}:
                yield (
                    "ELEM-05", node, "法定环节不能放在有完成条件的随意子流程里：条件一成立，它就会被略过；请移到外面，"
                    "或去掉完成条件",
                    "a protected step may not stand in an ad-hoc sub-process with a completion condition: when that "
                    "holds, the step is passed by; move it out, or take the condition away",
                )  # fmt: skip


def _begins_by_itself(scope: etree._Element) -> bool:
    reached = {flow.get("targetRef") for flow in scope.iterchildren(f"{{{BPMN}}}sequenceFlow")}
    return any(node.get("id") not in reached and begins_by_itself(node) for node in flow_nodes_of(scope))
