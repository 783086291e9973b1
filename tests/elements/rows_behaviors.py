"""What instances of a multi-instance activity throw when they complete."""

from __future__ import annotations

from tests.elements.drawing import bpmn, element, in_p
from tests.elements.table import Row, refused
from tests.unit.workflow.models import ESCALATION, SIGNAL, boundary, end, user


def announcing(behavior: str, inside: str = "", *, count: str = "3", **attributes: str) -> str:
    return bpmn(
        "multiInstanceLoopCharacteristics", bpmn("loopCardinality", count) + inside, behavior=behavior, **attributes
    )


def on(condition: str, event: str) -> str:
    """Instances throw `event` when they complete while `condition` holds."""
    return bpmn(
        "complexBehaviorDefinition", bpmn("condition", condition) + element("event", f"ev{len(condition)}", event)
    )


BESIDE = bpmn("signalEventDefinition", id="def1", signalRef="sig1")
RISING = bpmn("escalationEventDefinition", id="def2", escalationRef="esc1")

ROWS = (
    Row(
        id="multi-instance-behavior-none",
        element="multiInstanceLoopCharacteristics",
        zh="多实例 behavior 为 None：每完成一个实例抛出 noneBehaviorEventRef 所指的事件，由其边界事件接收",
        en="behavior None: each instance that completes throws the event of noneBehaviorEventRef, for boundary events",
        model=in_p(
            user("A", announcing("None", count="2", noneBehaviorEventRef="def1")),
            boundary("B", "A", SIGNAL, interrupting=False),
            user("H"),
            end("e9"),
            flows="s>A; A>e; B>H; H>e9",
            beside=BESIDE,
        ),
        story=("start > A A B", "complete A x=1 > A B H", "complete A > H H", "complete H > H", "complete H > end e9"),
        thrown=("signal sig.one", "signal sig.one"),
        data={"x": 1},
    ),
    Row(
        id="multi-instance-behavior-one",
        element="multiInstanceLoopCharacteristics",
        zh="多实例 behavior 为 One：只有最先完成的实例抛出 oneBehaviorEventRef 所指的事件",
        en="behavior One: only the instance that completes first throws the event of oneBehaviorEventRef",
        model=in_p(
            user("A", announcing("One", oneBehaviorEventRef="def2")),
            boundary("B", "A", ESCALATION, interrupting=False),
            user("H"),
            end("e9"),
            flows="s>A; A>e; B>H; H>e9",
            beside=RISING,
        ),
        story=(
            "start > A A A B", "complete A > A A B H", "complete A > A B H", "complete A > H", "complete H > end e9",
        ),
    ),
    Row(
        id="multi-instance-behavior-one-interrupting",
        element="multiInstanceLoopCharacteristics",
        zh="多实例 behavior 为 One，由中断边界事件接收：最先完成者为准，其余取消",
        en="behavior One with an interrupting boundary event: the first decides, the others are cancelled",
        model=in_p(
            user("A", announcing("One", oneBehaviorEventRef="def2")),
            boundary("B", "A", ESCALATION),
            user("H"),
            flows="s>A; A>e; B>H; H>e",
            beside=RISING,
        ),
        story=("start > A A A B", "complete A x=1 > H", "complete H > end e"),
        data={"x": 1},
    ),
    Row(
        id="multi-instance-behavior-complex",
        element="complexBehaviorDefinition",
        zh="多实例 behavior 为 Complex：每完成一个实例逐条判断条件，成立的抛出所写事件",
        en="behavior Complex: when an instance completes, each condition that holds throws its event",
        model=in_p(
            user("A", announcing("Complex", on("nrOfCompletedInstances == 2", SIGNAL) + on("bad", ESCALATION))),
            boundary("B", "A", ESCALATION),
            user("H"),
            flows="s>A; A>e; B>H; H>e",
        ),
        story=(
            "start bad=False > A A A B", "complete A > A A B", "complete A > A B", "complete A bad=True > H",
            "complete H > end e",
        ),
        thrown=("signal sig.one",),
    ),
    Row(
        id="multi-instance-behavior-without-event",
        element="multiInstanceLoopCharacteristics",
        zh="behavior 为 One 而没有写明抛出的事件",
        en="behavior One without the event that is thrown",
        model=in_p(user("A", announcing("One")), flows="s>A; A>e"),
        refusal=refused("ELEM-17", "A", "没有指向文件中的事件定义", "names no event definition"),
    ),
    Row(
        id="multi-instance-behavior-error",
        element="multiInstanceLoopCharacteristics",
        zh="实例完成时抛出错误",
        en="an error thrown when an instance completes",
        model=in_p(
            user("A", announcing("None", noneBehaviorEventRef="def3")), flows="s>A; A>e",
            beside=bpmn("errorEventDefinition", id="def3"),
        ),
        refusal=refused("ELEM-17", "A", "只能抛出消息、信号或升级", "throws a message, signal or escalation"),
    ),
    Row(
        id="multi-instance-behavior-unknown-signal",
        element="multiInstanceLoopCharacteristics",
        zh="实例完成时抛出的信号不存在",
        en="the signal that is thrown when an instance completes is unknown",
        model=in_p(
            user("A", announcing("None", noneBehaviorEventRef="def4")), flows="s>A; A>e",
            beside=bpmn("signalEventDefinition", id="def4", signalRef="nowhere"),
        ),
        refusal=refused("ELEM-11", "def4", "引用的信号“nowhere”不存在", "does not exist"),
    ),
)  # fmt: skip
