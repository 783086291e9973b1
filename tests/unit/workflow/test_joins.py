"""Parallel and inclusive joins: nested, in loops, with excess tokens; and what becomes of the data."""

from __future__ import annotations

import pytest

from engine.errors import StepFailed
from tests.unit.workflow.models import (
    ERROR,
    MESSAGE,
    Case,
    boundary,
    compiled,
    cycle,
    end,
    event_subprocess,
    exclusive,
    inclusive,
    model,
    parallel,
    process,
    script,
    start,
    stories,
    subprocess,
    user,
)

LOOPED = {
    kind: model(
        exclusive("m"), gateway("g1"), user("A"), user("B"), gateway("g2"), user("C"), exclusive("x", "m"),
        flows=f"s>m; m>g1; g1>A{condition}; g1>B{condition}; A>g2; B>g2; g2>C; C>x; x>e?stop; x>m",
    )
    for kind, gateway, condition in (("parallel", parallel, ""), ("inclusive", inclusive, "?True"))
}  # fmt: skip


@pytest.mark.parametrize("kind", LOOPED)
@pytest.mark.parametrize("orders", ["ABAB", "ABBA", "BAAB", "BABA"])
def test_a_join_inside_a_loop_waits_for_all_its_branches_in_every_round(kind, orders):
    for case in stories(LOOPED[kind], variables={"stop": False}):
        for first, second in (orders[:2], orders[2:]):
            case.complete(first)
            assert case.open() == [second]
            case.complete(second)
            assert case.open() == ["C"]
            case.complete("C")
        case.complete("A").complete("B").complete("C", stop=True)
        assert case.ended


def test_nested_inclusive_joins_wait_for_the_slow_inner_branch():
    definition = model(
        inclusive("o1", "X"), inclusive("i1", "Y"), user("A"), user("B"), user("C"), user("X"), user("Y"),
        inclusive("i2"), inclusive("o2"), user("Z"),
        flows="s>o1; o1>i1?a; o1>C?b; o1>X; i1>A?a; i1>B?b; i1>Y; A>i2; B>i2; Y>i2; i2>o2; X>o2; C>o2; o2>Z; Z>e",
    )  # fmt: skip
    for case in stories(definition, variables={"a": True, "b": True}):
        assert case.open() == ["A", "B", "C"]
        assert case.complete("C").open() == ["A", "B"]
        assert case.complete("A").open() == ["B"]
        assert case.complete("B").open() == ["Z"]


def test_an_inclusive_gateway_without_a_true_condition_takes_its_default():
    definition = model(inclusive("g", "C"), user("A"), user("B"), user("C"), inclusive("j"),
                       flows="s>g; g>A?a; g>B?b; g>C; A>j; B>j; C>j; j>e")  # fmt: skip

    assert Case(definition, {"a": False, "b": False}).open() == ["C"]
    assert Case(definition, {"a": True, "b": False}).complete("A").ended


def test_excess_tokens_stay_at_a_parallel_join_for_the_next_round():
    definition = model(
        parallel("g"), user("A1"), user("A2"), exclusive("m"), user("B"), exclusive("n"), parallel("j"), user("Z"),
        flows="s>g; g>A1; g>A2; g>B; A1>m; A2>m; m>j; B>n; n>j; j>Z; Z>e",
    )  # fmt: skip
    for case in stories(definition):
        assert case.complete("A1").complete("A2").open() == ["B"]
        assert case.complete("B").open() == ["Z"]
        assert case.waiting() == ["j"]


def test_at_a_join_the_branch_that_changed_a_variable_beats_the_one_that_carried_it():
    definition = model(parallel("g"), user("A"), user("B"), parallel("j"), user("Z"),
                       flows="s>g; g>A; g>B; A>j; B>j; j>Z; Z>e")  # fmt: skip
    for order in ("AB", "BA"):
        for case in stories(definition, variables={"x": 0, "y": 0}):
            for node in order:
                case.complete(node, **({"x": 1} if node == "A" else {"new": 2}))
            assert case.data == {"x": 1, "y": 0, "new": 2}


