"""Elements that are refused wherever they stand, with what to draw instead."""

from __future__ import annotations

from lxml import etree

from engine.workflow.elements.kinds import Found

NOT_RUN = {
    "complexGateway": (
        "ELEM-03",
        "复杂网关尚不能运行；请改画为包容网关，并在各条流上写条件",
        "a complex gateway is not run; draw an inclusive gateway with a condition on each flow",
    ),
    "adHocSubProcess": (
        "ELEM-05",
        "随意子流程尚不能运行；请改画为普通子流程，用并行网关和条件表达可选的工作",
        "an ad-hoc sub-process is not run; draw a sub-process with a parallel gateway and conditions",
    ),
    "subChoreography": ("ELEM-02", "编排图不能运行；请画成流程", "a choreography is not run; draw a process"),
    "choreographyTask": ("ELEM-02", "编排图不能运行；请画成流程", "a choreography is not run; draw a process"),
}


def compensation(node: etree._Element) -> Found:
    return (
        "ELEM-04", node, "补偿尚不能运行；请把撤销工作画成普通任务，由网关或错误边界事件引向它",
        "compensation is not run; draw the undoing as a task and lead to it by a gateway or an error boundary event",
    )  # fmt: skip
