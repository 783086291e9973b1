"""Decision models and their test cases before publishing: what is wrong, where, and what to do about it."""

from __future__ import annotations

import json
import re

import pytest

from engine.lint.decisions import check_decisions
from engine.lint.rules import RULES
from tests.unit.decisions.dmn.drawn import an_input, decision, definitions, literal, table
from tests.unit.decisions.shipped import text_of

MODEL_NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def a_model(*rules: str, namespace: str = "urn:test", more: str = "", name: str = "d", **options: str) -> bytes:
    parts = (an_input("x", "number"), decision(name, table(rules, **options), inputs="x"), more)
    return definitions(*parts, namespace=namespace)


def cases(*told: object, name: str = "d_d") -> bytes:
    return json.dumps({"decision": name, "cases": list(told)}).encode()


WHOLE = ("< 10 => 1", ">= 10 => 2")
GOOD = a_model(*WHOLE)


def importing(namespace: str, own: str) -> bytes:
    imported = f'<import name="other" namespace="{namespace}" importType="{MODEL_NAMESPACE}"/>'
    return definitions(imported, decision(own, literal("1")), namespace=f"urn:{own}")


#: rule: the files that break it, and the id of the element that is named.
BROKEN: dict[str, tuple[dict[str, bytes], str]] = {
    "XML-01": ({"M.dmn": b"<definitions"}, ""),
    "XML-03": ({"M.dmn": b"<!DOCTYPE d [<!ENTITY e 'x'>]>" + GOOD}, ""),
    "DMN-04": ({"M.dmn": b"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'/>"}, ""),
    "DMN-05": ({"M.dmn": a_model(*WHOLE, more=decision("d", literal("1")))}, "d_d"),
    "DMN-06": ({"M.dmn": definitions(decision("d", literal("x"), inputs="x"))}, "d_d"),
    "DMN-07": ({"M.dmn": a_model(*WHOLE, policy="LAST")}, ""),
    "DMN-08": ({"M.dmn": importing("urn:nowhere", "d")}, ""),
    "DMN-10": ({"M.dmn": a_model("< => 1")}, ""),
    "DMN-12": (
        {"M.dmn": definitions(decision("a", literal("b"), decisions="b"), decision("b", literal("a"), decisions="a"))},
        "d_a",
    ),
    "DMN-13": ({"A.dmn": importing("urn:b", "a"), "B.dmn": importing("urn:a", "b")}, "m"),
    "DMN-20": ({"M.dmn": a_model()}, ""),
    "DMN-23": ({"M.dmn": a_model("< 10 => 1", "> 10 => 2")}, ""),
    "DMN-24": ({"M.dmn": a_model("- => 1", "< 10 => 2", policy="FIRST")}, ""),
    "DMN-25": ({"M.dmn": a_model("<= 10 => 1", ">= 10 => 2")}, ""),
    "DMN-27": ({"M.dmn": a_model("- => 1")}, "c0"),
    "DMN-28": ({"M.dmn": a_model(*WHOLE, more=an_input("y"))}, "in_y"),
    "DMN-29": ({"M.dmn": a_model("< limit => 1", ">= limit => 2")}, ""),
    "DMN-30": ({"M.dmn": GOOD, "M.dmn.tests.json": b"{"}, ""),
    "DMN-31": ({"M.dmn.tests.json": cases()}, ""),
    "DMN-32": ({"M.dmn": GOOD, "M.dmn.tests.json": cases({"name": "ten", "inputs": {"x": 10}, "expect": 1})}, "d_d"),
    "DMN-33": ({"M.dmn": GOOD, "M.dmn.tests.json": cases({"inputs": {"x": 10}, "expect": 2})}, "d_d"),
    "DMN-34": ({"M.dmn": GOOD, "N.dmn": a_model(*WHOLE, namespace="urn:n")}, "d_d"),
    "DMN-35": ({"M.dmn": GOOD.replace(b'id="d_d"', b"")}, ""),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_what_is_wrong_is_told_with_its_file_place_and_remedy_in_both_languages(rule):
    files, element = BROKEN[rule]
    problem = next(problem for problem in check_decisions(files).problems if problem.rule == rule)

    assert problem.file in files
    assert problem.severity == RULES[rule].severity
    if element:
        assert problem.element_id == element
    assert re.search("[\u4e00-\u9fff]", problem.zh)
    assert "；请" in problem.zh
    assert not re.search("[\u4e00-\u9fff]", problem.en)


def test_a_sound_model_with_its_cases_has_no_problems():
    told = [{"inputs": {"x": 9}, "expect": 1, "rules": [1]}, {"inputs": {"x": 10}, "expect": 2}]
    found = check_decisions({"M.dmn": GOOD, "M.dmn.tests.json": cases(*told)})

    assert (found.problems, found.keys) == ((), {"d_d"})
    assert [case.result.passed for case in found.cases] == [True, True]


def test_wrong_feel_is_told_with_row_column_and_character():
    (problem,) = check_decisions({"M.dmn": a_model("< 10 => 1", ">= => 2")}).problems

    assert problem.zh.startswith("d 第 2 行“x”：第 ")
    assert "个字符处" in problem.zh


def test_a_failing_case_is_told_with_its_name_what_was_expected_and_what_came_out():
    files, _ = BROKEN["DMN-32"]
    problem = next(problem for problem in check_decisions(files).problems if problem.rule == "DMN-32")

    assert problem.zh.startswith("用例“ten”未通过：应为 1，得到 2")


def test_a_name_that_exists_but_is_not_connected_is_told_apart_from_one_that_does_not():
    told = check_decisions({"M.dmn": a_model("< y => 1", ">= y => 2", more=an_input("y", "number"))}).problems

    assert any("没有连到本决策" in problem.zh for problem in told if problem.rule == "DMN-29")


@pytest.mark.parametrize(
    "text",
    [
        "count([1, 2][item > 1]) + x",
        "sum(for i in [1, 2] return i * x)",
        "{a: 1, b: a + x}.b",
        "(function(n) n + x)(1)",
        "if some i in [1] satisfies i > x then 1 else 2",
    ],
)
def test_names_that_an_expression_makes_itself_are_known(text):
    data = definitions(an_input("x", "number"), decision("d", literal(text), inputs="x"))

    assert check_decisions({"M.dmn": data}).problems == ()


def test_a_model_without_drawn_requirements_may_use_every_name():
    data = definitions(decision("d", table(["< limit => 1", ">= limit => 2"])))

    assert "DMN-29" not in {problem.rule for problem in check_decisions({"M.dmn": data}).problems}


def test_cases_need_not_bring_parameters_and_rows_without_a_case_are_told_of_every_table_asked():
    draw = {"drawn_on": {"@": "2026-09-18"}, "last_visit": {"@": "2026-08-01"}, "special": False}
    case = {"decision": "D6a_ELIGIBLE", "inputs": draw, "expect": True, "rules": [3]}
    files = {"D6.dmn": text_of("D6_SAMPLING"), "D6.dmn.tests.json": cases(case)}

    told = [(problem.rule, problem.element_id, problem.en) for problem in check_decisions(files).problems]

    assert told == [("DMN-33", "D6a_ELIGIBLE", 'no case reaches row 1, 2 of "Eligible"; add a case for each')]