def test_of_two_branches_that_changed_a_variable_the_later_wins():
    definition = model(parallel("g"), user("A"), user("B"), parallel("j"), user("Z"),
                       flows="s>g; g>A; g>B; A>j; B>j; j>Z; Z>e")  # fmt: skip

    assert Case(definition, {"x": 0}).complete("B", x="b").complete("A", x="a").data["x"] == "a"
    assert Case(definition, {"x": 0}).complete("A", x="a").complete("B", x="b").data["x"] == "b"


def test_what_an_inner_fork_changed_survives_the_outer_join():
    definition = model(
        parallel("g"), inclusive("h", "B"), user("A"), user("B"), inclusive("k"), user("C"), parallel("j"), user("Z"),
        flows="s>g; g>h; h>A?True; h>B; A>k; B>k; k>j; g>C; C>j; j>Z; Z>e",
    )  # fmt: skip
    for case in stories(definition, variables={"x": 0}):
        case.complete("A", x=1).complete("C", c=1)
        assert case.data == {"x": 1, "c": 1}


def test_the_view_of_all_variables_is_the_union_of_the_branches_while_they_run():
    definition = model(parallel("g"), user("A"), user("A2"), user("B"), parallel("j"),
                       flows="s>g; g>A; A>A2; g>B; A2>j; B>j; j>e")  # fmt: skip

    case = Case(definition, {"x": 0}).complete("A", x=1, a=1)

    assert case.data == {"x": 1, "a": 1}


def test_branches_that_end_on_their_own_bring_their_data_to_the_end():
    definition = compiled(
        process("p", start(), parallel("g"), user("A"), user("B"), script("late", "z = x + 1"), end("e1"), end("e2"),
                flows="s>g; g>A; g>B; A>e1; B>late; late>e2")
    )  # fmt: skip

    case = Case(definition, {"x": 0}).complete("A", x=5, a=1).complete("B", b=1)

    assert case.data == {"x": 5, "a": 1, "b": 1, "z": 1}


def test_tokens_that_end_one_by_one_do_not_pile_up():
    definition = model(exclusive("m"), parallel("g"), user("A"), end("e2"), exclusive("x", "m"),
                       flows="s>m; m>g; g>A; g>e2; A>x; x>e?stop; x>m")  # fmt: skip
    case = Case(definition, {"stop": False})
    sizes = [len(case.complete("A").last.state) for _ in range(80)]

    assert max(sizes[40:]) <= max(sizes[:40]) + 8
    assert case.complete("A", stop=True).ended


@pytest.mark.parametrize("order", [("A", "H"), ("H", "A")])
def test_the_task_beside_a_reminder_and_the_reminder_keep_what_each_changed(order):
    inside = subprocess(
        "SP", start("s2"), user("A"), boundary("b", "A", MESSAGE, interrupting=False), user("H"), end("e2"), end("e3"),
        flows="s2>A; A>e2; b>H; H>e3",
    )  # fmt: skip
    for case in stories(model(inside, user("Z"), flows="s>SP; SP>Z; Z>e"), variables={"x": 0, "y": 0}):
        case.message("msg.one").message("msg.one")
        for node in order:
            case.complete(node, **({"x": 1} if node == "A" else {"y": 2}))
        assert case.data == {"x": 1, "y": 2}
        assert case.complete("H").last.opened[0].data == {"x": 1, "y": 2}


def test_a_daily_reminder_does_not_wear_out_the_memory_of_the_split_around_it():
    definition = model(
        parallel("g"), user("A"), boundary("b", "A", cycle("R/P1D"), interrupting=False), user("H"), end("e2"),
        user("B"), parallel("j"), user("Z"), flows="s>g; g>A; A>j; b>H; H>e2; g>B; B>j; j>Z; Z>e",
    )  # fmt: skip
    for case in stories(definition, variables={"x": 0}):
        for _ in range(20):
            case.fire("b")
        case.complete("B", x=1).complete("A", a=1)
        assert [task.data for task in case.last.opened] == [{"x": 1, "a": 1}]


