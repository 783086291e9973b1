"""Ad-hoc sub-processes: without a condition judged like any other, with one nothing in it is certain to be done."""

from __future__ import annotations

import pytest

from engine.lint import lint_bundle
from tests.unit.workflow.models import ad_hoc, definitions, end, exclusive, parallel, process, start, subprocess, user

STEP = user("A").replace("<bpmn:userTask", '<bpmn:userTask cx:protected="true"')
DECISION = user("D").replace('name="D"', 'name="作出决定"')


def found(*nodes: str, flows: str, key: str = "p") -> set[tuple[str, str]]:
    xml = definitions(process(key, start(), *nodes, end(), flows=flows))
    problems = lint_bundle({"p.bpmn": xml}, known_forms=(), known_processes=(), known_decisions=())
    return {(problem.rule, problem.element_id) for problem in problems if problem.severity == "error"}


def choice_before_a_join(until: str) -> str:
    inside = (user("A"), exclusive("g", "B"), user("B"), user("C"), parallel("j"))
    return ad_hoc("AH", *inside, flows="A>g; g>B; g>C?x; B>j; C>j", until=until)


def test_a_join_that_waits_in_vain_is_found_inside_of_one_that_has_no_condition():
    assert ("SOUND-01", "j") in found(choice_before_a_join(""), flows="s>AH; AH>e")


def test_one_with_a_condition_may_end_before_it_comes_to_that():
    assert found(choice_before_a_join("done"), flows="s>AH; AH>e") == set()


@pytest.mark.parametrize(
    "inside",
    [
        ad_hoc("IN", STEP, user("B"), flows=""),
        ad_hoc("IN", STEP, user("B"), flows="", sequential=True),
        subprocess("IN", STEP, user("B"), flows=""),
        subprocess("IN", start("s2"), STEP, end("e2"), flows="s2>A; A>e2"),
    ],
)
def test_no_decision_avoids_a_protected_step_inside_of_what_comes_before(inside):
    problems = found(inside, DECISION, flows="s>IN; IN>D; D>e", key="P07_X")

    assert {rule for rule, _ in problems if rule.startswith("FAIR")} == set()


def test_a_decision_may_avoid_a_protected_step_on_one_of_two_ways_inside():
    inside = subprocess("IN", start("s2"), exclusive("g", "B"), STEP, user("B"), flows="s2>g; g>A?x; g>B")

    assert ("FAIR-01", "D") in found(inside, DECISION, flows="s>IN; IN>D; D>e", key="P07_X")


def test_a_protected_step_may_not_be_passed_by_because_a_condition_holds():
    problems = found(ad_hoc("AH", STEP, user("B"), flows="", until="done"), user("D"), flows="s>AH; AH>D; D>e")

    assert problems == {("ELEM-05", "A")}
