"""Test cases kept beside a model, `D1_SEVERITY.dmn.tests.json`: what goes in, what must come out, and by which rules.

    {"decision": "D1_SEVERITY", "cases": [
      {"name": "首次发生", "inputs": {"nature": "作风细节", …}, "expect": {"severity": "A", …}, "rules": [5]}]}

Dates and durations stand as FEEL writes them: {"@": "2026-12-01"}. `rules` may be left out. What most cases share may
stand once, in `given` beside `cases`; a case may name another decision of the model as its own `decision`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.decisions.dmn.errors import Mistake, ModelRejected
from engine.decisions.dmn.evaluation import Model, UnknownDecision
from engine.decisions.dmn.running import TableTrace
from engine.decisions.feel import FeelLimitExceeded, to_feel
from engine.decisions.feel.builtins.conversion import text_of
from engine.decisions.feel.run import MAX_STEPS
from engine.decisions.feel.temporal_text import parse_temporal
from engine.decisions.feel.values import Value, equal

SUFFIX = ".dmn.tests.json"
MAX_CASES = 2_000
MAX_STEPS_OF_ALL = 2 * MAX_STEPS
_TOO_LONG = ("没有运行：前面的用例已用完计算量", "was not run: the cases before it took too much")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """rules: numbers of the rules that must decide; None: any."""

    decision: str
    name: str
    inputs: Mapping[str, Value]
    expect: Value
    rules: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """zh, en: what came out instead; "" when the case holds. tables: every table that was asked, the last one last."""

    case: Case
    passed: bool
    value: Value
    rules: tuple[int, ...]
    zh: str = ""
    en: str = ""
    tables: tuple[TableTrace, ...] = ()


def read_cases(data: bytes) -> tuple[Case, ...]:
    """The cases of a file. Raises ModelRejected with every mistake in it."""
    try:
        document = json.loads(data, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise _rejected([("文件不是 JSON", "the file is no JSON")]) from None
    decision, cases = (document.get(key) for key in ("decision", "cases")) if isinstance(document, dict) else ("", None)
    if not isinstance(decision, str) or not isinstance(cases, list) or len(cases) > MAX_CASES:
        raise _rejected([("须有 decision 和 cases（列表）", 'a "decision" and a list of "cases" are needed')])
    mistakes = [told for number, case in enumerate(cases, 1) for told in _mistakes(number, case)]
    given = document.get("given", {})
    if not isinstance(given, dict):
        mistakes.append(("given 须为输入名和值", '"given" holds inputs by name'))
    if mistakes:
        raise _rejected(mistakes)
    return tuple(
        _case({"decision": decision, **case, "inputs": {**given, **case["inputs"]}}, number)
        for number, case in enumerate(cases, 1)
    )


def _rejected(told: Iterable[tuple[str, str]]) -> ModelRejected:
    return ModelRejected([Mistake(rule="DMN-30", element_id="", zh=zh, en=en) for zh, en in told])


def _mistakes(number: int, case: object) -> Iterable[tuple[str, str]]:
    place_zh, place_en = f"第 {number} 个用例", f"case {number}"
    if not isinstance(case, dict) or not isinstance(case.get("inputs"), dict) or "expect" not in case:
        yield f"{place_zh}须有 inputs 和 expect", f'{place_en} needs "inputs" and "expect"'
        return
    unknown = case.keys() - {"name", "decision", "inputs", "expect", "rules"}
    if unknown:
        names = ", ".join(sorted(map(str, unknown)))
        yield f"{place_zh}有不认识的项：{names}", f"{place_en} has unknown entries: {names}"
    rules = case.get("rules")
    if rules is not None and not (isinstance(rules, list) and all(type(rule) is int for rule in rules)):
        yield f"{place_zh}的 rules 须为行号列表", f'{place_en}: "rules" is a list of row numbers'
    if not isinstance(case.get("decision", ""), str):
        yield f"{place_zh}的 decision 须为决策的名称", f'{place_en}: "decision" is the name of a decision'


def _case(case: Mapping[str, Any], number: int) -> Case:
    rules = case.get("rules")
    return Case(
        decision=case["decision"],
        name=str(case.get("name") or number),
        inputs={str(name): read_value(value) for name, value in case["inputs"].items()},
        expect=read_value(case["expect"]),
        rules=tuple(rules) if rules is not None else None,
    )


def read_value(value: object) -> Value:
    """What JSON holds as a value of FEEL; dates and durations as {"@": "2026-12-01"}."""
    if isinstance(value, dict):
        if value.keys() == {"@"}:
            return parse_temporal(str(value["@"]))
        return {str(key): read_value(item) for key, item in value.items()}
    return [read_value(item) for item in value] if isinstance(value, list) else to_feel(value)


def run_cases(model: Model, cases: Sequence[Case], given: Mapping[str, Value] | None = None) -> tuple[CaseResult, ...]:
    """Ask the model for each case. Raises nothing: a case that cannot be asked has not passed, and says why.

    given: inputs that are there where a case does not bring its own.
    What all of them may take together is limited: whoever waits for the answer waits for seconds, not for minutes.
    """
    found: list[CaseResult] = []
    left = MAX_STEPS_OF_ALL
    for case in cases:
        result, steps = _run(model, case, given or {}) if left > 0 else (_failed(case, *_TOO_LONG), 0)
        found.append(result)
        left -= steps
    return tuple(found)


def _run(model: Model, case: Case, given: Mapping[str, Value]) -> tuple[CaseResult, int]:
    """The result, and how many steps it took."""
    try:
        result = model.decide(case.decision, {**given, **case.inputs})
    except UnknownDecision:
        return _failed(case, f"没有决策“{case.decision}”", f'there is no decision "{case.decision}"'), 0
    except FeelLimitExceeded as error:
        return _failed(case, error.zh, error.en), MAX_STEPS
    rules = result.tables[-1].matched if result.tables else ()
    zh, en = _difference(case, result.value, rules)
    told = CaseResult(case=case, passed=not zh, value=result.value, rules=rules, zh=zh, en=en, tables=result.tables)
    return told, result.steps


def _failed(case: Case, zh: str, en: str) -> CaseResult:
    return CaseResult(case=case, passed=False, value=None, rules=(), zh=zh, en=en)


def _difference(case: Case, value: Value, rules: tuple[int, ...]) -> tuple[str, str]:
    if equal(value, case.expect) is not True:
        wanted, given = text_of(case.expect, quoted=True), text_of(value, quoted=True)
        return f"应为 {wanted}，得到 {given}", f"{wanted} was expected, {given} came out"
    if case.rules is not None and rules != case.rules:
        wanted, given = _list(case.rules), _list(rules)
        return f"应由第 {wanted} 行决定，实为第 {given} 行", f"rows {wanted} were to decide, {given} did"
    return "", ""


def _list(rules: Sequence[int]) -> str:
    return ", ".join(map(str, rules)) or "—"
