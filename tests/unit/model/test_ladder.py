"""The escalation ladder: domain.md §3 S2."""

import pytest

from engine.errors import InputRejected
from engine.model.ladder import (
    PROFILES,
    check_final_date,
    level_of,
    level_reached,
    next_threshold,
    parse_ladder,
    preview,
    thresholds,
)
from tests.unit.model.given import at, day, due, due_on, national


def moments(due_day, profile):
    return [(t.level.zh, t.at) for t in thresholds(due_on(due_day), profile, national())]


def test_std_steps_on_working_days_after_the_due_day_at_nine():
    assert moments("03-02", "STD") == [
        ("催办", at("03-03")),
        ("黄牌", at("03-05")),
        ("红牌", at("03-10")),
        ("上报上级", at("03-12")),
        ("问责启动建议", at("03-17")),
    ]


def test_urg_begins_on_the_due_day_at_five():
    assert moments("03-02", "URG") == [
        ("催办", at("03-02", "17:00")),
        ("黄牌", at("03-03")),
        ("红牌", at("03-04")),
        ("上报上级", at("03-05")),
        ("问责启动建议", at("03-09")),
    ]


def test_case_has_no_cards():
    assert moments("03-02", "CASE") == [("催办", at("03-03")), ("提请组长", at("03-05")), ("提请审批领导", at("03-10"))]
    assert not any(rung.level.is_card for rung in PROFILES["CASE"])


def test_hour_runs_through_days_off():
    limit = due("created+2nh", created="10-03")
    assert [t.at for t in thresholds(limit, "HOUR", national())] == [
        at("10-03", "11:00"),
        at("10-03", "12:00"),
        at("10-03", "13:00"),
    ]


def test_a_threshold_on_a_day_off_moves_to_the_next_working_day_but_not_for_hours():
    sunday = due_on("03-08")
    assert thresholds(sunday, "URG", national())[0].at == at("03-09", "17:00")
    assert thresholds(sunday, "HOUR", national())[0].on == day("03-08")


@pytest.mark.parametrize("profile", list(PROFILES))
def test_levels_of_a_profile_ascend_from_one_and_have_words_in_both_languages(profile):
    levels = [rung.level for rung in PROFILES[profile]]
    assert [level.level for level in levels] == list(range(1, len(levels) + 1))
    assert all(level.zh and level.en and level.effect_zh and level.effect_en for level in levels)


def test_the_next_threshold_is_the_one_above_the_level_reached():
    task = due_on("02-12")
    found = [next_threshold(task, "STD", level, national()) for level in range(6)]
    assert [t and t.on for t in found] == [*map(day, ("02-13", "02-24", "02-27", "03-02", "03-05")), None]
    assert next_threshold(task, "STD", 3, national()).on == day("03-02")


def test_a_suspended_task_waits():
    assert next_threshold(due_on("02-12"), "STD", 1, national(), suspended=True) is None


def test_a_final_date_holds_the_next_rung_until_it_has_passed():
    task = due_on("02-12")
    held = next_threshold(task, "STD", 4, national(), final_date=day("03-10"))
    assert held.at == at("03-11")
    assert next_threshold(task, "STD", 4, national(), final_date=day("03-03")).at == at("03-05")


def test_a_final_date_is_set_once_and_lies_on_a_later_working_day():
    check_final_date(day("03-10"), at("03-02"), national(), already_paused=False)
    for final, paused in (("03-10", True), ("03-02", False), ("03-08", False)):
        with pytest.raises(InputRejected) as caught:
            check_final_date(day(final), at("03-02"), national(), already_paused=paused)
        assert caught.value.facts["field"] == "new_date"


def test_the_preview_shows_reached_rungs_and_marks_the_next():
    rows = preview(due_on("02-12"), "STD", 2, national())
    assert [(r.level.level, r.is_reached, r.is_next) for r in rows] == [
        (1, True, False),
        (2, True, False),
        (3, False, True),
        (4, False, False),
        (5, False, False),
    ]
    assert [r.at for r in rows][2:] == [at("02-27"), at("03-02"), at("03-05")]


def test_the_preview_of_a_held_ladder_has_no_rung_before_the_final_date():
    rows = preview(due_on("02-12"), "STD", 3, national(), final_date=day("03-10"))
    assert [r.at for r in rows][3:] == [at("03-11"), at("03-11")]
    assert all(r.is_reached for r in preview(due_on("02-12"), "CASE", 3, national()))


def test_the_text_of_a_diagram_names_a_profile():
    assert parse_ladder("") == "STD"
    assert parse_ladder(" URG ") == "URG"
    assert parse_ladder("none") is None
    with pytest.raises(InputRejected) as caught:
        parse_ladder("FAST")
    assert "STD" in caught.value.zh


def test_a_level_has_a_name():
    assert level_of("STD", 0).zh == "提醒"
    assert level_of("STD", 3).en == "Red card"
    with pytest.raises(InputRejected):
        level_of("CASE", 4)


def test_a_profile_without_cards_stands_where_its_last_moment_has_brought_it():
    limit = due("created+2nh", created="10-03")
    stands = [
        level_reached(limit, "HOUR", 1, national(), at=at("10-03", clock)) for clock in ("11:30", "12:00", "23:00")
    ]

    assert stands == [1, 2, 3]
    assert level_reached(limit, "HOUR", 0, national(), at=at("10-03", "23:00")) == 0
    assert level_reached(limit, "STD", 2, national(), at=at("10-03", "23:00")) == 2
