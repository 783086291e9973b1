"""Throw and end events."""

from __future__ import annotations

from tests.elements.drawing import in_p, undone
from tests.elements.event_kinds import COMPENSATE, KINDS, link
from tests.elements.table import Row, refused
from tests.unit.workflow.models import (
    ERROR,
    ESCALATION,
    MESSAGE,
    SIGNAL,
    TERMINATE,
    boundary,
    catch,
    end,
    parallel,
    start,
    subprocess,
    throw,
    user,
)


def thrown_by(event: str, *more: str, flows: str = "") -> bytes:
    return in_p(user("A"), throw("T", event), user("B"), *more, flows=f"s>A; A>T; T>B; B>e; {flows}")


def ended_by(event: str) -> bytes:
    """B is still open when the end event T is reached."""
    return in_p(parallel("P"), user("A"), end("T", event), user("B"), flows="s>P; P>A; P>B; A>T; B>e")


def inside(event: str, definition: str, *, interrupting: bool = True) -> bytes:
    """A sub-process that reaches the end event T, with a boundary event of the same kind."""
    return in_p(
        subprocess(
            "SP", start("s2"), parallel("P"), user("A"), user("B"), end("T", event), end("e2"),
            flows="s2>P; P>A; P>B; A>T; B>e2",
        ),
        boundary("X", "SP", definition, interrupting=interrupting),
        user("H"),
        end("e9"),
        flows="s>SP; SP>e; X>H; H>e9",
    )  # fmt: skip


THROWS = (
    Row(
        id="throw-none",
        element="intermediateThrowEvent",
        zh="空白中间事件：标出里程碑，立即通过",
        en="plain intermediate event: a milestone, the token passes",
        model=thrown_by(""),
        story=("start > A", "complete A > B", "complete B > end e"),
        order="s A T B e",
    ),
    *(
        Row(
            id=f"throw-{kind}",
            element="intermediateThrowEvent",
            zh=f"{KINDS[kind].zh}抛出事件：发出后继续",
            en=f"{kind} throw event: thrown, and the token goes on",
            model=thrown_by(KINDS[kind].definition),
            story=("start > A", "complete A > B", "complete B > end e"),
            thrown=() if kind == "escalation" else (f"{kind} {kind[:3]}.one".replace("mes.", "msg."),),
        )
        for kind in ("message", "signal", "escalation")
    ),
    Row(
        id="throw-signal-caught-inside",
        element="intermediateThrowEvent",
        zh="信号到达本流程中所有等待它的地方",
        en="a signal reaches every place of the case that waits for it",
        model=in_p(
            parallel("P"), user("A"), throw("T", SIGNAL), catch("C", SIGNAL), catch("D", SIGNAL), user("E"),
            flows="s>P; P>A; P>C; P>D; A>T; T>e; C>E; D>E; E>e",
        ),
        story=("start > A C D", "complete A > E E", "complete E > E", "complete E > end e"),
        thrown=("signal sig.one",),
    ),
    Row(
        id="throw-escalation-caught",
        element="intermediateThrowEvent",
        zh="升级抛出事件：非中断边界事件接住，两边都继续",
        en="escalation throw event: a non-interrupting boundary event catches it, both go on",
        model=in_p(
            subprocess(
                "SP", start("s2"), user("A"), throw("T", ESCALATION), user("B"), end("e2"),
                flows="s2>A; A>T; T>B; B>e2",
            ),
            boundary("X", "SP", ESCALATION, interrupting=False),
            user("H"),
            end("e9"),
            flows="s>SP; SP>e; X>H; H>e9",
        ),
        story=(
            "start > A SP X",
            "complete A > B H SP X",
            "complete B > H",
            "complete H > end e9",
        ),
    ),
    Row(
        id="throw-compensate",
        element="intermediateThrowEvent",
        zh="补偿抛出事件：已完成的工作按逆序撤销",
        en="compensation throw event: completed work is undone in reverse order",
        model=in_p(
            user("A"), undone("A", "HA"), user("B"), undone("B", "HB"), throw("T", COMPENSATE), user("Z"),
            flows="s>A; A>B; B>T; T>Z; Z>e",
        ),
        story=(
            "start > A", "complete A > B", "complete B > HB T", "complete HB > HA T", "complete HA > Z",
            "complete Z > end e",
        ),
    ),
    Row(
        id="throw-compensate-named",
        element="intermediateThrowEvent",
        zh="补偿抛出事件指明活动：只撤销这一项",
        en="compensation throw event that names an activity: it alone is undone",
        model=in_p(
            user("A"), undone("A", "HA"), user("B"), undone("B", "HB"),
            throw("T", '<bpmn:compensateEventDefinition activityRef="A"/>'), user("Z"),
            flows="s>A; A>B; B>T; T>Z; Z>e",
        ),
        story=("start > A", "complete A > B", "complete B > HA T", "complete HA > Z", "complete Z > end e"),
    ),
    Row(
        id="throw-compensate-nothing",
        element="intermediateThrowEvent",
        zh="补偿抛出事件没有可撤销的工作",
        en="a compensation throw event where nothing can be undone",
        model=thrown_by(COMPENSATE),
        refusal=refused("ELEM-04", "T", "没有可撤销的工作", "there is nothing to undo here"),
    ),
    Row(
        id="throw-link-unmatched",
        element="intermediateThrowEvent",
        zh="链接抛出事件没有同名的捕获处",
        en="a link throw event without a catch of its name",
        model=in_p(user("A"), throw("T", link("nowhere")), flows="s>A; A>T"),
        refusal=refused("ELEM-06", "T", "没有捕获事件", "no event catches the link"),
    ),
    Row(
        id="throw-multiple",
        element="intermediateThrowEvent",
        zh="多重抛出事件：全部发出",
        en="multiple throw event: all are thrown",
        model=thrown_by(MESSAGE + SIGNAL),
        story=("start > A", "complete A > B", "complete B > end e"),
        thrown=("message msg.one", "signal sig.one"),
    ),
)  # fmt: skip

