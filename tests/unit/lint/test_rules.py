"""Each rule is kept: what breaks it is found out, its mended twin is not; every rule is written down."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.errors import Problem
from engine.lint import lint_bundle
from engine.lint.kinds import KINDS, kind_of
from engine.lint.rules import RULES
from tests.unit.lint.rule_samples import FORMS, SAMPLES, Sample
from tests.unit.lint.rules_page import PAGE, page

ROOT = Path(__file__).parents[3]
OURS = re.compile(r"(CX|DATA|FLOW|ATTR|SOUND|LOOP|FAIR|SCRIPT|TIME)-")
_NAMED = re.compile(r'"((?:XML|XSD|PARSE|ELEM|DATA|CX|FLOW|ATTR|SOUND|LOOP|FAIR|SCRIPT|TIME|DES|DMN)-\d\d)"')


def lint(sample: Sample, body: str) -> tuple[Problem, ...]:
    return lint_bundle(
        {"P1.bpmn": sample.file(body)},
        known_forms=FORMS,
        known_processes={"S4_APPROVE"},
        known_decisions={"D1_SEVERITY"},
        known_services={"number"},
    )


@pytest.mark.parametrize("rule", sorted(SAMPLES))
def test_what_breaks_a_rule_is_found_and_its_mended_twin_is_not(rule: str):
    sample = SAMPLES[rule]
    found = [problem for problem in lint(sample, sample.bad) if problem.rule == rule]

    assert found
    assert {problem.severity for problem in found} == {RULES[rule].severity}
    assert rule not in {problem.rule for problem in lint(sample, sample.mended)}


@pytest.mark.parametrize("rule", sorted(SAMPLES))
def test_a_finding_names_the_element_and_the_remedy_in_both_languages(rule: str):
    problem = next(p for p in lint(SAMPLES[rule], SAMPLES[rule].bad) if p.rule == rule)

    assert problem.element_id
    if problem.rule.partition("-")[0] not in {
        "SCRIPT",
        "DATA",
    }:  # these tell the place in the text; the name goes beside it
        assert (problem.element_name or problem.element_id) in problem.zh
    assert re.search("[\u4e00-\u9fff]", problem.zh)
    assert not re.search("[\u4e00-\u9fff]", re.sub(r'"[^"]*"', "", problem.en))
    assert "Traceback" not in problem.zh + problem.en


def test_every_rule_of_ours_has_a_sample():
    assert {rule for rule in RULES if OURS.match(rule)} == set(SAMPLES)


def test_every_rule_that_something_speaks_of_is_listed_and_every_listed_one_is_spoken_of():
    named = {
        rule
        for path in sorted((ROOT / "engine").rglob("*.py"))
        if path.name != "rules.py"
        for rule in _NAMED.findall(path.read_text(encoding="utf-8"))
    }
    assert named == set(RULES)


def test_every_rule_belongs_to_a_group():
    assert {kind_of(rule) for rule in RULES} <= set(KINDS) - {"other"}


def test_the_page_of_the_rules_is_the_one_that_is_written_from_them():
    assert PAGE.read_text(encoding="utf-8") == page(), "make lint-rules writes it anew"
