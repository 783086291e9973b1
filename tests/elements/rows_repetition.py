"""Multi-instance activities and loops."""

from __future__ import annotations

from tests.elements import rows_behaviors
from tests.elements.drawing import bpmn, drawn, element, in_p
from tests.elements.table import Row, refused
from tests.unit.workflow.models import (
    MESSAGE,
    boundary,
    call,
    end,
    instances,
    loop,
    process,
    service,
    start,
    subprocess,
    user,
)

MANY = (
    Row(
        id="multi-instance-parallel",
        element="multiInstanceLoopCharacteristics",
        zh="并行多实例：同时办理，全部办结后继续",
        en="parallel instances: all at once, the token goes on when all are done",
        model=in_p(user("A", instances(count="3")), flows="s>A; A>e"),
        story=("start > A A A", "complete A > A A", "complete A > A", "complete A > end e"),
    ),
    Row(
        id="multi-instance-sequential",
        element="multiInstanceLoopCharacteristics",
        zh="串行多实例：一个办完再办下一个",
        en="sequential instances: one after another",
        model=in_p(user("A", instances(count="2", sequential=True)), user("B"), flows="s>A; A>B; B>e"),
        story=("start > A", "complete A > A", "complete A > B", "complete B > end e"),
        order="s A A B e",
    ),
    Row(
        id="multi-instance-zero",
        element="multiInstanceLoopCharacteristics",
        zh="实例数为 0：立即通过",
        en="no instances: the token passes",
        model=in_p(user("A", instances(count="n")), user("B"), flows="s>A; A>B; B>e"),
        story=("start n=0 > B", "complete B > end e"),
    ),
    Row(
        id="multi-instance-collection",
        element="multiInstanceLoopCharacteristics",
        zh="按集合多实例：每个元素一个实例，结果收集成列表",
        en="one instance for each element of a list; results are collected",
        model=in_p(user("A", instances(items="units", out="answers")), flows="s>A; A>e"),
        story=('start units=["a","b"] > A A', "complete A result=1 > A", "complete A result=2 > end e"),
        data={"answers": [1, 2]},
    ),
    Row(
        id="multi-instance-collection-sequential",
        element="multiInstanceLoopCharacteristics",
        zh="按集合串行多实例",
        en="one after another for each element of a list",
        model=in_p(user("A", instances(items="units", out="answers", sequential=True)), flows="s>A; A>e"),
        story=('start units=["a","b"] > A', "complete A result=1 > A", "complete A result=2 > end e"),
        data={"answers": [1, 2]},
    ),
    Row(
        id="multi-instance-completion-condition",
        element="completionCondition",
        zh="完成条件成立时，其余实例取消",
        en="when the completion condition holds, the other instances are cancelled",
        model=in_p(
            user("A", instances(count="5", until="nrOfCompletedInstances >= 2 and nrOfActiveInstances == 3")),
            user("B"),
            flows="s>A; A>B; B>e",
        ),
        story=("start > A A A A A", "complete A > A A A A", "complete A > B", "complete B > end e"),
    ),
    Row(
        id="multi-instance-completion-condition-results",
        element="completionCondition",
        zh="完成条件看得到已收集的结果",
        en="the completion condition sees the collected results",
        model=in_p(
            user("A", instances(items="units", out="answers", until='"no" in answers')),
            flows="s>A; A>e",
        ),
        story=('start units=["a","b","c"] > A A A', 'complete A result="ok" > A A', 'complete A result="no" > end e'),
        data={"answers": ["ok", "no"]},
    ),
    Row(
        id="multi-instance-service-task",
        element="multiInstanceLoopCharacteristics",
        zh="服务任务多实例",
        en="instances of a service task",
        model=in_p(service("W", inside=instances(count="2")), flows="s>W; W>e"),
        story=("start > W W", "finish W > W", "finish W > end e"),
    ),
    Row(
        id="multi-instance-sub-process",
        element="multiInstanceLoopCharacteristics",
        zh="子流程多实例：每个实例自成一体",
        en="instances of a sub-process: each with tokens of its own",
        model=in_p(
            subprocess(
                "SP", start("s2"), user("A"), user("B"), end("e2"), flows="s2>A; A>B; B>e2", inside=instances(count="2")
            ),
            flows="s>SP; SP>e",
        ),
        story=(
            "start > A A SP SP",
            "complete A > A B SP SP",
            "complete B > A SP",
            "complete A > B SP",
            "complete B > end e",
        ),
    ),
    Row(
        id="multi-instance-sub-process-sequential",
        element="multiInstanceLoopCharacteristics",
        zh="子流程串行多实例",
        en="instances of a sub-process one after another",
        model=in_p(
            subprocess(
                "SP",
                start("s2"),
                user("A"),
                end("e2"),
                flows="s2>A; A>e2",
                inside=instances(count="2", sequential=True),
            ),
            flows="s>SP; SP>e",
        ),
        story=("start > A SP", "complete A > A SP", "complete A > end e"),
    ),
    Row(
        id="multi-instance-call-activity",
        element="multiInstanceLoopCharacteristics",
        zh="调用活动多实例",
        en="instances of a call activity",
        model=drawn(
            process("p", start(), call("CA", "q", instances(count="2")), end(), flows="s>CA; CA>e"),
            process("q", start("s2"), user("A"), end("e2"), flows="s2>A; A>e2"),
        ),
        story=("start > A A CA CA", "complete A > A CA", "complete A > end e"),
    ),
    Row(
        id="multi-instance-boundary",
        element="multiInstanceLoopCharacteristics",
        zh="多实例上的中断边界事件：全部实例取消",
        en="interrupting boundary event on instances: all of them are cancelled",
        model=in_p(user("A", instances(count="3")), boundary("B", "A", MESSAGE), user("H"), flows="s>A; A>e; B>H; H>e"),
        story=("start > A A A B", "complete A > A A B", "message msg.one > H", "complete H > end e"),
    ),
    Row(
        id="multi-instance-boundary-beside",
        element="multiInstanceLoopCharacteristics",
        zh="多实例上的非中断边界事件：实例照常",
        en="non-interrupting boundary event on instances: they go on",
        model=in_p(
            user("A", instances(count="2")),
            boundary("B", "A", MESSAGE, interrupting=False),
            user("H"),
            end("e9"),
            flows="s>A; A>e; B>H; H>e9",
        ),
        story=(
            "start > A A B",
            "message msg.one > A A B H",
            "complete A > A B H",
            "complete A > H",
            "complete H > end e9",
        ),
    ),
    Row(
        id="multi-instance-without-number",
        element="multiInstanceLoopCharacteristics",
        zh="多实例既没有次数也没有集合",
        en="instances without number and list",
        model=in_p(user("A", bpmn("multiInstanceLoopCharacteristics")), flows="s>A; A>e"),
        refusal=refused("ELEM-17", "A", "多实例须写明次数", "needs either a number"),
    ),
)


