"""A case that stands still at several tasks at once, with a drawn timer and a message that reaches it meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.commands import instances, messages, standstill
from engine.commands.case_step import SYSTEM
from engine.commands.deployments import propose
from engine.model.clock import local_time
from engine.model.step import InstanceId
from tests.integration.calendar.conftest import People, on
from tests.integration.resilience.office import MODELS
from tests.integration.scenarios.desk import Desk


@pytest.fixture
def several(desk: Desk, people: People) -> InstanceId:
    """Begun on Monday 2026-03-02 at 10:00, with a part for the leader and one for the owner."""
    drawing, form = Path(__file__).with_name("STILL_MANY.bpmn"), MODELS / "RES_NOTE.json"
    propose(desk.engine, SYSTEM, {path.name: path.read_bytes() for path in (drawing, form)}, auto_confirm=True)
    desk.go_to("03-02")
    members = [people.leader, people.owner]
    return instances.start(desk.engine, "STILL_MANY", people.owner, {"members": members}).instance_id


def drawn(desk: Desk, case: InstanceId) -> list[str]:
    with desk.engine.transaction(SYSTEM) as tx:
        return [local_time(t.due_at).strftime("%m-%d %H:%M") for t in tx.timers_of(case) if t.kind == "bpmn"]


def test_several_tasks_a_timer_and_a_message_wait_together_and_go_on_together(
    desk: Desk, people: People, several: InstanceId
) -> None:
    assert drawn(desk, several) == ["03-05 10:00"]
    desk.go_to("03-03")
    standstill.suspend(desk.engine, people.inspector, several, "等待外部机关意见")

    with desk.engine.transaction(SYSTEM) as tx:
        assert [task.state for task in tx.open_tasks(several)] == ["suspended", "suspended"]
    assert messages.send(desk.engine, people.inspector, "msg.news", "", {}) == (several,)
    desk.go_to("03-10")
    assert drawn(desk, several) == ["03-05 10:00"]  # held: it has not fired

    assert standstill.resume(desk.engine, people.inspector, several, "已答复") == 5

    with desk.engine.transaction(SYSTEM) as tx:
        waiting = tx.open_tasks(several)
        assert tx.subscriptions_of(several) == ()  # the message was delivered
        assert tx.held_messages(several) == ()
    assert [(task.state, task.assignee, task.due_on) for task in waiting] == [
        ("assigned", people.leader, on("03-16")),
        ("assigned", people.owner, on("03-16")),
    ]
    assert drawn(desk, several) == ["03-12 10:00"]
    assert {person: desk.notices(person, "resumed") for person in (people.leader, people.owner)} == {
        people.leader: ["03-10 10:00"],
        people.owner: ["03-10 10:00"],
    }
    desk.go_to("03-13")
    desk.do(people.leader, "EACH", {"note": "已办"})
    desk.do(people.owner, "EACH", {"note": "已办"})
    assert desk.case(several).status == "completed"
