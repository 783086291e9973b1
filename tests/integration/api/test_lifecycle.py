"""A problem's way through the REST interface, as the people on it meet it."""

from __future__ import annotations

import pytest

from engine.core import Engine
from tests.integration.api.conftest import ISSUER, UNIT, Caller, Sign, register

ISSUE = {"confirm": True, "opinion": "请按期整改。"}
NAMED = {"owner_decision": "指定", "owner_dept": "532503-GA-03", "owner": "u101", "owner_post": "具体责任人"}
PLAN = {
    "root_cause": "交接制度学习不够，日常检查流于形式，没有落实到人。",
    "measures": [{"what": "补录交接登记并逐日复核", "who": "u101", "by": "2026-03-06"}],
}


def test_a_problem_goes_from_registration_to_the_plan_with_every_date_explained(
    inspector: Caller, leader: Caller, owner: Caller
) -> None:
    began = register(inspector)
    assert (began["key"], began["version"], began["state"], began["case_state"]) == (
        "S1_RECTIFY",
        1,
        "running",
        "已登记",
    )
    assert began["business_no"].startswith("WT-")
    assert [task["node_id"] for task in began["tasks"]] == ["S1_T2"]
    case = began["id"]

    inspector.do("S1_T2", ISSUE, instance_id=case)
    assert inspector.inbox(instance_id=case) == {}
    assert leader.inbox(instance_id=case)["S1_T3"]["state"] == "assigned"
    named = leader.do("S1_T3", NAMED, instance_id=case)
    assert (named["state"], named["ended"], len(named["opened"])) == ("已交办", False, 1)

    task = owner.inbox(instance_id=case)["S1_T4"]
    assert (task["days_left"] in {2, 3}, task["light"]) == (True, "yellow")  # a repeated problem is graded higher
    shown = owner.get(f"/tasks/{task['id']}")
    assert shown["deadline"]["on"] == task["due_on"]
    assert shown["form"]["id"] == "S1_T4"
    assert shown["mine"] is True
    assert "到期" in shown["deadline"]["zh"]
    assert [step["level"] for step in shown["ladder"]] == sorted(step["level"] for step in shown["ladder"])
    owner.do("S1_T4", PLAN, instance_id=case)

    head = owner.get(f"/instances/{case}")
    assert head["case_state"] == "整改中"
    assert {task["node_id"]: task["state"] for task in head["tasks"]} == {
        "S1_T2": "completed",
        "S1_T3": "completed",
        "S1_T4": "completed",
        "S1_T5": "assigned",
    }
    assert owner.get(f"/instances/{case}/variables")["variables"]["owner"] == "u101"
    ledger = owner.get(f"/instances/{case}/deadlines")["items"]
    assert {entry["kind"] for entry in ledger} >= {"set"}


