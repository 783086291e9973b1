"""Names that mean nothing where they stand: an expression that asks for them gets null, and nobody is told."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from engine.decisions.dmn.model import Decision, DecisionTable, Definitions, LiteralExpression
from engine.decisions.feel import BUILTINS, FeelSyntaxError, parse, parse_unary_tests
from engine.decisions.feel.reads import reads


def unknown_names(definitions: Definitions, decision: Decision) -> Iterator[tuple[str, str, bool]]:
    """(element id, name, whether the model has something of that name) for each name a decision does not get.

    Looks into tables and literal expressions of decisions that draw what they require.
    """
    if not decision.inputs and not decision.decisions:
        return
    known = {*decision.inputs, *decision.decisions, *decision.knowledge, *(one.name for one in definitions.imports)}
    there = {*definitions.inputs, *definitions.decisions, *definitions.knowledge, *definitions.services}
    for element_id, names in _asked(decision, frozenset(there | known)):
        for name in names:
            if name not in known and name not in BUILTINS and name != "?":
                yield element_id, name, name in there


def _asked(decision: Decision, names: Collection[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    expression = decision.expression
    if isinstance(expression, LiteralExpression):
        yield expression.id or decision.id, _free(expression.text, names, tests=False)
    if isinstance(expression, DecisionTable):
        for clause in expression.inputs:
            yield clause.id or expression.id, _free(clause.expression, names, tests=False)
        for rule in expression.rules:
            cells = [_free(cell, names, tests=True) for cell in rule.inputs]
            cells += [_free(cell, names, tests=False) for cell in rule.outputs]
            yield rule.id or expression.id, tuple(dict.fromkeys(name for cell in cells for name in cell))


def _free(text: str, names: Collection[str], *, tests: bool) -> tuple[str, ...]:
    """Names that are not bound inside of the expression itself; what a filter asks of its items is left out."""
    if not text.strip() or text.strip() == "-":
        return ()
    try:
        node = parse_unary_tests(text, {*names, "?"}).tree if tests else parse(text, names).tree
    except FeelSyntaxError:
        return ()  # which is told elsewhere
    return tuple(dict.fromkeys(read.path[0] for read in reads(node) if read.is_sure))
