"""P02_PUSH: the half-yearly study, on every way from the plan to the filed minutes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from tests.processes.case import Case

Run = Callable[..., Case]

RULES = {"title": "值班制度不落实", "category": "其他"}
SIGN = {"title": "苗头", "category": "违纪违法苗头"}


@pytest.fixture
def case(run: Run) -> Case:
    return run("P02_PUSH", timer="START_HALF", unit="532503-GA", period="2026H1")


def analyse(case: Case, *problems: object) -> None:
    """From the plan to the meeting."""
    case.complete("P02_T1", planned_date="2026-03-20")
    for token in case.tokens("P02_T2"):
        case.complete_one(token, people=12)
    case.complete("P02_T3", problems=list(problems))


def meet(case: Case) -> None:
    case.complete("P02_T4", meeting_date="2026-03-20")


def test_plan_opinions_analysis_and_meeting_follow_each_other_each_with_its_form_and_limit(case: Case):
    assert case.open_tasks() == ["P02_T1"]

    case.complete("P02_T1", planned_date="2026-03-20")
    assert case.open_tasks() == ["P02_T2", "P02_T2"]
    assert case.info.nodes["P02_T2"].due == "var(planned_date)-5wd"

    first, second = case.tokens("P02_T2")
    case.complete_one(first, people=12)
    assert case.open_tasks() == ["P02_T2"]
    case.complete_one(second, people=15)
    assert case.variables["people_heard"] == [12, 15]
    assert case.open_tasks() == ["P02_T3"]

    case.complete("P02_T3", problems=[RULES])
    assert case.open_tasks() == ["P02_T4"]
    meeting = case.info.nodes["P02_T4"]
    assert (meeting.due, meeting.remind, meeting.ladder) == ("lastwd(half)", "PER", "STD")


def test_each_problem_is_handed_over_and_the_minutes_are_filed_without_waiting_for_them(case: Case):
    analyse(case, RULES, {**RULES, "title": "第二个"})
    meet(case)

    assert [key for key, _ in case.starts] == ["S1_RECTIFY", "S1_RECTIFY"]
    assert [row["title"] for _, row in case.starts] == ["值班制度不落实", "第二个"]  # type: ignore[index]
    assert case.open_tasks() == ["P02_T6"]
    assert case.count("send_early_signs") == 0

    case.complete("P02_T6")
    case.complete("P02_T7", check_result="合格")
    assert case.ended
    assert case.states == ["已备案"]


def test_an_early_sign_goes_to_prevention_and_is_no_rectification(case: Case):
    analyse(case, RULES, SIGN)
    meet(case)

    assert [row["title"] for _, row in case.starts] == ["值班制度不落实"]  # type: ignore[index]
    assert case.count("send_early_signs") == 1


def test_early_signs_alone_are_problems_too(case: Case):
    analyse(case, SIGN)
    meet(case)

    assert case.starts == []
    assert case.count("send_early_signs") == 1
    assert case.open_tasks() == ["P02_T6"]


def test_a_study_without_problems_is_signed_for_by_the_main_leader(case: Case):
    analyse(case)
    meet(case)
    assert case.open_tasks() == ["P02_T8"]

    case.complete("P02_T8")
    assert case.count("note_zero_problems") == 1
    assert case.starts == []
    assert case.open_tasks() == ["P02_T6"]


def test_a_file_is_sent_back_once_and_then_accepted(case: Case):
    analyse(case, RULES)
    meet(case)
    case.complete("P02_T6")
    case.complete("P02_T7", check_result="退回补正")
    assert case.open_tasks() == ["P02_T6_AGAIN"]
    assert case.info.nodes["P02_T6_AGAIN"].due == "created+5wd"

    case.complete("P02_T6_AGAIN")
    assert case.open_tasks() == ["P02_T7_AGAIN"]
    case.complete("P02_T7_AGAIN", check_result="合格")
    assert case.end_node == "END"


def test_a_study_that_is_not_held_ends_as_such_some_time_after_its_half_year(case: Case):
    analyse(case, RULES)
    assert case.armed() == {"GIVEN_UP": datetime.fromisoformat("2026-07-28T09:00:00+08:00")}

    case.fire("GIVEN_UP")
    assert (case.open_tasks(), case.end_node, case.states) == ([], "END_NOT_HELD", ["未召开"])


def test_once_held_it_cannot_end_as_not_held(case: Case):
    analyse(case, RULES)
    meet(case)
    assert case.armed() == {}


def test_an_officer_begins_a_further_study_by_hand(run: Run):
    case = run("P02_PUSH", unit="532503-GA", issuer="u101")

    assert case.info.start_form == "P02_T0"
    assert case.open_tasks() == ["P02_T1"]
