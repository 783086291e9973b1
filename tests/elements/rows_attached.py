"""Boundary events and event sub-processes, each interrupting and not."""

from __future__ import annotations

from collections.abc import Iterator

from tests.elements.drawing import attached, element, in_p, undone
from tests.elements.event_kinds import CANCEL, COMPENSATE, KINDS
from tests.elements.table import Row, refused
from tests.unit.workflow.models import (
    ERROR,
    ESCALATION,
    MESSAGE,
    SIGNAL,
    cycle,
    end,
    parallel,
    service,
    start,
    subprocess,
    throw,
    user,
)

FROM_OUTSIDE = ("message", "signal", "timer", "conditional")
BESIDE_STAYS = {
    "message",
    "signal",
    "escalation",
    "conditional",
}  #: kinds that a non-interrupting event goes on catching


def _rest(*nodes: str) -> str:
    return " ".join(sorted(node for node in nodes if node))


def boundary_rows() -> Iterator[Row]:
    for kind in FROM_OUTSIDE:
        for interrupting in (True, False):
            zh = "中断" if interrupting else "非中断"
            word = "interrupting" if interrupting else "non-interrupting"
            stays = "X" if kind in BESIDE_STAYS else ""
            happens = KINDS[kind].happens.format(node="X")
            yield Row(
                id=f"boundary-{kind}-{word}",
                element="boundaryEvent",
                zh=f"任务上的{zh}{KINDS[kind].zh}边界事件",
                en=f"{word} {kind} boundary event on a task",
                model=in_p(
                    user("A"), attached("X", "A", KINDS[kind].definition, interrupting=interrupting), user("H"),
                    end("e9"), flows="s>A; A>e; X>H; H>e9",
                ),
                story=(
                    ("start x=False > A X", f"{happens} > H", "complete H > end e9")
                    if interrupting
                    else (
                        "start x=False > A X",
                        f"{happens} > {_rest('A', 'H', stays)}",
                        f"complete H > {_rest('A', stays)}",
                        "complete A > end e",
                    )
                ),
            )  # fmt: skip
            yield Row(
                id=f"boundary-{kind}-{word}-sub-process",
                element="boundaryEvent",
                zh=f"子流程上的{zh}{KINDS[kind].zh}边界事件",
                en=f"{word} {kind} boundary event on a sub-process",
                model=in_p(
                    subprocess(
                        "SP", start("s2"), parallel("P"), user("A"), user("B"), end("e2"),
                        flows="s2>P; P>A; P>B; A>e2; B>e2",
                    ),
                    attached("X", "SP", KINDS[kind].definition, interrupting=interrupting), user("H"), end("e9"),
                    flows="s>SP; SP>e; X>H; H>e9",
                ),
                story=(
                    ("start x=False > A B SP X", "complete A > B SP X", f"{happens} > H", "complete H > end e9")
                    if interrupting
                    else (
                        "start x=False > A B SP X",
                        f"{happens} > {_rest('A', 'B', 'SP', 'H', stays)}",
                        f"complete A > {_rest('B', 'SP', 'H', stays)}",
                        "complete B > H",
                        "complete H > end e9",
                    )
                ),
            )  # fmt: skip


def _multiple_story(*, all_of: bool, interrupting: bool) -> tuple[str, ...]:
    first = ("start > A X", "message msg.one > A X") if all_of else ("start > A X",)
    if interrupting:
        return (*first, "signal sig.one > H", "complete H > end e9")
    return (*first, "signal sig.one > A H X", "complete H > A X", "complete A > end e")