def test_the_view_of_all_variables_does_not_take_stale_data_from_inside_a_sub_process():
    inside = subprocess("SP", start("s2"), user("A"), end("e2"), flows="s2>A; A>e2")
    definition = model(parallel("g"), user("B"), user("C"), inside, parallel("j"),
                       flows="s>g; g>B; B>C; g>SP; SP>j; C>j; j>e")  # fmt: skip
    for case in stories(definition, variables={"x": 0}):
        assert case.complete("B", x=1).data == {"x": 1}
        assert case.complete("A", y=1).data == {"x": 1, "y": 1}


def test_what_was_set_for_all_tokens_is_not_taken_for_a_change_of_one():
    definition = model(parallel("g"), user("A"), user("B"), parallel("j"), user("Z"),
                       flows="s>g; g>A; g>B; A>j; B>j; j>Z; Z>e")  # fmt: skip
    for case in stories(definition, variables={"limit": 1}):
        case.workflow.set_variables({"limit": 2})
        case._advance()
        assert case.complete("A", limit=3).complete("B").data == {"limit": 3}


def test_an_inclusive_join_goes_on_when_the_branch_it_waits_for_is_called_off():
    definition = model(
        inclusive("g", "C"), user("B"), user("C"), user("D"), boundary("b", "B", MESSAGE), end("e2"), inclusive("j"),
        user("Z"), flows="s>g; g>B?True; g>C; g>D?True; B>j; C>j; D>j; b>e2; j>Z; Z>e",
    )  # fmt: skip
    for case in stories(definition):
        assert case.complete("D").open() == ["B"]
        assert case.message("msg.one").open() == ["Z"]


def test_an_inclusive_join_waits_for_what_a_boundary_event_may_still_send():
    definition = model(
        inclusive("g", "C"), user("B"), boundary("b", "B", MESSAGE), user("C"), end("e2"), inclusive("j"), user("Z"),
        flows="s>g; g>B?True; g>C; g>j?True; B>e2; b>j; C>e2; j>Z; Z>e",
    )  # fmt: skip
    for case in stories(definition):
        assert (case.open(), case.waiting()) == (["B"], ["b", "j"])
        assert case.message("msg.one").open() == ["Z"]
        assert case.complete("Z").ended
    for case in stories(definition):
        assert case.complete("B").open() == ["Z"]


def test_an_event_sub_process_whose_tokens_wait_for_ever_is_told_as_stuck():
    handler = event_subprocess(
        "ES", start("s9", MESSAGE), parallel("g"), user("A"), user("B"), parallel("j"), end("e9"),
        flows="s9>g; g>A; g>B; A>j; B>j; j>e9",
    )  # fmt: skip
    case = Case(model(user("Z"), handler, flows="s>Z; Z>e")).message("msg.one").complete("A")
    case.workflow.moves().call_off(case.tokens("B")[0])

    with pytest.raises(StepFailed) as failed:
        case.workflow.advance()

    assert (failed.value.cause, failed.value.node_id) == ("stuck", "j")


def test_an_error_boundary_event_alone_brings_nobody_on():
    inside = subprocess(
        "SP", start("s2"), exclusive("x", "A"), user("A"), user("B"), parallel("j"), end("e2"),
        flows="s2>x; x>A; x>B?b; A>j; B>j; j>e2",
    )  # fmt: skip
    definition = model(inside, boundary("err", "SP", ERROR), end("e3"), flows="s>SP; SP>e; err>e3")
    case = Case(definition, {"b": False})

    with pytest.raises(StepFailed) as failed:
        case.complete("A")

    assert failed.value.cause == "stuck"
    assert failed.value.node_id == "j"
