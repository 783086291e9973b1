"""Gateways and sequence flows."""

from __future__ import annotations

from tests.elements.drawing import drawn, element, in_p
from tests.elements.table import Row, refused
from tests.unit.workflow.models import (
    MESSAGE,
    SIGNAL,
    catch,
    conditional,
    duration,
    end,
    event_gateway,
    exclusive,
    inclusive,
    parallel,
    process,
    receive,
    sequence,
    start,
    user,
)


def starting(kind: str) -> bytes:
    """A process that an event-based gateway starts."""
    gateway = element("eventBasedGateway", "G", instantiate="true", eventGatewayType=kind)
    message = catch("Y", MESSAGE.replace("one", "two"))
    flows = "G>X; G>Y; X>e; Y>A; A>e"
    return drawn(process("p", gateway, receive("X"), message, user("A"), end(), flows=flows))


GATEWAYS = (
    Row(
        id="exclusive-gateway",
        element="exclusiveGateway",
        zh="排他网关：第一条条件成立的流",
        en="exclusive gateway: the first flow whose condition holds",
        model=in_p(
            exclusive("G", "B"), user("A"), user("B"), exclusive("J"), flows="s>G; G>A?x > 1; G>B; A>J; B>J; J>e"
        ),
        story=("start x=2 > A", "complete A > end e"),
        order="s G A J e",
    ),
    Row(
        id="exclusive-gateway-default",
        element="exclusiveGateway",
        zh="排他网关：条件都不成立时走默认流",
        en="exclusive gateway: the default flow when no condition holds",
        model=in_p(exclusive("G", "B"), user("A"), user("B"), flows="s>G; G>A?x > 1; G>B; A>e; B>e"),
        story=("start x=1 > B", "complete B > end e"),
    ),
    Row(
        id="exclusive-gateway-no-way-out",
        element="exclusiveGateway",
        zh="排他网关：没有条件成立又没有默认流时，成为待处理的异常",
        en="exclusive gateway: no condition holds and there is no default flow: an incident",
        model=in_p(exclusive("G"), user("A"), user("B"), flows="s>G; G>A?x > 1; G>B?x < 0; A>e; B>e"),
        story=("start x=1 > failed no_way_out",),
    ),
    Row(
        id="exclusive-gateway-merge",
        element="exclusiveGateway",
        zh="排他网关汇合：每个令牌都通过",
        en="exclusive merge: each token passes",
        model=in_p(
            parallel("P"), user("A"), user("B"), exclusive("M"), user("C"), flows="s>P; P>A; P>B; A>M; B>M; M>C; C>e"
        ),
        story=("start > A B", "complete A > B C", "complete B > C C", "complete C > C", "complete C > end e"),
    ),
    Row(
        id="parallel-gateway",
        element="parallelGateway",
        zh="并行网关：同时走所有流；汇合时等齐",
        en="parallel gateway: all flows at once; the join waits for all of them",
        model=in_p(parallel("P"), user("A"), user("B"), parallel("J"), flows="s>P; P>A; P>B; A>J; B>J; J>e"),
        story=("start > A B", "complete A > B J", "complete B > end e"),
        order="s P A B J e",
    ),
    Row(
        id="parallel-gateway-join-and-split",
        element="parallelGateway",
        zh="并行网关同时汇合和分支",
        en="a parallel gateway that joins and splits",
        model=in_p(
            parallel("P"), user("A"), user("B"), parallel("J"), user("C"), user("D"),
            flows="s>P; P>A; P>B; A>J; B>J; J>C; J>D; C>e; D>e",
        ),
        story=("start > A B", "complete A > B J", "complete B > C D", "complete D > C", "complete C > end e"),
    ),
    Row(
        id="parallel-gateway-in-loop",
        element="parallelGateway",
        zh="循环中的并行网关：每一轮都等齐",
        en="parallel gateway inside a loop: each round waits for all",
        model=in_p(
            exclusive("M"), parallel("P"), user("A"), user("B"), parallel("J"), exclusive("G", "e"),
            flows="s>M; M>P; P>A; P>B; A>J; B>J; J>G; G>M?again; G>e",
        ),
        story=(
            "start again=True > A B",
            "complete A > B J",
            "complete B > A B",
            "complete B > A J",
            "complete A again=False > end e",
        ),
    ),
    Row(
        id="inclusive-gateway",
        element="inclusiveGateway",
        zh="包容网关：走所有条件成立的流；汇合时等齐走出的",
        en="inclusive gateway: all flows whose condition holds; the join waits for those",
        model=in_p(
            inclusive("G", "A"), user("A"), user("B"), user("C"), inclusive("J"),
            flows="s>G; G>A; G>B?x; G>C?y; A>J; B>J; C>J; J>e",
        ),
        story=("start x=True y=True > B C", "complete B > C J", "complete C > end e"),
    ),
    Row(
        id="inclusive-gateway-default",
        element="inclusiveGateway",
        zh="包容网关：条件都不成立时只走默认流",
        en="inclusive gateway: only the default flow when no condition holds",
        model=in_p(
            inclusive("G", "A"), user("A"), user("B"), inclusive("J"), flows="s>G; G>A; G>B?x; A>J; B>J; J>e"
        ),
        story=("start x=False > A", "complete A > end e"),
    ),
    Row(
        id="inclusive-gateway-upstream",
        element="inclusiveGateway",
        zh="包容汇合：还可能到来的令牌都等",
        en="inclusive join: waits for every token that can still come",
        model=in_p(
            parallel("P"), user("A"), user("B"), exclusive("G", "e2"), inclusive("J"), user("C"), end("e2"),
            flows="s>P; P>A; P>B; A>J; B>G; G>J?x; G>e2; J>C; C>e",
        ),
        story=("start x=False > A B", "complete A > B J", "complete B > C", "complete C > end e"),
    ),
    Row(
        id="inclusive-gateway-nested",
        element="inclusiveGateway",
        zh="包容网关中的包容网关",
        en="inclusive gateways inside each other",
        model=in_p(
            inclusive("G", "A"), user("A"), inclusive("H", "B"), user("B"), user("C"), inclusive("K"), inclusive("J"),
            flows="s>G; G>A; G>H?x; H>B; H>C?y; B>K; C>K; K>J; A>J; J>e",
        ),
        story=("start x=True y=True > C", "complete C > end e"),
    ),
    Row(
        id="inclusive-gateway-in-loop",
        element="inclusiveGateway",
        zh="循环中的包容网关",
        en="inclusive gateway inside a loop",
        model=in_p(
            exclusive("M"), inclusive("P"), user("A"), user("B"), inclusive("J"), exclusive("G", "e"),
            flows="s>M; M>P; P>A?x; P>B?y; A>J; B>J; J>G; G>M?again; G>e",
        ),
        story=(
            "start again=True x=True y=True > A B",
            "complete A > B J",
            "complete B y=False > A",
            "complete A again=False > end e",
        ),
    ),
    Row(
        id="complex-gateway",
        element="complexGateway",
        zh="复杂网关",
        en="complex gateway",
        model=in_p(
            parallel("P"), user("A"), user("B"), element("complexGateway", "J"),
            flows="s>P; P>A; P>B; A>J; B>J; J>e",
        ),
        refusal=refused("ELEM-03", "J", "复杂网关尚不能运行", "a complex gateway is not run"),
    ),
    *(
        Row(
            id=f"event-based-gateway-{words}",
            element="eventBasedGateway",
            zh=f"事件网关：{zh}先发生则走此流，其余不再等待",
            en=f"event-based gateway: the {words} comes first, the others wait no longer",
            model=in_p(
                event_gateway("G"), first, catch("T", duration("P1D")), user("A"), user("B"),
                flows="s>G; G>X; G>T; X>A; T>B; A>e; B>e",
            ),
            story=(f"start x=False > {'T X'}", f"{happens} > A", "complete A > end e"),
        )
        for words, zh, first, happens in (
            ("message", "消息", catch("X", MESSAGE), "message msg.one"),
            ("signal", "信号", catch("X", SIGNAL), "signal sig.one"),
            ("timer", "定时", catch("X", duration("PT1H")), "fire X"),
            ("receive-task", "接收任务的消息", receive("X"), "message msg.one"),
        )
    ),
    Row(
        id="event-based-gateway-condition",
        element="eventBasedGateway",
        zh="事件网关：条件先成立",
        en="event-based gateway: a condition comes true first",
        model=in_p(
            parallel("P"), user("U"), event_gateway("G"), catch("X", conditional("x")), catch("T", duration("P1D")),
            user("A"), user("B"), flows="s>P; P>U; P>G; U>e; G>X; G>T; X>A; T>B; A>e; B>e",
        ),
        story=("start x=False > T U X", "set x=True > A U", "complete A > U", "complete U > end e"),
    ),
    Row(
        id="event-based-gateway-instantiate-exclusive",
        element="eventBasedGateway",
        zh="启动流程的事件网关（Exclusive）：先到的消息启动流程",
        en="event-based gateway that starts a process (Exclusive): the message that comes starts it",
        model=starting("Exclusive"),
        story=("start msg.two > A", "complete A > end e"),
        order="Y A e",
    ),
    Row(
        id="event-based-gateway-instantiate-parallel",
        element="eventBasedGateway",
        zh="启动流程的事件网关（Parallel）",
        en="event-based gateway that starts a process (Parallel)",
        model=starting("Parallel"),
        refusal=refused("ELEM-13", "G", "并行的事件网关不能启动流程", "a parallel event-based gateway cannot start"),
    ),
)  # fmt: skip