BOUNDARIES = (
    *boundary_rows(),
    Row(
        id="boundary-timer-cycle",
        element="boundaryEvent",
        zh="非中断周期定时边界事件：每到一次提醒一次，任务办结不影响已发的提醒",
        en="non-interrupting cycle: one reminder each time; those under way outlive the task",
        model=in_p(
            user("A"), attached("X", "A", cycle("R2/P1D"), interrupting=False), user("H"), end("e9"),
            flows="s>A; A>e; X>H; H>e9",
        ),
        story=(
            "start > A X",
            "fire X > A H X",
            "fire X > A H H",
            "complete A > H H",
            "complete H > H",
            "complete H > end e9",
        ),
    ),
    Row(
        id="boundary-error-service",
        element="boundaryEvent",
        zh="服务任务上的错误边界事件：作业报告的业务错误由它接住",
        en="error boundary event on a service task: catches the business error that the job reports",
        model=in_p(service("W"), attached("X", "W", ERROR), user("H"), flows="s>W; W>e; X>H; H>e"),
        story=("start > W X", "fail W E1 > H", "complete H > end e"),
    ),
    Row(
        id="boundary-error-code",
        element="boundaryEvent",
        zh="错误边界事件只接自己的错误代码",
        en="an error boundary event catches its own code only",
        model=in_p(
            service("W"), attached("X", "W", ERROR), attached("Y", "W", "<bpmn:errorEventDefinition/>"), user("H"),
            user("K"), flows="s>W; W>e; X>H; H>e; Y>K; K>e",
        ),
        story=("start > W X Y", "fail W E2 > K", "complete K > end e"),
    ),
    *(
        Row(
            id=f"boundary-escalation-{word}",
            element="boundaryEvent",
            zh=f"{zh}升级边界事件",
            en=f"{word} escalation boundary event",
            model=in_p(
                subprocess(
                    "SP", start("s2"), user("A"), throw("T", ESCALATION), user("B"), end("e2"),
                    flows="s2>A; A>T; T>B; B>e2",
                ),
                attached("X", "SP", ESCALATION, interrupting=word == "interrupting"),
                user("H"), end("e9"), flows="s>SP; SP>e; X>H; H>e9",
            ),
            story=story,
        )
        for word, zh, story in (
            ("interrupting", "中断", ("start > A SP X", "complete A > H", "complete H > end e9")),
            (
                "non-interrupting", "非中断",
                ("start > A SP X", "complete A > B H SP X", "complete H > B SP X", "complete B > end e"),
            ),
        )
    ),
    Row(
        id="boundary-cancel",
        element="boundaryEvent",
        zh="取消边界事件只能附着在事务上",
        en="a cancel boundary event on something that is no transaction",
        model=in_p(user("A"), attached("X", "A", CANCEL), user("H"), flows="s>A; A>e; X>H; H>e"),
        refusal=refused("ELEM-13", "X", "只能附着在事务子流程上", "a cancel event stands on a transaction only"),
    ),
    Row(
        id="boundary-compensate",
        element="boundaryEvent",
        zh="补偿边界事件：关联线连到的活动撤销已完成的工作",
        en="compensation boundary event: the activity that it is joined to undoes what was completed",
        model=in_p(
            user("A"), undone("A", "H"), user("B"), throw("T", COMPENSATE), user("Z"),
            flows="s>A; A>B; B>T; T>Z; Z>e",
        ),
        story=("start > A", "complete A > B", "complete B > H T", "complete H > Z", "complete Z > end e"),
    ),
    *(
        Row(
            id=f"boundary-{words}multiple-{word}",
            element="boundaryEvent",
            zh=f"{zh_kind}多重边界事件（{zh}）",
            en=f"{words.replace('-', ' ')}multiple boundary event, {word}",
            model=in_p(
                user("A"),
                element(
                    "boundaryEvent", "X", MESSAGE + SIGNAL, attachedToRef="A", parallelMultiple=flag,
                    cancelActivity=str(word == "interrupting").lower(),
                ),
                user("H"), end("e9"), flows="s>A; A>e; X>H; H>e9",
            ),
            story=_multiple_story(all_of=flag == "true", interrupting=word == "interrupting"),
        )
        for words, zh_kind, flag in (("", "", "false"), ("parallel-", "并行", "true"))
        for word, zh in (("interrupting", "中断"), ("non-interrupting", "非中断"))
    ),
    Row(
        id="boundary-on-nothing",
        element="boundaryEvent",
        zh="边界事件没有附着在任务上",
        en="a boundary event that is attached to nothing",
        model=in_p(user("A"), attached("X", "nowhere", MESSAGE), flows="s>A; A>e; X>e"),
        refusal=refused("ELEM-18", "X", "没有附着在同一流程的任务或子流程上", "is attached to no task or sub-process"),
    ),
)  # fmt: skip

ROWS = BOUNDARIES
