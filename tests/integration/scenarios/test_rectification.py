"""Scenario A5 of domain.md §9: a B problem, returned once by the inspector, closed in time."""

from __future__ import annotations

from datetime import date

from engine.model.step import PersonId
from tests.integration.scenarios.desk import Desk

UNIT, ISSUER = "532503-GA", "532503-ZF"
B_PROBLEM = {
    "title": "值班备勤交接登记不完整",
    "unit": UNIT,
    "dept": "532503-GA-03",
    "source": "督查",
    "nature": "制度不落实",
    "spread": "部门",
    "public_impact": False,
    "facts": "抽查近一个月值班备勤记录，发现交接登记缺少接班人签字，与值班表核对不一致，已当场反馈并留存底稿。",
}


def test_a5_a_problem_returned_once_is_done_again_within_five_working_days_and_closed_without_a_card(
    either_desk: Desk,
) -> None:
    desk = either_desk
    inspector, leader, owner = (
        desk.inspector(ISSUER),
        desk.person(UNIT, "LEAD_DIRECT"),
        desk.person(UNIT, "PERSON_RESP"),
    )
    desk.go_to("03-02")
    case = desk.register(inspector, **B_PROBLEM)
    assert desk.case(case).severity == "B"
    assert desk.case(case).case_state == "已登记"

    desk.do(inspector, "S1_T2", {"confirm": True, "opinion": "请按期整改。"})
    assert desk.case(case).case_state == "已下发"
    desk.look_at(leader, "S1_T3")
    assert desk.inbox(leader)["S1_T3"].due_on == date(2026, 3, 3)

    name_owner(desk, leader, owner)
    plan = desk.inbox(owner)["S1_T4"]
    assert (plan.due_on, desk.case(case).case_state) == (date(2026, 3, 5), "已交办")
    assert desk.case(case).limit_at is not None

    desk.go_to("03-05")
    desk.do(owner, "S1_T4", PLAN | {"measures": [{"what": "补录交接登记并逐日复核", "who": owner, "by": "2026-03-20"}]})
    work = desk.inbox(owner)["S1_T5"]
    assert (work.due_on, desk.case(case).case_state) == (date(2026, 3, 23), "整改中")
    assert desk.timers(work.id, "reminder") == ["03-18 09:00", "03-23 09:00"]

    desk.go_to("03-20")
    assert "03-18 09:00" in desk.notices(owner, "reminder")
    desk.do(owner, "S1_T5", WORK)
    check = desk.inbox(leader)["S1_T6"]
    assert (check.due_on, desk.case(case).case_state) == (date(2026, 3, 23), "待单位审核")

    desk.go_to("03-23")
    desk.do(leader, "S1_T6", {"unit_decision": "同意", "opinion": "同意报送核验。"})
    assert desk.inbox(inspector)["S1_T7"].due_on == date(2026, 3, 30)
    assert desk.case(case).case_state == "待核验"

    desk.go_to("03-27")
    desk.do(inspector, "S1_T7", {"result": "退回", "opinion": "仍有两日登记缺签。"})
    again = desk.inbox(owner)["S1_T5"]
    assert (again.due_on, desk.case(case).case_state) == (date(2026, 4, 3), "退回整改")

    desk.go_to("04-02")
    desk.do(owner, "S1_T5", WORK | {"progress": [{"on": "2026-04-02", "what": "补齐两日登记签字。"}]})
    assert desk.inbox(leader)["S1_T6"].due_on == date(2026, 4, 3)

    desk.go_to("04-03")
    desk.do(leader, "S1_T6", {"unit_decision": "同意", "opinion": "同意。"})
    assert desk.inbox(inspector)["S1_T7"].due_on == date(2026, 4, 13)

    desk.go_to("04-08")
    desk.do(inspector, "S1_T7", {"result": "通过", "opinion": "已整改到位。"})
    feedback = desk.inbox(inspector)["S1_T8"]
    assert (feedback.due_on, desk.case(case).case_state) == (date(2026, 4, 13), "已核验")

    desk.go_to("04-09")
    desk.do(inspector, "S1_T8", {"feedback": "整改情况已核验通过，请巩固成果。"})
    closed = desk.case(case)
    assert closed.case_state == "已销号"
    assert closed.variables["closed_on"] == "2026-04-09"
    assert str(closed.variables["recheck_on"]).startswith("2026-06-08")
    assert desk.cards(UNIT) == []

    desk.go_to("06-08")
    assert desk.case(case).case_state == "已归档"


PLAN = {"root_cause": "交接制度学习不够，日常检查流于形式。"}
WORK = {
    "progress": [{"on": "2026-03-19", "what": "完成补录并组织学习。"}],
    "result": "已按措施逐项落实，建立每周复核机制。",
}


def name_owner(desk: Desk, leader: PersonId, owner: PersonId) -> None:
    desk.do(
        leader,
        "S1_T3",
        {"owner_decision": "指定", "owner_dept": "532503-GA-03", "owner": owner, "owner_post": "具体责任人"},
    )
