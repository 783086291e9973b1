"""催办 and 改派: what a supervisor does about one open task of others (domain.md §1.3)."""

from __future__ import annotations

from datetime import date

import pytest

from engine.commands import accounts, reassigning, standstill, urging
from engine.commands.case_step import SYSTEM
from engine.errors import InputRejected, NotFound, Refused
from engine.model.steering import NotSteering, StandsStill, UrgedToday
from engine.model.step import InstanceId, PersonId, TaskId
from engine.store.rows import UserTaskRow
from tests.integration.calendar.conftest import Begin, Office, People
from tests.integration.calendar.test_dates import WORK
from tests.integration.scenarios.desk import Desk
from tests.integration.scenarios.test_rectification import ISSUER, UNIT
from webui.app import create_app


def open_task(desk: Desk, person: PersonId, node: str = "S1_T5") -> TaskId:
    return desk.inbox(person)[node].id


def officer_of(desk: Desk, unit: str, *, but: PersonId) -> PersonId:
    with desk.engine.transaction(SYSTEM) as tx:
        found = desk.engine.reference(tx).organization.members("officer", unit, date(2026, 3, 2))
    return next(PersonId(name) for name in found if name != but)


def test_an_urged_task_tells_its_holder_and_the_leader_in_charge_once_a_day(
    desk: Desk, office: Office, people: People, running: InstanceId
) -> None:
    task = open_task(desk, people.owner)

    urging.urge(desk.engine, people.inspector, task, "距到期不足十个工作日，请抓紧")

    assert desk.notices(people.owner, "urged") == desk.notices(people.leader, "urged") == ["03-10 10:00"]
    assert [fact.body["reason"] for fact in office.history(running, "urged")] == ["距到期不足十个工作日，请抓紧"]
    assert desk.cards(UNIT) == []  # no card: those are the ladder's, and count
    with pytest.raises(UrgedToday):
        urging.urge(desk.engine, desk.inspector(ISSUER, 1), task, "再催")
    desk.go_to("03-11")
    urging.urge(desk.engine, desk.inspector(ISSUER, 1), task, "再催")
    assert len(desk.notices(people.owner, "urged")) == 2


def test_only_supervisors_above_act_on_a_task_and_not_on_one_of_their_own_unit(
    desk: Desk, people: People, begin: Begin
) -> None:
    desk.go_to("03-02")
    case = begin(nature="侵害群众利益")
    task = open_task(desk, people.owner)
    for stranger in (people.owner, people.leader):
        with pytest.raises(NotSteering):
            urging.urge(desk.engine, stranger, task, "催办")
        with pytest.raises(NotSteering):
            reassigning.reassign(desk.engine, stranger, task, people.leader, "改派")
    with pytest.raises(NotFound):
        urging.urge(desk.engine, desk.inspector("532504-ZF"), task, "催办")
    with pytest.raises(InputRejected):
        urging.urge(desk.engine, people.inspector, task, " ")

    desk.do(people.owner, "S1_T5", WORK)
    desk.do(people.leader, "S1_T6", {"unit_decision": "同意", "opinion": "同意报送。"})
    verify = open_task(desk, people.inspector, "S1_T7")
    with pytest.raises(NotSteering):
        urging.urge(desk.engine, people.inspector, verify, "催办")
    urging.urge(desk.engine, desk.inspector("532500-ZF"), verify, "催办")

    standstill.suspend(desk.engine, desk.inspector("532500-ZF"), case, "暂停")
    for act in (
        lambda: urging.urge(desk.engine, desk.inspector("532500-ZF", 1), verify, "催办"),
        lambda: reassigning.reassign(
            desk.engine, desk.inspector("532500-ZF", 1), verify, desk.inspector(ISSUER, 1), "改派"
        ),
    ):
        with pytest.raises(StandsStill):
            act()


