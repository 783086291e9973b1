"""Expressions of a drawing in FEEL: conditions, loops, conditional events, numbers and timers. No sandbox runs here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lxml import etree

from engine.errors import StepFailed
from engine.workflow import CompiledDefinition, check_xml, compile_definition, translate
from engine.workflow.elements import check_process
from engine.workflow.languages import FEEL, is_feel
from engine.workflow.scripting import feel, script_engine
from engine.workflow.xml import BPMN
from tests.unit.workflow.models import (
    Case,
    boundary,
    catch,
    conditional,
    definitions,
    duration,
    end,
    exclusive,
    instances,
    loop,
    parallel,
    process,
    start,
    user,
)

FORMAL = 'xsi:type="bpmn:tFormalExpression"'
CHOICE = (exclusive("g", "b"), user("a"), user("b"))
SOME = "s>g; g>a?= some x in list satisfies x > 3; g>b; a>e; b>e"
FLOWS = 's>g; g>a?severity = "D" and days between 1 and 5; g>b; a>e; b>e'


def text(*nodes: str, flows: str, language: str = "feel") -> bytes:
    whole = definitions(process("p", start(), *nodes, end(), flows=flows))
    return whole.replace(FORMAL.encode(), f'{FORMAL} language="{language}"'.encode())


def model(*nodes: str, flows: str, language: str = "feel") -> CompiledDefinition:
    return compile_definition({"model.bpmn": text(*nodes, flows=flows, language=language)}, "p")


def problems(data: bytes) -> list[tuple[str, str, str]]:
    file = check_xml(data, file="x.bpmn")
    (drawn,) = file.root.iterchildren(f"{{{BPMN}}}process")
    return [(problem.rule, problem.zh, problem.en) for problem in check_process(drawn, file)]


@pytest.mark.parametrize("language", ["feel", "FEEL", FEEL, FEEL.rstrip("/"), "http://www.omg.org/spec/FEEL/20140401"])
@pytest.mark.parametrize(("severity", "days", "way"), [("D", 3, "a"), ("D", 9, "b"), ("C", 3, "b")])
def test_a_condition_in_feel_chooses_the_way(language: str, severity: str, days: int, way: str) -> None:
    case = Case(model(*CHOICE, flows=FLOWS, language=language), {"severity": severity, "days": days})

    assert case.open() == [way]


def test_the_file_may_say_it_for_all_its_expressions() -> None:
    data = definitions(process("p", start(), *CHOICE, end(), flows=FLOWS))
    data = data.replace(b'id="model"', f'id="model" expressionLanguage="{FEEL}"'.encode())
    case = Case(compile_definition({"model.bpmn": data}, "p"), {"severity": "D", "days": 3})

    assert case.open() == ["a"]


def test_the_rest_of_a_file_stays_in_python() -> None:
    data = text(*CHOICE, exclusive("h", "y"), user("x"), user("y"), flows=FLOWS.replace("a>e", "a>h; h>x?1 == 1; h>y"))
    data = data.replace(f'{FORMAL} language="feel">1 =='.encode(), f"{FORMAL}>1 ==".encode())

    assert problems(data) == []


def test_null_is_no_way_to_go_and_the_reason_names_the_variable() -> None:
    with pytest.raises(StepFailed) as failed:
        Case(model(*CHOICE, flows=FLOWS), {"severity": "D"})

    assert failed.value.cause == "script"
    assert "days has no value" in str(failed.value)


def test_what_is_neither_true_nor_false_is_no_condition() -> None:
    with pytest.raises(StepFailed):
        Case(model(*CHOICE, flows="s>g; g>a?days; g>b; a>e; b>e"), {"days": 3})


def test_a_completion_condition_counts_the_instances() -> None:
    many = instances(items="people", item="person", until='nrOfCompletedInstances >= 2 or person = "x"')
    case = Case(model(user("a", many), flows="s>a; a>e"), {"people": ["u", "v", "w"]})
    case.complete("a").complete("a")

    assert case.ended


def test_an_ad_hoc_sub_process_ends_when_its_condition_holds() -> None:
    enough = f'<bpmn:completionCondition {FORMAL}>done = "yes"</bpmn:completionCondition>'
    inside = f'<bpmn:adHocSubProcess id="h" name="h">{user("a")}{user("b")}{enough}</bpmn:adHocSubProcess>'
    case = Case(model(inside, flows="s>h; h>e"))
    assert case.open() == ["a", "b"]
    assert case.complete("a", done="yes").ended


def test_a_number_of_instances_is_a_number() -> None:
    case = Case(model(user("a", instances(count="count(people) + 1")), flows="s>a; a>e"), {"people": ["u", "v"]})

    assert case.open() == ["a", "a", "a"]


def test_a_loop_goes_on_while_its_condition_holds() -> None:
    case = Case(model(user("a", loop("loopCounter < 3")), flows="s>a; a>e"))
    case.complete("a").complete("a")
    assert not case.ended
    assert case.complete("a").ended


def test_a_conditional_event_waits_for_a_variable_and_counts_when_it_begins_to_hold() -> None:
    nodes = (parallel("fork"), user("a"), user("z"), catch("c", conditional("amount > 10")), user("b"))
    case = Case(model(*nodes, flows="s>fork; fork>a; fork>c; a>z; z>e; c>b; b>e"))
    assert (case.open(), case.waiting()) == (["a"], ["c"])
    case.complete("a", amount=9)
    assert (case.open(), case.waiting()) == (["z"], ["c"])
    case.complete("z", amount=11)
    assert case.open() == ["b"]


def test_a_timer_may_be_worked_out() -> None:
    host = (user("a"), boundary("t", "a", duration('duration("P1D") * days')), user("b"))
    case = Case(model(*host, flows="s>a; a>e; t>b; b>e"), {"days": 2})
    (timer,) = case.timers.values()

    assert timer.due_at == datetime(2026, 12, 3, 1, 0, tzinfo=UTC)


def test_a_literal_timer_is_one_in_every_language() -> None:
    case = Case(model(user("a"), boundary("t", "a", duration("P1D")), user("b"), flows="s>a; a>e; t>b; b>e"))

    assert len(case.timers) == 1


def test_today_is_the_day_of_the_step() -> None:
    case = Case(model(*CHOICE, flows='s>g; g>a?today() = date("2026-12-01"); g>b; a>e; b>e'))

    assert case.open() == ["a"]


def test_a_variable_called_like_a_function_does_not_take_its_place() -> None:
    assert feel.prepared(feel.marked("count([1]) = 1", condition=True)).names == frozenset()


def test_wrong_feel_is_told_with_its_place_before_anything_runs() -> None:
    ((rule, zh, en),) = problems(text(*CHOICE, flows='s>g; g>a?severity == "D"; g>b; a>e; b>e'))

    assert rule == "SCRIPT-01"
    assert "第 11 个字符处" in zh
    assert "at character 11" in en


@pytest.mark.parametrize("language", ["groovy", "http://www.w3.org/1999/XPath", "juel"])
def test_a_language_that_does_not_run_here_is_refused_in_words(language: str) -> None:
    ((rule, zh, en),) = problems(text(*CHOICE, flows="s>g; g>a?x > 1; g>b; a>e; b>e", language=language))

    assert rule == "SCRIPT-02"
    assert language in zh
    assert "write FEEL" in en


def test_what_another_engine_marks_as_feel_is_kept_where_python_cannot_say_it() -> None:
    data = definitions(process("p", start(), *CHOICE, end(), flows=SOME))
    translated = translate(check_xml(data, file="x.bpmn"))
    (condition,) = etree.fromstring(translated.data).iter(f"{{{BPMN}}}conditionExpression")

    assert (condition.text, is_feel(condition)) == ("some x in list satisfies x > 3", True)
    assert Case(compile_definition({"x.bpmn": translated.data}, "p"), {"list": [1, 5]}).open() == ["a"]


def test_an_expression_is_read_once() -> None:
    marked = feel.marked("a > 1", condition=True)

    assert feel.prepared(marked) is feel.prepared(marked)
    assert replace(model(*CHOICE, flows=FLOWS)).script_engine is script_engine()
