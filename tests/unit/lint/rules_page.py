"""Writes docs/LINT-RULES.md: every rule with what it asks for, and for ours an example and what is said about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from engine.errors import Problem
from engine.lint import lint_bundle
from engine.lint.kinds import KINDS, kind_of
from engine.lint.rules import RULES
from tests.unit.lint.rule_samples import FORMS, SAMPLES, Sample

PAGE = Path(__file__).parents[3] / "docs" / "LINT-RULES.md"
_SEVERITIES = {"error": "错误 · error", "warning": "警告 · warning", "info": "提示 · note"}
_LONGEST = 900  #: characters of an example; larger ones are told, not shown


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# 校验规则 · Rules of the checks before publishing"
    yield ""
    yield "由 `make lint-rules` 生成。错误不能发布，警告和提示可以。画图、REST、命令行和发布用同样的规则。"
    yield ""
    yield "Written by `make lint-rules`. Errors forbid publishing. Canvas, REST and command line ask the same."
    for kind, words in KINDS.items():
        rules = [rule for rule in RULES if kind_of(rule) == kind]
        if not rules:
            continue
        yield from ("", f"## {words.zh} · {words.en}", "", "| 规则 | 级别 | 要求 | Asks that |", "|---|---|---|---|")
        for rule in rules:
            told = RULES[rule]
            yield f"| {rule} | {_SEVERITIES[told.severity]} | {told.zh} | {told.en} |"
        for rule in rules:
            if rule in SAMPLES:
                yield from _example(rule, SAMPLES[rule])


def _example(rule: str, sample: Sample) -> Iterator[str]:
    problem = _finding(rule, sample)
    yield from ("", f"### {rule}", "", f"{problem.zh}", "", f"{problem.en}", "")
    if problem.path:
        yield from (f"路径 · path: `{' → '.join(problem.path)}`", "")
    if len(sample.bad) <= _LONGEST:
        yield from ("```xml", *_indented(sample.bad), "```")
    else:
        yield "见 see `tests/unit/lint/rule_samples.py`."


def _finding(rule: str, sample: Sample) -> Problem:
    found = lint_bundle(
        {"P1.bpmn": sample.file(sample.bad)},
        known_forms=FORMS,
        known_processes={"S4_APPROVE"},
        known_decisions={"D1_SEVERITY"},
        known_services={"number"},
    )
    return next(problem for problem in found if problem.rule == rule)


def _indented(body: str) -> list[str]:
    return re.sub(r"(?<=>)(?=<(?!/))", "\n", body).splitlines()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
