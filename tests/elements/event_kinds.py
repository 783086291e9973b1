"""The kinds of events: how their definitions are written, and how each is made to happen in a story."""

from __future__ import annotations

from dataclasses import dataclass

from engine.model.schedule import LANGUAGE
from tests.elements.drawing import bpmn
from tests.unit.workflow.models import ERROR, ESCALATION, MESSAGE, SIGNAL, TERMINATE, conditional, cycle, date, duration

COMPENSATE = "<bpmn:compensateEventDefinition/>"
CANCEL = "<bpmn:cancelEventDefinition/>"


@dataclass(frozen=True, slots=True)
class Kind:
    zh: str
    definition: str
    happens: str = ""  #: the deed that fires the event at `{node}`; empty: something inside must throw it


KINDS = {
    "message": Kind("消息", MESSAGE, "message msg.one"),
    "signal": Kind("信号", SIGNAL, "signal sig.one"),
    "timer": Kind("定时", duration("P1D"), "fire {node}"),
    "conditional": Kind("条件", conditional("x"), "set x=True"),
    "error": Kind("错误", ERROR),
    "escalation": Kind("升级", ESCALATION),
    "compensate": Kind("补偿", COMPENSATE),
    "cancel": Kind("取消", CANCEL),
    "terminate": Kind("终止", TERMINATE),
}
TIMERS = {
    "date": ("日期", date("2026-12-09T09:00:00+08:00")),
    "duration": ("时长", duration("P1M")),
    "cycle": ("周期", cycle("R3/PT1H")),
    "date-expression": ("由表达式算出的日期", date("due")),
}


def schedule(rule: str) -> str:
    """A rule of the working-day calendar, by which a process begins."""
    said = f'xsi:type="bpmn:tFormalExpression" language="{LANGUAGE}"'
    return f"<bpmn:timerEventDefinition><bpmn:timeCycle {said}>{rule}</bpmn:timeCycle></bpmn:timerEventDefinition>"


def link(name: str) -> str:
    return bpmn("linkEventDefinition", name=name)
