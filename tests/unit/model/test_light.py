"""Lights: domain.md §6.2."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.light import days_left, first_green_day, light_of
from tests.unit.model.given import at, due, due_on, national


@pytest.mark.parametrize(
    ("today", "color", "left"),
    [
        ("03-25", "green", 4),
        ("03-26", "yellow", 3),
        ("03-28", "yellow", 2),
        ("03-31", "yellow", 0),
        ("04-01", "red", -1),
        ("04-07", "red", -4),
    ],
)
def test_a_light_follows_the_working_days_left(today, color, left):
    light = light_of(due_on("03-31"), at(today), national())
    assert (light.color, light.days_left) == (color, left)


def test_yellow_lasts_to_the_last_second_of_the_due_day():
    assert light_of(due_on("03-31"), at("03-31", "23:59"), national()).color == "yellow"
    overdue = light_of(due_on("03-31"), at("04-01", "00:00"), national())
    assert overdue.color == "red"
    assert (overdue.mark_zh, overdue.mark_en, overdue.late_days) == ("逾期", "overdue", 1)


def test_a_time_of_day_turns_the_light_red_on_the_due_day():
    light = light_of(due("created+3wd@17:00"), at("03-05", "17:01"), national())
    assert (light.color, light.late_days) == ("red", 0)


def test_done_is_blue_and_done_late_says_by_how_many_days():
    in_time = light_of(due_on("03-31"), at("06-01"), national(), standing="done", done_at=at("03-31", "18:00"))
    assert (in_time.color, in_time.mark_zh) == ("blue", "")
    late = light_of(due_on("03-31"), at("06-01"), national(), standing="done", done_at=at("04-16", "10:00"))
    assert (late.color, late.late_days, late.mark_zh) == ("blue", 11, "逾期办结（11日）")
    assert late.mark_en == "done late (11 working days)"
    assert light_of(due_on("03-31"), at("03-30"), national(), standing="done").mark_zh == ""


@pytest.mark.parametrize("standing", ["suspended", "cancelled", "waived"])
def test_what_stands_still_is_grey(standing):
    light = light_of(due_on("03-31"), at("05-01"), national(), standing=standing)
    assert (light.color, light.zh, light.en) == ("grey", "灰灯", "grey")


def test_an_hour_limit_turns_yellow_when_half_of_it_has_passed():
    limit = due("created+2nh", created="10-03")
    colors = [light_of(limit, at("10-03", clock), national()).color for clock in ("09:59", "10:00", "11:00", "11:01")]
    assert colors == ["green", "yellow", "yellow", "red"]


def test_days_left_are_zero_on_the_due_day():
    assert days_left(due_on("03-31"), at("03-31", "23:00"), national()) == 0


@given(today=st.dates(date(2026, 1, 1), date(2026, 11, 30)), ahead=st.integers(0, 30))
def test_the_bound_of_an_index_parts_yellow_from_green_as_the_light_does(today, ahead):
    on = today + timedelta(days=ahead)
    light = light_of(due_on(f"{on:%m-%d}"), at(f"{today:%m-%d}"), national()) if on.year == 2026 else None

    if light is not None:
        assert (light.color == "yellow") is (on < first_green_day(today, national()))
