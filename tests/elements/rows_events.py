"""Start and catch events; those that throw, and those that are attached, have files of their own."""

from __future__ import annotations

from tests.elements.drawing import bpmn, drawn, element, in_p
from tests.elements.event_kinds import COMPENSATE, KINDS, TIMERS, link, schedule
from tests.elements.table import Row, refused
from tests.unit.workflow.models import (
    MESSAGE,
    MESSAGE_TWO,
    SIGNAL,
    catch,
    conditional,
    duration,
    end,
    parallel,
    process,
    start,
    subprocess,
    throw,
    user,
)


def started_by(event: str, *more: str, attributes: str = "", flows: str = "s>A; A>e") -> bytes:
    return drawn(process("p", start("s", event, attributes), user("A"), end(), *more, flows=flows))


STARTS = (
    Row(
        id="start-none",
        element="startEvent",
        zh="空白开始事件：由人或接口启动",
        en="plain start event: started by a person or a call",
        model=started_by(""),
        story=("start x=1 > A", "complete A > end e"),
        data={"x": 1},
    ),
    Row(
        id="start-message",
        element="startEvent",
        zh="消息开始事件：收到消息即启动",
        en="message start event: the message starts a case",
        model=started_by(MESSAGE),
        story=("start msg.one x=1 > A", "complete A > end e"),
        data={"x": 1},
    ),
    Row(
        id="start-message-beside-none",
        element="startEvent",
        zh="空白和消息两个开始事件：按启动方式走其一",
        en="a plain and a message start event: one of them, by how the case is started",
        model=started_by("", start("s2", MESSAGE), user("B"), flows="s>A; A>e; s2>B; B>e"),
        story=("start msg.one > B", "complete B > end e"),
    ),
    *(
        Row(
            id=f"start-{kind}",
            element="startEvent",
            zh=f"{KINDS[kind].zh}开始事件（流程）",
            en=f"{kind} start event of a process",
            model=started_by(KINDS[kind].definition),
            story=("start sig.one > A", "complete A > end e"),
        )
        for kind in ("signal",)
    ),
    *(
        Row(
            id=f"start-{kind}",
            element="startEvent",
            zh=f"{KINDS[kind].zh}开始事件不能启动流程",
            en=f"{kind} start event of a process",
            model=started_by(KINDS[kind].definition),
            refusal=refused("ELEM-13", "s", f"{KINDS[kind].zh}开始事件不能运行", "cannot start a process"),
        )
        for kind in ("conditional",)
    ),
    *(
        Row(
            id=f"start-timer-{words}",
            element="startEvent",
            zh=f"定时开始事件：{zh}，到时自动启动",
            en=f"timer start event: {words.replace('-', ' by ')}, which starts a case by itself",
            model=started_by(definition),
            story=("start s > A", "complete A > end e"),
        )
        for words, (zh, definition) in TIMERS.items()
        if words != "date-expression"
    ),
    Row(
        id="start-timer-schedule",
        element="startEvent",
        zh="定时开始事件：工作日历规则，每个承办单位各启动一件",
        en="timer start event: a rule of the working-day calendar, which starts a case for each unit",
        model=started_by(schedule("firstwd(half)"), attributes='cx:owners="all" cx:period="current"'),
        story=('start s unit="532503-GA" period="2026H2" > A', "complete A > end e"),
        data={"period": "2026H2"},
    ),
    Row(
        id="start-timer-expression",
        element="startEvent",
        zh="定时开始事件的时间不能由表达式算出：流程开始之前没有数据",
        en="timer start event with a time that would have to be computed",
        model=started_by(TIMERS["date-expression"][1]),
        refusal=refused("ELEM-13", "s", "流程开始之前没有数据可供计算", "there are no data to compute it from"),
    ),
    *(
        Row(
            id=f"start-{kind}",
            element="startEvent",
            zh=f"{KINDS[kind].zh}开始事件只能用在事件子流程中",
            en=f"{kind} start event outside of an event sub-process",
            model=started_by(KINDS[kind].definition),
            refusal=refused("ELEM-13", "s", "只能用在事件子流程中", "starts an event sub-process only"),
        )
        for kind in ("error", "escalation")
    ),
    Row(
        id="start-compensate",
        element="startEvent",
        zh="补偿开始事件只能用在事件子流程中",
        en="compensation start event outside of an event sub-process",
        model=started_by(COMPENSATE),
        refusal=refused("ELEM-13", "s", "只能用在事件子流程中", "starts an event sub-process only"),
    ),
    Row(
        id="start-multiple",
        element="startEvent",
        zh="多重开始事件：几个事件之一即启动",
        en="multiple start event: any of several",
        model=started_by(MESSAGE + SIGNAL),
        story=("start sig.one > A", "complete A > end e"),
    ),
    Row(
        id="start-parallel-multiple",
        element="startEvent",
        zh="并行多重开始事件：几个事件都到才启动",
        en="parallel multiple start event: all of several",
        model=started_by(MESSAGE + SIGNAL, attributes='parallelMultiple="true"'),
        refusal=refused("ELEM-19", "s", "并行多重开始事件不能运行", "a parallel multiple start is not run"),
    ),
    Row(
        id="start-in-sub-process",
        element="startEvent",
        zh="内嵌子流程由消息开始",
        en="an embedded sub-process that begins with a message",
        model=in_p(
            subprocess("SP", start("s2", MESSAGE), user("A"), end("e2"), flows="s2>A; A>e2"), flows="s>SP; SP>e"
        ),
        refusal=refused("ELEM-12", "s2", "须由空白开始事件开始", "begins with a plain start event"),
    ),
    Row(
        id="receive-task-instantiate",
        element="receiveTask",
        zh="启动流程的接收任务",
        en="receive task that starts a process",
        model=drawn(
            process(
                "p",
                element("receiveTask", "R", messageRef="message_one", instantiate="true"),
                user("A"),
                end(),
                flows="R>A; A>e",
            )
        ),
        story=("start msg.one x=1 > A", "complete A > end e"),
        order="R A e",
        data={"x": 1},
    ),
)

