"""Questions 1 to 8 of domain.md §7.1: the numbers, counted by hand, inside the subtree and outside of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from engine.core import Engine
from engine.model.declared_words import Words
from engine.model.step import PersonId
from engine.queries.questions.asking import Answer, ask
from engine.queries.questions.question import Listed
from tests.integration.questions.conftest import (
    COUNTY,
    FY,
    GA,
    INSPECTOR,
    JC,
    OTHER_GA,
    PREFECTURE,
    SF,
)

LAST = "2025H2"


def asked(engine: Engine, number: int, person: PersonId = INSPECTOR, **given: str) -> Answer:
    return ask(engine, person, number, given)


def rows(found: Answer, *keys: str) -> list[tuple[Any, ...]]:
    """The values of these columns, words as the Chinese ones."""
    places = [next(i for i, column in enumerate(found.question.columns) if column.key == key) for key in keys]
    told = ([line.values[place] for place in places] for line in found.lines)
    return [tuple(value.zh if isinstance(value, Words) else value for value in values) for values in told]


def totals(found: Answer) -> Mapping[str, Any]:
    return {one.key: one.value for one in found.totals}


def test_a_study_is_missing_until_the_meeting_was_sent_and_the_step_is_told(engine: Engine) -> None:
    found = asked(engine, 1)

    assert rows(found, "unit", "step") == [
        (FY, "召开专题研究会"),
        (JC, "尚未启动"),
        (SF, "召开专题研究会"),
        (COUNTY, "尚未启动"),
    ]
    assert totals(found) == {"units": 5, "missing": 4, "begun": 2, "days_left": 22}
    assert [line.case is not None for line in found.lines] == [True, False, True, False]
    assert (OTHER_GA, "尚未启动") in rows(asked(engine, 1, PREFECTURE, region="532501"), "unit", "step")
    assert all("532500" in unit for (unit,) in rows(asked(engine, 1, PREFECTURE, level="prefecture"), "unit"))


def test_duties_are_counted_by_state_and_a_waived_one_is_not_owed(engine: Engine) -> None:
    found = asked(engine, 2, period=LAST)

    keys = ("unit", "done", "done_late", "overdue", "waived", "rate")
    assert rows(found, *keys) == [(FY, 0, 1, 0, 1, 1.0), (GA, 1, 0, 1, 0, 0.5)]
    assert totals(found) == {"owed": 3, "done": 1, "done_late": 1, "overdue": 1, "rate": 2 / 3}
    assert found.lines[0].listed == Listed(of="obligations", filters={"unit": FY, "period": LAST})
    by_duty = asked(engine, 2, PREFECTURE, period=LAST, by="duty")
    assert rows(by_duty, "code", "done", "overdue") == [("O05", 1, 1), ("O06", 0, 1)]
    assert len(asked(engine, 2, PREFECTURE, period=LAST, by="both").lines) == 5


def test_what_falls_due_is_listed_by_who_is_responsible_for_the_own_unit(engine: Engine) -> None:
    found = asked(engine, 3)

    assert rows(found, "code", "unit", "due_on", "days_left") == [
        ("O06", COUNTY, date(2026, 12, 15), 10),
        ("O05", COUNTY, date(2026, 12, 31), 22),
    ]
    assert all(people for (people,) in rows(found, "people"))
    assert rows(asked(engine, 3, which="late"), "code")[0] == ("O11",)
    everywhere = {unit for (unit,) in rows(asked(engine, 3, whose="all"), "unit")}
    assert {COUNTY, GA} <= everywhere
    assert OTHER_GA not in everywhere


def test_red_tasks_stand_by_how_long_they_are_late_with_their_rung(engine: Engine) -> None:
    keys = ("unit", "days_late", "level")

    assert rows(asked(engine, 4), *keys) == [(GA, 7, "红牌"), (FY, 2, "催办")]
    assert totals(asked(engine, 4)) == {"all": 2, "yellow": 1, "red": 1, "longest": 7}
    assert rows(asked(engine, 4, level="red"), *keys) == [(GA, 7, "红牌")]
    assert rows(asked(engine, 4, PREFECTURE, region="532501"), *keys) == [(OTHER_GA, 21, "上报上级")]


def test_a_card_counts_once_it_is_in_force_and_repeats_within_twelve_months(engine: Engine) -> None:
    found = asked(engine, 5, period=LAST)

    keys = ("unit", "yellow", "red", "repeats", "pending", "withdrawn", "given", "missing")
    assert rows(found, *keys) == [(GA, 1, 1, 1, 0, 1, 1, 0), (FY, 0, 0, 0, 1, 0, 0, 1)]
    assert found.lines[0].listed == Listed(of="cards", filters={"half": LAST, "unit": GA})
    halves = asked(engine, 5, period=LAST, by="half")
    assert rows(halves, "half", "yellow", "red") == [("2025年上半年", 1, 0), ("2025年下半年", 1, 1)]
    assert rows(asked(engine, 5, PREFECTURE, period=LAST, region="532501"), "given_late") == [(1,)]


def test_problems_are_told_apart_by_any_side_and_a_sealed_one_by_none(engine: Engine) -> None:
    found = asked(engine, 6, period=LAST)

    assert rows(found, "source", "count", "b", "c", "open", "closed") == [
        ("督查", 2, 1, 1, 0, 2),
        ("举报核实", 1, 0, 1, 1, 0),
    ]
    assert totals(found) == {"problems": 3, "open": 1, "closed": 2, "late": 2, "relapsed": 0}
    listed = found.lines[0].listed
    assert listed == Listed(of=6, filters={"source": "督查", "by": "each", "period": LAST})
    assert rows(asked(engine, 6, **listed.filters), "unit", "severity") == [(GA, "C"), (GA, "B")]
    trend = asked(engine, 6, period=LAST, by="half")
    assert rows(trend, "half", "count") == [("2025年上半年", 1), ("2025年下半年", 3)]
    crossed = asked(engine, 6, period=LAST, by="all", severity="C")
    assert rows(crossed, "source", "nature", "state", "count") == [
        ("举报核实", "作风细节", "整改中", 1),
        ("督查", "制度不落实", "已归档", 1),
    ]
    assert totals(asked(engine, 6, PREFECTURE, period=LAST))["problems"] == 4


def test_closing_in_time_is_a_share_and_each_step_has_its_median(engine: Engine) -> None:
    found = asked(engine, 7, period=LAST)

    keys = ("done", "rate", "median", "limit", "open")
    steps = {step: values for step, *values in rows(found, "step", *keys)}
    assert steps["实施整改"] == [2, 0.5, 9.0, 9.0, 1]
    assert list(steps)[:2] == ["下发整改通知单", "指定整改责任人"]
    assert totals(found) == {"closed": 2, "on_time": 1, "rate": 0.5, "median": 30.5}
    by_unit = asked(engine, 7, PREFECTURE, period=LAST, by="unit")
    assert rows(by_unit, "unit", "closed", "late", "rate") == [(OTHER_GA, 1, 0, 1.0), (GA, 2, 1, 0.5)]


def test_what_came_back_twice_or_was_extended_names_who_approved_it(engine: Engine) -> None:
    found = asked(engine, 8, period=LAST)

    keys = ("unit", "returns", "extensions", "extended_by")
    assert rows(found, *keys) == [(GA, 3, 0, None), (GA, 2, 1, 10), (FY, 1, 1, 5)]
    assert {people for (people,) in rows(found, "approvers")} == {None, ("用户035",)}
    assert totals(found) == {"all": 3, "returned": 2, "extended": 2}
    assert rows(asked(engine, 8, period=LAST, which="extended"), "unit") == [(GA,), (FY,)]
    assert asked(engine, 8, PREFECTURE, period=LAST, region="532501").lines == ()


@pytest.mark.parametrize("number", range(1, 9))
def test_any_column_can_be_sorted_either_way(engine: Engine, number: int) -> None:
    found = asked(engine, number)

    for column in found.question.columns:
        for sort in (column.key, f"-{column.key}"):
            assert len(asked(engine, number, sort=sort).lines) == len(found.lines)
