"""What a drawing leaves unsaid: implied splits, starts and ends, and tokens that meet without a gateway."""

from __future__ import annotations

import pytest

from engine.errors import StepFailed
from tests.unit.workflow.models import (
    Case,
    boundary,
    call,
    catch,
    compiled,
    duration,
    end,
    exclusive,
    inclusive,
    instances,
    loop,
    model,
    parallel,
    process,
    script,
    service,
    start,
    stories,
    subprocess,
    throw,
    user,
)


def with_default(task: str, default: str) -> str:
    return task.replace(" id=", f' default="{default}" id=', 1)


SPLITTERS = {
    "start": ("s", ""),
    "user task": ("X", user("X")),
    "script task": ("X", script("X", "done = 1")),
    "service task": ("X", service("X")),
    "intermediate event": ("X", throw("X")),
    "sub-process": ("X", subprocess("X", start("s2"), user("I"), end("e2"), flows="s2>I; I>e2")),
    "multi-instance task": ("X", user("X", instances(count="2"))),
    "loop": ("X", user("X", loop(maximum=2))),
    "timer": ("X", catch("X", duration("P1D"))),
}


def pass_by(case: Case) -> None:
    """Do whatever work node X asks for."""
    while case.tokens("X", "ready"):
        case.complete("X")
    if case.tokens("I", "ready"):
        case.complete("I")
    if case.calls:
        case.finish("X")
    if case.timers:
        case.fire("X")


@pytest.mark.parametrize("kind", SPLITTERS)
def test_several_flows_out_of_a_node_are_all_taken(kind):
    name, node = SPLITTERS[kind]
    lead = f"s>{name};" if node else ""
    definition = model(node, user("A"), user("B"), flows=f"{lead} {name}>A; {name}>B; A>e; B>e")
    for case in stories(definition):
        pass_by(case)
        assert case.open() == ["A", "B"]
        assert case.complete("A").open() == ["B"]
        assert case.complete("B").ended


def test_the_split_is_no_node_of_the_diagram():
    case = Case(model(user("X"), user("A"), user("B"), flows="s>X; X>A; X>B; A>e; B>e")).complete("X")

    assert case.trail == ["entered s", "completed s", "entered X", "completed X", "entered A", "entered B"]


@pytest.mark.parametrize(("x", "opened"), [(0, ["D"]), (1, ["A"]), (2, ["A", "B"])])
def test_conditional_flows_out_of_a_task_are_taken_when_they_hold_else_the_default(x, opened):
    definition = model(
        with_default(user("X"), "f_X_D"), user("A"), user("B"), user("D"),
        flows="s>X; X>A?x > 0; X>B?x > 1; X>D; A>e; B>e; D>e",
    )  # fmt: skip
    for case in stories(definition):
        assert case.complete("X", x=x).open() == opened


@pytest.mark.parametrize(("x", "opened"), [(0, ["B"]), (1, ["A", "B"])])
def test_a_flow_without_condition_is_always_taken(x, opened):
    definition = model(
        subprocess("X", user("I"), flows=""), user("A"), user("B"), flows="s>X; X>A?x > 0; X>B; A>e; B>e"
    )
    for case in stories(definition):
        assert case.complete("I", x=x).open() == opened


def test_without_any_condition_that_holds_the_step_stops_at_the_task():
    case = Case(model(user("X"), user("A"), user("B"), flows="s>X; X>A?x > 0; X>B?x > 1; A>e; B>e"))

    with pytest.raises(StepFailed, match="No condition behind X holds") as failed:
        case.complete("X", x=0)
    assert (failed.value.node_id, failed.value.cause) == ("X", "no_way_out")


def test_an_implied_split_meets_again_at_a_join_and_merges_what_each_way_changed():
    for join in (parallel("J"), inclusive("J")):
        definition = model(user("X"), user("A"), user("B"), join, user("Z"), flows="s>X; X>A; X>B; A>J; B>J; J>Z; Z>e")
        for case in stories(definition, variables={"a": 0, "b": 0}):
            assert case.complete("X").complete("A", a=1).open() == ["B"]
            assert case.complete("B", b=2).open() == ["Z"]
            assert case.data == {"a": 1, "b": 2}


def test_tokens_that_meet_without_a_gateway_each_go_on():
    for case in stories(model(parallel("P"), user("A"), user("B"), user("Z"), flows="s>P; P>A; P>B; A>Z; B>Z; Z>e")):
        case.complete("A").complete("B")
        assert case.open() == ["Z", "Z"]
        assert case.complete("Z").open() == ["Z"]
        assert case.complete("Z").ended


def test_two_flows_between_the_same_nodes_are_two_ways():
    twice = '<bpmn:sequenceFlow id="again" sourceRef="P" targetRef="J"/>'
    definition = model(parallel("P"), parallel("J"), twice, user("Z"), flows="s>P; P>J; J>Z; Z>e")

    assert Case(definition).open() == ["Z"]


def test_a_process_without_start_event_begins_at_every_node_that_no_flow_leads_to():
    nodes = (user("A"), user("B"), boundary("T", "A", duration("P1D")), user("L"), user("Z"), end())
    for case in stories(compiled(process("p", *nodes, flows="A>Z; B>Z; Z>e; T>L; L>e"))):
        assert case.open() == ["A", "B"]
        assert case.fire("T").open() == ["B", "L"]
        assert case.complete("L").complete("B").complete("Z").ended


def test_a_process_without_end_event_ends_with_its_last_token():
    for case in stories(compiled(process("p", user("A"), exclusive("G"), user("B"), flows="A>G; A>B"))):
        assert case.complete("A").open() == ["B"]
        assert not case.ended
        assert case.complete("B", done=True).ended
        assert case.last.end_node == "B"
        assert case.data == {"done": True}


def test_an_activity_without_outgoing_flow_ends_its_token_beside_end_events():
    for case in stories(model(parallel("P"), user("A"), user("B"), flows="s>P; P>A; P>B; A>e")):
        assert case.complete("B").open() == ["A"]
        assert case.complete("A").ended


def test_sub_processes_and_called_processes_begin_and_end_without_events_too():
    inside = subprocess("SP", user("A"), user("B"), flows="")
    definition = compiled(
        process("p", inside, call("C", "q"), flows="SP>C"), process("q", user("D"), user("E"), flows="D>E")
    )
    for case in stories(definition):
        assert case.open() == ["A", "B"]
        assert case.complete("A").complete("B").open() == ["D"]
        assert case.complete("D").complete("E").ended


def test_a_boundary_event_without_outgoing_flow_ends_its_token():
    for interrupting in (True, False):
        late = boundary("T", "A", duration("P1D"), interrupting=interrupting)
        case = Case(model(user("A"), late, flows="s>A; A>e")).fire("T")
        assert case.ended is interrupting