def test_history_is_in_order_and_each_hash_differs(inspector: Caller, case: str) -> None:
    events = inspector.get(f"/instances/{case}/history?all=true")["items"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert len({event["hash"] for event in events}) == len(events)
    flow = inspector.get(f"/instances/{case}/history")["items"]
    assert {event["event"] for event in flow} <= {"entered", "completed", "cancelled"}
    assert flow[0]["element_type"] == "startEvent"
    assert flow[-1] | {"element_id": "S1_T2", "event": "entered", "element_type": "userTask"} == flow[-1]


def test_the_first_look_of_the_leader_delivers_the_notice(inspector: Caller, leader: Caller, case: str) -> None:
    inspector.do("S1_T2", ISSUE, instance_id=case)
    task = leader.inbox(instance_id=case)["S1_T3"]
    assert inspector.get(f"/instances/{case}")["delivered_at"] is None
    inspector.get(f"/tasks/{task['id']}")  # others may look as often as they like
    assert inspector.get(f"/instances/{case}")["delivered_at"] is None
    leader.get(f"/tasks/{task['id']}")
    assert inspector.get(f"/instances/{case}")["delivered_at"] is not None


def test_a_draft_is_kept_for_its_author_alone(inspector: Caller, leader: Caller, case: str) -> None:
    inspector.do("S1_T2", ISSUE, instance_id=case)
    task = leader.inbox(instance_id=case)["S1_T3"]["id"]
    leader.put(f"/tasks/{task}/draft", {"values": {"owner_decision": "指定"}})
    assert leader.get(f"/tasks/{task}")["draft"]["values"] == {"owner_decision": "指定"}
    assert inspector.get(f"/tasks/{task}")["draft"] is None
    assert inspector.call("PUT", f"/tasks/{task}/draft", {"values": {}}).status_code == 409
    leader.do("S1_T3", NAMED, instance_id=case)
    assert leader.get(f"/tasks/{task}")["draft"] is None


def test_a_task_is_handed_to_a_colleague_who_gets_a_notice(
    inspector: Caller, leader: Caller, owner: Caller, sign_in: Sign, case: str
) -> None:
    inspector.do("S1_T2", ISSUE, instance_id=case)
    leader.do("S1_T3", NAMED, instance_id=case)
    owner.do("S1_T4", PLAN, instance_id=case)
    task = owner.inbox(instance_id=case)["S1_T5"]["id"]
    colleague = sign_in("u102")
    assert owner.post(f"/tasks/{task}/transfer", {"to": "u041", "reason": "请假"}, status=422)["facts"]["field"] == "to"
    assert (
        owner.post(f"/tasks/{task}/transfer", {"to": "u999", "reason": "请假"}, status=422)["code"] == "input_rejected"
    )
    moved = owner.post(f"/tasks/{task}/transfer", {"to": "u102", "reason": "外出学习，交同事办理"})
    assert (moved["assignee"], moved["state"]) == ("u102", "assigned")
    kinds = [notice["kind"] for notice in colleague.get("/notices?unread=true")["items"]]
    assert "handover" in kinds
    assert colleague.post("/notices/read", {})["marked"] >= 1
    assert colleague.get("/notices")["unread"] == 0


def test_an_extension_is_asked_for_once_and_decided_in_a_case_of_its_own(
    inspector: Caller, leader: Caller, owner: Caller, sign_in: Sign, case: str
) -> None:
    inspector.do("S1_T2", ISSUE, instance_id=case)
    leader.do("S1_T3", NAMED, instance_id=case)
    owner.do("S1_T4", PLAN, instance_id=case)
    task = owner.inbox(instance_id=case)["S1_T5"]["id"]
    body = {"working_days": 3, "reason": "相关台账需与上级系统核对"}
    too_long = owner.post(f"/tasks/{task}/extension", body | {"working_days": 30}, status=409)
    assert 1 <= too_long["facts"]["longest"] <= 10
    assert too_long["detail"].startswith(f"最多可延长{too_long['facts']['longest']}个工作日")
    approval = owner.post(f"/tasks/{task}/extension", body, status=201)["instance_id"]
    decider = sign_in("u036")  # LEAD_DIRECT of the issuer
    assert decider.get(f"/instances/{approval}")["key"] == "S4_APPROVE"
    assert decider.inbox(instance_id=approval)["S4_T1"]["assignee"] == "u036"
    assert owner.post(f"/tasks/{task}/extension", body, status=409)["detail"] == "每件事项只能申请延期一次。"


def test_eight_who_complete_one_task_give_one_winner_named_to_the_seven(
    inspector: Caller, leader: Caller, case: str
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    inspector.do("S1_T2", ISSUE, instance_id=case)
    task = leader.inbox(instance_id=case)["S1_T3"]["id"]

    def send(_: int) -> tuple[int, str]:
        caller = Caller(leader.client.application.test_client(use_cookies=False), leader.token)
        answer = caller.call("POST", f"/tasks/{task}/complete", {"values": NAMED})
        return answer.status_code, answer.get_data(as_text=True)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert sorted(status for status, _ in answers) == [200] + [409] * 7
    assert all("用户097" in text for status, text in answers if status == 409)


def test_lists_filter_and_page_without_a_row_lost_or_doubled(inspector: Caller, engine: Engine) -> None:
    for number in range(7):
        register(inspector, title=f"翻页测试{number}")
    seen: list[str] = []
    cursor = ""
    while True:
        page = inspector.get(f"/instances?q=翻页测试&limit=3&cursor={cursor}")
        seen += [item["title"] for item in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert seen == [f"翻页测试{number}" for number in reversed(range(7))]

    found: list[str] = []
    cursor = ""
    while True:
        page = inspector.get(f"/tasks?view=inbox&node_id=S1_T2&limit=2&cursor={cursor}")
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert len(found) == len(set(found)) >= 7
    assert inspector.get("/instances?key=NOTHING")["items"] == []
    assert inspector.get("/tasks?view=unit&unit=" + UNIT)["items"] is not None
    assert inspector.get(f"/instances?issuer_unit={ISSUER}&status=running")["items"]


@pytest.mark.parametrize("view", ["mine", "candidate", "inbox", "unit"])
def test_every_view_answers_open_and_done_tasks(inspector: Caller, case: str, view: str) -> None:
    inspector.do("S1_T2", ISSUE, instance_id=case)
    assert "items" in inspector.get(f"/tasks?view={view}")
    done = inspector.get(f"/tasks?view={view}&state=completed")["items"]
    assert all(task["state"] == "completed" and task["light"] in ("blue", None) for task in done)


def test_people_and_units_can_be_chosen_from(inspector: Caller) -> None:
    assert [person["id"] for person in inspector.get("/people?unit=532503-GA&q=用户101")["items"]] == ["u101"]
    assert len(inspector.get("/units")["items"]) == 70
    assert len(inspector.get("/people")["items"]) == 200
