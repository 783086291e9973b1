"""The forms of the mechanisms: their rules between fields (domain.md §2)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.form_samples import sample_values, shipped_form
from tests.unit.forms.given import rules_of

SESSION = {"title": "警示教育大会", "form": "警示教育", "audience": "全体干警", "month": 9, "hours": "4"}
ENTRY = {"person": "u101", "present": True}
STUDY = {"kind": "党课", "content": "学习纪律处分条例。", "studied_on": "2026-03-05", "eligible": 10, "present": 9}


def broken(key: str, case: Mapping[str, object] | None = None, **changes: object) -> list[tuple[str, str]]:
    return rules_of(shipped_form(key), sample_values(key, **changes), case=case or {}, period="2026")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([SESSION], []),
        ([SESSION | {"form": "走出去"}], [("sessions", "rule")]),
        ([SESSION, SESSION | {"form": "走出去"}], []),
        ([SESSION | {"month": 2}], [("sessions.0.month", "rule")]),
        ([SESSION | {"month": 13}], [("sessions.0.month", "max")]),
        ([SESSION | {"hours": "0"}], [("sessions.0.hours", "min")]),
        ([], [("sessions", "minRows")]),
    ],
)
def test_a_training_plan_has_warning_education_and_months_to_come(changes: object, expected: list[tuple[str, str]]):
    assert broken("P03_T1", sessions=changes) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([ENTRY, {"person": "u102", "present": False, "exempt": "产假"}], []),
        ([ENTRY, ENTRY], [("rows.1.person", "unique")]),
        ([ENTRY | {"person": "u201"}], [("rows.0.person", "reference")]),
        ([ENTRY | {"exempt": "产假"}], [("rows.0.exempt", "rule")]),
        ([{"person": "u101", "score": 80}], [("rows.0.score", "rule")]),
        ([ENTRY | {"score": 101}], [("rows.0.score", "max")]),
    ],
)
def test_an_attendance_list_names_each_of_the_unit_once(rows: object, expected: list[tuple[str, str]]):
    assert broken("P03_T4", rows=rows) == expected


def test_dates_of_training_lie_in_the_period_and_not_ahead():
    case = {"period_start": "2026-01-01"}
    assert broken("P03_T3", case, held_on="2025-12-31") == [("held_on", "date")]
    assert broken("P03_T3", case, held_on="2026-03-06") == [("held_on", "date")]
    assert broken("P03_T3", case, held_on="2026-03-05") == []


def test_a_make_up_is_not_before_the_session_and_what_is_not_made_up_has_a_reason():
    case = {"held_on": "2026-03-03"}
    assert broken("P03_T5", case, made_up_on="2026-03-02") == [("made_up_on", "date")]
    assert broken("P03_T5", case, make_up="未补训") == [("opinion", "rule")]
    assert broken("P03_T5", case, make_up="免训") == [("exempt_reason", "required")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"present": 11}, [("present", "rule")]),
        ({"eligible": 21}, [("eligible", "rule")]),
        ({"studied_on": "2025-12-31"}, [("studied_on", "date")]),
        ({"studied_on": "2026-03-06"}, [("studied_on", "date")]),
    ],
)
def test_a_study_counts_no_more_than_the_branch_has_and_lies_in_the_half(
    changes: Mapping[str, object], expected: list[tuple[str, str]]
):
    case = {"branch": {"staff": 20}, "period_start": "2026-01-01"}
    assert broken("P06_T2", case, **(STUDY | changes)) == expected


def test_nobody_makes_up_twice_and_no_more_than_were_absent():
    case = {"made_up": ["u102"], "eligible": 10, "studied": 9, "studied_on": "2026-03-02"}
    row = {"mode": "线上自学", "date": "2026-03-05"}
    assert broken("P06_T4", case, absentees=[row | {"person": "u101"}]) == []
    assert broken("P06_T4", case, absentees=[row | {"person": "u102"}]) == [("absentees.0.person", "rule")]
    several = [row | {"person": person} for person in ("u101", "u103")]
    assert broken("P06_T4", case, absentees=several) == [("absentees", "rule")]


def test_the_study_of_a_bulletin_names_its_number_and_says_something():
    case = {"bulletin_no": "红政法通〔2026〕3号", "bulletin_on": "2026-03-02"}
    assert broken("P06_T5", case) == []
    assert broken("P06_T5", case, bulletin="红政法通〔2026〕4号") == [("bulletin", "rule")]
    assert broken("P06_T5", case, discussion="已学习。") == [("discussion", "minLength")]


def test_a_plan_of_study_names_every_branch_once_and_nothing_else():
    case = {"branch_codes": ["532503-GA-03"], "period_end": "2026-06-30"}
    row = {"branch": "532503-GA-03", "planned_on": "2026-06-30", "kind": "党课"}
    assert broken("P06_T1", case, branches=[row]) == []
    assert broken("P06_T1", case, branches=[row, row]) == [("branches.1.branch", "unique")]
    assert broken("P06_T1", case, branches=[row | {"planned_on": "2026-07-01"}]) == [("branches.0.planned_on", "rule")]
    more = {**case, "branch_codes": ["532503-GA-91", "532503-GA-92"]}
    assert broken("P06_T1", more, branches=[row]) == [("branches.0.branch", "rule"), ("branches", "rule")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"meeting_date": "2026-03-04"}, [("meeting_date", "rule")]),  # after its half
        ({"meeting_date": "2026-03-06"}, [("meeting_date", "date")]),  # still to come
        ({"attended": 10}, [("attended", "rule")]),
        ({"attended": 5}, [("attended", "rule")]),
        ({"decisions": []}, [("decisions", "minRows")]),
    ],
)
def test_a_meeting_counts_in_its_half_and_with_two_thirds_of_those_invited(
    changes: Mapping[str, object], expected: list[tuple[str, str]]
):
    case = {"half_start": "2026-01-01", "half_end": "2026-03-03", "attend_part": 2, "attend_whole": 3}
    held: Mapping[str, object] = {"meeting_date": "2026-03-03", "due_attend": 9, "attended": 6}
    assert sorted(broken("P02_T4", case, **{**held, **changes})) == expected
