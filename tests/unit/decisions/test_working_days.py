"""Working days in FEEL: the functions of our own, on the national calendar."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.decisions.feel import parse, to_feel
from engine.decisions.feel.builtins.conversion import text_of
from engine.decisions.working_days import WORKING_DAY_NAMES, working_day_functions
from engine.model.calendar import WorkCalendar
from tests.unit.forms.given import a_field, a_form, a_rule, loaded, rules_of

CALENDAR = WorkCalendar.national()
FUNCTIONS = working_day_functions(CALENDAR)


def asked(text: str, **context: object) -> tuple[str, list[str]]:
    values = {name: to_feel(value) for name, value in context.items()} | dict(FUNCTIONS)
    outcome = parse(text, WORKING_DAY_NAMES).evaluate(values)
    return text_of(outcome.value, quoted=True), [note.en for note in outcome.notes]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('cx working days(@"2026-02-12", @"2026-02-24")', "3"),  # 13 and 14 work, the Spring Festival does not
        ('cx working days(@"2026-02-24", @"2026-02-12")', "-3"),
        ('cx working days(@"2026-02-15", @"2026-02-23")', "0"),
        ('cx add working days(@"2026-02-12", 3)', "2026-02-24"),
        ('cx add working days(@"2026-02-24", -3)', "2026-02-12"),
        ('cx add working days(@"2026-02-15", 0)', "2026-02-15"),
        ('cx is working day(@"2026-02-14")', "true"),  # a Saturday made up for
        ('cx is working day(@"2026-02-16")', "false"),
        ('cx working days(to: @"2026-03-03", from: @"2026-03-02")', "1"),
        ('[@"2026-02-14", @"2026-02-16"][cx is working day(item)]', "[2026-02-14]"),
    ],
)
def test_days_are_counted_on_the_calendar(text, value):
    assert asked(text) == (value, [])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('cx working days("2026-02-12", @"2026-02-24")', 'cx working days: "from" must be a date'),
        ("cx is working day(null)", 'cx is working day: "date" must be a date'),
        (
            'cx add working days(@"2026-02-12", 1.5)',
            'cx add working days: "number" must be a whole number, and not a huge one',
        ),
        ('cx is working day(@"12026-01-01")', "cx is working day: the day lies outside of the calendar"),
        ('cx is working day(@"1066-10-14")', "cx is working day: the day lies outside of the calendar"),
    ],
)
def test_what_is_no_day_of_the_calendar_is_null_with_its_reason(text, reason):
    assert asked(text) == ("null", [reason])


@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.integers(-200, 200))
def test_adding_and_counting_are_each_others_way_back(day, days):
    later = 'date("' + asked("cx add working days(d, n)", d=day, n=days)[0] + '")'

    if days:
        assert asked(f"cx is working day({later})") == ("true", [])
    if CALENDAR.is_working_day(day):
        assert asked(f"cx working days(d, {later})", d=day) == (str(days), [])


def test_a_form_counts_working_days():
    rule = a_rule("cx working days(today, by) <= 3", "by")
    form = a_form(a_field("datetime", "by"), rules=[rule])

    assert loaded(form, {"by": "2026-03-10"}, functions=FUNCTIONS)
    assert rules_of(form, {"by": "2026-03-11"}, functions=FUNCTIONS) == [("by", "rule")]
    assert loaded(form, {"by": "2026-03-11"}), "without a calendar there is no answer, and no rule is broken"
