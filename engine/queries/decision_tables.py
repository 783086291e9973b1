"""Decisions as plain tables: what a published or drafted one says, for whoever reads it without an editor."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.decisions.answers import Told
from engine.decisions.dmn import ModelRejected, read_model
from engine.decisions.dmn.model import Decision, DecisionTable, LiteralExpression
from engine.decisions.words import label_of, rule_words
from engine.lint.decision_text import clause_label
from engine.model.declared_words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumn:
    """A condition or result. allowed: as written, "" for any value."""

    label: Words
    name: str
    type: str
    allowed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One rule. note: what it says in words."""

    id: str
    number: int
    conditions: tuple[str, ...]
    results: tuple[str, ...]
    note: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionText:
    """One decision of a file. policy: as DMN names it, with its aggregation; "" where it is no table. text: FEEL."""

    id: str
    name: Words
    question: str
    description: str
    policy: str
    conditions: tuple[TableColumn, ...] = ()
    results: tuple[TableColumn, ...] = ()
    rows: tuple[TableRow, ...] = ()
    text: str = ""


def read_decisions(content: bytes) -> tuple[DecisionText, ...]:
    """Every decision of a file, those that others require last; () for what is no model."""
    try:
        definitions = read_model(content)
    except ModelRejected:
        return ()
    required = {name for one in definitions.decisions.values() for name in one.decisions}
    ordered = sorted(definitions.decisions.values(), key=lambda one: one.name in required)
    return tuple(_decision(one) for one in ordered)


def _decision(decision: Decision) -> DecisionText:
    expression = decision.expression
    head = DecisionText(
        id=decision.id,
        name=_words(label_of(decision)),
        question=decision.question,
        description=decision.description,
        policy="",
        text=expression.text if isinstance(expression, LiteralExpression) else "",
    )
    return _with_table(head, expression) if isinstance(expression, DecisionTable) else head


def _with_table(head: DecisionText, table: DecisionTable) -> DecisionText:
    return replace(
        head,
        policy=f"{table.hit_policy} {table.aggregation}".strip(),
        conditions=tuple(
            TableColumn(label=clause_label(one), name=one.expression, type=one.type, allowed=one.allowed)
            for one in table.inputs
        ),
        results=tuple(
            TableColumn(label=clause_label(one, head.name), name=one.name, type=one.type, allowed=one.allowed)
            for one in table.outputs
        ),
        rows=tuple(
            TableRow(
                id=rule.id,
                number=rule.number,
                conditions=rule.inputs,
                results=rule.outputs,
                note=_words(rule_words(table, rule)),
            )
            for rule in table.rules
        ),
    )


def _words(told: Told) -> Words:
    return Words(zh=told.zh, en=told.en)
