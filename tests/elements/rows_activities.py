"""Tasks, sub-processes and called processes."""

from __future__ import annotations

from tests.elements.drawing import drawn, element, in_p, undone
from tests.elements.table import Row, refused
from tests.unit.workflow.models import (
    MESSAGE,
    boundary,
    call,
    end,
    exclusive,
    instances,
    process,
    receive,
    rule,
    script,
    send,
    sequence,
    service,
    start,
    subprocess,
    user,
)

CANCEL = "<bpmn:cancelEventDefinition/>"
MANY = instances(count="2")
INNER = (start("s2"), user("A"), end("e2"))

TASKS = (
    Row(
        id="task",
        element="task",
        zh="无类型任务：不做任何事，立即通过",
        en="task without type: nothing is done, the token passes",
        model=in_p(element("task", "T"), user("A"), flows="s>T; T>A; A>e"),
        story=("start > A", "complete A > end e"),
        order="s T A e",
    ),
    Row(
        id="user-task",
        element="userTask",
        zh="用户任务：出现在收件箱中，办结后继续",
        en="user task: stands in the inbox, goes on when completed",
        model=in_p(user("A"), user("B"), flows="s>A; A>B; B>e"),
        story=("start > A", "complete A x=1 > B", "complete B > end e"),
        order="s A B e",
        data={"x": 1},
    ),
    Row(
        id="manual-task",
        element="manualTask",
        zh="手工任务：同用户任务，在系统外做完后在系统中确认",
        en="manual task: as a user task; done outside, confirmed here",
        model=in_p(element("manualTask", "A"), flows="s>A; A>e"),
        story=("start > A", "complete A > end e"),
    ),
    Row(
        id="script-task",
        element="scriptTask",
        zh="脚本任务：在沙箱中运行脚本，结果写入流程数据",
        en="script task: runs in the sandbox and writes data of the case",
        model=in_p(script("C", "x = x + 1"), user("A"), flows="s>C; C>A; A>e"),
        story=("start x=1 > A", "complete A > end e"),
        data={"x": 2},
    ),
    Row(
        id="service-task",
        element="serviceTask",
        zh="服务任务：交给后台作业，完成后带结果继续",
        en="service task: a job does the work, the token goes on with its result",
        model=in_p(service("W"), user("A"), flows="s>W; W>A; A>e"),
        story=("start > W", "finish W x=1 > A", "complete A > end e"),
        data={"x": 1},
    ),
    Row(
        id="service-task-without-implementation",
        element="serviceTask",
        zh="服务任务未写明做什么",
        en="service task that does not say what to do",
        model=in_p(element("serviceTask", "W"), flows="s>W; W>e"),
        refusal=refused("ELEM-14", "W", "没有写明做什么", "does not say what to do"),
    ),
    Row(
        id="send-task",
        element="sendTask",
        zh="发送任务：发出消息后立即继续",
        en="send task: sends its message and goes on",
        model=in_p(send("T"), user("A"), flows="s>T; T>A; A>e"),
        story=("start > A", "complete A > end e"),
        thrown=("message msg.one",),
    ),
    Row(
        id="receive-task",
        element="receiveTask",
        zh="接收任务：等到消息才继续",
        en="receive task: waits for its message",
        model=in_p(receive("R"), user("A"), flows="s>R; R>A; A>e"),
        story=("start > R", "message msg.one x=1 > A", "complete A > end e"),
        data={"x": 1},
    ),
    Row(
        id="business-rule-task",
        element="businessRuleTask",
        zh="规则任务：由决策表给出结果",
        en="business rule task: a decision table gives the result",
        model=in_p(rule("D", "D1"), user("A"), flows="s>D; D>A; A>e"),
        story=("start > D", "finish D level=3 > A", "complete A > end e"),
        data={"level": 3},
    ),
    Row(
        id="start-quantity",
        element="userTask",
        zh="startQuantity 大于 1",
        en="a start quantity above 1",
        model=in_p(element("userTask", "A", startQuantity="2"), flows="s>A; A>e"),
        refusal=refused("ELEM-17", "A", "只能为 1", "must be 1"),
    ),
    Row(
        id="completion-quantity",
        element="userTask",
        zh="completionQuantity 大于 1",
        en="a completion quantity above 1",
        model=in_p(element("userTask", "A", completionQuantity="2"), flows="s>A; A>e"),
        refusal=refused("ELEM-17", "A", "只能为 1", "must be 1"),
    ),
)

