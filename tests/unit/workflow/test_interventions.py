"""What is done to a running instance from outside: set variables, cancel it or one of its tokens."""

from __future__ import annotations

import pytest

from tests.unit.workflow.models import (
    Case,
    boundary,
    duration,
    end,
    instances,
    loop,
    model,
    parallel,
    start,
    subprocess,
    user,
)


def test_a_move_out_of_a_sub_process_and_of_a_multi_instance_cancels_the_whole_activity():
    inside = subprocess("SP", start("s2"), user("B", instances(count="3")), end("e2"), flows="s2>B; B>e2")
    case = Case(model(user("A"), inside, flows="s>A; A>SP; SP>e")).complete("A", x=1).complete("B")
    assert case.open() == ["B", "B"]

    case.move("A")

    assert case.open() == ["A"]
    assert [node for _, node, _ in case.workflow.open_tokens()] == ["A"]
    assert case.data == {"x": 1}


def test_set_variables_reaches_every_live_token():
    inside = subprocess("SP", start("s2"), user("A"), end("e2"), flows="s2>A; A>e2")
    case = Case(
        model(parallel("g"), inside, user("B"), parallel("j"), user("Z"), flows="s>g; g>SP; g>B; SP>j; B>j; j>Z; Z>e")
    )

    case.workflow.set_variables({"limit": "2026-12-31"})
    case._advance()
    case.complete("A").complete("B")

    assert case.last.opened[0].data == {"limit": "2026-12-31"}


def test_cancel_ends_the_instance_where_it_stands():
    definition = model(user("A"), boundary("b", "A", duration("P1D")), user("H"), flows="s>A; A>e; b>H; H>e")
    case = Case(definition)

    case.workflow.cancel()
    case._advance()

    assert (case.ended, case.last.end_node, case.open(), case.timers) == (True, "", [], {})
    assert case.trail[-1] == "cancelled A"


def call_off(case: Case, node: str) -> Case:
    case.workflow.moves().call_off(case.tokens(node)[0])
    case._advance()
    return case


def test_a_cancelled_token_ends_its_branch_as_an_end_event_would():
    definition = model(parallel("g"), user("A"), user("B"), flows="s>g; g>A; g>B; A>e; B>e")

    case = call_off(Case(definition), "A")
    assert (case.open(), "cancelled A" in case.trail) == (["B"], True)

    call_off(case, "B")
    assert (case.ended, case.last.end_node) == (True, "")


def test_a_cancelled_token_disarms_its_boundary_events():
    definition = model(user("A"), boundary("b", "A", duration("P1D")), user("H"), flows="s>A; A>e; b>H; H>e")

    case = call_off(Case(definition), "A")

    assert (case.ended, case.timers) == (True, {})


@pytest.mark.parametrize("sequential", [True, False])
def test_a_cancelled_instance_counts_as_done(sequential):
    definition = model(user("A", instances(count="2", sequential=sequential)), user("Z"), flows="s>A; A>Z; Z>e")

    case = call_off(Case(definition), "A")

    assert case.open() == ["A"]
    assert call_off(case, "A").open() == ["Z"]


def test_a_cancelled_round_ends_its_loop():
    definition = model(user("A", loop("True", maximum=5)), user("Z"), flows="s>A; A>Z; Z>e")

    assert call_off(Case(definition).complete("A"), "A").open() == ["Z"]
