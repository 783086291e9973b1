"""Reminders: domain.md §2."""

import pytest

from engine.model.reminder import Offset, RemindSyntaxError, parse_remind, reminders
from tests.unit.model.given import at, day, due, due_on, national

EARLY = at("01-04")


def days(found):
    return [r.at.date() for r in found]


def test_r3_is_three_working_days_before_and_the_day_itself_at_nine():
    found = reminders(due_on("03-23"), parse_remind("R3"), EARLY, national())
    assert [r.at for r in found] == [at("03-18"), at("03-23")]
    assert [r.offset.zh for r in found] == ["到期前3个工作日", "到期当日"]
    assert [r.offset.en for r in found] == ["3 working days before it is due", "on the due day"]


def test_per_is_for_periodic_duties_and_moves_off_days_off():
    found = reminders(due_on("03-31"), parse_remind("PER"), EARLY, national())
    assert days(found) == [day("03-02"), day("03-17"), day("03-26"), day("03-31")]
    assert found[0].offset.zh == "到期前30个自然日"
    assert found[0].offset.en == "30 calendar days before it is due"


def test_no_reminder_goes_out_in_the_past():
    assert days(reminders(due_on("03-23"), parse_remind("R3"), at("03-18"), national())) == [day("03-23")]
    assert reminders(due_on("03-23"), parse_remind("R3"), at("03-24"), national()) == ()


def test_reminders_that_meet_on_one_day_are_one():
    found = reminders(due_on("02-24"), parse_remind("D-9cd D-3cd D"), EARLY, national())
    assert days(found) == [day("02-24")]
    assert found[0].offset == Offset(amount=0)


def test_no_reminder_goes_out_after_the_due_time():
    sunday = due_on("03-08")
    assert days(reminders(sunday, parse_remind("R3"), EARLY, national())) == [day("03-04")]
    early = due("var(x)@08:30", created="01-05", x="2026-03-23")
    assert days(reminders(early, parse_remind("R3"), EARLY, national())) == [day("03-18")]


def test_the_empty_text_is_r3_and_none_is_none():
    assert parse_remind("") == parse_remind("R3") == (Offset(amount=3), Offset(amount=0))
    assert parse_remind("none") == ()


@pytest.mark.parametrize(("text", "position"), [("R4", 0), ("D-3wd,-1wd", 6), ("D D-3", 2), ("D;D-3mo", 2)])
def test_a_mistake_in_a_list_is_found_at_its_position(text, position):
    with pytest.raises(RemindSyntaxError) as caught:
        parse_remind(text)
    assert caught.value.position == position
    assert "PER" in caught.value.zh