SCOPES = (
    Row(
        id="sub-process",
        element="subProcess",
        zh="内嵌子流程：里面全部结束后才继续",
        en="embedded sub-process: goes on when all inside has ended",
        model=in_p(subprocess("SP", *INNER, flows="s2>A; A>e2"), user("B"), flows="s>SP; SP>B; B>e"),
        story=("start > A SP", "complete A x=1 > B", "complete B > end e"),
        order="s s2 A e2 SP B e",
        data={"x": 1},
    ),
    Row(
        id="sub-process-nested",
        element="subProcess",
        zh="子流程中的子流程",
        en="a sub-process inside of a sub-process",
        model=in_p(
            subprocess(
                "SP",
                start("s1"),
                subprocess("SQ", *INNER, flows="s2>A; A>e2"),
                end("e1"),
                flows="s1>SQ; SQ>e1",
            ),
            flows="s>SP; SP>e",
        ),
        story=("start > A SP SQ", "complete A > end e"),
        order="s s1 s2 A e2 SQ e1 SP e",
    ),
    Row(
        id="sub-process-without-start-and-end",
        element="subProcess",
        zh="子流程没有开始和结束事件",
        en="a sub-process without start and end events",
        model=in_p(subprocess("SP", user("A"), user("B"), flows=""), flows="s>SP; SP>e"),
        story=("start > A B SP", "complete A > B SP", "complete B > end e"),
    ),
    Row(
        id="transaction",
        element="transaction",
        zh="事务子流程：正常完成时同内嵌子流程",
        en="transaction that succeeds: as an embedded sub-process",
        model=in_p(
            element("transaction", "TX", "".join(INNER) + sequence("s2>A; A>e2")),
            flows="s>TX; TX>e",
        ),
        story=("start > A TX", "complete A > end e"),
    ),
    Row(
        id="transaction-cancel",
        element="transaction",
        zh="事务子流程取消：里面全部撤销，由取消边界事件接续",
        en="transaction that is cancelled: all inside is called off, the cancel boundary event goes on",
        model=in_p(
            element(
                "transaction",
                "TX",
                "".join((start("s2"), user("A"), exclusive("G", "e2"), end("e2"), end("x2", CANCEL)))
                + sequence("s2>A; A>G; G>e2; G>x2?bad"),
            ),
            boundary("B", "TX", CANCEL),
            user("H"),
            flows="s>TX; TX>e; B>H; H>e",
        ),
        story=("start bad=False > A B TX", "complete A bad=True > H", "complete H > end e"),
    ),
    Row(
        id="transaction-cancel-undone",
        element="transaction",
        zh="事务子流程取消：已完成的工作先撤销，再走取消边界事件",
        en="transaction that is cancelled: completed work is undone before the cancel boundary event goes on",
        model=in_p(
            element(
                "transaction",
                "TX",
                "".join((start("s2"), user("A"), undone("A", "HA"), user("B"), end("x2", CANCEL)))
                + sequence("s2>A; A>B; B>x2"),
            ),
            boundary("X", "TX", CANCEL),
            user("H"),
            flows="s>TX; TX>e; X>H; H>e",
        ),
        story=(
            "start > A TX X", "complete A > B TX X", "complete B > HA TX X x2", "complete HA > H", "complete H > end e",
        ),
    ),
    Row(
        id="call-activity",
        element="callActivity",
        zh="调用活动：运行另一个流程，数据进出",
        en="call activity: runs another process; data goes in and comes out",
        model=drawn(
            process("p", start(), call("CA", "q"), user("B"), end(), flows="s>CA; CA>B; B>e"),
            process("q", start("s2"), user("A"), end("e2"), flows="s2>A; A>e2"),
        ),
        story=("start x=1 > A CA", "complete A y=2 > B", "complete B > end e"),
        order="s s2 A e2 CA B e",
        data={"x": 1, "y": 2},
    ),
    Row(
        id="call-activity-boundary",
        element="callActivity",
        zh="调用活动上的中断边界事件：被调用流程全部取消",
        en="interrupting boundary event on a call activity: the called process is cancelled",
        model=drawn(
            process(
                "p", start(), call("CA", "q"), boundary("B", "CA", MESSAGE), user("H"), end(),
                flows="s>CA; CA>e; B>H; H>e",
            ),
            process("q", start("s2"), user("A"), end("e2"), flows="s2>A; A>e2"),
        ),
        story=("start > A B CA", "message msg.one > H", "complete H > end e"),
    ),
    Row(
        id="call-activity-unknown",
        element="callActivity",
        zh="调用的流程不存在",
        en="a called process that is not there",
        model=in_p(call("CA", "q"), flows="s>CA; CA>e"),
        refusal=refused("ELEM-15", "CA", "不在本次部署的文件中", "is not in these files"),
    ),
)  # fmt: skip


