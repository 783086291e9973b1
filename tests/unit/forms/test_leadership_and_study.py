"""The forms of P01 and P02: what is not accepted, and where it is said, in both languages."""

from __future__ import annotations

import pytest

from tests.form_samples import sample_context, sample_values, shipped_form


def told(key: str, *, case: dict[str, object] | None = None, **changes: object) -> dict[str, tuple[str, str]]:
    """{place: (Chinese, English)} of what is wrong with the sample after `changes`; None takes a field away."""
    context = sample_context()
    if case is not None:
        context = sample_context(case={**context.case, **case})
    values = {name: value for name, value in (sample_values(key) | changes).items() if value is not None}
    return {problem.path: (problem.zh, problem.en) for problem in shipped_form(key).problems(values, context)}


def rows(key: str, name: str, *changes: dict[str, object]) -> list[dict[str, object]]:
    """Rows like the first of the sample, each with its changes."""
    (row, *_) = sample_values(key)[name]  # type: ignore[misc]
    return [{**row, **change} for change in changes]


def test_a_meeting_after_the_period_or_without_its_share_of_members_does_not_count():
    late = told("P02_T4", meeting_date="2025-12-31")
    assert late["meeting_date"] == (
        "会议日期应在本半年内（2026-01-01 至 2026-06-30）。在期后召开的，不计入本半年。",
        "The meeting lies in this half-year (2026-01-01 to 2026-06-30); a later one does not count for it.",
    )
    after = told("P02_T4", case={"half_end": "2026-03-04"}, meeting_date="2026-03-05")
    assert list(after) == ["meeting_date"]
    assert list(told("P02_T4", due_attend=5, attended=6)) == ["attended"]
    assert told("P02_T4", due_attend=9, attended=5)["attended"] == (
        "实到人数不足应到人数的 2/3（应到 9 人），会议无效，请重新召开。",
        "Fewer than 2/3 of the members entitled (9) were present: hold the meeting again.",
    )
    assert told("P02_T4", due_attend=9, attended=6) == {}


def test_a_meeting_is_planned_inside_the_half_year_and_late_enough_to_hear_opinions():
    assert list(told("P02_T1", planned_date="2026-07-01")) == ["planned_date"]
    assert list(told("P02_T1", case={"earliest_meeting": "2026-03-12"}, planned_date="2026-03-11")) == ["planned_date"]
    assert told("P02_T1", planned_date="2026-06-30") == {}
    at_the_end = {"earliest_meeting": "2026-07-02"}  # too late for both: better a meeting than none
    assert told("P02_T1", case=at_the_end, planned_date="2026-06-30") == {}


def test_fewer_people_heard_than_the_least_number_are_not_enough():
    assert told("P02_T2", people=9)["people"] == (
        "听取意见人数不得少于 10 人，请继续听取意见后再提交。",
        "At least 10 people must be heard: go on hearing opinions, then submit.",
    )
    assert told("P02_T2", case={"people_min": 6}, people=6) == {}


def test_an_analysis_lists_its_problems_or_says_that_there_are_none():
    assert list(told("P02_T3", problems=None)) == ["problems"]
    assert told("P02_T3", problems=None, no_problems=True) == {}
    assert list(told("P02_T3", no_problems=True)) == ["no_problems"]
    assert list(told("P02_T3", problems=rows("P02_T3", "problems", {"basis": "太短"}))) == ["problems.0.basis"]


def test_a_file_is_sent_back_once_and_with_a_reason():
    assert list(told("P02_T7", check_result="退回补正")) == ["opinion"]
    assert told("P02_T7", check_result="退回补正", opinion="缺会议记录。") == {}
    again = told("P02_T7", case={"check_result": "退回补正"}, check_result="退回补正", opinion="仍缺。")
    assert list(again) == ["check_result"]


@pytest.mark.parametrize("missing", ["LEAD_MAIN", "LEAD_DIRECT", "DEPT_RESP", "PERSON_RESP"])
def test_a_list_of_responsibilities_names_every_post_that_must_be_held(missing: str):
    posts = [post for post in ("LEAD_MAIN", "LEAD_DIRECT", "DEPT_RESP", "PERSON_RESP", "LEAD_OTHER") if post != missing]
    found = told("P01_T1", rows=rows("P01_T1", "rows", *({"position": post} for post in posts)))
    assert list(found) == ["rows"]
    assert all(text.endswith(end) for text, end in zip(found["rows"], "。.", strict=True))


def test_one_main_leader_and_nobody_twice_for_the_same_post():
    posts = ("LEAD_MAIN", "LEAD_DIRECT", "DEPT_RESP", "PERSON_RESP")
    listed = rows("P01_T1", "rows", *({"position": post} for post in posts))
    two = [*listed, {**listed[0], "user": "u102"}]
    assert list(told("P01_T1", rows=two)) == ["rows"]
    twice = [*listed, listed[1]]
    assert set(told("P01_T1", rows=twice)) == {"rows.1.user", "rows.4.user"}


def test_a_letter_is_read_and_signed_and_sent_back_only_with_a_reason():
    assert set(told("P01_T4", read_confirm=False, sign=False)) == {"read_confirm", "sign"}
    assert list(told("P01_T5", sign=None)) == ["sign"]
    assert list(told("P01_T5", counter="退回", sign=None)) == ["opinion"]
    assert told("P01_T5", counter="退回", sign=None, opinion="责任内容过于笼统。") == {}
