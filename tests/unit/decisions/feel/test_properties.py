"""Numbers, dates and ranges against Python's own; and a fuzzer: no text brings anything but the two errors."""

from __future__ import annotations

import contextlib
import datetime
import decimal
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decisions.feel import FeelLimitExceeded, FeelSyntaxError, civil, parse, parse_unary_tests, to_feel
from engine.decisions.feel.numbers import CONTEXT
from engine.decisions.feel.temporal import Date, Days, Months
from engine.decisions.feel.temporal_text import (
    date_text,
    date_time_text,
    days_text,
    months_text,
    parse_date,
    parse_date_time,
    parse_duration,
)
from engine.decisions.feel.values import Range, compare

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12)
DATES = st.dates()
ZONED = st.datetimes(timezones=st.timezones())


def value_of(text: str, **context: object) -> object:
    return parse(text, context.keys()).evaluate({name: to_feel(value) for name, value in context.items()}).value


@given(NUMBERS, NUMBERS)
def test_numbers_are_those_of_decimal_with_34_digits(left, right):
    assert value_of("a + b", a=left, b=right) == CONTEXT.add(left, right)
    assert value_of("a * b", a=left, b=right) == CONTEXT.multiply(left, right)
    assert value_of("a - b", a=left, b=right) == CONTEXT.subtract(left, right)
    assert value_of("a < b", a=left, b=right) is (left < right)
    if right:
        assert value_of("a / b", a=left, b=right) == CONTEXT.divide(left, right)


@given(NUMBERS, st.integers(0, 5))
def test_rounding_is_that_of_decimal(number, scale):
    unit = Decimal(1).scaleb(-scale)
    for name, rounding in (
        ("decimal", decimal.ROUND_HALF_EVEN),
        ("round up", decimal.ROUND_UP),
        ("round down", decimal.ROUND_DOWN),
        ("round half up", decimal.ROUND_HALF_UP),
        ("round half down", decimal.ROUND_HALF_DOWN),
        ("floor", decimal.ROUND_FLOOR),
        ("ceiling", decimal.ROUND_CEILING),
    ):
        assert value_of(f"{name}(n, s)", n=number, s=scale) == number.quantize(unit, rounding=rounding), name


@given(DATES, DATES, st.integers(-40_000, 40_000))
def test_dates_are_those_of_datetime(left, right, days):
    assert value_of("a - b", a=left, b=right) == Days.of(days=(left - right).days)
    assert value_of("a < b", a=left, b=right) is (left < right)
    try:
        later = left + datetime.timedelta(days=days)
    except OverflowError:
        return
    assert value_of("a + d", a=left, d=datetime.timedelta(days=days)) == to_feel(later)
    assert value_of("a.weekday", a=left) == left.isoweekday()
    assert value_of("week of year(a)", a=left) == left.isocalendar().week
    assert value_of("day of year(a)", a=left) == left.timetuple().tm_yday


@given(st.integers(-(10**9), 10**9))
def test_days_are_counted_there_and_back_in_any_year(days):
    assert civil.to_days(*civil.from_days(days)) == days


@given(ZONED, ZONED)
def test_moments_of_any_zone_are_compared_on_one_clock(left, right):
    order = compare(to_feel(left), to_feel(right))

    assert order is not None
    first, second = left.astimezone(datetime.UTC), right.astimezone(datetime.UTC)
    assert (order < 0, order > 0) == (first < second, first > second)


@given(DATES, st.integers(-2000, 2000))
def test_months_lead_to_the_same_day_or_the_last_one(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    found = value_of("a + m", a=day, m=Months(months))

    last = civil.days_in_month(year, month + 1)
    assert found == Date(year, month + 1, min(day.day, last))


@given(DATES, st.datetimes(), st.integers(-(10**12), 10**12), st.integers(-(10**18), 10**18))
def test_what_is_written_can_be_read_again(day, moment, months, nanos):
    assert parse_date(date_text(to_feel(day))) == to_feel(day)
    assert parse_date_time(date_time_text(to_feel(moment))) == to_feel(moment)
    assert parse_duration(months_text(Months(months))) == Months(months)
    assert parse_duration(days_text(Days(nanos))) == Days(nanos)


@given(st.integers(-9, 9), st.integers(-9, 9), st.booleans(), st.booleans(), st.integers(-10, 10))
def test_a_range_holds_what_lies_between_its_ends(start, end, with_start, with_end, value):
    found = Range(Decimal(start), Decimal(end), with_start, with_end).contains(Decimal(value))

    assert found is (
        (start < value or (with_start and start == value)) and (value < end or (with_end and value == end))
    )


@st.composite
def two_ranges(draw: st.DrawFn) -> tuple[str, str]:
    def one() -> str:
        start = draw(st.integers(0, 5))
        end = draw(st.integers(start, 6))
        return f"{draw(st.sampled_from('[('))}{start}..{end}{draw(st.sampled_from('])'))}"

    return one(), one()


@given(two_ranges())
def test_relations_of_ranges_are_each_others_mirror(pair):
    left, right = pair
    for name, mirror in (
        ("before", "after"),
        ("meets", "met by"),
        ("overlaps before", "overlaps after"),
        ("finishes", "finished by"),
        ("includes", "during"),
        ("starts", "started by"),
        ("overlaps", "overlaps"),
        ("coincides", "coincides"),
    ):
        assert value_of(f"{name}({left}, {right})") is value_of(f"{mirror}({right}, {left})"), name


_WORDS = [
    "1", "2.5", '"a"', "x", "null", "true", "[", "]", "(", ")", "{", "}", ",", ":", ".", "..", "+", "-", "*", "/", "**",
    "=", "!=", "<", "<=", ">", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "between",
    "and", "or", "not", "instance of", "number", "function", "item", "?", '@"P1D"', '@"2024-01-01"', "date", "time",
    "count", "sum", "sort", "substring", "matches", "external", "list", "<", ">", "\\", '"', "'", "é", "中", "\n", "//",
]  # fmt: skip


@settings(max_examples=1500)
@given(st.lists(st.sampled_from(_WORDS), max_size=14).map(" ".join))
def test_no_text_brings_anything_but_the_two_errors(text):
    with contextlib.suppress(FeelSyntaxError, FeelLimitExceeded):
        parse(text).evaluate({"x": Decimal(1)})
    with contextlib.suppress(FeelSyntaxError, FeelLimitExceeded):
        parse_unary_tests(text).evaluate(Decimal(1), {"x": Decimal(1)})


@given(st.text(max_size=40))
def test_nor_does_any_other_text(text):
    with contextlib.suppress(FeelSyntaxError, FeelLimitExceeded):
        parse(text).evaluate({})


@pytest.mark.parametrize(
    "text",
    [
        "count(for x in 1..2000, y in 1..2000 return x)",
        "{f: function(n) f(n + 1), r: f(1)}.r",
        "{f: function(n) [f(n), f(n)], r: f(1)}.r",
    ],
)
def test_what_runs_away_is_stopped(text):
    with pytest.raises(FeelLimitExceeded):
        parse(text).evaluate({})


@pytest.mark.parametrize(
    "text", ["(" * 500 + "1" + ")" * 500, "[" * 500, "not(" * 500, "x" + ".y" * 5000, "1" + " = 1" * 5000]
)
def test_what_is_nested_without_end_is_refused(text):
    with pytest.raises(FeelSyntaxError):
        parse(text)


def test_long_sums_are_no_nesting():
    assert parse("1" + " + 1" * 3000).evaluate({}).value == 3001


def test_a_number_that_no_decimal128_holds_is_null():
    assert parse("2 ** 100000000").evaluate({}).value is None
