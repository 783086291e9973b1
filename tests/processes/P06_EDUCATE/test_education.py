"""P06_EDUCATE: studies of the branches, lectures of the leaders, bulletins at any time, and the end of the half."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from tests.processes.case import Case

Run = Callable[..., Case]
BULLETIN = {"bulletin_no": "红政法通〔2026〕3号", "bulletin_on": "2026-03-02", "bulletin_title": "一起案例的通报"}


@pytest.fixture
def case(run: Run) -> Case:
    return begun(run, "2026H2")


def begun(run: Run, period: str) -> Case:
    case = run("P06_EDUCATE", timer="START_HALF", unit="532503-GA", period=period)
    case.complete("P06_T1")
    return case


def studied(case: Case, number: int, *, present: int = 10) -> None:
    """The branch with this number, of those whose study is open."""
    case.complete_one(case.tokens("P06_T2")[number], studied_on="2026-03-02", eligible=10, present=present)


def all_done(case: Case) -> None:
    for _ in range(2):
        studied(case, 0)
        case.complete_one(case.tokens("P06_T3")[0], lecturer="本人主讲", lectured_on="2026-03-02")
    case.complete("P06_T6", verify_result="合格")


def test_every_branch_studies_and_every_leader_lectures(case: Case):
    assert case.open_tasks() == ["P06_T2", "P06_T2", "P06_T3", "P06_T3"]
    assert [branch["dept"] for branch in case.seen("P06_T2", "branch")] == ["532503-GA-91", "532503-GA-92"]  # type: ignore[index]
    assert case.info.nodes["P06_T2"].due == "lastwd(half)"
    assert case.info.nodes["P06_T3"].due == "fixed(12-31)"


def test_below_the_share_it_is_made_up_again_and_again(case: Case):
    studied(case, 1, present=7)
    assert case.open_tasks().count("P06_T4") == 1
    case.complete("P06_T4", absentees=[{"person": "u101"}])
    assert case.open_tasks().count("P06_T4") == 1
    case.complete("P06_T4", absentees=[{"person": "u101"}, {"person": "u102"}])
    assert case.open_tasks() == ["P06_T2", "P06_T3", "P06_T3"]
    assert "STUDIED" in case.visited


def test_a_record_that_is_drawn_counts_once_it_is_verified(case: Case):
    studied(case, 0)
    assert ("P06_T6" in case.open_tasks(), "STUDIED" in case.visited) == (True, False)
    case.complete("P06_T6", verify_result="退回补正")
    assert "P06_T2_REDO" in case.open_tasks()
    case.complete("P06_T2_REDO", studied_on="2026-03-02", eligible=10, present=10)
    case.complete("P06_T6", verify_result="合格")
    assert case.visited[-3:] == ["STUDIED", "ENTERED", "B_END"]


def test_a_lecture_by_somebody_else_does_not_count_and_the_task_stays(case: Case):
    case.complete_one(case.tokens("P06_T3")[0], lecturer="由他人代讲", lectured_on="2026-03-02")
    assert case.open_tasks().count("P06_T3") == 2
    assert "LECTURED" not in case.visited


def test_lectures_of_the_first_half_go_over_to_the_second_and_late_studies_stay(run: Run):
    case = begun(run, "2026H1")
    assert case.armed()["HALF_END"] == datetime.fromisoformat("2026-06-30T23:59:59+08:00")

    case.fire("HALF_END")

    assert case.open_tasks() == ["P06_T2", "P06_T2"]
    assert case.state == "未完成"


def test_lectures_of_the_second_half_stay_open_until_they_are_given(case: Case):
    case.fire("HALF_END")
    assert case.open_tasks().count("P06_T3") == 2
    all_done(case)
    assert (case.ended, case.end_node) == (True, "END_LATE")


def test_the_case_ends_with_the_half_and_not_with_its_last_task(run: Run):
    in_time = {"close_half": lambda _: {"closed_in_time": True, "half_over": True, "lectures_move": False}}
    case = run("P06_EDUCATE", timer="START_HALF", services=in_time, unit="532503-GA", period="2026H2")
    case.complete("P06_T1")
    all_done(case)
    assert (case.open_tasks(), case.ended) == ([], False)

    case.fire("HALF_END")

    assert (case.ended, case.end_node, case.state) == (True, "END_DONE", "已完成")


def test_a_bulletin_is_studied_by_every_branch_beside_everything_else(case: Case):
    for _ in range(2):
        assert case.signal("sig.case_bulletin", bulletin_issuer="532500-ZF", **BULLETIN)
    assert case.open_tasks().count("P06_T5") == 4
    assert case.open_tasks().count("P06_T2") == 2
    assert case.info.nodes["P06_T5"].due == "var(bulletin_on)+param(p06_bulletin_wd)wd"


def test_open_studies_of_a_bulletin_hold_the_case_open_at_the_end_of_the_half(case: Case):
    case.signal("sig.case_bulletin", bulletin_issuer="532500-ZF", **BULLETIN)
    all_done(case)
    case.fire("HALF_END")
    assert (case.open_tasks(), case.ended) == (["P06_T5", "P06_T5"], False)
    for token in case.tokens("P06_T5"):
        case.complete_one(token, bulletin_studied_on="2026-03-05")
    assert case.ended


@pytest.mark.parametrize("issuer", ["532503-GA", "532500-ZF"])
def test_the_issuer_studies_nothing_and_nobody_after_the_half(case: Case, issuer: str):
    if issuer != "532503-GA":
        case.fire("HALF_END")
    case.signal("sig.case_bulletin", bulletin_issuer=issuer, **BULLETIN)
    assert "P06_T5" not in case.open_tasks()


@pytest.mark.parametrize(("tagged", "end"), [(True, "END_COUNTED"), (False, "END_KEPT")])
def test_an_entry_of_branch_life_counts_where_discipline_was_part_of_it(run: Run, tagged: bool, end: str):
    case = run("P06B_ENTRY", unit="532503-GA", branch="532503-GA-91", entry_on="2026-03-02", tagged=tagged)
    assert (case.ended, case.end_node) == (True, end)
