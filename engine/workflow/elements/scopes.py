"""Rules about a process or sub-process as a whole: where it begins and where it ends."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.workflow.elements.kinds import Found, event_kinds
from engine.workflow.xml import BPMN, local


def check_scope(scope: etree._Element) -> Iterator[Found]:
    starts = list(scope.iterchildren(f"{{{BPMN}}}startEvent"))
    plain = [start for start in starts if not event_kinds(start)]
    is_process = local(scope) == "process"
    if not starts:
        yield "ELEM-12", scope, "没有开始事件；请画一个开始事件并连线", "no start event; draw one and connect it"
    if is_process and len(plain) > 1:
        yield (
            "ELEM-12", plain[1], "有多个空白开始事件；只保留一个，其余改为消息开始事件",
            "more than one plain start event; keep one and make the others message start events",
        )  # fmt: skip
    if not is_process and len(starts) > 1:
        yield "ELEM-12", starts[1], "子流程只能有一个开始事件；请删除其余的", "a sub-process has one start event only"
    if not is_process and starts and not plain:
        yield (
            "ELEM-12", starts[0], "子流程须由空白开始事件开始；请去掉事件定义",
            "a sub-process begins with a plain start event; remove the event definition",
        )  # fmt: skip
    if not any(True for _ in scope.iterchildren(f"{{{BPMN}}}endEvent")):
        yield "ELEM-12", scope, "没有结束事件；请画出结束事件", "no end event; draw one"
