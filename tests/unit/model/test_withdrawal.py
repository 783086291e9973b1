"""撤回: which rule stands against it, and who decides a 回避申请."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from engine.model.clock import SHANGHAI
from engine.model.process import FlowNode
from engine.model.withdrawal import WithdrawalRefused, refusal_to_withdraw

NOW = datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)
NODES = {name: FlowNode(id=name, name=name, type="userTask") for name in ("FIRST", "SECOND")}
STRAIGHT = (("FIRST", "userTask"),)


@dataclass(frozen=True)
class Task:
    node_id: str = "FIRST"
    state: str = "completed"
    protected: bool = False
    due_at: datetime | None = None
    assignee: str | None = None
    claimed_at: datetime | None = None
    opened_at: datetime | None = None


NEXT = Task(node_id="SECOND", state="assigned", assignee="u2")


@pytest.mark.parametrize(
    ("done", "waiting", "is_last", "completed", "refusal"),
    [
        (Task(), (NEXT,), True, STRAIGHT, ""),
        (Task(due_at=NOW), (NEXT,), True, STRAIGHT, ""),
        (Task(due_at=NOW - timedelta(seconds=1)), (NEXT,), True, STRAIGHT, "late"),
        (Task(), (NEXT,), False, STRAIGHT, "not_done"),
        (Task(state="returned"), (NEXT,), True, STRAIGHT, "not_done"),
        (Task(protected=True), (NEXT,), True, STRAIGHT, "protected"),
        (Task(), (NEXT, Task(node_id="OTHER")), True, STRAIGHT, "branched"),
        (Task(), (), True, STRAIGHT, "final"),
        (Task(), (NEXT,), True, (("NUMBER", "serviceTask"), *STRAIGHT), "final"),
        (Task(), (Task(node_id="SECOND", assignee="u2", opened_at=NOW),), True, STRAIGHT, "read"),
        (Task(), (Task(node_id="SECOND", assignee="u2", claimed_at=NOW),), True, STRAIGHT, "read"),
        (Task(), (Task(node_id="SECOND", assignee="u1", opened_at=NOW),), True, STRAIGHT, ""),
    ],
)
def test_a_task_is_taken_back_while_nobody_else_has_read_what_came_of_it(
    done: Task, waiting: tuple[Task, ...], is_last: bool, completed: tuple[tuple[str, str], ...], refusal: str
) -> None:
    found = refusal_to_withdraw(
        done, waiting, person="u1", is_last_done=is_last, completed=completed, nodes=NODES, now=NOW
    )

    assert found == refusal
    if refusal:
        assert WithdrawalRefused(found).zh.endswith("。")
