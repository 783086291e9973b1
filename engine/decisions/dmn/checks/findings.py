"""The findings about a model: what is left open, what overlaps, what never answers, what does not fit its type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Literal

from engine.decisions.dmn.checks.alternatives import Boxes, boxes_of
from engine.decisions.dmn.checks.coverage import Box, TooMuch, box_of, common, gaps
from engine.decisions.dmn.checks.names import unknown_names
from engine.decisions.dmn.checks.segments import Column, Opaque, read_cell
from engine.decisions.dmn.model import Decision, DecisionTable, Definitions
from engine.decisions.feel import FeelSyntaxError, parse_unary_tests
from engine.decisions.feel.types import SIMPLE, Type
from engine.decisions.feel.values import Value, kind_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """rule: DMN-20 …; element_id: of the table or rule; decision: its name; column: of the cell of a rule, else 0."""

    rule: str
    severity: Literal["error", "warning", "info"]
    element_id: str
    decision: str
    zh: str
    en: str
    column: int = 0


def check_model(definitions: Definitions, given: Mapping[str, Value] | None = None) -> tuple[Finding, ...]:
    """Everything worth knowing about the tables of a model that can be run, decision by decision.

    given: inputs whose values are known beforehand, as those of parameters: cells that name them are looked through.
    """
    found: list[Finding] = []
    names = frozenset((*definitions.inputs, *definitions.decisions, *definitions.knowledge, *definitions.services))
    for decision in definitions.decisions.values():
        if isinstance(decision.expression, DecisionTable):
            found += _table(decision, decision.expression, names, given or {})
            found += _unused_inputs(decision, decision.expression)
        found += _unknown_names(definitions, decision)
    found += _unused_data(definitions)
    return tuple(found)


def _table(
    decision: Decision, table: DecisionTable, names: frozenset[str], given: Mapping[str, Value]
) -> Iterator[Finding]:
    yield from _types(decision, table)
    if not table.rules:
        yield _found("DMN-20", "error", table.id, decision, "没有规则", "has no rules")
        return
    try:
        boxes = boxes_of(table, names, given)
    except (Opaque, FeelSyntaxError):
        yield _found(
            "DMN-21", "info", table.id, decision,
            "有的条件要到运行时才能判断，无法事先检查遗漏和重叠",
            "has conditions that are only known when it runs: gaps and overlaps cannot be told beforehand",
        )  # fmt: skip
        return
    try:
        yield from _gaps(decision, table, boxes)
        yield from _silent(decision, table, boxes)
    except TooMuch:
        yield _found(
            "DMN-22",
            "info",
            table.id,
            decision,
            "组合过多，没有查完遗漏",
            "has too many combinations to find every gap",
        )
    yield from _overlaps(decision, table, boxes)


def _gaps(decision: Decision, table: DecisionTable, boxes: Boxes) -> Iterator[Finding]:
    if any(output.default for output in table.outputs) or table.hit_policy == "COLLECT":
        return
    for box in gaps(boxes.columns, range(len(boxes.rules))):
        zh, en = _told(table, boxes.columns, box)
        yield _found("DMN-23", "warning", table.id, decision, f"没有规则适用于：{zh}", f"has no rule for {en}")


def _silent(decision: Decision, table: DecisionTable, boxes: Boxes) -> Iterator[Finding]:
    """Rules that never answer: nothing meets their conditions, or earlier ones always do before them."""
    for place, rule in enumerate(table.rules):
        possible = [box for box in (box_of(boxes.columns, one) for one in boxes.of(place)) if all(box)]
        earlier = boxes.before(place)
        if not possible:
            zh, en = f"第 {rule.number} 行永远不会满足", f"row {rule.number} can never match"
            yield _found("DMN-24", "warning", rule.id or table.id, decision, zh, en)
        elif table.hit_policy == "FIRST" and place:
            if any(next(gaps(boxes.columns, earlier, box), None) is not None for box in possible):
                continue
            zh = f"第 {rule.number} 行永远轮不到：前面的行已全部覆盖"
            en = f"row {rule.number} is never reached: rows before it take everything"
            yield _found("DMN-24", "warning", rule.id or table.id, decision, zh, en)


def _overlaps(decision: Decision, table: DecisionTable, boxes: Boxes) -> Iterator[Finding]:
    """Where two rules of a table that allows one answer both match, and disagree."""
    if table.hit_policy not in {"UNIQUE", "ANY"}:
        return
    accepted = [[box_of(boxes.columns, one) for one in boxes.of(place)] for place in range(len(table.rules))]
    for (place, rule), (other_place, other) in combinations(enumerate(table.rules), 2):
        if table.hit_policy == "ANY" and rule.outputs == other.outputs:
            continue
        meeting = (common(one, another) for one, another in product(accepted[place], accepted[other_place]))
        both = next((box for box in meeting if box is not None), None)
        if both is None:
            continue
        zh, en = _told(table, boxes.columns, both)
        pair = f"{rule.number}、{other.number}"
        yield _found(
            "DMN-25", "error", other.id or table.id, decision,
            f"第 {pair} 行重叠：{zh}", f"rows {rule.number} and {other.number} overlap: {en}",
        )  # fmt: skip


def _told(table: DecisionTable, columns: Sequence[Column], box: Box) -> tuple[str, str]:
    """One example of a box, for people; columns that do not matter are left out."""
    zh, en = [], []
    for clause, column, pieces in zip(table.inputs, columns, box, strict=False):
        if pieces == column.domain or not pieces:
            continue
        words = [column.pieces[piece].told() for piece in sorted(pieces)[:3]]
        more = " …" if len(pieces) > 3 else ""
        zh.append(f"{clause.label} 为 {'、'.join(word for word, _ in words)}{more}")
        en.append(f"{clause.label} is {' or '.join(word for _, word in words)}{more}")
    return "，".join(zh) or "任意值", ", ".join(en) or "any values"


def _types(decision: Decision, table: DecisionTable) -> Iterator[Finding]:
    """Values in cells that are not of the type of their column."""
    for place, clause in enumerate(table.inputs):
        if clause.type not in SIMPLE or clause.type == "Any":
            continue
        wanted = Type(clause.type)
        for rule in table.rules:
            for value in _values(rule.inputs[place]):
                if value is None or wanted.accepts(value):
                    continue
                kind = kind_of(value)
                zh = f"第 {rule.number} 行“{clause.label}”应为 {clause.type}，写的是 {kind}"
                en = f'row {rule.number}, "{clause.label}" must be a {clause.type}, not a {kind}'
                yield _found("DMN-26", "error", rule.id or table.id, decision, zh, en, column=place + 1)


def _values(text: str) -> Iterator[object]:
    try:
        cell = read_cell(parse_unary_tests(text, {"?"}).tree)
    except (Opaque, FeelSyntaxError):
        return
    for one in cell.ranges or ():
        yield from (one.start,) if one.start is one.end else (one.start, one.end)


def _unused_inputs(decision: Decision, table: DecisionTable) -> Iterator[Finding]:
    """Columns that no rule asks about."""
    for place, clause in enumerate(table.inputs):
        if table.rules and all(rule.inputs[place].strip() in {"", "-"} for rule in table.rules):
            if any(clause.expression and clause.expression in cell for rule in table.rules for cell in rule.inputs):
                continue
            zh, en = f"“{clause.label}”一列没有任何条件", f'no rule asks about "{clause.label}"'
            yield _found("DMN-27", "warning", clause.id or table.id, decision, zh, en)


def _unused_data(definitions: Definitions) -> Iterator[Finding]:
    """Input data that nothing is connected to."""
    if any(not one.inputs and not one.decisions for one in definitions.decisions.values()):
        return  # who draws no requirements sees everything
    used = {name for one in definitions.decisions.values() for name in one.inputs}
    used |= {name for one in definitions.services.values() for name in one.inputs}
    for data in definitions.inputs.values():
        if data.name not in used:
            label = data.label or data.name
            zh, en = f"输入“{label}”没有连到任何决策", f'the input "{label}" is connected to no decision'
            yield Finding(rule="DMN-28", severity="warning", element_id=data.id, decision="", zh=zh, en=en)


def _unknown_names(definitions: Definitions, decision: Decision) -> Iterator[Finding]:
    for element_id, name, exists in unknown_names(definitions, decision):
        zh, en = f"用到的“{name}”没有连到本决策", f'uses "{name}", which is not connected to it'
        if not exists:
            zh, en = f"用到的“{name}”不存在", f'uses "{name}", which does not exist'
        yield _found("DMN-29", "error", element_id or decision.id, decision, zh, en)


def _found(
    rule: str,
    severity: Literal["error", "warning", "info"],
    element_id: str,
    decision: Decision,
    zh: str,
    en: str,
    *,
    column: int = 0,
) -> Finding:
    name = decision.name
    return Finding(
        rule=rule,
        severity=severity,
        element_id=element_id,
        decision=name,
        zh=f"“{name}”{zh}",
        en=f'"{name}" {en}',
        column=column,
    )
