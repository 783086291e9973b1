"""Boxed expressions: tables, contexts, lists, functions and the others, from XML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from lxml import etree

from engine.decisions.dmn.errors import Mistake, ModelRejected
from engine.decisions.dmn.model import (
    Boxed,
    Conditional,
    ContextEntry,
    ContextExpression,
    DecisionTable,
    FilterExpression,
    FunctionExpression,
    InputClause,
    Invocation,
    IteratorExpression,
    ListExpression,
    LiteralExpression,
    OutputClause,
    Parameter,
    Relation,
    Rule,
)
from engine.decisions.dmn.xml import children, first, foreign, local, text_in, type_ref

_NOTHING = LiteralExpression(text="null")


def read_boxed(holder: etree._Element) -> Boxed | None:
    """The expression inside of `holder`; None where there is none."""
    for child in holder.iterchildren("*"):
        reader = _READERS.get(local(child))
        if reader is not None:
            return reader(child)
    return None


def _needed(holder: etree._Element | None) -> Boxed:
    found = read_boxed(holder) if holder is not None else None
    return found if found is not None else _NOTHING


def _literal(element: etree._Element) -> LiteralExpression:
    return LiteralExpression(id=element.get("id", ""), text=text_in(element, "text"), type=type_ref(element))


def _table(element: etree._Element) -> DecisionTable:
    policy = element.get("hitPolicy", "UNIQUE")
    if policy not in {"UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT"}:
        zh, en = f"没有命中策略“{policy[:20]}”", f'there is no hit policy "{policy[:20]}"'
        raise ModelRejected([Mistake(rule="DMN-07", element_id=element.get("id", ""), zh=zh, en=en)])
    return DecisionTable(
        id=element.get("id", ""),
        hit_policy=cast("Any", policy),
        aggregation=cast("Any", element.get("aggregation", "")),
        inputs=tuple(_input_clause(one) for one in children(element, "input")),
        outputs=tuple(_output_clause(one) for one in children(element, "output")),
        rules=tuple(_rule(number, one) for number, one in enumerate(children(element, "rule"), 1)),
        annotations=tuple(one.get("name", "") for one in children(element, "annotation")),
    )


def _tests_in(element: etree._Element, name: str) -> str:
    values = first(element, name)
    return text_in(values, "text") if values is not None else ""


def _input_clause(element: etree._Element) -> InputClause:
    expression = first(element, "inputExpression")
    text = text_in(expression, "text") if expression is not None else ""
    return InputClause(
        id=element.get("id", ""),
        foreign=foreign(element),
        label=element.get("label", "") or text,
        expression=text,
        type=type_ref(expression) if expression is not None else "",
        allowed=_tests_in(element, "inputValues"),
    )


def _output_clause(element: etree._Element) -> OutputClause:
    default = first(element, "defaultOutputEntry")
    return OutputClause(
        id=element.get("id", ""),
        foreign=foreign(element),
        name=" ".join(element.get("name", "").split()),
        label=element.get("label", "") or element.get("name", ""),
        type=type_ref(element),
        allowed=_tests_in(element, "outputValues"),
        default=text_in(default, "text") if default is not None else "",
    )


def _rule(number: int, element: etree._Element) -> Rule:
    return Rule(
        id=element.get("id", ""),
        foreign=foreign(element),
        number=number,
        inputs=tuple(text_in(one, "text") or "-" for one in children(element, "inputEntry")),
        outputs=tuple(text_in(one, "text") for one in children(element, "outputEntry")),
        annotations=_annotations(element),
    )


def _annotations(rule: etree._Element) -> tuple[str, ...]:
    """The annotation columns; before version 1.2, the description of the rule."""
    entries = tuple(text_in(one, "text") for one in children(rule, "annotationEntry"))
    description = text_in(rule, "description")
    return entries or ((description,) if description else ())


def _context(element: etree._Element) -> ContextExpression:
    entries = []
    for entry in children(element, "contextEntry"):
        variable = first(entry, "variable")
        name = " ".join(variable.get("name", "").split()) if variable is not None else ""
        kind = type_ref(variable) if variable is not None else ""
        entries.append(ContextEntry(name=name, type=kind, expression=_needed(entry)))
    return ContextExpression(id=element.get("id", ""), entries=tuple(entries))


def _relation(element: etree._Element) -> Relation:
    rows = []
    for row in children(element, "row"):
        cells = (_READERS[local(cell)](cell) for cell in row.iterchildren("*") if local(cell) in _READERS)
        rows.append(tuple(cells))
    columns = tuple(" ".join(column.get("name", "").split()) for column in children(element, "column"))
    return Relation(id=element.get("id", ""), columns=columns, rows=tuple(rows))


def _list(element: etree._Element) -> ListExpression:
    items = tuple(_READERS[local(item)](item) for item in element.iterchildren("*") if local(item) in _READERS)
    return ListExpression(id=element.get("id", ""), items=items)


def _invocation(element: etree._Element) -> Invocation:
    called = first(element, "literalExpression")
    bindings: dict[str, Boxed] = {}
    for binding in children(element, "binding"):
        parameter = first(binding, "parameter")
        bindings[" ".join(parameter.get("name", "").split()) if parameter is not None else ""] = _needed(binding)
    text = text_in(called, "text") if called is not None else ""
    return Invocation(id=element.get("id", ""), function=text, bindings=bindings)


def read_function(element: etree._Element) -> FunctionExpression:
    """A function definition, also the logic of a business knowledge model."""
    parameters = tuple(
        Parameter(name=" ".join(one.get("name", "").split()), type=type_ref(one))
        for one in children(element, "formalParameter")
    )
    kind = element.get("kind", "FEEL")
    return FunctionExpression(
        id=element.get("id", ""), parameters=parameters, body=read_boxed(element), kind=kind.split(":")[-1]
    )


def _conditional(element: etree._Element) -> Conditional:
    return Conditional(
        id=element.get("id", ""),
        condition=_needed(first(element, "if")),
        then=_needed(first(element, "then")),
        otherwise=_needed(first(element, "else")),
    )


def _filter(element: etree._Element) -> FilterExpression:
    return FilterExpression(
        id=element.get("id", ""), source=_needed(first(element, "in")), match=_needed(first(element, "match"))
    )


def _iterator(element: etree._Element) -> IteratorExpression:
    word = local(element)
    return IteratorExpression(
        id=element.get("id", ""),
        word=cast("Any", word),
        variable=" ".join(element.get("iteratorVariable", "").split()),
        source=_needed(first(element, "in")),
        body=_needed(first(element, "return" if word == "for" else "satisfies")),
    )


_READERS: Mapping[str, Callable[[etree._Element], Boxed]] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "relation": _relation,
    "list": _list,
    "invocation": _invocation,
    "functionDefinition": read_function,
    "conditional": _conditional,
    "filter": _filter,
    "for": _iterator,
    "every": _iterator,
    "some": _iterator,
}
