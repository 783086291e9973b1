"""Multi-instance activities: over lists and counts, at once and one after the other."""

from __future__ import annotations

import pytest

from engine.errors import StepFailed
from tests.unit.workflow.models import (
    Case,
    boundary,
    call,
    compiled,
    duration,
    end,
    exclusive,
    instances,
    model,
    process,
    service,
    start,
    stories,
    subprocess,
    user,
)

PARALLEL = model(user("X", instances(items="items", out="results")), user("Z"), flows="s>X; X>Z; Z>e")
SEQUENTIAL = model(
    user("X", instances(items="items", out="results", sequential=True)), user("Z"), flows="s>X; X>Z; Z>e"
)


def test_each_element_gets_its_own_task_and_the_results_are_collected():
    for case in stories(PARALLEL, variables={"items": ["a", "b", "c"]}):
        assert [task.element for task in case.last.opened] == ["a", "b", "c"]
        assert [task.data["item"] for task in case.last.opened] == ["a", "b", "c"]

        case.complete("X", result=1).complete("X", result=2)
        assert case.open() == ["X"]
        case.complete("X", result=3)

        assert case.open() == ["Z"]
        assert case.data == {"items": ["a", "b", "c"], "results": [1, 2, 3]}


def test_a_restored_multi_instance_activity_completes():
    """Stock connects the counting of instances only in the process that made them."""
    case = Case(PARALLEL, {"items": [1, 2]})
    case.complete("X", result=1)
    case.reload()
    case.reload()

    assert case.complete("X", result=2).open() == ["Z"]


def test_one_after_the_other():
    for case in stories(SEQUENTIAL, variables={"items": ["a", "b"]}):
        assert (case.open(), [task.element for task in case.last.opened]) == (["X"], ["a"])
        case.complete("X", result=1)
        assert (case.open(), [task.element for task in case.last.opened]) == (["X"], ["b"])
        assert case.complete("X", result=2).data["results"] == [1, 2]


@pytest.mark.parametrize("sequential", [True, False])
def test_without_a_result_list_changes_of_the_instances_are_merged_but_not_their_element(sequential):
    definition = model(user("X", instances(items="items", sequential=sequential)), user("Z"), flows="s>X; X>Z; Z>e")
    for case in stories(definition, variables={"items": ["a", "b"], "seen": 0, "kept": 1}):
        case.complete("X", seen=1).complete("X", note="y")
        assert case.data == {"items": ["a", "b"], "seen": 1, "kept": 1, "note": "y"}


def test_what_an_instance_changed_is_private_until_it_completes():
    inside = subprocess("SP", start("s2"), user("A"), user("B"), end("e2"), flows="s2>A; A>B; B>e2",
                        inside=instances(items="items"))  # fmt: skip
    case = Case(model(inside, flows="s>SP; SP>e"), {"items": [1, 2]})

    case.complete("A", secret=1)
    assert case.data == {"items": [1, 2]}

    assert case.complete("B").data == {"items": [1, 2], "secret": 1}


def test_tasks_inside_an_instance_know_its_element():
    definition = compiled(
        process("p", start(), call("C", "q", instances(items="items")), end(), flows="s>C; C>e"),
        process("q", start("s2"), service("W"), user("A"), end("e2"), flows="s2>W; W>A; A>e2"),
    )
    case = Case(definition, {"items": [{"id": 1}, {"id": 2}]})
    assert [service_call.element for service_call in case.calls.values()] == [{"id": 1}, {"id": 2}]

    assert case.finish("W").last.opened[0].element == {"id": 1}
    assert case.finish("W").complete("A").complete("A").ended


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize("items", [[], {}])
def test_an_empty_list_passes_at_once_and_is_shown(sequential, items):
    definition = SEQUENTIAL if sequential else PARALLEL

    case = Case(definition, {"items": items})

    assert case.open() == ["Z"]
    assert case.trail[2:4] == ["entered X", "completed X"]
    assert case.data["results"] == items


