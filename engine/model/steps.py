"""The steps of a process as people count them: fewer than its nodes, in the order in which a case goes through them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.model.process import FlowNode, ProcessInfo

Status = Literal["done", "now", "todo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessStep:
    """One step. `number` is what the rules call it, "第 4 步"."""

    number: int
    node_id: str
    name: str
    name_en: str
    short: str = ""  #: at most four characters, for small drawings; "" where nobody has named one


#: domain.md §2 and §3: the steps with their short names; some of them the engine does itself. Nobody goes through the
#: tasks of S2 and S4 one after the other, so these are not counted.
_COUNTED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "S1_RECTIFY": (
        ("GRADE", "定级"),
        ("S1_T2", "下发"),
        ("S1_T3", "指定"),
        ("S1_T4", "签收"),
        ("S1_T5", "整改"),
        ("S1_T6", "审核"),
        ("S1_T7", "核验"),
        ("S1_T8", "反馈"),
        ("CLOSE", "销号"),
        ("S1_T10", "回头看"),
    ),
    "P01_LEAD": (
        ("P01_T1", "清单"),
        ("P01_T2", "审定"),
        ("P01_T3", "生成"),
        ("P01_T4", "签订"),
        ("P01_T5", "会签"),
        ("P01_T6", "内签"),
        ("P01_T7", "备案"),
    ),
    "P02_PUSH": (
        ("P02_T1", "方案"),
        ("P02_T2", "听意见"),
        ("P02_T3", "梳理"),
        ("P02_T4", "开会"),
        ("P02_T5", "交办"),
        ("P02_T6", "报备"),
        ("P02_T7", "审核"),
    ),
    "S2_LADDER": (),
    "S4_APPROVE": (),
}


def steps_of(info: ProcessInfo) -> tuple[ProcessStep, ...]:
    """The steps of a process: as its rules count them, else its user tasks in the order of the drawing.

    A counted step that a newer drawing has no node for is left out and keeps its number.
    """
    counted = _COUNTED.get(info.key)
    if counted is None:
        nodes = [node for node in info.nodes.values() if node.type == "userTask" and node.process in {"", info.key}]
        return tuple(_step(number, node, "") for number, node in enumerate(nodes, start=1))
    return tuple(
        _step(number, info.nodes[node_id], short)
        for number, (node_id, short) in enumerate(counted, start=1)
        if node_id in info.nodes
    )


def standing_of(
    steps: Sequence[ProcessStep], *, completed: Collection[str], current: Collection[str]
) -> tuple[tuple[ProcessStep, Status], ...]:
    """Where a case stands. completed: nodes that a token has ever completed; current: nodes that wait now.

    What lies behind the first waiting step is still to come, even where the case was there before it was sent back.
    A step that the case has passed without doing it is left out: it was not needed. A case that goes another way, on
    which nothing is counted (a change of post in P01), has none.
    """
    if current and not {step.node_id for step in steps} & {*completed, *current}:
        return ()
    waiting = [index for index, step in enumerate(steps) if step.node_id in current]
    here = waiting[0] if waiting else len(steps) if not current else _after_last(steps, completed)
    standing: list[tuple[ProcessStep, Status]] = []
    for index, step in enumerate(steps):
        if step.node_id in current:
            standing.append((step, "now"))
        elif index >= here:
            standing.append((step, "todo"))
        elif step.node_id in completed:
            standing.append((step, "done"))
    return tuple(standing)


def _after_last(steps: Sequence[ProcessStep], completed: Collection[str]) -> int:
    """The case waits at a node that is no step, such as a timer: everything done so far lies before it."""
    return max((index + 1 for index, step in enumerate(steps) if step.node_id in completed), default=0)


def _step(number: int, node: FlowNode, short: str) -> ProcessStep:
    return ProcessStep(number=number, node_id=node.id, name=node.name, name_en=node.name_en, short=short)
