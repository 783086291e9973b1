"""Decisions: `decide` asks one decision table and says which row answered. Pure; knows no process and no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.decisions.tables import GRADES, TABLES, Grade, Input, Table
from engine.errors import InputRejected, NotFound

__all__ = ["Decision", "Grade", "UnknownDecision", "decide", "decision_ids", "grade", "grade_outputs"]


class UnknownDecision(NotFound):
    """There is no decision of this id. Facts: decision_id."""

    code = "unknown_decision"

    def __init__(self, decision_id: str) -> None:
        super().__init__(f"There is no decision {decision_id!r}.", decision_id=decision_id)
        self.zh = f"没有名为“{decision_id}”的决策表。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a table answered, and why."""

    decision_id: str
    version: int
    outputs: dict[str, object]
    matched: tuple[int, ...]  #: numbers of the rows that decided, from 1
    zh: str  #: "D1 第3行：…→ C 较重，…"
    en: str


def decision_ids() -> frozenset[str]:
    """Ids that `decide` knows; lint compares `cx:decision` with them."""
    return frozenset(TABLES)


def decide(decision_id: str, inputs: Mapping[str, object]) -> Decision:
    """Ask a table. `inputs` may hold more than the table reads; process data goes in as it is.

    Raises UnknownDecision; InputRejected when an input is missing, of the wrong type or not an allowed value.
    """
    if decision_id not in TABLES:
        raise UnknownDecision(decision_id)
    table = TABLES[decision_id]
    for wanted in table.inputs:
        _check(table, wanted, inputs)
    number, row = next((n, r) for n, r in enumerate(table.rows, start=1) if r.holds(inputs))
    return Decision(
        decision_id=table.id,
        version=table.version,
        outputs=row.outputs(inputs),
        matched=(number,),
        zh=f"{table.short} 第{number}行：{row.zh} → {row.result_zh}。",
        en=f"{table.short} row {number}: {row.en} -> {row.result_en}.",
    )


def grade(severity: str) -> Grade:
    """Label and limits of a severity A, B, C or D. Raises InputRejected."""
    if severity not in GRADES:
        raise InputRejected(
            f"没有“{severity}”级。",
            f"There is no severity {severity!r}.",
            field="severity",
            value=severity,
            allowed=list(GRADES),
        )
    return GRADES[severity]


def grade_outputs(severity: str) -> dict[str, object]:
    """The outputs of D1 for a severity that a person chose (改级) or that a relapse forces. Raises InputRejected."""
    return grade(severity).outputs(severity, to_p07=False)


def _check(table: Table, wanted: Input, inputs: Mapping[str, object]) -> None:
    value = inputs.get(wanted.name)
    match wanted.kind:
        case "text":
            fits = isinstance(value, str) and value in wanted.allowed
        case "flag":
            fits = isinstance(value, bool)
        case _:
            fits = isinstance(value, int) and not isinstance(value, bool) and wanted.lowest <= value <= wanted.highest
    if not fits:
        raise InputRejected(
            f"{table.short}的输入“{wanted.zh}”无效：{value!r}。",
            f"{table.short}: {value!r} is not a value for {wanted.name}.",
            field=wanted.name,
            value=value,
            allowed=list(wanted.allowed) or wanted.kind,
        )
