"""No instance jumps over a protected step by going to another version of its drawing."""

from __future__ import annotations

from engine.model.migration import Obstacle
from engine.workflow import CompiledDefinition
from engine.workflow.migration import Carried
from tests.unit.workflow.models import Case, end, exclusive, model, parallel, start, subprocess, user
from tests.unit.workflow.test_migration import ONE, go, why


def protected(*nodes: str, flows: str) -> CompiledDefinition:
    return model(*(node.replace('id="fair"', 'id="fair" cx:protected="true"') for node in nodes), flows=flows)


def test_no_case_jumps_over_a_protected_step_that_was_put_in_before_it():
    new = protected(user("a"), user("fair"), user("b"), flows="s>fair;fair>a;a>b;b>e")

    assert go(Case(ONE), new) == (Obstacle(code="protected_passed", node_id="a", other="fair"),)


def test_a_protected_step_that_the_case_has_behind_it_keeps_nobody_back():
    old = protected(user("fair"), user("a"), flows="s>fair;fair>a;a>e")

    assert isinstance(go(Case(old).complete("fair"), old), Carried)


def test_a_protected_step_ahead_or_on_another_way_keeps_nobody_back():
    ahead = protected(user("a"), user("fair"), user("b"), flows="s>a;a>fair;fair>b;b>e")
    aside = protected(
        exclusive("g", "a"),
        user("a"),
        user("fair"),
        exclusive("m"),
        user("b"),
        flows="s>g;g>a;g>fair?x;a>m;fair>m;m>b;b>e",
    )

    assert isinstance(go(Case(ONE), ahead), Carried)
    assert isinstance(go(Case(ONE).complete("a"), aside), Carried)


def test_a_protected_step_in_a_parallel_branch_lies_behind_whoever_has_passed_the_join():
    new = protected(
        parallel("g"), user("a"), user("fair"), parallel("j"), user("b"), flows="s>g;g>a;g>fair;a>j;fair>j;j>b;b>e"
    )

    assert why(Case(ONE).complete("a"), new) == ["protected_passed"]


def test_a_protected_step_inside_a_sub_process_lies_behind_whoever_has_left_it():
    inner = subprocess("sub", start("s1"), user("fair"), end("e1"), flows="s1>fair;fair>e1")
    new = protected(user("a"), inner, user("b"), flows="s>a;a>sub;sub>b;b>e")

    assert why(Case(ONE).complete("a"), new) == ["protected_passed"]
    assert isinstance(go(Case(ONE), new), Carried)


def test_inside_a_sub_process_what_lies_before_the_sub_process_counts():
    def drawing(*before: str, flows: str) -> CompiledDefinition:
        return protected(*before, subprocess("sub", start("s1"), user("c"), end("e1"), flows="s1>c;c>e1"), flows=flows)

    later = drawing(user("fair"), flows="s>fair;fair>sub;sub>e")

    assert why(Case(drawing(flows="s>sub;sub>e")), later) == ["protected_passed"]
