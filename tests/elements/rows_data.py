"""Data, pools, messages, artifacts, and the kinds of diagrams that are no processes."""

from __future__ import annotations

from tests.elements.drawing import bpmn, drawn, element, in_p
from tests.elements.table import Row, refused
from tests.unit.workflow.models import call, catch, end, process, start, subprocess, user

OBJECT = element("dataObject", "D") + element("dataObjectReference", "DR", dataObjectRef="D")
READS = bpmn("property", id="pA", name="pA") + bpmn(
    "dataInputAssociation", bpmn("sourceRef", "DR") + bpmn("targetRef", "pA"), id="dia"
)
STORY = ("start D=1 > A", "complete A D=2 > end e")

DATA = (
    Row(
        id="data-object",
        element="dataObject",
        zh="数据对象：画给人看；流程数据以名称共享",
        en="data object: drawn for the reader; the data of a case is shared by name",
        model=in_p(OBJECT, user("A"), flows="s>A; A>e"),
        story=STORY,
        data={"D": 2},
    ),
    Row(
        id="data-object-in-sub-process",
        element="dataObject",
        zh="子流程中的数据对象",
        en="a data object inside of a sub-process",
        model=in_p(subprocess("SP", start("s2"), OBJECT, user("A"), end("e2"), flows="s2>A; A>e2"), flows="s>SP; SP>e"),
        story=("start D=1 > A SP", "complete A D=2 > end e"),
        data={"D": 2},
    ),
    Row(
        id="data-association",
        element="dataInputAssociation",
        zh="数据关联：画给人看；同名的数据各处可读写",
        en="data association: drawn for the reader; data of a name is read and written everywhere",
        model=in_p(OBJECT, user("A", READS), flows="s>A; A>e"),
        story=STORY,
        data={"D": 2},
    ),
    Row(
        id="data-store",
        element="dataStore",
        zh="数据存储：画给人看",
        en="data store: drawn for the reader",
        model=in_p(
            element("dataStoreReference", "DS", dataStoreRef="ds1"),
            user("A"),
            flows="s>A; A>e",
            beside=element("dataStore", "ds1"),
        ),
        story=STORY,
    ),
    Row(
        id="io-specification",
        element="ioSpecification",
        zh="输入输出说明：画给人看",
        en="input and output specification: drawn for the reader",
        model=in_p(
            user(
                "A",
                bpmn(
                    "ioSpecification",
                    bpmn("dataInput", id="in1", name="in1")
                    + bpmn("dataOutput", id="out1", name="out1")
                    + bpmn("inputSet", bpmn("dataInputRefs", "in1"), id="is1")
                    + bpmn("outputSet", bpmn("dataOutputRefs", "out1"), id="os1"),
                    id="io1",
                ),
            ),
            flows="s>A; A>e",
        ),
        story=STORY,
    ),
    Row(
        id="property",
        element="property",
        zh="属性：画给人看",
        en="property: drawn for the reader",
        model=in_p(user("A", bpmn("property", id="p1", name="p1")), flows="s>A; A>e"),
        story=STORY,
    ),
    Row(
        id="item-definition",
        element="itemDefinition",
        zh="数据类型说明：不影响运行",
        en="item definition: does not change how the process runs",
        model=in_p(user("A"), flows="s>A; A>e", beside=bpmn("itemDefinition", id="item1", itemKind="Information")),
        story=STORY,
    ),
)

KEYED = (
    bpmn("correlationProperty", bpmn("correlationPropertyRetrievalExpression",
         bpmn("messagePath", "case_no"), messageRef="message_one"), id="cp1", name="case_no")
)  # fmt: skip
COLLABORATION = bpmn(
    "collaboration",
    bpmn("participant", id="pool1", name="甲", processRef="p") + bpmn("participant", id="pool2", name="乙"),
    id="c1",
)

POOLS = (
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

ROWS = (*DATA, *POOLS, *ARTIFACTS, *OTHERS)
