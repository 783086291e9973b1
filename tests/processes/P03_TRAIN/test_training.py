"""P03_TRAIN: the plan, its sessions, one make-up task for each absentee until none is left, and the end of the year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import pytest

from tests.processes.case import Case

Run = Callable[..., Case]
WARNING = {"title": "警示教育大会", "form": "警示教育", "audience": "全体干警", "month": 9, "hours": "4"}
COURSE = {"title": "政法业务培训", "form": "请进来", "audience": "业务骨干", "month": 5, "hours": "16"}
END_OF_YEAR = datetime.fromisoformat("2026-12-31T23:59:59+08:00")
BULLETIN = {"bulletin_no": "红政法通〔2026〕3号", "bulletin_on": "2026-03-02", "bulletin_title": "一起案例的通报"}


def rows(**present: bool) -> list[Mapping[str, object]]:
    return [{"person": person, "present": there} for person, there in present.items()]


@pytest.fixture
def case(run: Run) -> Case:
    return run("P03_TRAIN", timer="START_YEAR", unit="532503-GA", period="2026")


def planned(case: Case, *sessions: Mapping[str, object]) -> Case:
    case.complete("P03_T1", sessions=list(sessions or (WARNING,)))
    case.complete("S4_T1", decision="同意")
    return case


def attended(case: Case, **present: bool) -> None:
    case.complete("P03_T3", held_on="2026-09-15")
    case.complete("P03_T4", rows=rows(**present))


def test_a_plan_that_is_returned_is_drawn_up_again(case: Case):
    case.complete("P03_T1", sessions=[WARNING])
    assert case.open_tasks() == ["S4_T1"]
    case.complete("S4_T1", decision="退回")
    assert case.open_tasks() == ["P03_T1"]
    case.complete("P03_T1", sessions=[WARNING])
    case.complete("S4_T1", decision="修改后同意")

    assert case.open_tasks() == ["P03_T3"]
    assert case.called[-3:] == ["schedule_sessions", "make_document", "record_evidence"]


def test_every_session_runs_for_itself(case: Case):
    planned(case, WARNING, COURSE)

    assert case.seen("P03_T3", "session") == [
        {**session, "label": session["title"], "due": "2026-09-30"} for session in (WARNING, COURSE)
    ]
    assert case.info.nodes["P03_T3"].due == "var(session.due)"


def test_without_absentees_only_a_session_of_warning_education_counts_for_the_coverage(case: Case):
    planned(case, COURSE)
    attended(case, u101=True)
    assert (case.open_tasks(), "COVERAGE" in case.visited) == (["P03_T6"], False)


def test_each_absentee_gets_a_task_again_and_again_until_it_is_made_up(case: Case):
    planned(case)
    attended(case, u101=True, u102=False, u103=False)
    assert "COVERAGE" in case.visited
    assert case.open_tasks() == ["P03_T5", "P03_T5"]
    assert [absentee["person"] for absentee in case.seen("P03_T5", "absentee")] == ["u102", "u103"]  # type: ignore[index]

    case.complete_one(case.tokens("P03_T5")[0], make_up="未补训")
    assert case.open_tasks() == ["P03_T5", "P03_T5"]
    case.complete_one(case.tokens("P03_T5")[0], make_up="已补训")
    assert case.open_tasks() == ["P03_T5"]
    case.complete("P03_T5", make_up="免训")

    assert case.open_tasks() == ["P03_T6"]
    assert case.info.nodes["P03_T5"].due == "min(created+param(p03_make_up_wd)wd,fixed(12-31))"


@pytest.mark.parametrize(("covered", "end"), [(True, "END_DONE"), (False, "END_SHORT")])
def test_the_case_waits_for_the_end_of_the_year_and_ends_by_the_coverage_then(run: Run, covered: bool, end: str):
    case = planned(run("P03_TRAIN", timer="START_YEAR", unit="532503-GA", period="2026", covered=covered))
    attended(case, u101=True)
    case.complete("P03_T6")
    assert (case.open_tasks(), list(case.armed()), case.ended) == ([], ["YEAR_END"], False)
    assert case.armed()["YEAR_END"] == END_OF_YEAR

    case.fire("YEAR_END")

    assert (case.ended, case.end_node) == (True, end)
    assert case.state == ("已完成" if covered else "覆盖不足")


def test_what_is_open_at_the_end_of_the_year_stays_open(run: Run):
    case = planned(run("P03_TRAIN", timer="START_YEAR", unit="532503-GA", period="2026", covered=False))
    attended(case, u101=False)
    case.fire("YEAR_END")
    assert (case.state, case.open_tasks()) == ("覆盖不足", ["P03_T5"])

    case.complete("P03_T5", make_up="已补训")
    case.complete("P03_T6")

    assert (case.ended, case.end_node) == (True, "END_SHORT")


def test_a_bulletin_may_add_a_session_with_its_own_make_up(case: Case):
    planned(case)
    assert case.signal("sig.case_bulletin", bulletin_issuer="532500-ZF", **BULLETIN)
    assert case.open_tasks() == ["P03_T3", "P03_T7"]
    case.complete("P03_T7", add_session="增设", added_title="专题警示教育", added_by="2026-04-30")
    case.complete("P03_T3_ADDED", held_on="2026-04-20")
    case.complete("P03_T4_ADDED", rows=rows(u101=True, u102=False))
    assert case.open_tasks() == ["P03_T3", "P03_T5_ADDED"]

    case.complete("P03_T5_ADDED", make_up="已补训")

    assert case.open_tasks() == ["P03_T3"]


def test_an_added_session_leaves_the_planned_ones_what_they_are(case: Case):
    planned(case)
    case.signal("sig.case_bulletin", bulletin_issuer="532500-ZF", **BULLETIN)
    case.complete("P03_T7", add_session="增设", added_title="专题警示教育", added_by="2026-04-30")
    case.complete("P03_T3_ADDED", held_on="2026-04-20")
    case.complete("P03_T4_ADDED", rows=rows(u101=True, u102=True))
    assert [session["label"] for session in case.seen("P03_T3", "session")] == [WARNING["title"]]  # type: ignore[index]

    attended(case, u101=True, u102=False)

    assert case.open_tasks() == ["P03_T5"]


def test_no_session_is_added_where_the_unit_decides_so(case: Case):
    case.signal("sig.case_bulletin", bulletin_issuer="532500-ZF", **BULLETIN)
    case.complete("P03_T7", add_session="不增设")
    assert case.open_tasks() == ["P03_T1"]


def test_the_issuer_is_not_asked(case: Case):
    case.signal("sig.case_bulletin", bulletin_issuer="532503-GA", **BULLETIN)
    assert case.open_tasks() == ["P03_T1"]
