"""Elements that are refused wherever they stand, with what to draw instead."""

from __future__ import annotations

NOT_RUN = {
    "complexGateway": (
        "ELEM-03",
        "复杂网关尚不能运行；请改画为包容网关，并在各条流上写条件",
        "a complex gateway is not run; draw an inclusive gateway with a condition on each flow",
    ),
    "subChoreography": ("ELEM-02", "编排图不能运行；请画成流程", "a choreography is not run; draw a process"),
    "choreographyTask": ("ELEM-02", "编排图不能运行；请画成流程", "a choreography is not run; draw a process"),
}
