"""Conditions of forms: FEEL as a form sees it, with the values of the form and those of the case."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import structlog.testing
from hypothesis import given
from hypothesis import strategies as st

from forms.expressions import NotUnderstood, as_day, as_moment
from tests.unit.forms.given import FEEL

CHINA = ZoneInfo("Asia/Shanghai")
SCOPE = {
    "a": 1,
    "b": "甲",
    "yes": True,
    "no": False,
    "rows": [{"who": "u1", "n": 1}, {"who": "u2"}],
    "case": {"limit": "2026-03-23", "at": "2026-03-23T09:00:00+08:00", "n": float("nan"), "deep": {"x": 5}, "t": "甲"},
    "day": date(2026, 3, 23),
    "date": date(2026, 3, 24),
    "moment": datetime(2026, 3, 23, 9, 0, tzinfo=CHINA),
    "local": datetime.fromisoformat("2026-03-23T09:00"),
    "clock": time(9, 30),
    "price": Decimal("2.50"),
    "unit": "532503-GA",
    "iso": "2026-03-23",
}


def value_of(text):
    return FEEL(text, "id_a").value(SCOPE)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a = 1", True),
        ("= a = 1", True),
        ("=a != 1", False),
        ("a >= 1 and a <= 1", True),
        ("price = 2.5", True),
        ("-1 < a", True),
        ('b = "甲"', True),
        ("yes", True),
        ("not(yes)", False),
        ('b in ("甲", "乙")', True),
        ('b in ["乙"]', False),
        ('b in ("甲")', True),
        ("b in []", False),
        ('"u2" in rows.who', True),
        ("a between 0 and 5", True),
        ("count(rows) = 2", True),
        ("case.deep.x = 5", True),
        ('case.t = "甲"', True),
        ("day = case.limit", True),
        ("day <= case.limit", True),
        ('day < @"2026-03-24"', True),
        ('day = date("2026-03-23")', True),
        ('date("2026-03-24") = date', True),
        ("date(case.at) = day", True),
        ("moment = case.at", True),
        ("local = case.at", True),
        ('moment > @"2026-03-23T08:59:00+08:00"', True),
        ("clock = clock", True),
        ('iso = "2026-03-23"', True),
        ("missing = null", True),
        ("a != null", True),
        ("missing != true", True),
        ("some row in rows satisfies row.n = a", True),
        ("count(rows[item.n > 0]) = 1", True),
        ("if a > 0 then yes else no", True),
        ('starts with(unit, "532503")', True),
        ('case.limit + duration("P1D") = date', True),
    ],
)
def test_what_a_condition_means(text, value):
    assert value_of(text) is value


@pytest.mark.parametrize(
    "text",
    [
        "missing < 1",
        "missing >= null",
        'a = "甲"',
        "a < b",
        "day < 5",
        "not(missing)",
        "not(a)",
        "missing and yes",
        "missing or no",
        "count(missing)",
        "case.n < 1",
        "a.b.c",
        "day < moment",
        "case.nothing.there > 1",
        '@"P1D"',
        "function(x) x",
    ],
)
def test_what_cannot_be_answered_is_null(text):
    assert value_of(text) is None


@pytest.mark.parametrize(("text", "value"), [("missing and no", False), ("missing or yes", True)])
def test_one_side_may_decide_alone(text, value):
    assert value_of(text) is value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("rows.who", ["u1", "u2"]),
        ("rows.n", [Decimal(1), None]),
        ("{a: day}", {"a": date(2026, 3, 23)}),
        ("moment", datetime(2026, 3, 23, 9, 0, tzinfo=CHINA)),
        ("local", datetime(2026, 3, 23, 9, 0, tzinfo=CHINA)),
        ('date and time("2026-03-23T01:00:00@Europe/Paris")', datetime(2026, 3, 23, 8, 0, tzinfo=CHINA)),
        ("clock", time(9, 30)),
        ('date("12026-01-01")', None),
        ("price * 2", Decimal(5)),
    ],
)
def test_values_come_back_as_python_has_them(text, value):
    assert value_of(text) == value


def test_names_are_all_that_a_condition_surely_depends_on():
    found = FEEL('a = 1 and (b in ("x", case.limit) or not(count(rows[n > c]) < 2)) and date("2026-01-01") < day', "")
    assert found.names() == (("a",), ("b",), ("case", "limit"), ("rows",), ("day",))


def test_a_whole_case_and_a_part_of_it_may_both_be_asked_for():
    assert value_of("case.deep.x = 5 and case != null and case.limit = day") is True
    assert value_of("case != null and case.deep.x = 5") is True


@pytest.mark.parametrize(
    ("text", "position"), [("", 1), ("a =", 4), ("= a = = 1", 7), ("a in (1, 2", 11), ("=now() > day", 2)]
)
def test_everything_else_is_refused_with_its_place(text, position):
    with pytest.raises(NotUnderstood) as refused:
        FEEL(text, "id_a")
    assert refused.value.position == position
    assert refused.value.zh
    assert refused.value.en
    assert "第" not in refused.value.zh, "the place is told once"


@pytest.mark.parametrize("text", ["(" * 5000 + "a", "[" * 5000, "not(" * 300 + "a", "a=" + "1" * 30_000])
def test_a_condition_that_is_too_deep_or_too_long_is_refused(text):
    with pytest.raises(NotUnderstood):
        FEEL(text, "id_a")


@given(st.text(alphabet='abc01 "=<>!()[],.@-andorti\\n', max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        value_of(text)
    except NotUnderstood:
        return


def test_the_log_tells_where_a_condition_has_no_answer_and_nothing_of_the_values():
    with structlog.testing.capture_logs() as lines:
        assert value_of("b > day") is None
        assert value_of("missing > day") is None, "a field that is empty is no mistake"
        assert value_of("count(for x in 1..1000, y in 1..1000 return x) > 0") is None

    assert [(line["event"], line["key"], line["name"]) for line in lines] == [
        ("condition of a form without an answer", "TEST", "id_a"),
        ("condition of a form beyond its limits", "TEST", "id_a"),
    ]
    assert "甲" not in str(lines)


def test_days_of_dates_moments_and_texts():
    assert as_day("2026-03-23") == as_day(SCOPE["moment"]) == as_day(SCOPE["day"]) == date(2026, 3, 23)
    assert as_day("soon") is as_day(5) is None
    assert as_day("2026-03-22T20:00:00Z") == date(2026, 3, 23)
    assert as_day(datetime.fromisoformat("2026-03-23T01:00")) == date(2026, 3, 23)
    assert as_moment("2026-03-23T09:00") == SCOPE["local"]