def test_the_diagram_sees_instances_not_their_body():
    case = Case(PARALLEL, {"items": [1, 2]}).complete("X").complete("X")

    assert [entry for entry in case.trail if entry.endswith(" X")] == [
        "entered X", "entered X", "completed X", "completed X",
    ]  # fmt: skip
    assert case.last.closed[0][1] == "completed"


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize("count", ["3", "n + 1"])
def test_a_number_of_instances(count, sequential):
    definition = model(user("X", instances(count=count, sequential=sequential)), flows="s>X; X>e")
    for case in stories(definition, variables={"n": 2}):
        assert case.last.opened[0].element == 0
        assert case.complete("X").complete("X").open() == ["X"]
        assert case.complete("X").ended


def test_a_number_with_a_result_list_works_also_a_second_time():
    definition = model(exclusive("m"), user("X", instances(count="2", out="results")), user("A"), exclusive("g", "m"),
                       flows="s>m; m>X; X>A; A>g; g>e?stop; g>m")  # fmt: skip
    case = Case(definition, {"stop": False})

    case.complete("X", result=1).complete("X", result=2).complete("A")
    case.complete("X", result=3).complete("X", result=4)

    assert case.data["results"] == [3, 4]


def test_results_of_an_object_are_kept_under_its_keys():
    case = Case(PARALLEL, {"items": {"a": 1, "b": 2}})
    assert [task.element for task in case.last.opened] == [1, 2]

    case.complete("X", result="x").complete("X", result="y")

    assert case.data["results"] == {"a": "x", "b": "y"}


@pytest.mark.parametrize(
    "condition", ["nrOfCompletedInstances >= 2", "nrOfActiveInstances == nrOfInstances - 2", "len(results) >= 2"]
)
def test_the_completion_condition_sees_the_counters_and_the_merged_results(condition):
    definition = model(
        user("X", instances(items="items", out="results", until=condition)), user("Z"), flows="s>X; X>Z; Z>e"
    )
    for case in stories(definition, variables={"items": [1, 2, 3, 4]}):
        assert case.complete("X", result=1).open() == ["X", "X", "X"]
        assert case.complete("X", result=2).open() == ["Z"]
        assert case.trail.count("cancelled X") == 2


def test_the_completion_condition_sees_the_values_of_the_last_instance():
    definition = model(
        user("X", instances(items="items", sequential=True, out="results", until="result == 'no'")), user("Z"),
        flows="s>X; X>Z; Z>e",
    )  # fmt: skip
    case = Case(definition, {"items": [1, 2, 3]})

    assert case.complete("X", result="yes").open() == ["X"]
    assert case.complete("X", result="no").open() == ["Z"]


@pytest.mark.parametrize("of", ["task", "sub-process", "call"])
def test_an_interrupting_timer_on_a_multi_instance_activity_cancels_all_instances(of):
    many = instances(items="items")
    host = {
        "task": user("X", many),
        "sub-process": subprocess("X", start("s2"), user("I"), end("e2"), flows="s2>I; I>e2", inside=many),
        "call": call("X", "q", many),
    }[of]
    definition = compiled(
        process("p", start(), host, boundary("b", "X", duration("P1D")), user("H"), user("Z"), end(),
                flows="s>X; X>Z; Z>e; b>H; H>e"),
        process("q", start("s3"), user("A"), end("e3"), flows="s3>A; A>e3"),
    )  # fmt: skip
    for case in stories(definition, variables={"items": [1, 2, 3]}):
        case.complete({"task": "X", "sub-process": "I", "call": "A"}[of])
        case.fire("b")
        assert [node for _, node, _ in case.workflow.open_tokens()] == ["H"]
        assert case.complete("H").ended


@pytest.mark.parametrize("variables", [{}, {"items": None}, {"items": "text"}, {"items": 3}])
def test_a_missing_list_stops_the_step(variables):
    with pytest.raises(StepFailed, match="no list") as failed:
        Case(PARALLEL, variables)
    assert failed.value.node_id == "X"


@pytest.mark.parametrize("count", ["2 - 3", "True", "'3'"])
def test_a_number_that_is_none_stops_the_step(count):
    with pytest.raises(StepFailed, match="no number"):
        Case(model(user("X", instances(count=count)), flows="s>X; X>e"))


def test_five_hundred_instances():
    case = Case(PARALLEL, {"items": list(range(500)), "x": 1})
    assert len(case.open()) == 500

    for number in range(499):
        case.complete("X", result=number)

    assert case.complete("X", result=499).open() == ["Z"]
    assert case.data["results"] == list(range(500))
