"""What the stored state keeps, and what it drops."""

from __future__ import annotations

from engine.workflow import Workflow
from tests.unit.workflow.models import (
    AT,
    MESSAGE,
    SEED,
    Case,
    boundary,
    catch,
    duration,
    end,
    event_gateway,
    exclusive,
    instances,
    model,
    parallel,
    start,
    subprocess,
    user,
)


def kept(case: Case) -> list[str]:
    """Names of the tasks that the state holds besides the root, over all scopes."""
    workflow = Workflow.load(case.definition, case.last.state, at=AT, seed=SEED)
    scopes = list(workflow._top.scopes())
    return sorted(
        task.task_spec.name for scope in scopes for task in scope.tasks.values() if task is not scope.task_tree
    )


def test_finished_tasks_are_dropped():
    case = Case(model(user("A"), user("B"), user("C"), flows="s>A; A>B; B>C; C>e")).complete("A").complete("B")

    assert kept(case) == ["C"]


def test_the_split_before_an_activity_with_boundary_events_is_kept_while_it_is_open():
    definition = model(user("A"), boundary("b", "A", MESSAGE, interrupting=False), user("H"), user("B"),
                       flows="s>A; A>B; B>e; b>H; H>e")  # fmt: skip
    case = Case(definition).message("msg.one")
    assert kept(case) == ["A", "A.BoundaryEventSplit", "H", "b"]

    assert kept(case.complete("A")) == ["B", "H"]


def test_the_events_behind_an_event_gateway_keep_it():
    definition = model(event_gateway("g"), catch("c", MESSAGE), catch("t", duration("P1D")), user("A"),
                       flows="s>g; g>c; g>t; c>A; t>A; A>e")  # fmt: skip
    case = Case(definition)
    assert kept(case) == ["c", "g", "t"]

    assert kept(case.fire("t")) == ["A"]


def test_a_join_keeps_its_tokens_and_nothing_before_them():
    definition = model(parallel("g"), user("A"), user("B"), parallel("j"), flows="s>g; g>A; g>B; A>j; B>j; j>e")

    assert kept(Case(definition).complete("A")) == ["B", "j"]


def test_a_finished_sub_process_is_dropped_and_finished_instances_too():
    inside = subprocess("SP", start("s2"), user("A"), end("e2"), flows="s2>A; A>e2", inside=instances(count="3"))
    case = Case(model(inside, user("Z"), flows="s>SP; SP>Z; Z>e"))

    assert kept(case.complete("A")) == ["A", "A", "SP", "SP [child]", "SP [child]"]
    assert kept(case.complete("A").complete("A")) == ["Z"]


def test_an_ended_instance_keeps_its_final_data_only():
    case = Case(model(user("A"), flows="s>A; A>e")).complete("A", x=1)

    assert kept(case) == []
    assert Workflow.load(case.definition, case.last.state, at=AT, seed=SEED).advance().variables == {"x": 1}


def test_a_definition_can_switch_compaction_off():
    definition = model(exclusive("m"), user("A"), exclusive("g", "m"), flows="s>m; m>A; A>g; g>e?stop; g>m",
                       attributes='cx:compaction="off"')  # fmt: skip
    case = Case(definition, {"stop": False})

    for _ in range(3):
        case.complete("A")

    assert kept(case).count("A") == 4
    assert case.complete("A", stop=True).ended
