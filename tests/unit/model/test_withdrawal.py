"""撤回: which rule stands against it, and what came of a task that somebody has done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from engine.model.clock import SHANGHAI
from engine.model.process import FlowNode
from engine.model.step import TaskId, Token
from engine.model.way_back import WayBack
from engine.model.withdrawal import Past, Refusal, WithdrawalRefused, came_of, refusal_to_withdraw

NOW = datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)
HERE, ASIDE, BEYOND = Token(5), Token(3), Token(6)
DONE, LATER = TaskId(UUID(int=1)), TaskId(UUID(int=2))
NODES = {name: FlowNode(id=name, name=name, type="userTask") for name in ("FIRST", "SECOND", "OTHER")}
STRAIGHT = (("FIRST", "userTask"),)


@dataclass(frozen=True)
class Task:
    node_id: str = "FIRST"
    id: TaskId = DONE
    token: Token = HERE
    state: str = "completed"
    protected: bool = False
    element: object = None
    due_at: datetime | None = None
    done_by: str | None = "u1"
    done_at: datetime | None = NOW
    created_at: datetime | None = NOW
    assignee: str | None = None
    claimed_at: datetime | None = None
    opened_at: datetime | None = None


NEXT = Task(node_id="SECOND", state="assigned", assignee="u2")


@pytest.mark.parametrize(
    ("done", "following", "refusal"),
    [
        (Task(), NEXT, ""),
        (Task(due_at=NOW), NEXT, ""),
        (Task(due_at=NOW - timedelta(seconds=1)), NEXT, "late"),
        (Task(done_by="u2"), NEXT, "not_done"),
        (Task(state="returned"), NEXT, "not_done"),
        (Task(protected=True), NEXT, "protected"),
        (Task(), None, "final"),
        (Task(), Task(node_id="SECOND", assignee="u2", opened_at=NOW), "read"),
        (Task(), Task(node_id="SECOND", assignee="u2", claimed_at=NOW), "read"),
        (Task(), Task(node_id="SECOND", assignee="u1", opened_at=NOW), ""),
    ],
)
def test_a_task_is_taken_back_while_nobody_else_has_read_what_came_of_it(
    done: Task, following: Task | None, refusal: Refusal
) -> None:
    found = refusal_to_withdraw(done, following, person="u1", stands="final", now=NOW)

    assert found == refusal
    if refusal:
        assert WithdrawalRefused(found).zh.endswith("。")


EARLIER = NOW - timedelta(hours=1)
BESIDE = Task(node_id="OTHER", token=ASIDE, created_at=EARLIER)


@pytest.mark.parametrize(
    ("waiting", "completed", "last_here", "stands"),
    [
        ((NEXT,), STRAIGHT, DONE, ""),
        ((NEXT, BESIDE), STRAIGHT, DONE, ""),
        ((NEXT,), STRAIGHT, LATER, "passed"),
        ((NEXT,), (("NUMBER", "serviceTask"), *STRAIGHT), DONE, "final"),
        ((BESIDE,), STRAIGHT, DONE, "branched"),
        ((), STRAIGHT, DONE, "final"),
        ((BESIDE,), (("SECOND", "userTask"), *STRAIGHT), DONE, "passed"),
        ((NEXT, Task(node_id="OTHER", token=BEYOND)), STRAIGHT, DONE, "branched"),
    ],
)
def test_what_came_of_a_task_is_the_one_task_that_would_go_back_alone(
    waiting: tuple[Task, ...], completed: tuple[tuple[str, str], ...], last_here: TaskId, stands: Refusal
) -> None:
    begun = [task for task in waiting if task.created_at == NOW]
    way = WayBack(node_id="FIRST", scope=Token(0), between=frozenset({"NUMBER"}))
    past = Past(
        completed=completed,
        nodes=NODES,
        last_here=last_here,
        ways_back=lambda token: [way] if len(begun) == 1 and token == HERE else [],
    )

    found, why = came_of(Task(), waiting, past)

    assert why == stands
    assert found == (None if stands else (NEXT, Token(0)))
