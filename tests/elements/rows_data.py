"""Pools, messages, artifacts, and the kinds of diagrams that are no processes."""

from __future__ import annotations

from tests.elements.drawing import bpmn, drawn, in_p
from tests.elements.table import Row, refused
from tests.unit.workflow.models import call, catch, end, parallel, process, start, throw, user

KEYED = (
    bpmn("correlationProperty", bpmn("correlationPropertyRetrievalExpression",
         bpmn("messagePath", "case_no"), messageRef="message_one"), id="cp1", name="case_no")
)  # fmt: skip
SUBSCRIPTION = bpmn(
    "correlationSubscription",
    bpmn("correlationPropertyBinding", bpmn("dataPath", "own_no"), correlationPropertyRef="cp1"),
    id="cs1",
    correlationKeyRef="ck1",
)
COLLABORATION = bpmn(
    "collaboration",
    bpmn("participant", id="pool1", name="甲", processRef="p") + bpmn("participant", id="pool2", name="乙"),
    id="c1",
)

POOLS = (
    Row(
        id="correlation",
        element="correlationProperty",
        zh="消息关联：接收方的键取自本流程的数据（dataPath），发送方的键取自消息（messagePath）",
        en="correlation: a receiver's key comes from the data of the process (dataPath), a sender's from the message"
        " (messagePath)",
        model=drawn(
            KEYED,
            COLLABORATION.replace(
                "</bpmn:collaboration>",
                bpmn("correlationKey", bpmn("correlationPropertyRef", "cp1"), id="ck1") + "</bpmn:collaboration>",
            ),
            process(
                "p", start(),
                catch("C", '<bpmn:messageEventDefinition messageRef="message_one"/>'),
                throw("T", '<bpmn:messageEventDefinition messageRef="message_one"/>'),
                parallel("f"), parallel("j"), user("A"), end(),
                flows="s>f; f>C; f>A; A>T; C>j; T>j; j>e",
            ).replace("</bpmn:process>", SUBSCRIPTION + "</bpmn:process>"),
        ),
        story=('start own_no="7" > A C', 'complete A case_no="8" > C j', 'message msg.one > end e'),
        thrown=("message msg.one",),
    ),
    Row(
        id="pool",
        element="participant",
        zh="池：每个池一个流程；空白池是外部的参与者",
        en="pool: one process each; a pool without process is somebody outside",
        model=drawn(COLLABORATION, process("p", start(), user("A"), end(), flows="s>A; A>e")),
        story=("start > A", "complete A > end e"),
    ),
    Row(
        id="message-flow",
        element="messageFlow",
        zh="消息流：画给人看；消息按名称送达",
        en="message flow: drawn for the reader; messages find their way by name",
        model=drawn(
            COLLABORATION.replace(
                "</bpmn:collaboration>",
                bpmn("messageFlow", id="mf1", sourceRef="pool2", targetRef="C") + "</bpmn:collaboration>",
            ),
            process(
                "p", start(), catch("C", '<bpmn:messageEventDefinition messageRef="message_one"/>'), end(),
                flows="s>C; C>e",
            ),
        ),
        story=("start > C", "message msg.one > end e"),
    ),
    Row(
        id="lanes",
        element="lane",
        zh="泳道：默认的办理人取自泳道的 cx:assign",
        en="lanes: the people of a task come from cx:assign of its lane, unless it says itself",
        model=in_p(
            bpmn(
                "laneSet",
                bpmn("lane", bpmn("flowNodeRef", "A"), id="l1", name="经办")
                + bpmn("lane", bpmn("flowNodeRef", "B"), id="l2", name="审批"),
                id="ls1",
            ),
            user("A"),
            user("B"),
            flows="s>A; A>B; B>e",
        ),
        story=("start > A", "complete A > B", "complete B > end e"),
    ),
    Row(
        id="two-processes",
        element="process",
        zh="一个文件里的几个流程：各自部署",
        en="several processes in one file: each is deployed",
        model=drawn(
            process("p", start(), user("A"), end(), flows="s>A; A>e"),
            process("q", start("s2"), user("B"), end("e2"), flows="s2>B; B>e2"),
        ),
        key="q",
        story=("start > B", "complete B > end e2"),
    ),
    Row(
        id="process-not-executable",
        element="process",
        zh="未勾选“可执行”的流程",
        en="a process that is not executable",
        model=in_p(user("A"), flows="s>A; A>e").replace(b'isExecutable="true"', b'isExecutable="false"'),
        refusal=refused("ELEM-01", "p", "没有可执行的流程", "There is no executable process"),
    ),
    Row(
        id="process-calls-itself",
        element="callActivity",
        zh="直接调用自己的流程",
        en="a process that calls itself",
        model=in_p(call("CA", "p"), flows="s>CA; CA>e"),
        refusal=refused("ELEM-15", "CA", "流程直接调用自己", "the process calls itself"),
    ),
)  # fmt: skip

