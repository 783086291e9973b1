"""Sub-processes and called processes: what goes in and comes out, and how errors and escalations leave them."""

from __future__ import annotations

import pytest

from tests.unit.workflow.models import (
    ERROR,
    ESCALATION,
    MESSAGE,
    Case,
    boundary,
    call,
    compiled,
    duration,
    end,
    instances,
    model,
    parallel,
    process,
    service,
    start,
    subprocess,
    throw,
    user,
)

CALLING = compiled(
    process("p", start(), user("A"), call("C", "q"), user("Z"), end(), flows="s>A; A>C; C>Z; Z>e"),
    process("q", start("s2"), user("B"), subprocess("D", start("s3"), user("E"), end("e3"), flows="s3>E; E>e3"),
            end("e2"), flows="s2>B; B>D; D>e2"),
)  # fmt: skip


def test_data_goes_into_sub_processes_and_called_processes_and_comes_out():
    case = Case(CALLING, {"x": 1})

    case.complete("A", a=1)
    assert case.last.opened[0].data == {"x": 1, "a": 1}
    case.complete("B", b=2).complete("E", x=9)

    assert case.open() == ["Z"]
    assert case.data == {"x": 9, "a": 1, "b": 2}
    inner = [entry for entry in case.trail if entry.split()[1] in {"C", "D"}]
    assert inner == ["entered C", "entered D", "completed D", "completed C"]


def test_tokens_are_unique_in_the_instance_also_inside_sub_processes():
    case = Case(CALLING).complete("A").complete("B")

    tokens = [token for token, _, _ in case.workflow.open_tokens()]
    assert [node for _, node, _ in case.workflow.open_tokens()] == ["C", "D", "E"]
    assert len(set(tokens)) == 3


@pytest.mark.parametrize("event", ["message", "timer"])
def test_an_interrupting_boundary_cancels_everything_inside_a_sub_process(event):
    definition = compiled(
        process("p", start(),
                subprocess("SP", start("s2"), parallel("g"), user("A"), call("C", "q"), end("e2"),
                           flows="s2>g; g>A; g>C; A>e2; C>e2"),
                boundary("b", "SP", MESSAGE if event == "message" else duration("P1D")),
                user("Z"), user("H"), end(), flows="s>SP; SP>Z; Z>e; b>H; H>e"),
        process("q", start("s3"), service("W"), boundary("bw", "W", duration("PT1H")), end("e3"),
                flows="s3>W; W>e3; bw>e3"),
    )  # fmt: skip
    case = Case(definition)
    assert (case.open(), len(case.calls)) == (["A"], 1)

    if event == "message":
        case.message("msg.one", why="x")
    else:
        case.fire("b")

    assert case.open() == ["H"]
    assert (case.calls, case.timers, case.subscriptions) == ({}, {}, {})
    assert [node for _, node, _ in case.workflow.open_tokens()] == ["H"]
    assert {"cancelled A", "cancelled W", "cancelled C", "cancelled SP"} <= set(case.trail)
    assert case.complete("H").ended


def test_an_error_end_event_is_caught_by_the_boundary_of_its_sub_process():
    inside = subprocess("SP", start("s2"), parallel("g"), user("A"), user("B"), end("e2", ERROR), end("e3"),
                        flows="s2>g; g>A; g>B; A>e2; B>e3")  # fmt: skip
    definition = model(inside, boundary("b", "SP", ERROR), user("Z"), user("H"), flows="s>SP; SP>Z; Z>e; b>H; H>e")

    case = Case(definition).complete("A", reason="bad")

    assert case.open() == ["H"]
    assert case.data == {"reason": "bad"}
    assert "cancelled B" in case.trail


def test_an_error_climbs_through_call_activities_to_the_nearest_catcher():
    definition = compiled(
        process("p", start(), call("C", "q"), boundary("b", "C", ERROR), user("H"), end(), flows="s>C; C>e; b>H; H>e"),
        process("q", start("s2"), subprocess("SP", start("s3"), user("A"), end("e3", ERROR), flows="s3>A; A>e3"),
                end("e2"), flows="s2>SP; SP>e2"),
    )  # fmt: skip

    assert Case(definition).complete("A").open() == ["H"]


def test_only_the_sub_process_that_raised_the_error_is_interrupted():
    def part(name: str) -> str:
        return subprocess(name, start(f"s{name}"), user(f"U{name}"), end(f"e{name}", ERROR),
                          flows=f"s{name}>U{name}; U{name}>e{name}")  # fmt: skip

    definition = model(
        parallel("g"), part("X"), part("Y"), boundary("bx", "X", ERROR), boundary("by", "Y", ERROR), user("HX"),
        user("HY"), flows="s>g; g>X; g>Y; X>e; Y>e; bx>HX; HX>e; by>HY; HY>e",
    )  # fmt: skip

    assert Case(definition).complete("UX").open() == ["HX", "UY"]


def test_an_error_that_nobody_catches_ends_the_instance():
    definition = model(parallel("g"), user("A"), user("B"), end("e2", ERROR), flows="s>g; g>A; g>B; A>e2; B>e")

    case = Case(definition).complete("A")

    assert (case.ended, case.last.end_node, case.open()) == (True, "e2", [])


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_escalation_inside_a_sub_process_reaches_its_boundary(interrupting):
    inside = subprocess("SP", start("s2"), user("A"), throw("t", ESCALATION), user("B"), end("e2"),
                        flows="s2>A; A>t; t>B; B>e2")  # fmt: skip
    definition = model(
        inside, boundary("b", "SP", ESCALATION, interrupting=interrupting), user("Z"), user("H"),
        flows="s>SP; SP>Z; Z>e; b>H; H>e",
    )  # fmt: skip
    case = Case(definition).complete("A", level=2)

    assert case.open() == (["H"] if interrupting else ["B", "H"])
    (handler,) = [task for task in case.last.opened if task.node_id == "H"]
    assert handler.data == {"level": 2}
    if not interrupting:
        case.complete("B").complete("Z")
        assert not case.ended
    assert case.complete("H").ended


def test_an_escalation_can_be_caught_each_time_it_is_thrown():
    inside = subprocess(
        "SP", start("s2"), user("A"), throw("t1", ESCALATION), throw("t2", ESCALATION), user("B"), end("e2"),
        flows="s2>A; A>t1; t1>t2; t2>B; B>e2",
    )  # fmt: skip
    definition = model(
        inside, boundary("b", "SP", ESCALATION, interrupting=False), user("H"), flows="s>SP; SP>e; b>H; H>e"
    )

    assert Case(definition).complete("A").open() == ["B", "H", "H"]


def test_an_escalation_that_nobody_catches_goes_by():
    definition = model(user("A"), throw("t", ESCALATION), user("B"), flows="s>A; A>t; t>B; B>e")

    assert Case(definition).complete("A").open() == ["B"]


def test_an_error_in_one_instance_of_a_multi_instance_sub_process_interrupts_all_of_them():
    inside = subprocess("SP", start("s2"), user("A"), end("e2", ERROR), flows="s2>A; A>e2", inside=instances(count="3"))
    definition = model(inside, boundary("b", "SP", ERROR), user("H"), flows="s>SP; SP>e; b>H; H>e")

    case = Case(definition).complete("A", why="x")

    assert (case.open(), case.data) == (["H"], {"why": "x"})
    assert [node for _, node, _ in case.workflow.open_tokens()] == ["H"]
