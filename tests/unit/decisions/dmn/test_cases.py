"""Test cases kept beside a model."""

from __future__ import annotations

import json

import pytest

from engine.decisions.dmn import ModelRejected
from engine.decisions.dmn import cases as cases_module
from engine.decisions.dmn.cases import read_cases, run_cases
from engine.decisions.feel import to_feel
from tests.unit.decisions.dmn.drawn import a_model, an_input, decision, literal, of_table


def a_file(*cases: object, decision: object = "d", **more: object) -> bytes:
    return json.dumps({"decision": decision, **more, "cases": list(cases)}).encode()


@pytest.mark.parametrize(
    ("case", "told"),
    [
        ({"inputs": {"x": 3}, "expect": 1}, ""),
        ({"inputs": {"x": 3}, "expect": 1, "rules": [1]}, ""),
        ({"inputs": {"x": 3}, "expect": 2}, "2 was expected, 1 came out"),
        ({"inputs": {"x": 3}, "expect": 1, "rules": [2]}, "rows 2 were to decide, 1 did"),
        ({"inputs": {"x": 30}, "expect": None}, "null was expected, 2 came out"),
        ({"inputs": {"x": {"@": "2026-12-01"}}, "expect": None}, ""),
    ],
)
def test_a_case_says_what_came_out_instead(case, told):
    (result,) = run_cases(of_table("< 10 => 1", ">= 10 => 2"), read_cases(a_file(case)))

    assert (result.en, result.passed) == (told, not told)
    assert bool(result.zh) is not result.passed


def test_a_case_for_a_decision_that_is_not_there_has_not_passed():
    (result,) = run_cases(of_table("- => 1"), read_cases(a_file({"inputs": {}, "expect": 1}, decision="other")))

    assert (result.passed, result.en) == (False, 'there is no decision "other"')


def test_cases_share_what_is_given_and_may_ask_other_decisions():
    model = a_model(
        an_input("x"), an_input("y"), decision("d", literal("x + y"), inputs="x,y"), decision("e", literal("7"))
    )
    cases = read_cases(
        a_file(
            {"inputs": {"x": 1}, "expect": 6},
            {"inputs": {"x": 1, "y": 1}, "expect": 2},
            {"inputs": {}, "expect": 7, "decision": "e"},
            given={"y": 5},
        )
    )

    assert [one.passed for one in run_cases(model, cases)] == [True, True, True]


def test_what_is_given_stands_in_where_a_case_brings_nothing():
    model = a_model(an_input("x"), an_input("y"), decision("d", literal("x + y"), inputs="x,y"))
    cases = read_cases(a_file({"inputs": {"x": 1}, "expect": 6}, {"inputs": {"x": 1, "y": 1}, "expect": 2}))

    assert [one.passed for one in run_cases(model, cases, {"y": to_feel(5)})] == [True, True]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"{", "the file is no JSON"),
        (b"[]", 'a "decision" and a list of "cases" are needed'),
        (a_file({"inputs": {}}), 'case 1 needs "inputs" and "expect"'),
        (a_file({"inputs": {}, "expect": 1, "rule": [1]}), "case 1 has unknown entries: rule"),
        (a_file({"inputs": {}, "expect": 1, "rules": "1"}), 'case 1: "rules" is a list of row numbers'),
        (a_file({"inputs": {}, "expect": 1, "decision": 1}), 'case 1: "decision" is the name of a decision'),
        (a_file(given=[]), '"given" holds inputs by name'),
    ],
)
def test_what_is_no_file_of_cases_is_refused_in_words(data, told):
    with pytest.raises(ModelRejected) as refused:
        read_cases(data)

    assert [mistake.en for mistake in refused.value.mistakes] == [told]


def test_cases_that_run_away_do_not_keep_everybody_waiting(monkeypatch):
    monkeypatch.setattr(cases_module, "MAX_STEPS_OF_ALL", 1_000)
    long = of_table("- => count(for i in 1..600 return i)")
    results = run_cases(long, read_cases(a_file(*[{"inputs": {"x": 1}, "expect": 600}] * 4)))

    assert [result.passed for result in results] == [True, True, False, False]
    assert results[-1].en == "was not run: the cases before it took too much"
