"""The figures of the half-year report, and how much of a text was there before."""

from __future__ import annotations

from datetime import date

import pytest

from engine.model.period import Period
from engine.model.report_figures import (
    QUERIES,
    ChildReport,
    Counts,
    DutyGroup,
    ProblemGroup,
    figures_of,
    months_of,
)
from engine.model.report_places import PlaceCounts, gathered
from engine.model.similarity import similarity_percent

HALF = Period.parse("2026H1")
JAN, MAR = date(2026, 1, 1), date(2026, 3, 1)


def problems(**changes: object) -> ProblemGroup:
    values: dict[str, object] = {
        "severity": "B",
        "nature": "制度不落实",
        "found": JAN,
        "closed": None,
        "is_late": False,
        "relapsed": False,
        "count": 1,
    }
    return ProblemGroup(**(values | changes))  # type: ignore[arg-type]


def values(counts: Counts, *children: ChildReport) -> dict[str, int]:
    return {figure.code: figure.value for figure in figures_of(counts, children, HALF)}


def test_problems_are_told_apart_by_state_grade_nature_and_month():
    found = values(
        Counts(
            problems=(
                problems(count=3),
                problems(severity="C", closed=MAR, is_late=True, relapsed=True, count=2),
                problems(found=None, is_late=True, nature="作风细节", count=4),
            )
        )
    )

    states = ("found", "closed", "closed_late", "open", "overdue", "relapsed")
    assert [found[f"problems.{state}"] for state in states] == [5, 2, 2, 7, 4, 2]
    assert (found["problems.severity.B.open"], found["problems.severity.B.overdue"]) == (7, 4)
    assert (found["problems.severity.C.closed"], found["problems.nature.制度不落实"]) == (2, 5)
    assert found["problems.nature.作风细节"] == 0, "found before the period"
    assert (found["problems.month.2026-01.found"], found["problems.month.2026-03.closed"]) == (5, 2)


def test_every_figure_has_a_code_of_its_own_and_says_where_it_comes_from():
    counts = Counts(
        duties=(
            DutyGroup(code="O05", name="半年专题研究", mechanism="P02", state="done_late", count=2),
            DutyGroup(code="O05", name="半年专题研究", mechanism="P02", state="upcoming", count=9),
        ),
        to_visit=4,
    )
    figures = figures_of(counts, [ChildReport(unit="532503-GA", name="公安局", state="按期")], HALF)

    codes = [figure.code for figure in figures]
    assert len(codes) == len(set(codes))
    assert {figure.query for figure in figures} == set(QUERIES)
    assert (figures[0].code, figures[0].name, figures[0].value) == (
        "duty.P02.O05.done_late",
        "半年专题研究：逾期办结（项）",
        2,
    )
    assert [figure.value for figure in figures[-4:]] == [1, 0, 0, 0]


def test_a_unit_without_units_below_has_no_figures_about_reports():
    assert not [code for code in values(Counts()) if code.startswith("children")]
    assert [month.month for month in months_of(HALF)] == [1, 2, 3, 4, 5, 6]


TEXT = "本单位认真落实队伍纪律作风建设各项机制，组织专题研究一次，开展警示教育两场。"


@pytest.mark.parametrize(
    ("new", "old", "percent"),
    [
        ([TEXT], [TEXT], 100),
        ([TEXT], ["与此毫不相干的另一段文字，说的是别的事情。"], 0),
        ([TEXT], [], 0),
        (["短"], [TEXT], 0),
        ([TEXT.replace("，", " ")], ["上半年，" + TEXT], 100),
    ],
)
def test_what_stood_in_the_last_report_is_found_wherever_it_stood(new, old, percent):
    assert similarity_percent(new, old) == percent


def test_a_text_half_of_which_is_new_is_about_half_similar():
    fresh = "今年新增三项措施：建立周例会制度，推行首问负责，公开办事流程和办结时限要求。"
    assert 40 <= similarity_percent([TEXT + fresh], [TEXT]) <= 55


def test_coverage_of_inspections_is_told_of_a_unit_that_has_others_below_it() -> None:
    found = values(Counts(visits={"经常": 3, "节点": 5}, visited=7, to_visit=17))

    assert {code: value for code, value in found.items() if code.startswith("visits.")} == {
        "visits.units": 17,
        "visits.visited": 7,
        "visits.kind.经常": 3,
        "visits.kind.节点": 5,
    }
    assert not any(code.startswith("visits.") for code in values(Counts(visited=1)))


def test_places_add_up_what_their_units_come_to_and_leave_out_what_belongs_to_none() -> None:
    by_unit = {
        "532503-GA": PlaceCounts(owed=4, on_time=3, red=1),
        "532503-FY": PlaceCounts(owed=2, overdue=1, found=5),
        "532500-GA": PlaceCounts(owed=9),
    }
    regions = gathered(by_unit, lambda unit: "" if unit.startswith("532500") else unit[:6])

    assert regions == {"532503": PlaceCounts(owed=6, on_time=3, overdue=1, found=5, red=1)}
    assert {line: counts.owed for line, counts in gathered(by_unit, lambda unit: unit[-2:]).items()} == {
        "FY": 2,
        "GA": 13,
    }
