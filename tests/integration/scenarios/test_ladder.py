"""Scenario A6 of domain.md §9: the ladder of a late task over Spring Festival, and its two variants."""

from __future__ import annotations

from datetime import date

import pytest

from engine.model.step import InstanceId
from tests.integration.scenarios.desk import Desk
from tests.integration.scenarios.test_rectification import B_PROBLEM, ISSUER, PLAN, UNIT, name_owner

TOP = "532500-ZF"


@pytest.fixture
def late_case(either_desk: Desk) -> InstanceId:
    """A case whose task 实施整改 is due on 2026-02-12 (Thu): grade A, delivered on 02-05."""
    desk = either_desk
    inspector, leader, owner = (
        desk.inspector(ISSUER),
        desk.person(UNIT, "LEAD_DIRECT"),
        desk.person(UNIT, "PERSON_RESP"),
    )
    desk.go_to("02-05")
    case = desk.register(inspector, **(B_PROBLEM | {"nature": "作风细节", "spread": "个人"}))
    desk.do(inspector, "S1_T2", {"confirm": True, "opinion": "请立行立改。"})
    desk.look_at(leader, "S1_T3")
    name_owner(desk, leader, owner)
    desk.do(owner, "S1_T4", PLAN | {"measures": [{"what": "规范着装", "who": owner, "by": "2026-02-12"}]})
    assert desk.inbox(owner)["S1_T5"].due_on == date(2026, 2, 12)
    return case


def test_a6_the_ladder_rests_over_the_festival_and_counts_make_up_days(
    either_desk: Desk, late_case: InstanceId
) -> None:
    desk = either_desk
    leader, owner = desk.person(UNIT, "LEAD_DIRECT"), desk.person(UNIT, "PERSON_RESP")
    desk.go_to("02-25")
    assert [at for at in desk.notices(owner, "reminder") if at.startswith("02-09")] == ["02-09 09:00"]
    assert desk.issued(UNIT) == [(1, "02-13 09:00"), (2, "02-24 09:00")]
    assert desk.inbox(leader)["S2_T2"].due_on == date(2026, 2, 26)
    desk.do(leader, "S2_T2", {"reason": "春节前后人员轮休，安排不当。", "new_date": "2026-03-10"})

    desk.go_to("03-05")

    assert desk.issued(UNIT) == [
        (1, "02-13 09:00"),
        (2, "02-24 09:00"),
        (3, "02-27 09:00"),
        (4, "03-02 09:00"),
        (5, "03-05 09:00"),
    ]
    assert "S2_T3" in desk.inbox(desk.inspector(ISSUER))
    assert "S2_T4" in desk.inbox(desk.person(ISSUER, "LEAD_DIRECT"))
    assert desk.inbox(desk.person(ISSUER, "LEAD_MAIN"))["S2_T5"].due_on == date(2026, 3, 10)


def test_a6_completing_the_task_ends_the_ladder_but_not_a_proposal_already_issued(
    either_desk: Desk, late_case: InstanceId
) -> None:
    desk = either_desk
    owner, main = desk.person(UNIT, "PERSON_RESP"), desk.person(ISSUER, "LEAD_MAIN")
    desk.go_to("03-05", "09:30")
    late = desk.inbox(owner)["S1_T5"]
    desk.do(owner, "S1_T5", {"progress": [{"on": "2026-03-05", "what": "已整改。"}], "result": "已整改到位。"})

    assert "S2_T3" not in desk.inbox(desk.inspector(ISSUER))
    assert "S2_T4" not in desk.inbox(desk.person(ISSUER, "LEAD_DIRECT"))
    assert "S2_T5" in desk.inbox(main)
    desk.do(main, "S2_T5", {"decision": "不采纳", "reason": "已完成整改，不再启动。"})
    assert "S2_T5" not in desk.inbox(main)
    desk.go_to("04-01")
    assert [level for level, _ in desk.issued(UNIT, late)] == [1, 2, 3, 4, 5]


def test_a6_an_unanswered_yellow_card_and_the_base_level_give_one_red_card_only(
    either_desk: Desk, late_case: InstanceId
) -> None:
    desk = either_desk
    desk.go_to("02-27", "12:00")

    assert desk.issued(UNIT) == [(1, "02-13 09:00"), (2, "02-24 09:00"), (3, "02-27 09:00")]


def test_a6_an_upheld_objection_withdraws_the_yellow_card_and_the_base_red_still_comes(
    either_desk: Desk, late_case: InstanceId
) -> None:
    desk = either_desk
    leader, decider = desk.person(UNIT, "LEAD_DIRECT"), desk.person(ISSUER, "LEAD_DIRECT")
    desk.go_to("02-25")
    yellow = desk.cards(UNIT)[-1]
    desk.object_to(leader, yellow.no, "系统停机检修，请予核减。")
    assert desk.inbox(decider)["S2_T6"].due_on == date(2026, 2, 27)

    desk.go_to("02-27", "08:00")
    desk.do(decider, "S2_T6", {"decision": "撤回", "reason": "情况属实。"})
    assert [card.state for card in desk.cards(UNIT) if card.no == yellow.no] == ["withdrawn"]

    desk.go_to("02-27", "12:00")
    red = desk.cards(UNIT)[-1]
    assert (red.level, red.issued_on) == (3, date(2026, 2, 27))
    assert not red.counts_on(date(2026, 3, 3))
    assert red.counts_on(date(2026, 3, 4))
