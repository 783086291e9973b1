"""Asking a decision: what it is told, what it answers, in which words, and how the result is handed on."""

from __future__ import annotations

import pytest

from engine.decisions.answers import ResultDoesNotFit, shaped
from engine.decisions.models import load_models
from engine.decisions.question import NoAnswer, Question, UnknownDecision, questions
from engine.errors import InputRejected
from tests.unit.decisions.dmn.drawn import an_input, decision, definitions, literal, table
from tests.unit.decisions.shipped import decide, questions_of_all

PROBLEM = {"nature": "作风细节", "spread": "个人", "repeats_12m": 0, "public_impact": False}


def question(*parts: str, key: str = "d_d") -> Question:
    return questions(list(load_models({"m.dmn": definitions(*parts)}).values()))[key]


def of_rules(*rules: str, type_: str = "number", **options: str) -> Question:
    return question(an_input("x", type_), decision("d", table(rules, **options), inputs="x"))


def test_the_answer_says_in_words_which_row_decided():
    found = decide("D1_SEVERITY", PROBLEM | {"nature": "侵害群众利益"})

    assert found.matched == (3,)
    assert found.zh == (
        "D1 第3行：侵害群众利益，或12个月内重复2次以上，或有社会影响但范围不是单位"
        " → C 较重，2个工作日内制定措施，30个工作日内整改，每10个工作日报阶段情况。"
    )
    assert found.en.startswith("D1 row 3: harm to the public")


def test_a_row_without_words_is_told_by_its_cells():
    rules = ('"A", "B" => "low" | 1', '- => "high" | 2')
    found = of_rules(*rules, type_="string", policy="FIRST", outputs="grade, level").ask({"x": "B"})

    assert found.zh == "d 第1行：x A, B → grade low，level 1。"
    assert of_rules("- => 7").ask({"x": 3}).en == "d row 1: anything -> 7."


def test_several_rows_and_none_are_told_too():
    counted = of_rules("> 1 => 1", "> 2 => 2", policy="COLLECT")

    assert counted.ask({"x": 3}).zh.startswith("d 第1、2行：")
    assert counted.ask({"x": 0}).zh == "d：没有适用的行，结果为 []。"
    assert question(an_input("x", "number"), decision("d", literal("x * 2"), inputs="x")).ask({"x": 2}).zh == "d：4。"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"nature": "其他"}, "nature"),
        ({"nature": None}, "nature"),
        ({"spread": 3}, "spread"),
        ({"repeats_12m": -1}, "repeats_12m"),
        ({"repeats_12m": True}, "repeats_12m"),
        ({"repeats_12m": "two"}, "repeats_12m"),
        ({"public_impact": "yes"}, "public_impact"),
        ({"public_impact": 1}, "public_impact"),
        ({"public_impact": None}, "public_impact"),
    ],
)
def test_a_wrong_input_is_named(change, field):
    with pytest.raises(InputRejected) as refused:
        decide("D1_SEVERITY", PROBLEM | change)

    assert refused.value.facts["field"] == field
    assert "D1" in refused.value.zh


def test_a_missing_input_is_named_also_where_the_rule_that_decides_does_not_ask_for_it():
    with pytest.raises(InputRejected) as refused:
        decide("D1_SEVERITY", {"nature": "涉嫌违纪违法", "spread": "个人", "public_impact": False})

    assert refused.value.facts["field"] == "repeats_12m"


def test_more_data_than_the_decision_reads_is_no_mistake_and_is_not_kept():
    assert decide("D1_SEVERITY", PROBLEM | {"title": "x"}).inputs == PROBLEM


@pytest.mark.parametrize(
    ("type_", "value", "test"),
    [
        ("number", "12.50", "12.5"),
        ("date", "2026-12-01", '>= date("2026-12-01")'),
        ("days and time duration", "P3D", 'duration("P3D")'),
        ("date and time", "2026-12-01T09:00:00+08:00", '< date and time("2026-12-02T00:00:00+08:00")'),
    ],
)
def test_numbers_dates_and_durations_that_the_data_hold_as_text_are_read(type_, value, test):
    assert of_rules(f"{test} => 1", type_=type_).ask({"x": value}).matched == (1,)


