"""The part of FEEL that forms understand: what it means, and that nothing else is accepted."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.conditions import MAX_CHARACTERS, NotUnderstood, parse
from forms.expressions import Expression, as_day, equal, in_order

CHINA = ZoneInfo("Asia/Shanghai")
SCOPE = {
    "a": 1,
    "b": "甲",
    "yes": True,
    "no": False,
    "rows": [{"who": "u1", "n": 1}, {"who": "u2"}],
    "case": {"limit": "2026-03-23", "at": "2026-03-23T09:00:00+08:00", "n": float("nan"), "deep": {"x": 5}},
    "day": date(2026, 3, 23),
    "moment": datetime(2026, 3, 23, 9, 0, tzinfo=CHINA),
    "clock": time(9, 30),
    "price": Decimal("2.50"),
}


def value_of(text):
    return parse(text).value(SCOPE)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a = 1", True),
        ("= a = 1", True),
        ("=a != 1", False),
        ("a >= 1 and a <= 1", True),
        ("a < 1 or a > 1", False),
        ("price = 2.5", True),
        ("price > a", True),
        ("-1 < a", True),
        ('b = "甲"', True),
        ('"b" < "c"', True),
        ("yes = true", True),
        ("yes", True),
        ("not(yes)", False),
        ("not(no) and yes", True),
        ('b in ("甲", "乙")', True),
        ('b in ["乙"]', False),
        ('b in ("甲")', True),
        ("b in ()", False),
        ("b in []", False),
        ("b in b", True),
        ('"u2" in rows.who', True),
        ("a between 0 and 5", True),
        ("a between 2 and 5 or yes", True),
        ("count(rows) = 2", True),
        ("count(rows) >= 3", False),
        ("case.deep.x = 5", True),
        ("day = case.limit", True),
        ("day <= case.limit", True),
        ('day < @"2026-03-24"', True),
        ('day = date("2026-03-23")', True),
        ("date(case.limit) = day", True),
        ("moment = case.at", True),
        ("day = moment", True),
        ("moment < case.limit", False),
        ('moment > "2026-03-23T08:59"', True),
        ("clock = clock", True),
        ("rows.who = rows.who", True),
        ("[1, 2] = [1]", False),
        ("missing = null", True),
        ("a = null", False),
        ("date(a) = day", False),
        ("a != null", True),
        ("null = null", True),
        ("((a = 1))", True),
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
        "yes < no",
        "day < 5",
        "day = b",
        "not(missing)",
        "not(a)",
        "missing and yes",
        "missing or no",
        "a in missing",
        "count(missing)",
        "count(a) > 0",
        "case.n = case.n",
        "case.n < 1",
        "clock = day",
        "date(b)",
        "a.b.c",
        "rows = 1",
        "[1] < [2]",
    ],
)
def test_what_cannot_be_answered_is_null(text):
    assert value_of(text) is None


@pytest.mark.parametrize(("text", "value"), [("missing and no", False), ("missing or yes", True)])
def test_one_side_may_decide_alone(text, value):
    assert value_of(text) is value


def test_the_path_of_a_column_gives_the_list_of_its_values():
    assert value_of("rows.who") == ["u1", "u2"]
    assert value_of("rows.n") == [1, None]


def test_names_are_all_that_a_condition_depends_on():
    found = set(
        parse('a = 1 and (b in ("x", case.limit) or not(count(rows) < 2)) and date("2026-01-01") < day').names()
    )
    assert found == {("a",), ("b",), ("case", "limit"), ("rows",), ("day",)}


@pytest.mark.parametrize(
    ("text", "position", "zh"),
    [
        ("", 1, "条件不完整"),
        ("a =", 4, "条件不完整"),
        ("a == 1", 4, "不支持“=”"),
        ("a = = 1", 5, "不支持“=”"),
        ("if a then b else c", 1, "不支持“if”"),
        ("a + 1 = 2", 3, "不支持“+”"),
        ("every x in rows satisfies x", 1, "不支持“every”"),
        ("sum(rows)", 1, "不支持函数“sum”"),
        ("(a = 1", 7, "此处应为“)”"),
        ("a between 1 or 2", 13, "此处应为“and”"),
        ("a = 1 b", 7, "不支持“b”"),
        ("a in (1, 2", 11, "此处应为“)”"),
        ('"open', 1, '不支持“"”'),
        ('"\\x"', 1, '不支持“"\\x"”'),
        ('@"tomorrow"', 1, "“tomorrow”不是日期"),
        ("1.2.3", 1, "不支持“1”"),
        ("- a", 1, "不支持“-”"),
        ("a.null", 1, "不支持“a.null”"),
        ("not a", 5, "此处应为“(”"),
        ("__import__('os')", 1, "不支持函数“__import__”"),
        ("a; b", 2, "不支持“;”"),
        ("a = 1\n\n;", 8, "不支持“;”"),
    ],
)
def test_everything_else_is_refused_with_its_place(text, position, zh):
    with pytest.raises(NotUnderstood) as refused:
        parse(text)
    assert (refused.value.position, refused.value.zh) == (position, zh)
    assert refused.value.en


@pytest.mark.parametrize("text", ["(" * 5000 + "a", "[" * 5000, "not(" * 300 + "a", "a=" + "1" * MAX_CHARACTERS])
def test_a_condition_that_is_too_deep_or_too_long_is_refused(text):
    with pytest.raises(NotUnderstood):
        parse(text)


@given(st.text(alphabet='abc01 "=<>!()[],.@-andorti\\n', max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        parse(text).value(SCOPE)
    except NotUnderstood:
        return


@given(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.dates(), st.lists(st.integers())
    )
)
def test_everything_equals_itself_or_cannot_be_compared(value):
    assert equal(value, value) in {True, None}
    assert in_order("<", value, value) in {False, None}


def test_days_of_dates_moments_and_texts():
    assert as_day("2026-03-23") == as_day(SCOPE["moment"]) == as_day(SCOPE["day"]) == date(2026, 3, 23)
    assert as_day("soon") is as_day(5) is None
    assert as_day("2026-03-22T20:00:00Z") == date(2026, 3, 23)


def test_an_expression_without_a_meaning_cannot_be_asked():
    with pytest.raises(NotImplementedError):
        Expression().value({})