ARTIFACTS = (
    Row(
        id="text-annotation",
        element="textAnnotation",
        zh="注释及其连线：画给人看",
        en="text annotation and its association: drawn for the reader",
        model=in_p(
            user("A"),
            bpmn("textAnnotation", bpmn("text", "三日内"), id="t1"),
            bpmn("association", id="a1", sourceRef="A", targetRef="t1"),
            flows="s>A; A>e",
        ),
        story=("start > A", "complete A > end e"),
    ),
    Row(
        id="group",
        element="group",
        zh="分组框：画给人看",
        en="group: drawn for the reader",
        model=in_p(
            user("A"),
            bpmn("group", id="g1", categoryValueRef="cv1"),
            flows="s>A; A>e",
            beside=bpmn("category", bpmn("categoryValue", id="cv1", value="受理"), id="cat1"),
        ),
        story=("start > A", "complete A > end e"),
    ),
    Row(
        id="documentation",
        element="documentation",
        zh="说明文字：显示给办理人",
        en="documentation: shown to who does the work",
        model=in_p(user("A", bpmn("documentation", "请核对")), flows="s>A; A>e"),
        story=("start > A", "complete A > end e"),
    ),
    Row(
        id="performers",
        element="potentialOwner",
        zh="标准的人员声明不用于派发；请写 cx:assign",
        en="people declared in the standard's way are not asked; write cx:assign",
        model=in_p(user("A", bpmn("potentialOwner", id="po1", name="经办")), flows="s>A; A>e"),
        story=("start > A", "complete A > end e"),
    ),
)

OTHERS = (
    Row(
        id="choreography",
        element="choreography",
        zh="编排图不是流程",
        en="a choreography is no process",
        model=drawn(
            bpmn(
                "choreography",
                bpmn("startEvent", id="s")
                + bpmn(
                    "choreographyTask",
                    bpmn("participantRef", "pt1") + bpmn("participantRef", "pt2") + bpmn("messageFlowRef", "mf1"),
                    id="T",
                    initiatingParticipantRef="pt1",
                ),
                id="ch1",
            )
        ),
        refusal=refused("ELEM-01", "p", "没有可执行的流程", "There is no executable process"),
    ),
    Row(
        id="choreography-task",
        element="choreographyTask",
        zh="流程中的编排任务",
        en="a choreography task inside of a process",
        model=in_p(
            bpmn(
                "choreographyTask",
                bpmn("participantRef", "pt1") + bpmn("participantRef", "pt2") + bpmn("messageFlowRef", "mf1"),
                id="T",
                initiatingParticipantRef="pt1",
            ),
            flows="s>T; T>e",
        ),
        refusal=refused("ELEM-02", "T", "编排图不能运行", "a choreography is not run"),
    ),
    Row(
        id="conversation",
        element="conversation",
        zh="会话图不是流程",
        en="a conversation diagram is no process",
        model=drawn(
            bpmn("collaboration", bpmn("conversation", id="cv1", name="往来"), id="c1"),
        ),
        refusal=refused("ELEM-01", "p", "没有可执行的流程", "There is no executable process"),
    ),
)

ROWS = (*POOLS, *ARTIFACTS, *OTHERS)
