"""When processes begin by the calendar: first working days, fixed days, windows, and the period meant."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from engine.errors import InputRejected
from engine.model.calendar import WorkCalendar
from engine.model.clock import SHANGHAI, local_time
from engine.model.params import Params, UnknownParam
from engine.model.schedule import (
    ScheduleSyntaxError,
    next_occurrence,
    parse_period_choice,
    parse_schedule,
    span_of,
    span_of_case,
)
from engine.model.windows import window_of, windows_of

CALENDAR, PARAMS = WorkCalendar.national(), Params.load()


def next_of(rule: str, day: str, period: str = "") -> tuple[str, str]:
    """(day and hour, period) of the first time at or after 09:00 of `day`."""
    schedule = parse_schedule(rule)
    at = datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=SHANGHAI)
    found = next_occurrence(schedule, parse_period_choice(period, schedule), CALENDAR, PARAMS, not_before=at)
    assert found is not None
    return local_time(found.at).strftime("%Y-%m-%d %H:%M"), found.period


@pytest.mark.parametrize(
    ("rule", "day", "period", "expected"),
    [
        ("firstwd(year)", "2026-01-01", "", ("2026-01-04 09:00", "2026")),  # a Sunday that is worked
        ("firstwd(year)", "2026-01-04", "", ("2026-01-04 09:00", "2026")),  # the instant itself is in time
        ("firstwd(half)", "2026-01-05", "", ("2026-07-01 09:00", "2026H2")),
        ("firstwd(half)", "2026-01-02", "previous", ("2026-01-04 09:00", "2025H2")),
        ("firstwd(year)", "2026-01-02", "previous", ("2026-01-04 09:00", "2025")),
        ("firstwd(quarter)", "2026-09-15", "", ("2026-10-08 09:00", "2026Q4")),
        ("firstwd(month)", "2026-02-02", "", ("2026-02-02 09:00", "2026M02")),
        ("firstwd(half) - 10wd", "2026-01-05", "", ("2026-06-16 09:00", "2026H2")),
        ("firstwd(half)+1cd", "2026-01-06", "", ("2026-07-02 09:00", "2026H2")),
        ("fixed(05-01)", "2026-01-05", "current half", ("2026-05-06 09:00", "2026H1")),
        ("fixed(11-15)", "2026-01-05", "half", ("2026-11-16 09:00", "2026H2")),
        ("fixed(11-15)", "2026-01-05", "", ("2026-11-16 09:00", "2026")),
        ("param(p01_letter_due)", "2026-01-05", "", ("2026-03-31 09:00", "2026")),
        ("window", "2026-06-20", "", ("2026-09-22 09:00", "2026W0925")),
        ("window-param(p05_node_timer_wd)wd", "2026-06-20", "current", ("2026-09-09 09:00", "2026W0925")),
    ],
)
def test_a_rule_names_its_next_day_at_nine_and_the_period_that_it_is_about(rule, day, period, expected):
    assert next_of(rule, day, period) == expected


def test_windows_that_meet_are_one_and_keep_the_name_of_the_first_holiday():
    named = [(w.code, w.first_day, w.last_day) for w in windows_of(2026, CALENDAR, PARAMS)]

    assert [code for code, _, _ in named] == ["2026W0101", "2026W0215", "2026W0501", "2026W0925"]
    assert named[3][1:] == (date(2026, 9, 22), date(2026, 10, 10))
    assert window_of("2026W0925", CALENDAR, PARAMS).labels == (
        "2026年中秋节·国庆节",
        "Mid-Autumn Festival · National Day 2026",
    )


def test_one_notice_may_name_two_holidays_and_a_year_without_table_has_those_of_fixed_days():
    assert [w.code for w in windows_of(2025, CALENDAR, PARAMS)][-1] == "2025W1001"
    assert [w.code for w in windows_of(2031, CALENDAR, PARAMS)] == ["2031W0101", "2031W0501", "2031W1001"]


@pytest.mark.parametrize(
    ("code", "first", "last", "zh", "en"),
    [
        ("2026", "2026-01-01", "2026-12-31", "2026年", "2026"),
        ("2026H1", "2026-01-01", "2026-06-30", "2026年上半年", "first half of 2026"),
        ("2026H2", "2026-07-01", "2026-12-31", "2026年下半年", "second half of 2026"),
        ("2026Q3", "2026-07-01", "2026-09-30", "2026年第三季度", "quarter 3 of 2026"),
        ("2026M02", "2026-02-01", "2026-02-28", "2026年2月", "2026-02"),
        ("2026W0501", "2026-04-28", "2026-05-08", "2026年劳动节", "Labour Day 2026"),
    ],
)
def test_a_period_has_days_and_a_name_in_both_languages(code, first, last, zh, en):
    span = span_of(code, CALENDAR, PARAMS)
    assert (span.first_day.isoformat(), span.last_day.isoformat(), span.zh, span.en) == (first, last, zh, en)


@pytest.mark.parametrize("code", ["2026W0926", "2026H3", "half"])
def test_what_is_no_period_is_refused(code):
    with pytest.raises(InputRejected):
        span_of(code, CALENDAR, PARAMS)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("daily", 0),
        ("firstwd", 7),
        ("firstwd(week)", 8),
        ("firstwd(half", 12),
        ("fixed(02-29)", 6),
        ("fixed(x)", 6),
        ("param()", 6),
        ("window+3", 8),
        ("window+3mo", 8),
        ("window-xwd", 7),
        ("window-1001wd", 7),
        ("window-param()wd", 13),
        ("window now", 7),
    ],
)
def test_a_mistake_is_named_with_its_position_in_both_languages(text, position):
    with pytest.raises(ScheduleSyntaxError) as caught:
        parse_schedule(text)
    assert caught.value.position == position
    assert caught.value.zh
    assert str(caught.value)


@pytest.mark.parametrize(
    ("rule", "period"),
    [("firstwd(half)", "next"), ("firstwd(half)", "current previous"), ("window", "previous"), ("window", "half")],
)
def test_a_period_that_cannot_be_meant_is_refused(rule, period):
    with pytest.raises(ScheduleSyntaxError):
        parse_period_choice(period, parse_schedule(rule))


def test_the_parameters_of_a_rule_are_known_and_must_exist_and_be_of_the_right_kind():
    schedule = parse_schedule("param(p01_letter_due)-param(p05_node_timer_wd)wd")
    assert schedule.params == {"p01_letter_due", "p05_node_timer_wd"}
    with pytest.raises(UnknownParam):
        next_of("window-param(unheard_of)wd", "2026-01-05")
    with pytest.raises(InputRejected):
        next_of("param(p05_node_timer_wd)", "2026-01-05")


@pytest.mark.parametrize("rule", ["firstwd(year)", "fixed(03-01)", "window"])
def test_where_the_calendar_ends_nothing_begins_any_more(rule):
    schedule = parse_schedule(rule)
    at = datetime(2060, 12, 1, tzinfo=SHANGHAI)
    assert next_occurrence(schedule, parse_period_choice("", schedule), CALENDAR, PARAMS, not_before=at) is None


def test_a_case_that_names_its_period_has_its_days_and_one_without_has_none():
    assert span_of_case({"period": "2026H2"}, CALENDAR, PARAMS) == span_of("2026H2", CALENDAR, PARAMS)
    assert span_of_case({"period": ""}, CALENDAR, PARAMS) is None
    assert span_of_case({}, CALENDAR, PARAMS) is None