ENDS = (
    Row(
        id="end-none",
        element="endEvent",
        zh="空白结束事件：本支结束，其余照常",
        en="plain end event: this branch ends, the others go on",
        model=ended_by(""),
        story=("start > A B", "complete A > B", "complete B > end e"),
    ),
    *(
        Row(
            id=f"end-{kind}",
            element="endEvent",
            zh=f"{KINDS[kind].zh}结束事件：发出后本支结束",
            en=f"{kind} end event: thrown, and this branch ends",
            model=ended_by(KINDS[kind].definition),
            story=("start > A B", "complete A > B", "complete B > end e"),
            thrown=() if kind == "escalation" else (f"{kind} {kind[:3]}.one".replace("mes.", "msg."),),
        )
        for kind in ("message", "signal", "escalation")
    ),
    Row(
        id="end-error",
        element="endEvent",
        zh="错误结束事件：子流程中其余工作取消，由错误边界事件接续",
        en="error end event: the rest of the sub-process is cancelled, the error boundary event goes on",
        model=inside(ERROR, ERROR),
        story=("start > A B SP X", "complete A > H", "complete H > end e9"),
    ),
    Row(
        id="end-error-uncaught",
        element="endEvent",
        zh="无人捕获的错误：整个流程在此结束",
        en="an error that nobody catches ends the whole case",
        model=ended_by(ERROR),
        story=("start > A B", "complete A > end T"),
    ),
    Row(
        id="end-escalation-caught",
        element="endEvent",
        zh="升级结束事件：由边界事件接续，子流程其余工作照常",
        en="escalation end event: a non-interrupting boundary event goes on beside the sub-process",
        model=inside(ESCALATION, ESCALATION, interrupting=False),
        story=("start > A B SP X", "complete A > B H SP X", "complete B > H", "complete H > end e9"),
    ),
    Row(
        id="end-terminate",
        element="endEvent",
        zh="终止结束事件：整个流程立即结束",
        en="terminate end event: the whole case ends at once",
        model=ended_by(TERMINATE),
        story=("start > A B", "complete A > end T"),
    ),
    Row(
        id="end-terminate-in-sub-process",
        element="endEvent",
        zh="子流程中的终止结束事件：只结束子流程",
        en="terminate end event in a sub-process: ends the sub-process only",
        model=in_p(
            subprocess(
                "SP", start("s2"), parallel("P"), user("A"), user("B"), end("T", TERMINATE), end("e2"),
                flows="s2>P; P>A; P>B; A>T; B>e2",
            ),
            user("C"),
            flows="s>SP; SP>C; C>e",
        ),
        story=("start > A B SP", "complete A > C", "complete C > end e"),
    ),
    Row(
        id="end-compensate",
        element="endEvent",
        zh="补偿结束事件：先撤销，再结束",
        en="compensation end event: the work is undone before the end",
        model=in_p(user("A"), undone("A", "H"), end("T", COMPENSATE), flows="s>A; A>T"),
        story=("start > A", "complete A > H T", "complete H > end T"),
    ),
    Row(
        id="end-cancel-outside",
        element="endEvent",
        zh="事务以外的取消结束事件",
        en="cancel end event outside of a transaction",
        model=ended_by("<bpmn:cancelEventDefinition/>"),
        refusal=refused("ELEM-13", "T", "只能画在事务子流程里", "a cancel end event stands in a transaction only"),
    ),
    Row(
        id="end-multiple",
        element="endEvent",
        zh="多重结束事件：全部发出",
        en="multiple end event: all are thrown",
        model=ended_by(MESSAGE + SIGNAL),
        story=("start > A B", "complete A > B", "complete B > end e"),
        thrown=("message msg.one", "signal sig.one"),
    ),
)  # fmt: skip

ROWS = (*THROWS, *ENDS)