CATCHES = (
    *(
        Row(
            id=f"catch-{kind}",
            element="intermediateCatchEvent",
            zh=f"{KINDS[kind].zh}捕获事件：等到发生才继续",
            en=f"{kind} catch event: waits until it happens",
            model=in_p(catch("C", KINDS[kind].definition), user("A"), flows="s>C; C>A; A>e"),
            story=("start x=False > C", f"{KINDS[kind].happens.format(node='C')} > A", "complete A > end e"),
        )
        for kind in ("message", "signal", "timer")
    ),
    Row(
        id="catch-conditional",
        element="intermediateCatchEvent",
        zh="条件捕获事件：条件成立才继续",
        en="conditional catch event: waits until its condition holds",
        model=in_p(
            parallel("P"), user("U"), catch("C", conditional("x")), user("A"),
            flows="s>P; P>U; P>C; U>e; C>A; A>e",
        ),
        story=("start x=False > C U", "set x=True > A U", "complete A > U", "complete U > end e"),
    ),
    *(
        Row(
            id=f"catch-timer-{words}",
            element="timerEventDefinition",
            zh=f"定时捕获事件：{zh}",
            en=f"timer catch event: {words.replace('-', ' by ')}",
            model=in_p(catch("C", definition), user("A"), flows="s>C; C>A; A>e"),
            story=('start due="2026-12-09" > C', "fire C > A", "complete A > end e"),
        )
        for words, (zh, definition) in TIMERS.items()
    ),
    Row(
        id="catch-link",
        element="intermediateCatchEvent",
        zh="链接事件：从抛出处接到同名的捕获处",
        en="link events: from the throw to the catch of the same name",
        model=in_p(
            user("A"), throw("T", link("on")), catch("C", link("on")), user("B"), flows="s>A; A>T; C>B; B>e"
        ),
        story=("start > A", "complete A > B", "complete B > end e"),
        order="s A T C B e",
    ),
    Row(
        id="catch-multiple",
        element="intermediateCatchEvent",
        zh="多重捕获事件：几个事件之一即继续",
        en="multiple catch event: any of several",
        model=in_p(catch("C", MESSAGE + duration("P1D")), user("A"), flows="s>C; C>A; A>e"),
        story=("start > C", "fire C > A", "complete A > end e"),
    ),
    Row(
        id="catch-parallel-multiple",
        element="intermediateCatchEvent",
        zh="并行多重捕获事件：几个事件都到才继续",
        en="parallel multiple catch event: all of several",
        model=in_p(
            element("intermediateCatchEvent", "C", MESSAGE + MESSAGE_TWO, parallelMultiple="true"),
            user("A"),
            flows="s>C; C>A; A>e",
        ),
        story=("start > C", "message msg.two x=1 > C", "message msg.one y=2 > A", "complete A > end e"),
        data={"x": 1, "y": 2},
    ),
    Row(
        id="event-definition-ref",
        element="eventDefinitionRef",
        zh="引用文件级的事件定义",
        en="a reference to an event definition of the file",
        model=in_p(
            catch("C", bpmn("eventDefinitionRef", "timer1")),
            user("A"),
            flows="s>C; C>A; A>e",
            beside=duration("P1D").replace("<bpmn:timerEventDefinition>", '<bpmn:timerEventDefinition id="timer1">'),
        ),
        story=("start > C", "fire C > A", "complete A > end e"),
    ),
    *(
        Row(
            id=f"reference-unknown-{kind}",
            element=f"{kind}EventDefinition",
            zh=f"引用的{KINDS[kind].zh}不存在",
            en=f"a reference to an unknown {kind}",
            model=in_p(
                user("A"),
                end("T", bpmn(f"{kind}EventDefinition", **{f"{kind}Ref": "nowhere"})),
                flows="s>A; A>T",
            ),
            refusal=refused("ELEM-11", "", "nowhere”不存在", 'nowhere" does not exist'),
        )
        for kind in ("message", "signal", "error", "escalation")
    ),
)  # fmt: skip


ROWS = (*STARTS, *CATCHES)
