"""Expressions by the chapters of the standard: grammar, logic, arithmetic, comparison, lists, contexts, functions."""

from __future__ import annotations

import pytest

from engine.decisions.feel import parse
from tests.unit.decisions.feel.telling import reasons, told

CHAPTERS: dict[str, list[tuple[str, str]]] = {
    "arithmetic": [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 4 - 3", "3"),
        ("100 / 10 / 2", "5"),
        ("2 ** 3 ** 2", "64"),
        ("-2 ** 2", "4"),
        ("--3", "3"),
        ("2 ** -1", "0.5"),
        ("1 / 3", "0.3333333333333333333333333333333333"),
        ("2 / 3", "0.6666666666666666666666666666666667"),
        ("0.1 + 0.2", "0.3"),
        (".5 + 1.50", "2"),
        ("9999999999999999999999999999999999 + 1", "1" + "0" * 34),
        ("1 / 0", "null"),
        ("1 + null", "null"),
        ('1 + "a"', "null"),
        ('"a" + "b"', '"ab"'),
        ("1.5e3 + 0", "1500"),
        ("-(1 + 2)", "-3"),
    ],
    "logic": [
        ("true and true", "true"),
        ("true and null", "null"),
        ("false and null", "false"),
        ('false and "text"', "false"),
        ('true and "text"', "null"),
        ("false or true", "true"),
        ("null or true", "true"),
        ("null or false", "null"),
        ("true or false and false", "true"),
        ("not(true)", "false"),
        ("not(null)", "null"),
        ("not(1)", "null"),
    ],
    "comparison": [
        ("1 = 1.0", "true"),
        ('1 = "1"', "null"),
        ("null = null", "true"),
        ("null != 1", "true"),
        ("1 < 2", "true"),
        ('"abc" < "abd"', "true"),
        ('"a" < 1', "null"),
        ("[1, 2] = [1, 2]", "true"),
        ("[1, 2] = [2, 1]", "false"),
        ("[1] != [1, 2]", "true"),
        ("{a: 1, b: 2} = {b: 2, a: 1}", "true"),
        ("{a: 1} = {a: 2}", "false"),
        ("[1..3] = [1..3]", "true"),
        ("[1..3] = [1..3)", "false"),
        ("true < false", "null"),
        ("5 between 1 and 5", "true"),
        ("6 between 1 and 5", "false"),
        ("null between 1 and 5", "null"),
        ('@"2024-01-01" < @"2024-01-02"', "true"),
        ('@"P1Y" = @"P12M"', "true"),
        ('@"P1D" > @"PT23H"', "true"),
        ('@"P1Y" > @"P1D"', "null"),
        ('@"10:00:00+01:00" = @"09:00:00Z"', "true"),
        ('@"2024-01-01T10:00:00+08:00" = @"2024-01-01T02:00:00Z"', "true"),
    ],
    "if": [
        ("if 1 < 2 then 1 else 2", "1"),
        ("if null then 1 else 2", "2"),
        ('if "x" then 1 else 2', "2"),
        ("if false then 1 else if true then 2 else 3", "2"),
    ],
    "for": [
        ("for x in [1, 2, 3] return x * x", "[1, 4, 9]"),
        ("for x in 3..1 return x", "[3, 2, 1]"),
        ("for x in [1..3] return x", "[1, 2, 3]"),
        ("for x in (1..3) return x", "[2]"),
        ("for x in [1, 2], y in [x, 10] return x + y", "[2, 11, 4, 12]"),
        ("for i in 0..5 return if i = 0 then 1 else i * partial[-1]", "[1, 1, 2, 6, 24, 120]"),
        ("for x in 5 return x", "[5]"),
        ("for x in null return x", "null"),
        ('for d in @"2024-02-28"..@"2024-03-01" return d.day', "[28, 29, 1]"),
        ("for my name in [1] return my name + 1", "[2]"),
        ("for x in [] return x", "[]"),
    ],
    "quantified": [
        ("some x in [1, 2] satisfies x > 1", "true"),
        ("some x in [] satisfies x > 1", "false"),
        ("every x in [] satisfies x > 1", "true"),
        ("every x in [1, 2] satisfies x > 1", "false"),
        ('some x in [1, "a"] satisfies x > 1', "null"),
        ("some x in [1, 2], y in [2, 3] satisfies x = y", "true"),
    ],
    "in": [
        ("5 in (1..5]", "true"),
        ("1 in (1..5]", "false"),
        ("1 in ]1..5]", "false"),
        ("5 in [1..5[", "false"),
        ("5 in (<3, >4)", "true"),
        ("5 in (3, 4, 5)", "true"),
        ("5 in [3, 4, 5]", "true"),
        ("5 in ([1..3], [5..6])", "true"),
        ("5 in > 3", "true"),
        ("5 in (> 3)", "true"),
        ('"a" in ["a", "b"]', "true"),
        ("null in [1..3]", "null"),
        ("[1] in [[1], [2]]", "true"),
    ],
    "ranges": [
        ("[1..3]", "[1..3]"),
        ("(1..3)", "(1..3)"),
        ("[1..3].start", "1"),
        ("(1..3].start included", "false"),
        ("(<= 5).end included", "true"),
        ("(<5).start", "null"),
        ('["a".."c"].end', '"c"'),
        ('[1.."a"]', "null"),
        ("[null..null]", "null"),
    ],
    "filters": [
        ("[1, 2, 3][2]", "2"),
        ("[1, 2, 3][-1]", "3"),
        ("[1, 2, 3][4]", "null"),
        ("[1, 2, 3][0]", "null"),
        ("[1, 2, 3, 4][item > 2]", "[3, 4]"),
        ("[{x: 1, y: 2}, {x: 2, y: 3}][x > 1].y", "[3]"),
        ("[{x: 1}, {y: 2}][x = 1]", "[{x: 1}]"),
        ("5[1]", "5"),
        ("5[item > 3]", "[5]"),
        ("[1, 2, 3][item > 1][1]", "2"),
        ("[true, false][item]", "[true]"),
    ],
    "paths": [
        ("{a: {b: 1}}.a.b", "1"),
        ("{a: 1}.b", "null"),
        ("[{a: 1}, {a: 2}, {b: 3}].a", "[1, 2, null]"),
        ("null.a", "null"),
        ('@"2024-02-29".month', "2"),
        ('@"2024-02-29".weekday', "4"),
        ('@"2024-02-29T10:11:12.5Z".second', "12.5"),
        ('@"10:00:00+08:00".time offset', "PT8H"),
        ('@"2024-07-01T10:00:00@Europe/Paris".time offset', "PT2H"),
        ('@"2024-07-01T10:00:00@Europe/Paris".timezone', '"Europe/Paris"'),
        ('@"P1DT2H3M4S".hours', "2"),
        ('@"-P14M".years', "-1"),
        ('@"-P14M".months', "-2"),
    ],
    "contexts": [
        ("{a: 1, b: a + 1}", "{a: 1, b: 2}"),
        ('{"a key": 1}', "{a key: 1}"),
        ("{first name: 1, x: first name + 1}.x", "2"),
        ("{}", "{}"),
        ("{a: 1, a: 2}", "✗"),
        ("{a: function(x) x + 1, b: a(2)}.b", "3"),
    ],
    "functions": [
        ("(function(a, b) a - b)(5, 3)", "2"),
        ("(function(a, b) a - b)(b: 5, a: 3)", "-2"),
        ("(function(a) a)(1, 2)", "null"),
        ("(function(a: number) a)(\"x\")", "null"),
        ("(function(a: list<number>) count(a))(7)", "1"),
        ("(function(a: number) a)([7])", "7"),
        ("{add: function(x) function(y) x + y, r: add(1)(2)}.r", "3"),
        ("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(25)}.r", "15511210043330985984000000"),
        ("function(x) external {java: {class: \"a\"}}", "null"),
        ("5(1)", "null"),
        ("substring(string: \"foobar\", start position: 3)", '"obar"'),
        ("substring(text: \"foobar\")", "null"),
    ],
    "instance of": [
        ("1 instance of number", "true"),
        ("null instance of number", "false"),
        ("null instance of Null", "true"),
        ("1 instance of Any", "true"),
        ('@"2024-01-01" instance of date', "true"),
        ('@"2024-01-01T00:00:00" instance of date and time', "true"),
        ('@"P1D" instance of days and time duration', "true"),
        ('@"P1M" instance of years and months duration', "true"),
        ("[1, 2] instance of list<number>", "true"),
        ('[1, "a"] instance of list<number>', "false"),
        ("{a: 1} instance of context<a: number>", "true"),
        ('{a: 1} instance of context<a: string>', "false"),
        ("[1..2] instance of range<number>", "true"),
        ("(function(x) x) instance of function<number> -> number", "true"),
        ("1 instance of apple", "✗"),
    ],
    "literals": [
        ('"\\n\\t\\"\\\\"'.replace("\\n\\t", ""), '"\\"\\\\"'),
        ('string length("\\uD83D\\uDE00")', "1"),
        ('string length("\\U01F600")', "1"),
        ('"\\uD83D"', "✗"),
        ('@"2024-02-30"', "✗"),
        ('@"-2024-02-28"', "-2024-02-28"),
        ('@"999999999-12-31"', "999999999-12-31"),
        ('@"24:00:00"', "✗"),
        ('@"P1Y2M"', "P1Y2M"),
        ('@"-P1DT1M"', "-P1DT1M"),
        ('@"PT0.500S"', "PT0.5S"),
        ("1 // a comment\n + 2 /* another */", "3"),
        ("null", "null"),
    ],
    "names": [
        ("in", "✗"),
        ("x", "null"),
        ("1 +", "✗"),
        ("(1", "✗"),
        ("[1, 2", "✗"),
        ("{a: }", "✗"),
        ('"abc', "✗"),
        ("1 2", "✗"),
        ("", "✗"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "value"), [pair for pairs in CHAPTERS.values() for pair in pairs], ids=lambda text: str(text)[:60]
)
def test_an_expression_gives_what_the_standard_says(expression, value):
    assert told(expression) == value


@pytest.mark.parametrize(
    ("expression", "context", "value"),
    [
        ("Monthly income * 12", {"Monthly income": 100}, "1200"),
        ("整改 期限 + 1", {"整改 期限": 30}, "31"),
        ("a-b", {"a-b": 1}, "1"),
        ("a-b", {"a": 3, "b": 1}, "2"),
        ("a - b", {"a-b": 1, "a": 3, "b": 1}, "2"),
        ("Pre-bureau risk score", {"Pre-bureau risk score": 5, "Pre": 1}, "5"),
        ("applicant.first name", {"applicant": {"first name": "Li"}}, '"Li"'),
        ("items[unit price > 2].unit price", {"items": [{"unit price": 1}, {"unit price": 3}]}, "[3]"),
        ("date.year", {"date": "x"}, "null"),
        ("any of them", {"any of them": 4}, "4"),
        ("order and delivery", {"order": True, "delivery": False}, "false"),
    ],
)
def test_names_may_hold_blanks_and_signs_where_the_scope_knows_them(expression, context, value):
    assert told(expression, context) == value


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("x", 'there is no variable "x"'),
        ('1 + "a"', "number + string gives nothing"),
        ("1 / 0", "number / number gives nothing"),
        ('1 < "a"', "a number and a string cannot be compared"),
        ("{a: 1}.b", 'a context has no "b"'),
        ("[1][3]", "the list has no such position"),
        ("date(2024, 13, 1)", "date: there is no such day"),
        ("substring(5, 1)", 'substring: "string" must be a string, not a number'),
        ("count(1, 2)", "count takes (list)"),
        ("null.a", 'a null has no "a"'),
    ],
)
def test_a_null_says_why(expression, reason):
    assert reasons(expression) == [reason]


def test_reasons_are_told_in_both_languages_and_once():
    outcome = parse("for i in 1..3 return x").evaluate({})

    (note,) = outcome.notes
    assert (note.zh, note.at) == ("没有名为“x”的变量", 21)
