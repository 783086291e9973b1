"""Rules about a process or sub-process as a whole: where it begins and where it ends."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.workflow.elements.beginnings import check_event_subprocess
from engine.workflow.elements.kinds import Found, begins_by_itself, event_kinds, flow_nodes_of, is_event_subprocess
from engine.workflow.xml import BPMN, local


def check_scope(scope: etree._Element) -> Iterator[Found]:
    if is_event_subprocess(scope):
        yield from check_event_subprocess(scope)
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


def _begins_by_itself(scope: etree._Element) -> bool:
    reached = {flow.get("targetRef") for flow in scope.iterchildren(f"{{{BPMN}}}sequenceFlow")}
    return any(node.get("id") not in reached and begins_by_itself(node) for node in flow_nodes_of(scope))