FLOWS = (
    Row(
        id="sequence-flow",
        element="sequenceFlow",
        zh="顺序流：令牌沿箭头走",
        en="sequence flow: the token follows the arrow",
        model=in_p(user("A"), flows="s>A; A>e"),
        story=("start > A", "complete A > end e"),
    ),
    Row(
        id="implicit-merge",
        element="sequenceFlow",
        zh="几条流进入同一任务：每个令牌各办一次",
        en="several flows into one task: each token does it once",
        model=in_p(parallel("P"), user("A"), user("B"), user("C"), flows="s>P; P>A; P>B; A>C; B>C; C>e"),
        story=("start > A B", "complete A > B C", "complete B > C C", "complete C > C", "complete C > end e"),
    ),
    Row(
        id="implicit-split",
        element="sequenceFlow",
        zh="任务之后有几条流（隐式并行）",
        en="several flows out of a task (an implied parallel split)",
        model=in_p(user("A"), user("B"), user("C"), flows="s>A; A>B; A>C; B>e; C>e"),
        story=("start > A", "complete A > B C", "complete B > C", "complete C > end e"),
    ),
    Row(
        id="conditional-flow",
        element="conditionExpression",
        zh="任务之后带条件的流",
        en="a flow with a condition out of a task",
        model=in_p(element("userTask", "A", default="f_A_C"), user("B"), user("C"), flows="s>A; A>B?x; A>C; B>e; C>e"),
        story=("start x=True > A", "complete A > B", "complete B > end e"),
    ),
    Row(
        id="implicit-start",
        element="process",
        zh="流程没有开始事件",
        en="a process without start event",
        model=drawn(process("p", user("A"), end(), flows="A>e")),
        story=("start > A", "complete A > end e"),
    ),
    Row(
        id="implicit-end",
        element="process",
        zh="流程没有结束事件",
        en="a process without end event",
        model=drawn(process("p", start(), user("A"), flows="s>A")),
        story=("start > A", "complete A > end A"),
    ),
    Row(
        id="several-plain-starts",
        element="startEvent",
        zh="几个空白开始事件",
        en="several plain start events",
        model=in_p(start("s2"), user("A"), user("B"), flows="s>A; s2>B; A>e; B>e"),
        refusal=refused("ELEM-12", "s2", "有多个空白开始事件", "several plain start events"),
    ),
    Row(
        id="flow-across-scopes",
        element="sequenceFlow",
        zh="顺序流穿过子流程的边",
        en="a flow across the border of a sub-process",
        model=in_p(
            element("subProcess", "SP", start("s2") + user("A") + end("e2") + sequence("s2>A; A>e2")),
            user("B"),
            flows="s>SP; SP>e; A>B; B>e",
        ),
        refusal=refused("ELEM-18", "f_A_B", "连线的一端不在本流程", "one end of this flow is not in the same process"),
    ),
)

ROWS = (*GATEWAYS, *FLOWS)
