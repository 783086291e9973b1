"""S5_MAJOR: one major matter, by phone and on paper, level by level, until it is archived."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.processes.case import Case
from tests.processes.scripted import file_major_report, register_major

Run = Callable[..., Case]

EVENT = {"category": "重大事件", "title": "执法安全事故", "when_known": "2026-03-02T08:00:00+08:00"}
CAMPAIGN = {**EVENT, "category": "专项工作", "title": "启动专项治理"}
MODEL = {**EVENT, "category": "先进典型", "title": "先进事迹"}


def report(case: Case, *, urgent: bool = False, ongoing: bool = False) -> Case:
    """Written and signed."""
    case.complete("S5_T2", urgent=urgent, ongoing=ongoing)
    case.complete("S5_T3", sign_decision="签发")
    return case


def test_a_major_event_is_reported_by_phone_and_on_paper_at_the_same_time(run: Run):
    case = run("S5_MAJOR", **EVENT)
    assert case.open_tasks() == ["S5_T1", "S5_T2"]

    case.complete("S5_T1", phone_at="2026-03-02T08:30:00+08:00")
    assert (case.called[-1], case.open_tasks()) == ("record_phone", ["S5_T2"])


@pytest.mark.parametrize("matter", [CAMPAIGN, MODEL], ids=["campaign", "model"])
def test_other_matters_need_no_call(run: Run, matter: dict[str, object]):
    assert run("S5_MAJOR", **matter).open_tasks() == ["S5_T2"]


def test_a_leader_sends_a_report_back_before_it_leaves_the_unit(run: Run):
    case = run("S5_MAJOR", **CAMPAIGN)
    case.complete("S5_T2", urgent=False, ongoing=False)
    case.complete("S5_T3", sign_decision="退回", opinion="写明采取的措施")

    assert case.open_tasks() == ["S5_T2"]
    assert case.count("file_major_report") == 0


def test_a_county_matter_goes_up_level_by_level_and_is_archived(run: Run):
    case = report(run("S5_MAJOR", **CAMPAIGN))
    assert (case.state, case.open_tasks()) == ("已报送", ["S5_T4"])

    case.complete("S5_T4", forward="转报")
    assert case.open_tasks() == ["S5_T5"]

    case.complete("S5_T5")
    assert (case.ended, case.state, case.end_node) == (True, "已归档", "END")


@pytest.mark.parametrize("services", [{}, {"register_major": False}], ids=["not forwarded", "one level only"])
def test_a_matter_stays_with_the_direct_superior(run: Run, services: dict[str, bool]):
    one_level = {"register_major": lambda data: {**register_major(data), "second": False}} if services else {}
    case = report(run("S5_MAJOR", services=one_level, **CAMPAIGN))
    case.complete("S5_T4", forward="转报" if services else "不转报")

    assert (case.ended, "S5_T5" in case.visited) == (True, False)


def test_an_urgent_matter_reaches_two_levels_at_once_and_is_not_forwarded_twice(run: Run):
    case = report(run("S5_MAJOR", **EVENT), urgent=True)
    case.complete("S5_T1", phone_at="2026-03-02T08:30:00+08:00")
    assert case.open_tasks() == ["S5_T4", "S5_T5_UP"]

    case.complete("S5_T4", forward="转报")
    case.complete("S5_T5_UP")
    assert (case.ended, "S5_T5" in case.visited) == (True, False)


def test_follow_ups_come_round_by_round_until_the_final_report(run: Run):
    case = report(run("S5_MAJOR", **EVENT), ongoing=True)
    case.complete("S5_T1", phone_at="2026-03-02T08:30:00+08:00")
    case.complete("S5_T4", forward="不转报")
    for _ in range(3):
        assert (case.open_tasks(), case.state) == (["S5_T6"], "处置中")
        case.complete("S5_T6", status="处置中")
    case.complete("S5_T6", status="处置完毕")
    assert (case.open_tasks(), case.count("record_followup")) == (["S5_T7"], 4)

    case.complete("S5_T7")
    assert (case.ended, case.state) == (True, "已归档")


def test_a_late_report_asks_the_main_leader_for_the_reason_and_stays_open_for_it(run: Run):
    late = {"file_major_report": lambda data: {**file_major_report(data), "late": True, "minutes_late": 30}}
    case = report(run("S5_MAJOR", services=late, **CAMPAIGN))
    case.complete("S5_T4", forward="不转报")

    assert case.open_tasks() == ["S5_T8"]
    case.complete("S5_T8")
    assert case.ended


def test_a_model_experience_is_told_to_the_incentive_mechanism(run: Run):
    case = report(run("S5_MAJOR", **MODEL))

    assert [event.name for event in case.thrown] == ["msg.good_practice"]
    case.complete("S5_T4", forward="不转报")
    assert case.ended


def test_a_message_begins_a_matter_as_the_form_does(run: Run):
    case = run("S5_MAJOR", message="msg.major_matter", **CAMPAIGN)

    assert (case.open_tasks(), case.called) == (["S5_T2"], ["register_major", "open_obligation"])