def test_a_reassigned_task_is_the_new_persons_with_its_date_and_all_later_steps(
    desk: Desk, office: Office, people: People, running: InstanceId
) -> None:
    before = desk.inbox(people.owner)["S1_T5"]
    other = officer_of(desk, UNIT, but=people.owner)

    reassigning.reassign(desk.engine, people.inspector, before.id, other, "原责任人借调")

    task = desk.inbox(other)["S1_T5"]
    assert (task.id, task.due_on, task.state) == (before.id, before.due_on, "assigned")
    assert "S1_T5" not in desk.inbox(people.owner)
    assert desk.case(running).variables["owner"] == other
    (fact,) = office.history(running, "reassigned")
    assert (fact.body["from"], fact.body["to"], fact.body["reason"]) == ([people.owner], [other], "原责任人借调")
    assert fact.to_name
    assert desk.notices(other, "reassigned") == desk.notices(people.owner, "taken_over") == ["03-10 10:00"]


def test_a_task_goes_to_nobody_whom_its_rule_or_recusal_keeps_out(desk: Desk, people: People, begin: Begin) -> None:
    desk.go_to("03-02")
    begin(nature="侵害群众利益")
    task = open_task(desk, people.owner)
    for wrong in (people.owner, people.inspector, PersonId("u901"), PersonId("nobody")):
        with pytest.raises(InputRejected):
            reassigning.reassign(desk.engine, people.inspector, task, wrong, "改派")

    desk.do(people.owner, "S1_T5", WORK)
    check = desk.inbox(people.leader)["S1_T6"]
    with pytest.raises(InputRejected):  # 单位审核 is never the owner's: -var(owner)
        reassigning.reassign(desk.engine, people.inspector, check.id, people.owner, "改派")
    reassigning.reassign(desk.engine, people.inspector, check.id, desk.person(UNIT, "LEAD_MAIN"), "分管领导外出")


def test_a_protected_task_is_not_given_to_others(desk: Desk, people: People, running: InstanceId) -> None:
    desk.go_to("03-26")
    answer = desk.inbox(people.leader)["S2_T2"]
    with pytest.raises(Refused) as refused:
        reassigning.reassign(desk.engine, people.inspector, answer.id, desk.person(UNIT, "LEAD_MAIN"), "改派")
    assert refused.value.facts["code"] == "protected"


def test_the_same_over_rest_once_for_each_key_and_in_batch_with_a_result_for_each(
    desk: Desk, people: People, begin: Begin
) -> None:
    desk.go_to("03-02")
    first = begin()
    task = open_task(desk, people.owner)
    second = begin(title="另一件")
    other = next(row.id for row in desk_tasks(desk) if row.instance_id == second and row.assignee == people.owner)
    client = create_app(desk.engine.settings, desk.engine).test_client(use_cookies=False)
    token = accounts.sign_in(desk.engine, people.inspector, "Changxiao-2026", address="127.0.0.1").token
    headers = {"Authorization": f"Bearer {token}"}

    def post(path: str, body: object, **more: str) -> tuple[int, dict[str, object]]:
        answer = client.post(f"/api/v1{path}", json=body, headers={**headers, **more})
        return answer.status_code, answer.get_json()

    key = {"Idempotency-Key": "urge-1"}
    assert post(f"/tasks/{task}/urge", {"reason": "请抓紧"}, **key) == post(
        f"/tasks/{task}/urge", {"reason": "请抓紧"}, **key
    )
    status, told = post(
        "/tasks/urge", {"task_ids": [str(task), str(other)], "reason": "请抓紧"}, **{"Idempotency-Key": "b"}
    )
    assert status == 200
    items = told["items"]
    assert isinstance(items, list)
    assert [(item["done"], item["code"]) for item in items] == [(False, "urged_today"), (True, "")]
    assert items[0]["detail"]
    status, told = post(
        "/tasks/reassign", {"task_ids": [str(task), str(other)], "to": people.leader, "reason": "集中办理"}
    )
    assert [item["done"] for item in told["items"]] == [True, True]  # type: ignore[index, attr-defined]

    assert post(f"/instances/{first}/suspend", {"reason": "等待外部机关意见"})[1]["state"] == "suspended"
    assert post(f"/instances/{first}/suspend", {"reason": "再次"})[0] == 409
    assert post(f"/instances/{first}/resume", {"reason": "已答复"}) == (
        200,
        {"instance_id": str(first), "state": "running", "moved_wd": 0},
    )


def desk_tasks(desk: Desk) -> list[UserTaskRow]:
    with desk.engine.transaction(SYSTEM) as tx:
        return list(tx.all_open_tasks())
