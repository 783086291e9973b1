"""Loops: by gateway and standard loop characteristics, and the promise that round 10 000 costs what round 10 costs."""

from __future__ import annotations

import pytest

from engine.workflow import Workflow
from tests.unit.workflow.models import (
    AT,
    SEED,
    Case,
    boundary,
    duration,
    end,
    exclusive,
    loop,
    model,
    parallel,
    script,
    start,
    stories,
    subprocess,
    user,
)

COUNTING = model(
    script("init", "n = 0"), exclusive("m"), user("work"), script("count", "n = n + 1"), exclusive("g", "m"),
    flows="s>init; init>m; m>work; work>count; count>g; g>e?n >= limit; g>m",
)  # fmt: skip


def test_a_loop_runs_ten_thousand_rounds_with_a_state_that_does_not_grow():
    workflow = Workflow.start(COUNTING, variables={"limit": 10_000}, at=AT, seed=SEED)
    step = workflow.advance()
    sizes = {}
    for number in range(1, 10_001):
        workflow = Workflow.load(COUNTING, step.state, at=AT, seed=SEED)
        ((token, _, _),) = workflow.open_tokens()
        workflow.complete(token, {})
        step = workflow.advance()
        sizes[number] = len(step.state)

    assert step.ended
    assert step.variables["n"] == 10_000
    assert sizes[9_999] <= sizes[10] + 8


def test_a_loop_of_automatic_steps_only_is_not_limited_by_depth():
    definition = model(
        script("init", "n = 0"), exclusive("m"), script("count", "n = n + 1"), exclusive("g", "m"), user("A"),
        flows="s>init; init>m; m>count; count>g; g>A?n >= 3000; g>m; A>e",
    )  # fmt: skip

    case = Case(definition)

    assert case.data == {"n": 3000}
    assert case.open() == ["A"]


def test_without_compaction_the_engine_still_runs_deep_loops():
    definition = model(
        script("init", "n = 0"), exclusive("m"), user("work"), script("count", "n = n + 1"), exclusive("g", "m"),
        flows="s>init; init>m; m>work; work>count; count>g; g>e?n >= 400; g>m", attributes='cx:compaction="off"',
    )  # fmt: skip
    case = Case(definition, keep=True)

    for _ in range(400):
        case.complete("work")

    assert case.ended


@pytest.mark.parametrize("inside", ["task", "sub-process"])
def test_a_standard_loop_repeats_while_its_condition_holds(inside):
    if inside == "task":
        node = user("A", loop("again"))
    else:
        node = subprocess("SP", start("s2"), user("A"), end("e2"), flows="s2>A; A>e2", inside=loop("again"))
    definition = model(node, user("Z"), flows="s>A; A>Z; Z>e" if inside == "task" else "s>SP; SP>Z; Z>e")

    for case in stories(definition, variables={"again": True, "n": 0}):
        case.complete("A", n=1).complete("A", n=2)
        assert case.open() == ["A"]
        case.complete("A", again=False)
        assert case.open() == ["Z"]
        assert case.data == {"again": False, "n": 2}


def test_a_standard_loop_stops_at_its_maximum():
    for case in stories(model(user("A", loop("True", maximum=2)), flows="s>A; A>e")):
        assert case.complete("A").open() == ["A"]
        assert case.complete("A").ended


def test_each_round_of_a_loop_arms_its_own_boundary_events():
    definition = model(
        exclusive("m"), user("A"), boundary("b", "A", duration("P1D"), interrupting=False), user("H"),
        exclusive("g", "m"), flows="s>m; m>A; A>g; g>e?stop; g>m; b>H; H>e",
    )  # fmt: skip
    case = Case(definition, {"stop": False})

    for _ in range(3):
        (armed,) = case.timers
        case.complete("A")
        assert armed not in case.timers

    assert case.fire("b").open() == ["A", "H"]
    assert case.complete("A", stop=True).open() == ["H"]
    assert case.complete("H").ended


def test_a_parallel_block_inside_a_loop_inside_a_parallel_block():
    definition = model(
        parallel("g"), exclusive("m"), parallel("h"), user("A"), user("B"), parallel("k"), exclusive("x", "m"),
        user("C"), parallel("j"), user("Z"),
        flows="s>g; g>m; m>h; h>A; h>B; A>k; B>k; k>x; x>j?done; x>m; g>C; C>j; j>Z; Z>e",
    )  # fmt: skip
    for case in stories(definition, variables={"done": False}):
        case.complete("A").complete("B").complete("C").complete("B")
        assert case.open() == ["A"]
        case.complete("A", done=True)
        assert case.open() == ["Z"]
        assert case.data == {"done": True}


def test_the_condition_of_a_loop_sees_how_often_it_was_done():
    for case in stories(model(user("A", loop("loopCounter < 2")), user("Z"), flows="s>A; A>Z; Z>e")):
        assert case.complete("A").open() == ["A"]
        assert case.complete("A").open() == ["Z"]
