"""Ad-hoc sub-processes."""

from __future__ import annotations

from tests.elements.drawing import bpmn, element, in_p
from tests.elements.table import Row, refused
from tests.unit.workflow.models import MESSAGE, SIGNAL, boundary, end, instances, sequence, start, subprocess, user

PARALLEL, SEQUENTIAL = {"ordering": "Parallel"}, {"ordering": "Sequential"}
MANY = user("A", instances(count="2"))
DONE = bpmn("completionCondition", "done", id="cc")


def ad_hoc(*inside: str, flows: str = "", **attributes: str) -> str:
    """The sub-process `AH`; a completion condition is the last of `inside`."""
    *nodes, last = inside
    last, condition = ("", last) if "completionCondition" in last else (last, "")
    return element("adHocSubProcess", "AH", "".join(nodes) + last + sequence(flows) + condition, **attributes)


ROWS = (
    Row(
        id="ad-hoc-parallel",
        element="adHocSubProcess",
        zh="随意子流程，并行：没有连线流入的任务一开始都可办理，各办一次，先后由办理人定；每办结一项判断完成条件，成立时其余取消",
        en="ad-hoc sub-process, parallel: each task to which no flow leads is offered once, people choose the order; "
        "the completion condition is asked after each, and when it holds the others are cancelled",
        model=in_p(ad_hoc(user("A"), user("B"), user("C"), DONE, **PARALLEL), user("D"), flows="s>AH; AH>D; D>e"),
        story=("start > A AH B C", "complete B x=1 > A AH C", "complete A done=True > D", "complete D > end e"),
        order="s B A AH D e",
        data={"x": 1, "done": True},
    ),
    Row(
        id="ad-hoc-parallel-remaining",
        element="adHocSubProcess",
        zh="随意子流程，并行，cancelRemainingInstances 为 false：完成条件成立后，已可办理的办完为止，不再开始新的",
        en="ad-hoc sub-process, parallel, cancelRemainingInstances false: when the condition holds, what has begun is "
        "finished and nothing else begins",
        model=in_p(
            ad_hoc(
                user("A"), user("B"), user("C"), user("A2"), user("B2"), DONE,
                flows="A>A2; B>B2", cancelRemainingInstances="false", **PARALLEL,
            ),
            flows="s>AH; AH>e",
        ),
        story=(
            "start > A AH B C", "complete B > A AH B2 C", "complete A done=True > AH B2 C", "complete C > AH B2",
            "complete B2 > end e",
        ),
        order="s B A C B2 AH e",
    ),
    Row(
        id="ad-hoc-without-condition",
        element="adHocSubProcess",
        zh="随意子流程没有完成条件：全部办结后继续",
        en="ad-hoc sub-process without completion condition: goes on when nothing is left",
        model=in_p(ad_hoc(user("A"), user("B"), **PARALLEL), flows="s>AH; AH>e"),
        story=("start > A AH B", "complete B > A AH", "complete A > end e"),
    ),
    Row(
        id="ad-hoc-ordered",
        element="adHocSubProcess",
        zh="随意子流程里的连线：限定这些任务的先后",
        en="flows inside of an ad-hoc sub-process order those tasks",
        model=in_p(
            ad_hoc(user("A"), user("B"), user("C"), user("D"), DONE, flows="A>B; A>C?x; B>D"), flows="s>AH; AH>e"
        ),
        story=(
            "start x=False > A AH", "complete A > AH B", "complete B > AH D", "complete D > end e",
        ),
    ),
    Row(
        id="ad-hoc-sequential",
        element="adHocSubProcess",
        zh="随意子流程，逐个：同一时间只办一项，按画入的先后",
        en="ad-hoc sub-process, sequential: one at a time, in the order in which they were drawn",
        model=in_p(ad_hoc(user("B"), user("A"), user("C"), flows="B>C", **SEQUENTIAL), flows="s>AH; AH>e"),
        story=("start > AH B", "complete B > A AH", "complete A > AH C", "complete C > end e"),
    ),
    Row(
        id="ad-hoc-sequential-condition",
        element="adHocSubProcess",
        zh="随意子流程，逐个：完成条件成立后不再开始下一项",
        en="ad-hoc sub-process, sequential: when the condition holds the next does not begin",
        model=in_p(
            ad_hoc(MANY, subprocess("SP", user("B"), flows=""), user("C"), DONE, **SEQUENTIAL),
            flows="s>AH; AH>e",
        ),
        story=("start > A A AH", "complete A > A AH", "complete A > AH B SP", "complete B done=True > end e"),
        data={"done": True},
    ),
    Row(
        id="ad-hoc-boundary",
        element="adHocSubProcess",
        zh="随意子流程里外的边界事件",
        en="boundary events inside of an ad-hoc sub-process and on it",
        model=in_p(
            ad_hoc(
                user("A"), boundary("B", "A", MESSAGE, interrupting=False), user("H"), user("C"),
                flows="B>H", **SEQUENTIAL,
            ),
            element("boundaryEvent", "T", SIGNAL, attachedToRef="AH"),
            user("X"),
            end("e9"),
            flows="s>AH; AH>e; T>X; X>e9",
        ),
        story=(
            "start > A AH B T", "message msg.one > A AH B T", "complete A > AH C T", "complete C > AH H T",
            "signal sig.one > X", "complete X > end e9",
        ),
    ),
    Row(
        id="ad-hoc-start-event",
        element="adHocSubProcess",
        zh="随意子流程里的开始事件",
        en="a start event inside of an ad-hoc sub-process",
        model=in_p(ad_hoc(start("s2"), user("A"), flows="s2>A"), flows="s>AH; AH>e"),
        refusal=refused("ELEM-05", "s2", "没有开始和结束事件", "has no start and no end event"),
    ),
    Row(
        id="ad-hoc-empty",
        element="adHocSubProcess",
        zh="随意子流程里没有任务",
        en="an ad-hoc sub-process without tasks",
        model=in_p(ad_hoc(DONE), flows="s>AH; AH>e"),
        refusal=refused("ELEM-05", "AH", "没有可办理的任务", "there is no task in"),
    ),
)  # fmt: skip
