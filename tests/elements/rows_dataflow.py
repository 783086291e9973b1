"""Data objects, data stores and the associations that move values between them."""

from __future__ import annotations

from tests.elements.drawing import bpmn, drawn, element, in_p
from tests.elements.table import Row, refused
from tests.unit.workflow.models import MESSAGE, call, end, loop, process, start, subprocess, user

OBJECT = element("dataObject", "D") + element("dataObjectReference", "DR", dataObjectRef="D")
TOTAL = element("dataObject", "total") + element("dataObject", "approved")


def script(name: str, source: str, inside: str = "") -> str:
    return element("scriptTask", name, inside + bpmn("script", source))


def takes(source: str, target: str, *more: str) -> str:
    """A dataInputAssociation."""
    sources = bpmn("sourceRef", source) if source else ""
    return bpmn("dataInputAssociation", sources + bpmn("targetRef", target) + "".join(more))


def gives(source: str, target: str, *more: str) -> str:
    """A dataOutputAssociation."""
    sources = bpmn("sourceRef", source) if source else ""
    return bpmn("dataOutputAssociation", sources + bpmn("targetRef", target) + "".join(more))


def assignment(value: str, name: str) -> str:
    return bpmn("assignment", bpmn("from", value) + bpmn("to", name))


def specified(inputs: str = "", outputs: str = "", optional: str = "") -> str:
    """An ioSpecification with one set of inputs and one of outputs, by names."""
    come, go, may = inputs.split(), outputs.split(), optional.split()
    return bpmn(
        "ioSpecification",
        "".join(bpmn("dataInput", id=f"in_{name}", name=name) for name in come)
        + "".join(bpmn("dataOutput", id=f"out_{name}", name=name) for name in go)
        + bpmn(
            "inputSet",
            "".join(bpmn("dataInputRefs", f"in_{name}") for name in come)
            + "".join(bpmn("optionalInputRefs", f"in_{name}") for name in may),
        )
        + bpmn("outputSet", "".join(bpmn("dataOutputRefs", f"out_{name}") for name in go)),
    )


ALIAS = bpmn("property", id="pA", name="amount")
CHECKED = script(
    "C", "ok = amount == 8", specified("amount", "ok") + takes("total", "in_amount") + gives("out_ok", "approved")
)
STORE = element("dataStoreReference", "kept", dataStoreRef="ledger")
BY_UNIT = STORE.replace("<bpmn:dataStoreReference", '<bpmn:dataStoreReference cx:key="unit"')
LEDGER = element("dataStore", "ledger")
COUNTED = script("C", "kept = n", bpmn("property", id="pn", name="n") + takes("kept", "pn") + gives("", "kept"))

