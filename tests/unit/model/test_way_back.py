"""退回: over what a task may go back, told from the history of its case."""

from __future__ import annotations

import pytest

from engine.model.process import FlowNode
from engine.model.step import Token
from engine.model.way_back import WayBack, tasks_before

NODES = {name: FlowNode(id=name, name=name, type="userTask") for name in ("FIRST", "OTHER", "SECOND")}
NODES["SAFE"] = FlowNode(id="SAFE", name="送达", type="userTask", protected=True)


def way(node_id: str, *between: str) -> WayBack:
    return WayBack(node_id=node_id, scope=Token(0), between=frozenset(between))


@pytest.mark.parametrize(
    ("completed", "goes"),
    [
        ([("GW", "exclusiveGateway"), ("FIRST", "userTask")], True),
        ([("SCRIPT", "scriptTask"), ("GW", "parallelGateway"), ("FIRST", "userTask")], True),
        ([("OTHER", "userTask"), ("FIRST", "userTask")], True),
        ([("NUMBER", "serviceTask"), ("FIRST", "userTask")], False),
        ([("SAFE", "userTask"), ("FIRST", "userTask")], False),
        ([("NOTICE", "intermediateThrowEvent"), ("FIRST", "userTask")], False),
        ([("GW", "exclusiveGateway")], False),
        ([], False),
    ],
)
def test_a_task_goes_back_only_over_what_would_happen_again_alike(completed: list[tuple[str, str]], goes: bool) -> None:
    ways = [way("FIRST", "GW", "SCRIPT", "OTHER", "NUMBER", "SAFE", "NOTICE")]

    assert bool(tasks_before(ways, completed, NODES)) is goes


def test_what_happened_in_another_branch_keeps_nobody_back() -> None:
    completed = [("NUMBER", "serviceTask"), ("FIRST", "userTask")]

    assert [found.node_id for found in tasks_before([way("FIRST", "GW")], completed, NODES)] == ["FIRST"]


def test_the_nearest_task_comes_first_and_a_protected_one_never() -> None:
    completed = [("SECOND", "userTask"), ("SAFE", "userTask"), ("OTHER", "userTask"), ("FIRST", "userTask")]
    ways = [way("FIRST"), way("SAFE"), way("OTHER"), way("SECOND")]

    assert [found.node_id for found in tasks_before(ways, completed, NODES)] == ["SECOND", "OTHER", "FIRST"]