LOOPS = (
    Row(
        id="standard-loop",
        element="standardLoopCharacteristics",
        zh="循环任务：条件成立时再办一次，先办后判断",
        en="loop: done again while the condition holds, asked afterwards",
        model=in_p(user("A", loop("again")), flows="s>A; A>e"),
        story=("start > A", "complete A again=True > A", "complete A again=False > end e"),
        order="s A A e",
    ),
    Row(
        id="standard-loop-maximum",
        element="standardLoopCharacteristics",
        zh="循环任务：最多次数",
        en="loop with a maximum",
        model=in_p(user("A", loop("again", maximum=2)), flows="s>A; A>e"),
        story=("start again=True > A", "complete A > A", "complete A > end e"),
    ),
    Row(
        id="standard-loop-test-before",
        element="standardLoopCharacteristics",
        zh="循环任务：先判断后办理，条件不成立时一次也不办",
        en="loop that asks first: not done at all when the condition does not hold",
        model=in_p(user("A", loop("again").replace('"false"', '"true"')), user("B"), flows="s>A; A>B; B>e"),
        story=("start again=False > B", "complete B > end e"),
    ),
    Row(
        id="standard-loop-sub-process",
        element="standardLoopCharacteristics",
        zh="循环子流程",
        en="loop of a sub-process",
        model=in_p(
            subprocess("SP", start("s2"), user("A"), end("e2"), flows="s2>A; A>e2", inside=loop("again")),
            flows="s>SP; SP>e",
        ),
        story=("start > A SP", "complete A again=True > A SP", "complete A again=False > end e"),
    ),
    Row(
        id="standard-loop-maximum-before",
        element="standardLoopCharacteristics",
        zh="循环任务：先判断后办理，又有最多次数",
        en="loop that asks first and has a maximum",
        model=in_p(user("A", loop("again", maximum=2).replace('"false"', '"1"')), user("B"), flows="s>A; A>B; B>e"),
        story=("start again=True > A", "complete A > A", "complete A > B", "complete B > end e"),
    ),
    Row(
        id="standard-loop-maximum-only",
        element="standardLoopCharacteristics",
        zh="循环任务：只写次数，办满为止",
        en="loop with a maximum only: done that often",
        model=in_p(user("A", loop(maximum=2)), flows="s>A; A>e"),
        story=("start > A", "complete A > A", "complete A > end e"),
    ),
    Row(
        id="standard-loop-maximum-zero",
        element="standardLoopCharacteristics",
        zh="循环的最多次数小于 1",
        en="a loop with a maximum below 1",
        model=in_p(user("A", loop("again", maximum=-1)), flows="s>A; A>e"),
        refusal=refused("ELEM-17", "A", "最多次数须为 1 或更大", "a whole number of 1 or more"),
    ),
    Row(
        id="standard-loop-without-end",
        element="standardLoopCharacteristics",
        zh="循环既无条件也无次数",
        en="a loop without condition and maximum",
        model=in_p(element("userTask", "A", bpmn("standardLoopCharacteristics")), flows="s>A; A>e"),
        refusal=refused("ELEM-17", "A", "循环须写明条件或最多次数", "a loop needs a condition or a maximum"),
    ),
)

ROWS = (*MANY, *rows_behaviors.ROWS, *LOOPS)
