"""For each rule the smallest drawing that breaks it, and its mended twin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from tests.unit.lint.drawings import GOOD_TASK, HEAD

MESSAGE = '<message id="M" name="msg.x" /><error id="E" errorCode="e" /><escalation id="C" escalationCode="c" />'
FORMS = ("F1",)


@dataclass(frozen=True, slots=True)
class Sample:
    """Children of a process that break one rule, and the same, mended."""

    bad: str
    mended: str
    key: str = "P1"  #: id of the process

    def file(self, body: str) -> bytes:
        return f'{HEAD}{MESSAGE}<process id="{self.key}" isExecutable="true">{body}</process></definitions>'.encode()


def task(id_: str = "T1", name: str = "审核", attributes: str = GOOD_TASK, inside: str = "") -> str:
    return f'<userTask id="{id_}" name="{name}" {attributes}>{inside}</userTask>'


def flow(source: str, target: str, condition: str = "") -> str:
    inside = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'


def line(*ids: str) -> str:
    return "".join(flow(source, target) for source, target in pairwise(ids))


S, N = '<startEvent id="S" name="开始" />', '<endEvent id="N" name="结束" />'
T1, T2 = task(), task("T2", "复核")
PLAIN = S + N + line("S", "T1", "N")


def one(attributes: str, mended: str = GOOD_TASK, key: str = "P1", inside: str = "") -> Sample:
    """A process of one task."""
    return Sample(PLAIN + task(attributes=attributes, inside=inside), PLAIN + task(attributes=mended), key)


DATA = '<dataObject id="total" /><dataObject id="planned" />'
OWN = '<property id="own" name="amount" />'


def takes(*sources: str, then: str = "") -> str:
    """A data association into the property `own` of a task."""
    named = "".join(f"<sourceRef>{source}</sourceRef>" for source in sources)
    computed = f"<transformation>{then}</transformation>" if then else ""
    return f"<dataInputAssociation>{named}<targetRef>own</targetRef>{computed}</dataInputAssociation>"


def gateway(kind: str, id_: str, name: str = "", more: str = "") -> str:
    return f'<{kind}Gateway id="{id_}" name="{name}"{more} />'


def machine(node: str, mended: str) -> Sample:
    return Sample(S + N + line("S", "V", "N") + node, S + N + line("S", "V", "N") + mended)


def script(text: str, mended: str = "x = 1", more: str = "") -> Sample:
    return machine(
        f'<scriptTask id="V" name="计算"{more}><script>{text}</script></scriptTask>',
        f'<scriptTask id="V" name="计算"><script>{mended}</script></scriptTask>',
    )


def timer(kind: str, text: str, mended: str) -> Sample:
    def event(time: str) -> str:
        return (
            '<intermediateCatchEvent id="V" name="等待"><timerEventDefinition id="VT">'
            f'<{kind} xsi:type="tFormalExpression">{time}</{kind}></timerEventDefinition></intermediateCatchEvent>'
        )

    return machine(event(text), event(mended))


def begun(rule: str, said: str, mended_rule: str, mended: str) -> Sample:
    """A process that begins by the calendar."""

    def start(rule: str, said: str) -> str:
        return (
            f'<startEvent id="V" name="到期启动" {said}><timerEventDefinition id="VT">'
            f'<timeCycle xsi:type="tFormalExpression" language="urn:changxiao:schedule:1">{rule}</timeCycle>'
            "</timerEventDefinition></startEvent>"
        )

    around = N + T1 + line("V", "T1", "N")
    return Sample(start(rule, said) + around, start(mended_rule, mended) + around)


def boundary(id_: str, definition: str, more: str = "", name: str = "超时") -> str:
    return f'<boundaryEvent id="{id_}" name="{name}" attachedToRef="T1"{more}>{definition}</boundaryEvent>'


ASKED = '<messageEventDefinition messageRef="M" />'
FAILED, CLIMBS = '<errorEventDefinition errorRef="E" />', '<escalationEventDefinition escalationRef="C" />'
SPLIT = line("S", "X", "T1", "J", "N") + line("X", "T2", "J") + S + N + T1 + T2
FORK = gateway("parallel", "X", "同时") + SPLIT


def choice(kind: str, conditions: bool = True) -> str:
    """A choice between two tasks that meet at a gateway of this kind."""
    asks = flow("X", "T1", "a") if conditions else flow("X", "T1")
    ways = S + N + T1 + T2 + asks + flow("X", "T2") + line("S", "X") + line("T1", "J", "N") + line("T2", "J")
    return gateway("exclusive", "X", "选择", ' default="X_T2"') + gateway(kind, "J", "汇合") + ways


def inner(body: str, events: str = "") -> str:
    return f'{S}{N}{line("S", "U", "N")}<subProcess id="U" name="内部">{body}</subProcess>{events}'


INSIDE = f'<startEvent id="S2" />{T1}<endEvent id="N2" />' + line("S2", "T1", "N2")


def throwing(definition: str, events: str) -> str:
    ends = f'<endEvent id="N2" name="报错">{definition}</endEvent>'
    return inner(f'<startEvent id="S2" />{T1}{ends}{line("S2", "T1", "N2")}', events)


def around(definition: str) -> str:
    event = f'<boundaryEvent id="B" attachedToRef="U">{definition}</boundaryEvent>'
    return event + '<endEvent id="N3" />' + flow("B", "N3")


CAUGHT = throwing(FAILED, around(FAILED)).replace(line("S", "U", "N"), flow("S", "U")).replace(N, "", 1)
BIG = S + N + gateway("parallel", "X", "同时") + gateway("inclusive", "J", "汇合") + line("S", "X") + line("J", "N")
MANY = "".join(task(f"A{n}", f"分项{n}") + line("X", f"A{n}", "J") for n in range(14))
FEW = "".join(task(f"A{n}", f"分项{n}") + line("X", f"A{n}", "J") for n in range(2))

DECIDE = task("D", "集体研究决定", f'{GOOD_TASK} cx:protected="true"')
REPLY = task("T1", "陈述申辩", f'{GOOD_TASK} cx:protected="true"')
FAIR_X = gateway("exclusive", "X", "需要申辩？", ' default="X_T1"')
REGISTER = '<intermediateThrowEvent id="R" name="登记" cx:state="已登记" />'
CLOSE = '<intermediateThrowEvent id="C1" name="销号" cx:state="已销号" />'

SAMPLES: Mapping[str, Sample] = {
    "DATA-01": Sample(
        PLAIN + DATA + task(inside=OWN + takes("total", "planned")),
        PLAIN + DATA + task(inside=OWN + takes("total", "planned", then="total + planned")),
    ),
    "DATA-02": Sample(PLAIN + DATA + task(inside=OWN + takes("N")), PLAIN + DATA + task(inside=OWN + takes("total"))),
    "FLOW-01": Sample(PLAIN + T1 + T2 + flow("T2", "N"), PLAIN + T1),
    "FLOW-02": Sample(
        gateway("exclusive", "X", "选择") + S + N + T1 + line("S", "X") + line("T1", "N") + flow("X", "T1", "a")
        + flow("X", "N", "not a"),
        gateway("exclusive", "X", "选择", ' default="X_N"') + S + N + T1 + line("S", "X") + line("T1", "N")
        + flow("X", "T1", "a") + flow("X", "N"),
    ),
    "FLOW-03": Sample(PLAIN + T1 + boundary("B", ASKED), PLAIN + T1 + boundary("B", ASKED) + flow("B", "N")),
    "FLOW-04": Sample(
        PLAIN + T1 + boundary("B", ASKED) + boundary("B2", ASKED, name="又超时") + flow("B", "N") + flow("B2", "N"),
        PLAIN + T1 + boundary("B", ASKED) + flow("B", "N"),
    ),
    "FLOW-05": machine(
        '<scriptTask id="V" name="计算"><script>x = 1</script></scriptTask><boundaryEvent id="B" name="出错"'
        f' attachedToRef="V" cancelActivity="false">{FAILED}</boundaryEvent>' + flow("B", "N"),
        '<scriptTask id="V" name="计算"><script>x = 1</script></scriptTask><boundaryEvent id="B" name="出错"'
        f' attachedToRef="V">{FAILED}</boundaryEvent>' + flow("B", "N"),
    ),
    "FLOW-06": Sample(throwing(FAILED, ""), CAUGHT),
    "FLOW-07": Sample(
        S + N + gateway("exclusive", "J") + gateway("exclusive", "X", "好了吗", ' default="X_N"')
        + '<scriptTask id="V" name="再算"><script>x = 1</script></scriptTask>' + line("S", "J", "V", "X", "N")
        + flow("X", "J", "x"),
        S + N + gateway("exclusive", "J") + gateway("exclusive", "X", "好了吗", ' default="X_N"') + T1
        + line("S", "J", "T1", "X", "N") + flow("X", "J", "x"),
    ),
    "ATTR-01": one(GOOD_TASK, inside="<potentialOwner><resourceRef>x</resourceRef></potentialOwner>"),
    "ATTR-02": Sample(
        choice("exclusive").replace('id="X" name="选择"', 'id="X" name="选择" gatewayDirection="Converging"')
        .replace('default="X_T2" />', 'default="X_T2"><incoming>S_X</incoming><outgoing>X_T1</outgoing>'
                 "<outgoing>X_T2</outgoing></exclusiveGateway>"),
        choice("exclusive"),
    ),
    "SOUND-01": Sample(choice("parallel"), choice("exclusive")),
    "SOUND-02": Sample(
        S + T1 + T2 + line("S", "T1", "T2") + flow("T2", "T1"),
        S + N + T1 + T2 + gateway("exclusive", "X", "再办？", ' default="X_N"') + line("S", "T1", "T2", "X", "N")
        + flow("X", "T1", "a"),
    ),
    "SOUND-03": Sample(
        inner(INSIDE, around(FAILED)),
        CAUGHT,
    ),
    "SOUND-04": Sample(
        S + N + T1 + T2 + '<endEvent id="N2" />' + gateway("parallel", "X", "同时")
        + gateway("parallel", "J", "汇合")
        + gateway("exclusive", "Y", "够了吗", ' default="Y_J"') + line("S", "X", "T1", "J", "N")
        + line("X", "T2", "Y", "J") + flow("Y", "N2", "a"),
        FORK + gateway("parallel", "J", "汇合"),
    ),
    "SOUND-05": Sample(
        FORK.replace(flow("J", "N"), "") + gateway("exclusive", "J", "汇合") + task("T3", "汇总")
        + line("J", "T3", "N"),
        FORK + gateway("parallel", "J", "汇合"),
    ),
    "SOUND-06": Sample(
        S + N + T1 + T2 + gateway("parallel", "X", "同时") + line("S", "X", "T1", "N") + line("X", "T2", "Z")
        + '<endEvent id="Z" name="中止"><terminateEventDefinition /></endEvent>',
        S + N + T1 + T2 + gateway("parallel", "X", "同时") + line("S", "X", "T1", "N") + line("X", "T2", "Z")
        + '<endEvent id="Z" name="中止" />',
    ),
    "SOUND-07": Sample(BIG + MANY, BIG + FEW),
    "LOOP-01": one('cx:form="F1" cx:due="created+3wd"', f'{GOOD_TASK} cx:reason="由发起人自办"', key="S9_X"),
    "LOOP-02": Sample(
        S + N + REGISTER + line("S", "R", "N"), S + N + REGISTER + CLOSE + line("S", "R", "C1", "N"), key="S9_X"
    ),
    "FAIR-01": Sample(
        S + N + FAIR_X + REPLY + DECIDE + line("S", "X") + flow("X", "T1") + flow("X", "D", "a") + line("T1", "D", "N"),
        S + N + REPLY + DECIDE + line("S", "T1", "D", "N"),
        key="S3_ACCOUNT",
    ),
    "FAIR-02": Sample(
        S + N + task("D", "作出处理决定") + line("S", "D", "N"),
        S + N + REPLY + task("D", "作出处理决定") + line("S", "T1", "D", "N"),
        key="P07_INVESTIGATE",
    ),
    "CX-01": one('cx:form="F1" cx:due="created+3wd"'),
    "CX-02": one('cx:assign="self:pos:BOSS" cx:form="F1" cx:due="created+3wd"'),
    "CX-03": one('cx:assign="self:role:officer;-prev(T9)" cx:form="F1" cx:due="created+3wd"'),
    "CX-04": one('cx:assign="self:role:officer" cx:due="created+3wd"'),
    "CX-05": one('cx:assign="self:role:officer" cx:form="F2" cx:due="created+3wd"'),
    "CX-06": one('cx:assign="self:role:officer" cx:form="F1" cx:due="created+3"'),
    "CX-07": one('cx:assign="self:role:officer" cx:form="F1"'),
    "CX-08": one(f'{GOOD_TASK} cx:remind="sometimes"', f'{GOOD_TASK} cx:remind="R3"'),
    "CX-09": one('cx:assign="self:role:officer" cx:form="F1" cx:due="created+3wd" cx:ladder="FAST"'),
    "CX-10": one('cx:assign="self:role:officer" cx:form="F1" cx:due="created+3wd" cx:ladder="none"',
                 'cx:assign="self:role:officer" cx:form="F1" cx:ladder="none" cx:reason="由上一级直接处理"'),
    "CX-11": one(f'{GOOD_TASK} cx:owner="x"'),
    "CX-12": one(f'{GOOD_TASK} cx:decision="D1_SEVERITY"'),
    "CX-13": one(f'{GOOD_TASK} cx:protected="yes"', f'{GOOD_TASK} cx:protected="true"'),
    "CX-14": one(f'{GOOD_TASK} cx:params="stage"', f'{GOOD_TASK} cx:params="stage=10"'),
    "CX-15": machine('<serviceTask id="V" name="编号" implementation="urn:changxiao:service:fly" />',
                     '<serviceTask id="V" name="编号" implementation="urn:changxiao:service:number" />'),
    "CX-16": machine('<businessRuleTask id="V" name="定级" cx:decision="D99" />',
                     '<businessRuleTask id="V" name="定级" cx:decision="D1_SEVERITY" />'),
    "CX-20": machine('<businessRuleTask id="V" name="定级" cx:decision="D1_SEVERITY" cx:result="2x" />',
                     '<businessRuleTask id="V" name="定级" cx:decision="D1_SEVERITY" cx:result="x2" />'),
    "CX-21": machine('<businessRuleTask id="V" name="定级" cx:decision="D1_SEVERITY" cx:result-shape="resultList" />',
                     '<businessRuleTask id="V" name="定级" cx:decision="D1_SEVERITY" cx:result="x"'
                     ' cx:result-shape="resultList" />'),
    "CX-17": machine('<sendTask id="V" name="启动" cx:start="S9_NONE" />',
                     '<sendTask id="V" name="启动" cx:start="S4_APPROVE" />'),
    "CX-18": machine('<callActivity id="V" name="审批" calledElement="S9_NONE" />',
                     '<callActivity id="V" name="审批" calledElement="S4_APPROVE" />'),
    "CX-19": one('cx:assign="self:role:officer" cx:form="F1" cx:due="created+param(none_wd)wd"',
                 'cx:assign="self:role:officer" cx:form="F1" cx:due="created+param(card_answer_wd)wd"'),
    "SCRIPT-01": script("x = = 1"),
    "SCRIPT-02": script("x = 1", more=' scriptFormat="groovy"'),
    "SCRIPT-03": script(""),
    "TIME-01": timer("timeDate", "2026-13-01", "2026-12-01T09:00:00+08:00"),
    "TIME-02": timer("timeDuration", "P15X", "P15D"),
    "TIME-03": timer("timeCycle", "R0/P5D", "R3/P5D"),
    "TIME-04": begun("firstwd(week)", 'cx:owners="all"', "firstwd(half)", 'cx:owners="all"'),
    "CX-22": begun("firstwd(half)", "", "firstwd(half)", 'cx:owners="ZF"'),
    "CX-23": begun("window-10wd", 'cx:owners="ZF" cx:period="previous"', "window-10wd", 'cx:owners="ZF"'),
}  # fmt: skip
