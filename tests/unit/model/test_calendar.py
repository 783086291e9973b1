"""The working-day calendar: domain.md §6.4."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InputRejected
from engine.model.calendar import OutsideCalendar, WorkCalendar
from engine.model.holidays import CalendarDay, Layer, known_national_years, national_table
from engine.model.period import Period, shift_months
from tests.unit.model.given import day, national

days = st.dates(date(2016, 1, 1), date(2058, 12, 31))
counts = st.integers(-300, 300)


def a_day(text, *, layer, working, zh="州庆"):
    return CalendarDay(day=day(text), layer=layer, working=working, zh=zh, en=zh, document="州政发〔2026〕1号")


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_national_year_has_248_working_days(year):
    assert national().count(date(year - 1, 12, 31), date(year, 12, 31)) == 248


@pytest.mark.parametrize(
    ("text", "working"),
    [
        ("2025-01-26", True),
        ("2025-01-28", False),
        ("2025-02-04", False),
        ("2025-02-08", True),
        ("2025-04-27", True),
        ("2025-05-31", False),
        ("2025-06-02", False),
        ("2025-09-28", True),
        ("2025-10-08", False),
        ("2025-10-11", True),
        ("2026-01-01", False),
        ("2026-01-04", True),
        ("2026-02-14", True),
        ("2026-02-15", False),
        ("2026-02-23", False),
        ("2026-02-24", True),
        ("2026-02-28", True),
        ("2026-04-06", False),
        ("2026-05-05", False),
        ("2026-05-09", True),
        ("2026-06-19", False),
        ("2026-09-20", True),
        ("2026-09-25", False),
        ("2026-10-07", False),
        ("2026-10-10", True),
        ("2026-03-07", False),
        ("2026-03-09", True),
    ],
)
def test_the_national_table_says_who_works(text, working):
    assert national().is_working_day(day(text)) is working


def test_the_shipped_tables_agree_with_the_published_ones():
    chinese_calendar = pytest.importorskip("chinese_calendar")
    for year in known_national_years():
        first = date(year, 1, 1)
        for offset in range(365):
            one = first + timedelta(days=offset)
            assert national().is_working_day(one) is chinese_calendar.is_workday(one), one


def test_every_national_day_names_its_notice():
    assert known_national_years() == (2025, 2026)
    assert all(entry.document for entry in national_table(2026).days)


@pytest.mark.parametrize(
    ("start", "count", "result"),
    [
        ("02-12", 1, "02-13"),
        ("02-12", 2, "02-14"),
        ("02-12", 3, "02-24"),
        ("02-12", 6, "02-27"),
        ("02-12", 7, "02-28"),
        ("02-12", 8, "03-02"),
        ("02-12", -3, "02-09"),
        ("02-15", 1, "02-24"),
        ("02-15", -1, "02-14"),
        ("02-15", 0, "02-15"),
        ("10-09", 30, "11-19"),
    ],
)
def test_day_1_is_the_next_working_day_after_the_start(start, count, result):
    assert national().add_working_days(day(start), count) == day(result)


@pytest.mark.parametrize(
    ("start", "months", "result"),
    [
        ("2026-03-20", 3, "2026-06-22"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-01-31", 3, "2026-04-30"),
        ("2026-05-19", 1, "2026-06-22"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-03-31", -1, "2026-02-28"),
    ],
)
def test_a_month_is_the_same_day_number_or_the_month_end_moved_off_days_off(start, months, result):
    assert national().add_months(day(start), months) == day(result)


def test_the_last_working_day_of_a_period_moves_back():
    calendar = national()
    assert calendar.last_working_day("month", day("02-10")) == day("02-28")
    assert calendar.last_working_day("month", day("05-10")) == day("05-29")
    assert calendar.last_working_day("half", day("02-10")) == day("06-30")
    assert calendar.last_working_day("quarter", day("10-08")) == day("12-31")
    assert calendar.last_working_day("year", day("2028-05-05")) == day("2028-12-29")
    assert calendar.first_working_day("year", day("05-05")) == day("01-04")
    assert calendar.first_working_day("half", day("2026-12-05")) == day("07-01")


def test_moving_to_a_working_day_keeps_one_that_is_worked():
    calendar = national()
    assert calendar.on_or_after(day("02-14")) == day("02-14")
    assert calendar.on_or_after(day("02-15")) == day("02-24")
    assert calendar.on_or_before(day("02-23")) == day("02-14")
    assert calendar.on_or_before(day("02-24")) == day("02-24")
    assert calendar.next_working_day(day("02-14")) == day("02-24")
    assert calendar.previous_working_day(day("02-24")) == day("02-14")


def test_the_higher_layer_wins_and_within_a_layer_the_later_row():
    local = a_day("11-18", layer=Layer.LOCAL, working=False)
    calendar = WorkCalendar.national([local])
    assert not calendar.is_working_day(day("11-18"))

    correction = a_day("11-18", layer=Layer.CORRECTION, working=True, zh="更正")
    for order in ([local, correction], [correction, local]):
        corrected = WorkCalendar.national(order)
        assert corrected.is_working_day(day("11-18"))
        assert corrected.entry(day("11-18")) == correction

    twice = WorkCalendar.national([local, a_day("11-18", layer=Layer.LOCAL, working=True)])
    assert twice.is_working_day(day("11-18"))


def test_a_local_day_beats_a_national_make_up_day():
    calendar = WorkCalendar.national([a_day("10-10", layer=Layer.LOCAL, working=False)])
    assert not calendar.is_working_day(day("10-10"))


def test_two_calendars_tell_on_which_days_they_differ():
    other = WorkCalendar.national([a_day("11-18", layer=Layer.LOCAL, working=False)])
    assert other.changed_since(national()) == (day("11-18"),)
    assert national().changed_since(national()) == ()


def test_a_year_without_a_table_follows_the_weekend_rule_and_is_provisional():
    calendar = national()
    assert calendar.is_working_day(date(2027, 1, 1))
    assert not calendar.is_working_day(date(2027, 1, 2))
    assert calendar.is_provisional(day("12-30"), date(2027, 1, 4))
    assert not calendar.is_provisional(date(2025, 1, 1), day("12-31"))


def test_days_off_are_explained_in_ranges():
    ranges = national().explain_off(day("02-13"), day("03-02"))
    assert [(r.text, r.zh) for r in ranges] == [("02-15—02-23", "春节"), ("03-01", "周末")]
    made_up = national().explain_made_up(day("02-13"), day("03-02"))
    assert [(r.text, r.en) for r in made_up] == [("02-14", "make-up working day"), ("02-28", "make-up working day")]
    assert ranges[0].as_dict() == {"first": "2026-02-15", "last": "2026-02-23", "zh": "春节", "en": "Spring Festival"}


def test_neighbouring_days_off_for_different_reasons_stay_apart():
    calendar = WorkCalendar.national([a_day("11-20", layer=Layer.LOCAL, working=False)])
    assert [r.zh for r in calendar.explain_off(day("11-19"), day("11-23"))] == ["州庆", "周末"]


@pytest.mark.parametrize(
    "ask",
    [
        lambda c: c.is_working_day(date(2014, 12, 31)),
        lambda c: c.add_working_days(date(2060, 12, 30), 5),
        lambda c: c.add_working_days(date(2015, 1, 2), -5),
        lambda c: c.next_working_day(date(2060, 12, 31)),
        lambda c: c.add_months(date(2060, 12, 31), 2),
        lambda c: c.count(date(2026, 1, 1), date(2061, 1, 1)),
    ],
)
def test_a_count_outside_the_calendar_is_refused_in_words(ask):
    with pytest.raises(OutsideCalendar) as caught:
        ask(national())
    assert "2015—2060" in caught.value.zh


def test_a_month_beyond_all_years_is_refused():
    with pytest.raises(InputRejected):
        shift_months(date(9999, 12, 1), 1)


@settings(print_blob=True)
@given(days, counts)
def test_counting_undoes_adding(start, count):
    calendar = national()
    end = calendar.add_working_days(start, count)
    if count > 0:
        assert calendar.count(start, end) == count
        assert calendar.is_working_day(end)
    elif count < 0:
        # Going back counts days before the start, so a working start day is one more in (end, start].
        assert calendar.count(end, start) == -count - (0 if calendar.is_working_day(start) else 1)
    else:
        assert end == start


@settings(print_blob=True)
@given(days, st.integers(0, 120), st.integers(0, 120))
def test_adding_in_two_steps_is_adding_at_once(start, first, second):
    calendar = national()
    together = calendar.add_working_days(start, first + second)
    assert calendar.add_working_days(calendar.add_working_days(start, first), second) == together


@settings(print_blob=True)
@given(days, days, days)
def test_counts_of_neighbouring_spans_add_up(one, two, three):
    calendar = national()
    a, b, c = sorted((one, two, three))
    assert calendar.count(a, b) + calendar.count(b, c) == calendar.count(a, c)
    assert calendar.count(c, a) == 0 or a == c


@settings(print_blob=True)
@given(days, st.integers(0, 60))
def test_every_day_is_either_counted_or_explained(start, span):
    calendar, end = national(), start + timedelta(days=span)
    off = sum((r.last - r.first).days + 1 for r in calendar.explain_off(start, end))
    assert calendar.count(start, end) + off == span


@settings(print_blob=True)
@given(days)
def test_moving_never_passes_a_working_day(start):
    calendar = national()
    assert calendar.count(start, calendar.next_working_day(start)) == 1
    assert calendar.on_or_before(start) <= start <= calendar.on_or_after(start)
    assert calendar.is_working_day(calendar.on_or_after(start))


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026H1", "2026-01-01", "2026-06-30"),
        ("2026H2", "2026-07-01", "2026-12-31"),
        ("2026Q3", "2026-07-01", "2026-09-30"),
        ("2026M02", "2026-02-01", "2026-02-28"),
    ],
)
def test_a_period_code_names_its_first_and_last_day(code, first, last):
    period = Period.parse(code)
    assert (period.first_day, period.last_day) == (day(first), day(last))
    assert period.code == code
    assert Period.containing(period.kind, period.last_day) == period


@pytest.mark.parametrize("code", ["", "2026H3", "2026Q0", "2026M13", "26H1", "0000", "2026X1"])
def test_a_wrong_period_code_is_refused(code):
    with pytest.raises(InputRejected):
        Period.parse(code)
