"""Where a case stands among the steps that people count, and how it may go back."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.model.process import FlowNode, ProcessInfo
from engine.model.steps import standing_of, steps_of

COUNTED = ("GRADE", "S1_T2", "S1_T3", "S1_T4", "S1_T5", "S1_T6", "S1_T7", "S1_T8", "CLOSE", "S1_T10")


def a_process(key: str = "S1_RECTIFY", nodes: Sequence[str] = COUNTED, **types: str) -> ProcessInfo:
    made = {n: FlowNode(id=n, name=n, type=types.get(n, "userTask"), process=key) for n in nodes}
    return ProcessInfo(key=key, name=key, nodes=made)


def standing(completed: set[str], current: set[str]) -> list[tuple[str, str]]:
    found = standing_of(steps_of(a_process()), completed=completed, current=current)
    return [(step.node_id, status) for step, status in found]


def test_the_steps_of_a_rectification_keep_the_numbers_of_the_rules() -> None:
    steps = steps_of(a_process())

    assert [step.number for step in steps] == list(range(1, 11))
    assert next(step.short for step in steps if step.node_id == "S1_T5") == "整改"


def test_a_step_that_a_newer_drawing_has_dropped_leaves_a_gap() -> None:
    steps = steps_of(a_process(nodes=[node for node in COUNTED if node != "S1_T6"]))

    assert [step.number for step in steps] == [1, 2, 3, 4, 5, 7, 8, 9, 10]


def test_another_process_has_its_user_tasks_as_steps() -> None:
    steps = steps_of(a_process("MINE", ["FIRST", "CHECK", "SECOND"], CHECK="serviceTask"))

    assert [(step.number, step.node_id) for step in steps] == [(1, "FIRST"), (2, "SECOND")]


@pytest.mark.parametrize("key", ["S2_LADDER", "S4_APPROVE"])
def test_tasks_of_which_only_some_are_ever_done_are_not_counted(key: str) -> None:
    assert steps_of(a_process(key, ["FIRST", "OR_SECOND"])) == ()


def test_what_is_behind_the_waiting_step_is_done_and_what_follows_is_to_come() -> None:
    found = standing({"GRADE", "S1_T2", "S1_T3"}, {"S1_T4"})

    assert found[:4] == [("GRADE", "done"), ("S1_T2", "done"), ("S1_T3", "done"), ("S1_T4", "now")]
    assert {status for _, status in found[4:]} == {"todo"}


def test_a_case_that_was_sent_back_has_the_later_steps_before_it_again() -> None:
    found = dict(standing({"GRADE", "S1_T2", "S1_T3", "S1_T4", "S1_T5", "S1_T6", "S1_T7"}, {"S1_T5"}))

    assert found["S1_T5"] == "now"
    assert found["S1_T6"] == found["S1_T7"] == "todo"


def test_a_step_that_was_passed_by_is_left_out() -> None:
    found = dict(standing(set(COUNTED) - {"S1_T7", "S1_T8", "S1_T10"}, {"EV_60D"}))

    assert "S1_T7" not in found
    assert found["CLOSE"] == "done"
    assert found["S1_T10"] == "todo"


def test_an_ended_case_has_nothing_to_come() -> None:
    assert {status for _, status in standing({"GRADE", "S1_T2", "CLOSE"}, set())} == {"done"}