def called(kind: str, inside: str = "", **attributes: str) -> bytes:
    """The process `p` with a call of the global task `q`, and a user task behind it."""
    return drawn(
        element(f"global{kind}", "q", inside, **attributes),
        process("p", start(), call("CA", "q"), user("B"), end(), flows="s>CA; CA>B; B>e"),
    )


GLOBAL = (
    Row(
        id="global-task",
        element="globalTask",
        zh="全局任务，由调用活动调用：不做任何事，立即通过",
        en="global task, called by a call activity: nothing is done, the token passes",
        model=called("Task"),
        story=("start > B", "complete B > end e"),
        order="s CA B e",
    ),
    Row(
        id="global-user-task",
        element="globalUserTask",
        zh="全局用户任务，由调用活动调用：办理人、表单和时限由全局任务定，调用活动写明的优先；照样可以多实例、带边界事件",
        en="global user task, called by a call activity: it says who, by which form and when, unless the call does; "
        "repeated and with boundary events like any other",
        model=drawn(
            element("globalUserTask", "q"),
            process(
                "p", start(), call("CA", "q", MANY), boundary("B", "CA", MESSAGE, interrupting=False), user("H"), end(),
                flows="s>CA; CA>e; B>H; H>e",
            ),
        ),
        story=("start > B CA CA", "message msg.one > B CA CA H", "complete CA x=1 > B CA H", "complete CA > H",
               "complete H > end e"),
        data={"x": 1},
    ),
    Row(
        id="global-manual-task",
        element="globalManualTask",
        zh="全局手工任务，由调用活动调用",
        en="global manual task, called by a call activity",
        model=called("ManualTask"),
        story=("start > CA", "complete CA > B", "complete B > end e"),
    ),
    Row(
        id="global-script-task",
        element="globalScriptTask",
        zh="全局脚本任务，由调用活动调用",
        en="global script task, called by a call activity",
        model=called("ScriptTask", "<bpmn:script>x = x + 1</bpmn:script>"),
        story=("start x=1 > B", "complete B > end e"),
        data={"x": 2},
    ),
    Row(
        id="global-business-rule-task",
        element="globalBusinessRuleTask",
        zh="全局规则任务，由调用活动调用",
        en="global business rule task, called by a call activity",
        model=called("BusinessRuleTask", **{"cx:decision": "D1"}),
        story=("start > CA", "finish CA level=3 > B", "complete B > end e"),
        data={"level": 3},
    ),
    Row(
        id="global-business-rule-task-without-decision",
        element="globalBusinessRuleTask",
        zh="全局规则任务未写明决策",
        en="global business rule task that names no decision",
        model=called("BusinessRuleTask"),
        refusal=refused("ELEM-14", "CA", "没有写明决策", "names no decision"),
    ),
)  # fmt: skip

ROWS = (*TASKS, *SCOPES, *GLOBAL)