def test_a_fraction_goes_to_the_process_as_a_number_where_that_is_exact_and_as_text_where_not():
    asked = question(an_input("x", "number"), decision("d", literal("x"), inputs="x"))

    assert asked.ask({"x": "0.1"}).outputs == {"d": 0.1}
    assert asked.ask({"x": "0.1234567890123456789012"}).outputs == {"d": "0.1234567890123456789012"}


def test_a_decision_without_an_answer_says_why():
    with pytest.raises(NoAnswer) as refused:
        of_rules("< 10 => 1", "< 5 => 2").ask({"x": 3})

    assert "more than one rule matches: 1, 2" in refused.value.en


def test_no_matching_rule_gives_nothing_by_name():
    assert of_rules("> 10 => 1 | 2", outputs="a, b").ask({"x": 3}).outputs == {"a": None, "b": None}


def test_a_model_that_draws_no_inputs_sees_all_that_there_is():
    asked = question(decision("d", table(["> 1 => 1"], inputs="x")))

    assert [one.name for one in asked.inputs] == ["x"]
    assert asked.ask({"x": 2, "y": 1}).outputs == {"d": 1}


def test_the_limits_of_a_chosen_severity_are_those_of_the_last_row_that_gives_it():
    asked = questions_of_all()["D1_SEVERITY"]

    assert asked.giving("severity", "D") == {
        "severity": "D",
        "plan_wd": 2,
        "limit_wd": 30,
        "stage_wd": 5,
        "verify": "on_site_2",
        "to_p07": False,
    }
    assert asked.giving("severity", "E") is None


ONE, TWO = "- => 1", "- => 2"


@pytest.mark.parametrize(
    ("shape", "rules", "policy", "outputs", "result"),
    [
        ("", [ONE], "UNIQUE", "a", 1),
        ("singleEntry", [ONE], "UNIQUE", "a", 1),
        ("singleEntry", ["> 5 => 1"], "UNIQUE", "a", None),
        ("singleResult", [ONE], "UNIQUE", "a", {"a": 1}),
        ("singleResult", ["- => 1 | 2"], "UNIQUE", "a, b", {"a": 1, "b": 2}),
        ("collectEntries", [ONE, TWO], "COLLECT", "a", [1, 2]),
        ("resultList", [ONE, TWO], "RULE ORDER", "a", [{"a": 1}, {"a": 2}]),
        ("resultList", ["> 5 => 1"], "COLLECT", "a", []),
        ("", [ONE, TWO], "COLLECT", "a", [1, 2]),
    ],
)
def test_a_result_is_handed_on_in_the_shape_that_the_drawing_asks_for(shape, rules, policy, outputs, result):
    assert shaped(of_rules(*rules, policy=policy, outputs=outputs).ask({"x": 3}), shape) == result


@pytest.mark.parametrize(
    ("shape", "rules", "outputs"),
    [("singleEntry", [ONE, TWO], "a"), ("singleResult", [ONE, TWO], "a"), ("collectEntries", ["- => 1 | 2"], "a, b")],
)
def test_a_result_that_does_not_fit_its_shape_says_so(shape, rules, outputs):
    found = of_rules(*rules, policy="COLLECT", outputs=outputs).ask({"x": 3})

    with pytest.raises(ResultDoesNotFit) as refused:
        shaped(found, shape)
    assert refused.value.zh


def test_models_are_compiled_in_the_order_in_which_they_import_each_other():
    base = definitions(an_input("x", "number"), decision("b", literal("x + 1"), inputs="x"), namespace="urn:base")
    use = (
        '<import name="base" namespace="urn:base" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>'
        + decision("d", literal("base.b * 2"), decisions="urn:base#d_b")
    )
    models = load_models({"a.dmn": definitions(use, namespace="urn:use"), "b.dmn": base})
    asked = questions(list(models.values()))["d_d"]

    assert [one.name for one in asked.inputs] == ["x"]
    assert asked.ask({"x": 2}).outputs == {"d": 6}


def test_what_is_not_there_cannot_be_asked():
    with pytest.raises(UnknownDecision) as refused:
        Question(next(iter(load_models({"m.dmn": definitions(decision("d", literal("1")))}).values())), "D9")

    assert refused.value.facts == {"decision_id": "D9"}
