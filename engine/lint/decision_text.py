"""What is wrong with the text of a decision and its test cases, and what an analyst sees of it while editing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.decisions.dmn.cases import SUFFIX, CaseResult
from engine.decisions.dmn.model import Decision, DecisionTable, Definitions, InputClause, InputData, OutputClause
from engine.decisions.feel import FeelSyntaxError, parse_unary_tests, tree
from engine.decisions.parameters import PARAMS
from engine.decisions.words import english, label_of
from engine.errors import Problem
from engine.lint.decisions import CheckedDecisions
from engine.model.declared_words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """An input or output of a decision. options: texts that are allowed, () for any."""

    name: str
    label: Words
    type: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncovered:
    """A rule that no test case reaches."""

    decision: str
    rule: int
    rule_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionShape:
    """A decision of a model: what it is asked, with the inputs of the decisions that it requires, and what it gives."""

    id: str
    name: Words
    inputs: tuple[Field, ...]
    outputs: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """problems: of the model and of the cases. decisions: () where the model cannot be run."""

    problems: tuple[Problem, ...]
    decisions: tuple[DecisionShape, ...] = ()
    results: tuple[CaseResult, ...] = ()
    uncovered: tuple[Uncovered, ...] = ()


def checked_text(found: CheckedDecisions, *, key: str, file: str) -> Checked:
    """What was found about a model and its cases. key: the decision that it is for."""
    cases_file = cases_of(file)
    problems = [one for one in found.problems if one.file in {file, cases_file}]
    model = found.models.get(file)
    if model is None:
        return Checked(problems=tuple(problems))
    results = tuple(one.result for one in found.cases if one.file == cases_file)
    problems += _without_key(model.definitions, key, file)
    if not results and not any(one.file == cases_file for one in problems):
        problems.append(_without_cases(file))
    return Checked(
        problems=tuple(problems),
        decisions=shapes(model.definitions),
        results=results,
        uncovered=tuple(_uncovered(model.definitions, results)),
    )


def cases_of(file: str) -> str:
    """The file of test cases beside a model."""
    return file.removesuffix(".dmn") + SUFFIX


def shapes(definitions: Definitions) -> tuple[DecisionShape, ...]:
    """The decisions of a model, those that others require last."""
    required = {name for one in definitions.decisions.values() for name in one.decisions}
    ordered = sorted(definitions.decisions.values(), key=lambda one: one.name in required)
    return tuple(_shape(definitions, one) for one in ordered)


def clause_label(clause: InputClause | OutputClause, otherwise: Words | None = None) -> Words:
    """What people call a column; a result without a name is called as its decision."""
    zh = clause.label or (clause.name if isinstance(clause, OutputClause) else clause.expression)
    if not zh and otherwise is not None:
        return otherwise
    return Words(zh=zh, en=english(clause, "label") or zh)


def _without_key(definitions: Definitions, key: str, file: str) -> Iterator[Problem]:
    if any(one.id == key for one in definitions.decisions.values()):
        return
    yield Problem(
        rule="DES-02",
        file=file,
        zh=f"文件中没有决策 {key}。请把决策的编号改回 {key}；要做另一个决策，请新建草稿。",
        en=f"There is no decision {key} in it. Give the decision its id {key} back; for another begin a new draft.",
    )


def _without_cases(file: str) -> Problem:
    return Problem(
        rule="DES-04",
        severity="warning",
        file=file,
        zh="没有测试用例。请为每一行和每个边界各写一个用例。",
        en="There is no test case. Write one for each rule and each boundary.",
    )


def _uncovered(definitions: Definitions, results: Sequence[CaseResult]) -> Iterator[Uncovered]:
    reached = {(trace.decision, number) for one in results for trace in one.tables for number in trace.matched}
    for decision in _asked(definitions, {one.case.decision for one in results}):
        if isinstance(decision.expression, DecisionTable):
            for rule in decision.expression.rules:
                if (decision.name, rule.number) not in reached:
                    yield Uncovered(decision=decision.name, rule=rule.number, rule_id=rule.id)


def _asked(definitions: Definitions, keys: set[str]) -> Iterator[Decision]:
    """The decisions of these names or ids, and those that they require."""
    waiting, known = [definitions.decision(key) for key in sorted(keys)], set()
    while waiting:
        decision = waiting.pop(0)
        if decision is None or decision.name in known:
            continue
        known.add(decision.name)
        yield decision
        waiting += [definitions.decisions.get(name) for name in decision.decisions]


def _shape(definitions: Definitions, decision: Decision) -> DecisionShape:
    inputs: dict[str, Field] = {}
    for one in _asked(definitions, {decision.name}):
        clauses = {c.expression: c for c in one.expression.inputs} if isinstance(one.expression, DecisionTable) else {}
        for name in one.inputs:
            if name == PARAMS:
                continue  # they come by themselves
            declared = definitions.inputs.get(name)
            found = _input(name, declared, clauses.get(name))
            if name not in inputs or found.options:
                inputs[name] = found
    told = label_of(decision)
    words = Words(zh=told.zh, en=told.en)
    outputs = tuple(_outputs(decision, words))
    return DecisionShape(id=decision.id, name=words, inputs=tuple(inputs.values()), outputs=outputs)


def _input(name: str, declared: InputData | None, clause: InputClause | None) -> Field:
    kind = declared.type if declared is not None else ""
    if clause is None:
        told = label_of(declared) if declared is not None else None
        return Field(name=name, label=Words(zh=told.zh, en=told.en) if told else Words(zh=name, en=name), type=kind)
    return Field(name=name, label=clause_label(clause), type=clause.type or kind, options=_options(clause.allowed))


def _outputs(decision: Decision, words: Words) -> Iterator[Field]:
    if not isinstance(decision.expression, DecisionTable):
        yield Field(name="", label=words, type=decision.type)
        return
    several = len(decision.expression.outputs) > 1
    for one in decision.expression.outputs:
        name = one.name if several else ""
        yield Field(name=name, label=clause_label(one, words), type=one.type, options=_options(one.allowed))


def _options(allowed: str) -> tuple[str, ...]:
    """Texts that are listed one by one; () for anything else."""
    try:
        tests = parse_unary_tests(allowed or "-").tree
    except FeelSyntaxError:
        return ()
    texts = []
    for test in tests.tests:
        node = test.operand
        if test.sign is not None or not isinstance(node, tree.Literal) or not isinstance(node.value, str):
            return ()
        texts.append(node.value)
    return () if tests.negated else tuple(texts)