ROWS = (
    Row(
        id="data-object",
        element="dataObject",
        zh="数据对象：以其编号为名的变量，在画它的流程中通用",
        en="data object: the variable named by its id, known in the process in which it is drawn",
        model=in_p(OBJECT, user("A"), flows="s>A; A>e"),
        story=("start D=1 > A", "complete A D=2 > end e"),
        data={"D": 2},
    ),
    Row(
        id="data-object-in-sub-process",
        element="dataObject",
        zh="子流程中的数据对象：进入时新建，结束时消失，与外面的同名数据互不相干",
        en="a data object inside of a sub-process: new when it begins, gone when it ends, apart from data of that name"
        " outside",
        model=in_p(
            subprocess("SP", start("s2"), OBJECT, user("A"), script("C", "seen = D + 1"), end("e2"),
                       flows="s2>A; A>C; C>e2"),
            flows="s>SP; SP>e",
        ),
        story=("start D=1 > A SP", "complete A D=5 > end e"),
        data={"D": 1, "seen": 6},
    ),
    Row(
        id="data-object-handed-on",
        element="dataObject",
        zh="子流程中的数据对象：经数据关联取自外面、交到外面",
        en="a data object inside of a sub-process that associations fill from outside and hand on",
        model=in_p(
            TOTAL,
            subprocess(
                "SP", start("s2"), OBJECT, user("A"), end("e2"), flows="s2>A; A>e2",
                inside=takes("total", "D") + gives("D", "approved"),
            ),
            flows="s>SP; SP>e",
        ),
        story=("start total=8 > A SP", "complete A D=9 > end e"),
        data={"total": 8, "approved": 9},
    ),
    Row(
        id="data-object-two-levels-up",
        element="dataObject",
        zh="内层子流程的环节读写外层流程的数据对象",
        en="a step two sub-processes down reads and writes a data object of the process",
        model=in_p(
            TOTAL,
            subprocess(
                "SP", start("s2"),
                subprocess("IN", start("s3"), user("A", ALIAS + takes("total", "pA") + gives("pA", "approved")),
                           end("e3"), flows="s3>A; A>e3"),
                end("e2"), flows="s2>IN; IN>e2",
            ),
            flows="s>SP; SP>e",
        ),
        story=("start total=8 > A IN SP", "complete A amount=9 > end e"),
        data={"total": 8, "approved": 9},
    ),
    Row(
        id="data-association",
        element="dataInputAssociation",
        zh="数据关联：环节以自己的名称读入，办结后以外面的名称写回",
        en="data associations: a step reads data under a name of its own, and they are written back under another",
        model=in_p(
            TOTAL, user("A", ALIAS + takes("total", "pA") + gives("pA", "approved")), flows="s>A; A>e"
        ),
        story=("start total=8 amount=1 > A", "complete A amount=9 > end e"),
        data={"total": 8, "amount": 1, "approved": 9},
    ),
    Row(
        id="data-association-drawn-only",
        element="dataInputAssociation",
        zh="没有写明名称的数据关联：数据各用本名，读写不受限制",
        en="data associations without a name inside: the data keep their names, and nothing is held back",
        model=in_p(
            OBJECT,
            user("A", bpmn("property", id="pA", name="__targetRef_placeholder") + takes("DR", "pA") + gives("", "DR")),
            flows="s>A; A>e",
        ),
        story=("start D=1 > A", "complete A D=2 > end e"),
        data={"D": 2},
    ),
    Row(
        id="data-association-transformation",
        element="transformation",
        zh="数据关联中的转换：由几个来源算出一个值",
        en="a transformation in a data association: one value comes of several",
        model=in_p(
            TOTAL,
            user(
                "A",
                ALIAS
                + bpmn(
                    "dataInputAssociation",
                    bpmn("sourceRef", "total") + bpmn("sourceRef", "approved") + bpmn("targetRef", "pA")
                    + bpmn("transformation", "total + approved"),
                )
                + gives("pA", "total", bpmn("transformation", "amount * 2")),
            ),
            flows="s>A; A>e",
        ),
        story=("start total=8 approved=1 > A", "complete A > end e"),
        data={"total": 18, "approved": 1},
    ),
    Row(
        id="data-association-assignment",
        element="assignment",
        zh="数据关联中的赋值：把表达式的值存入所写的名称",
        en="assignments in a data association: the values of expressions go to the names written",
        model=in_p(
            TOTAL,
            user(
                "A",
                ALIAS
                + takes("total", "pA", assignment("total + 1", "amount"), assignment("'万元'", "measure"))
                + gives("pA", "approved", assignment("str(amount) + measure", "approved")),
            ),
            flows="s>A; A>e",
        ),
        story=("start total=8 > A", "complete A > end e"),
        data={"total": 8, "approved": "9万元"},
    ),
    Row(
        id="io-specification",
        element="ioSpecification",
        zh="输入输出说明：环节只看到列出的输入，只有列出的输出出来",
        en="input and output specification: a step sees the inputs listed, and the outputs listed come out",
        model=in_p(TOTAL, CHECKED, user("A"), flows="s>C; C>A; A>e"),
        story=("start total=8 > A", "complete A > end e"),
        data={"total": 8, "approved": True},
    ),
    Row(
        id="io-specification-hides",
        element="ioSpecification",
        zh="输入输出说明没有列出的数据，环节看不到",
        en="data that the specification does not list are not seen",
        model=in_p(
            TOTAL,
            script("C", "ok = total == 8", specified("amount", "ok") + takes("total", "in_amount")),
            flows="s>C; C>e",
        ),
        story=("start total=8 > failed script",),
    ),
    Row(
        id="io-specification-missing",
        element="inputSet",
        zh="必需的输入没有值：环节不开始，转为故障并写明是哪一个",
        en="a required input has no value: the step does not begin, and an incident names it",
        model=in_p(TOTAL, user("A"), CHECKED, flows="s>A; A>C; C>e"),
        story=("start > A", "complete A > failed missing_input"),
    ),
    Row(
        id="io-specification-optional",
        element="inputSet",
        zh="可选的输入没有值：环节照常开始",
        en="an optional input without a value holds nothing up",
        model=in_p(
            TOTAL,
            user(
                "A",
                specified("amount note", "ok", "note") + takes("total", "in_amount") + takes("approved", "in_note")
                + gives("out_ok", "approved"),
            ),
            flows="s>A; A>e",
        ),
        story=("start total=8 > A", "complete A ok=True aside=1 > end e"),
        data={"approved": True},
    ),
    Row(
        id="call-with-data",
        element="callActivity",
        zh="调用活动的输入输出：被调用的流程只看到输入，只有输出回来",
        en="inputs and outputs of a call activity: the called process sees those inputs, and those outputs come back",
        model=drawn(
            process(
                "p", start(), TOTAL,
                call("CA", "q", specified("amount", "result") + takes("total", "in_amount")
                     + gives("out_result", "approved")),
                end(), flows="s>CA; CA>e",
            ),
            process("q", start("s2"), user("A"), script("C", "result = amount + bonus"), end("e2"),
                    flows="s2>A; A>C; C>e2"),
        ),
        story=("start total=8 bonus=100 > A CA", "complete A bonus=1 > end e"),
        data={"total": 8, "bonus": 100, "approved": 9},
    ),
    Row(
        id="multi-instance-with-data",
        element="loopDataInputRef",
        zh="多实例经输入输出说明：列表取自数据对象，每个实例得到一个元素和序号，结果按实例的次序收集",
        en="multi-instance by specification: the list comes from a data object, each instance gets its element and its"
        " number, results are collected in the order of the instances",
        model=in_p(
            element("dataObject", "units") + element("dataObject", "answers"),
            user(
                "A",
                specified("list", "found") + takes("units", "in_list") + gives("out_found", "answers")
                + bpmn(
                    "multiInstanceLoopCharacteristics",
                    bpmn("loopDataInputRef", "in_list") + bpmn("loopDataOutputRef", "out_found")
                    + bpmn("inputDataItem", id="one", name="one") + bpmn("outputDataItem", id="answer", name="answer")
                    + bpmn("completionCondition", "answer == 'stop'"),
                ),
            ),
            flows="s>A; A>e",
        ),
        story=('start units=["a","b"] > A A', "complete A answer=1 > A", "complete A answer=2 > end e"),
        data={"units": ["a", "b"], "answers": [1, 2]},
    ),
    Row(
        id="loop-counter",
        element="multiInstanceLoopCharacteristics",
        zh="loopCounter：多实例和循环的环节中，本实例的序号，从 0 起",
        en="loopCounter: in a step of a multi-instance activity or loop, the number of its instance, from 0",
        model=in_p(
            subprocess("SP", start("s2"), script("C", "seen = seen + [loopCounter]"), end("e2"), flows="s2>C; C>e2",
                       inside=loop("loopCounter < 3")),
            user("A"),
            flows="s>SP; SP>A; A>e",
        ),
        story=("start seen=[] > A", "complete A > end e"),
        data={"seen": [0, 1, 2]},
    ),
    Row(
        id="catch-with-data",
        element="dataOutputAssociation",
        zh="接收事件的输出：消息带来的数据以图中写明的名称存入",
        en="outputs of a catching event: what the message brings is kept under the name drawn",
        model=in_p(
            TOTAL,
            element(
                "intermediateCatchEvent", "M",
                bpmn("dataOutput", id="out_sum", name="sum") + gives("out_sum", "total") + MESSAGE,
            ),
            flows="s>M; M>e",
        ),
        story=("start > M", "message msg.one sum=3 other=4 > end e"),
        data={"total": 3},
    ),
    Row(
        id="data-store",
        element="dataStore",
        zh="数据存储：环节开始时读入，办结时写入，与本步骤一起提交；事项之间共用",
        en="data store: read when a step begins, written when it ends, in its own transaction; shared by all cases",
        model=in_p(
            STORE, user("A", gives("", "kept", bpmn("transformation", "x + 1"))), COUNTED.replace("= n", "= n * 10"),
            user("B", bpmn("property", id="pb", name="b") + takes("kept", "pb") + gives("pb", "total")), TOTAL,
            flows="s>A; A>C; C>B; B>e", beside=LEDGER,
        ),
        story=("start > A", "complete A x=4 > B", "complete B > end e"),
        data={"total": 50},
    ),
    Row(
        id="data-store-with-keys",
        element="dataStoreReference",
        zh="数据存储按键存取：cx:key 是算出键的表达式",
        en="a data store with keys: cx:key is the expression that gives the key",
        model=in_p(
            BY_UNIT, TOTAL, user("A", gives("", "kept", bpmn("transformation", "x"))),
            user("B", bpmn("property", id="pb", name="b") + takes("kept", "pb") + gives("pb", "total")),
            flows="s>A; A>B; B>e", beside=LEDGER,
        ),
        story=('start unit="甲" total=0 > A', "complete A x=4 > B", "complete B > end e"),
        data={"total": 4},
    ),
    Row(
        id="property",
        element="property",
        zh="属性：环节自己的数据，办结时消失",
        en="property: data of one step, gone when it ends",
        model=in_p(user("A", bpmn("property", id="p1", name="note")), flows="s>A; A>e"),
        story=("start note=1 > A", "complete A note=2 > end e"),
        data={"note": 1},
    ),
    Row(
        id="item-definition",
        element="itemDefinition",
        zh="数据类型说明：不影响运行",
        en="item definition: does not change how the process runs",
        model=in_p(user("A"), flows="s>A; A>e", beside=bpmn("itemDefinition", id="item1", itemKind="Information")),
        story=("start D=1 > A", "complete A D=2 > end e"),
    ),
    Row(
        id="data-association-out-of-reach",
        element="dataInputAssociation",
        zh="数据关联连到别的子流程里面的数据",
        en="a data association to data inside of another sub-process",
        model=in_p(
            subprocess("SP", start("s2"), OBJECT, user("B"), end("e2"), flows="s2>B; B>e2"),
            user("A", ALIAS + takes("D", "pA")),
            flows="s>SP; SP>A; A>e",
        ),
        refusal=refused("DATA-02", "A", "画在别的子流程中", "stand in another sub-process"),
    ),
    Row(
        id="data-association-without-rule",
        element="dataInputAssociation",
        zh="数据关联有几个来源而没有转换",
        en="a data association with several sources and no transformation",
        model=in_p(
            TOTAL,
            user("A", ALIAS + bpmn("dataInputAssociation", bpmn("sourceRef", "total") + bpmn("sourceRef", "approved")
                                   + bpmn("targetRef", "pA"))),
            flows="s>A; A>e",
        ),
        refusal=refused("DATA-01", "A", "没有写明怎样合成一个值", "does not say how one value comes of them"),
    ),
)  # fmt: skip
