"""The functions of the standard, each with its edges."""

from __future__ import annotations

import pytest

from engine.decisions.feel import BUILTINS
from tests.unit.decisions.feel.telling import NOW, told

EXAMPLES: dict[str, list[tuple[str, str]]] = {
    "string": [
        ("string(1.10)", '"1.1"'),
        ("string(null)", "null"),
        ('string([1, "a", {b: true}])', '"[1, \\"a\\", {b: true}]"'),
        ('string(@"P1D")', '"P1D"'),
    ],
    "number": [
        ('number("1.5")', "1.5"),
        ('number("1 000,5", " ", ",")', "1000.5"),
        ('number("1,000.5", ",", ".")', "1000.5"),
        ('number("x")', "null"),
        ('number("1", ".", ".")', "null"),
        ('number(from: "1.000,5", grouping separator: ".", decimal separator: ",")', "1000.5"),
    ],
    "date": [
        ('date("2024-02-29")', "2024-02-29"),
        ('date("2023-02-29")', "null"),
        ("date(2024, 2, 29)", "2024-02-29"),
        ("date(-5, 1, 1)", "-0005-01-01"),
        ('date(@"2024-02-29T10:00:00")', "2024-02-29"),
        ('date("2024-2-9")', "null"),
    ],
    "date and time": [
        ('date and time("2024-01-01T10:00:00+08:00")', "2024-01-01T10:00:00+08:00"),
        ('date and time("2024-01-01")', "2024-01-01T00:00:00"),
        ('date and time(@"2024-01-01", @"10:00:00")', "2024-01-01T10:00:00"),
        ('date and time("2024-01-01T10:00:00@Asia/Shanghai")', "2024-01-01T10:00:00@Asia/Shanghai"),
        ('date and time("2024-01-01T10:00:00@No/Where")', "null"),
    ],
    "time": [
        ('time("10:00:00.25Z")', "10:00:00.25Z"),
        ("time(10, 5, 1.5)", "10:05:01.5"),
        ('time(10, 5, 0, @"PT8H")', "10:05:00+08:00"),
        ("time(25, 0, 0)", "null"),
        ("time(10, 5, 1e40)", "null"),
        ('time(@"2024-01-01T10:00:00")', "10:00:00"),
    ],
    "duration": [
        ('duration("P1Y2M")', "P1Y2M"),
        ('duration("PT90M")', "PT1H30M"),
        ('duration("P")', "null"),
        ('duration("P1Y1D")', "null"),
        ('duration("-P1D")', "-P1D"),
    ],
    "years and months duration": [
        ('years and months duration(@"2011-12-22", @"2013-08-24")', "P1Y8M"),
        ('years and months duration(@"2013-08-24", @"2011-12-22")', "-P1Y8M"),
        ('years and months duration(@"2024-01-31", @"2024-02-29")', "P0M"),
    ],
    "not": [("not(false)", "true"), ('not("a")', "null")],
    "substring": [
        ('substring("foobar", 3)', '"obar"'),
        ('substring("foobar", 3, 3)', '"oba"'),
        ('substring("foobar", -2, 1)', '"a"'),
        ('substring("foobar", 0)', "null"),
        ('substring("😀b", 2)', '"b"'),
        ('substring("foobar", 7)', "null"),
    ],
    "string length": [('string length("foo")', "3"), ('string length("")', "0"), ("string length(1)", "null")],
    "upper case": [('upper case("aBc4")', '"ABC4"')],
    "lower case": [('lower case("aBc4")', '"abc4"')],
    "substring before": [('substring before("foobar", "bar")', '"foo"'), ('substring before("foobar", "xyz")', '""')],
    "substring after": [
        ('substring after("foobar", "ob")', '"ar"'),
        ('substring after("", "a")', '""'),
        ('substring after("foo", "")', '"foo"'),
    ],
    "contains": [('contains("foobar", "of")', "false"), ('contains("foobar", "oba")', "true")],
    "starts with": [('starts with("foobar", "fo")', "true")],
    "ends with": [('ends with("foobar", "r")', "true")],
    "matches": [
        ('matches("foobar", "^fo*b")', "true"),
        ('matches("FOOBAR", "foo", "i")', "true"),
        ('matches("a\\nb", "a.b")', "false"),
        ('matches("a\\nb", "a.b", "s")', "true"),
        ('matches("x", "[")', "null"),
        ('matches("x", "a", "z")', "null"),
        ('matches("a.b", "a.b", "q")', "true"),
        ('matches("axb", "a.b", "q")', "false"),
    ],
    "replace": [
        ('replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', '"[1=ab][2=]cd"'),
        ('replace("abracadabra", "a.*?a", "*")', '"*c*bra"'),
        ('replace("a.b", "\\\\.", "\\\\$")', '"a$b"'),
        ('replace("abc", "x*", "-")', "null"),
        ('replace("AbA", "a", "x", "i")', '"xbx"'),
    ],
    "split": [('split("John Doe", "\\\\s")', '["John", "Doe"]'), ('split("a;b;c;;", ";")', '["a", "b", "c", "", ""]')],
    "string join": [
        ('string join(["a", "b", null, "c"], "_")', '"a_b_c"'),
        ('string join(["a"])', '"a"'),
        ("string join([])", '""'),
        ("string join([1])", "null"),
    ],
    "list contains": [("list contains([1, 2], 2)", "true"), ("list contains([1, null], null)", "true")],
    "count": [("count([])", "0"), ("count([1, [2, 3]])", "2"), ("count(null)", "null")],
    "min": [
        ("min([3, 1, 2])", "1"),
        ("min(3, 1)", "1"),
        ("min([])", "null"),
        ('min("b", "a")', '"a"'),
        ('min([1, "a"])', "null"),
    ],
    "max": [("max(1, 3, 2)", "3"), ('max([@"2024-01-01", @"2025-01-01"])', "2025-01-01")],
    "sum": [
        ("sum([1, 2, 3])", "6"),
        ("sum(1, 2)", "3"),
        ("sum(list: [1, 2])", "3"),
        ("sum(c: 5)", "5"),
        ("max(c: [1, 5])", "5"),
        ("sum([])", "null"),
        ('sum([1, "a"])', "null"),
        ('sum([@"P1D", @"PT12H"])', "P1DT12H"),
    ],
    "product": [("product([2, 3, 4])", "24"), ("product([])", "null")],
    "mean": [("mean([1, 2, 4])", "2.333333333333333333333333333333333"), ("mean(1, 2)", "1.5")],
    "median": [("median(8, 2, 5, 3, 4)", "4"), ("median([6, 1, 2, 3])", "2.5"), ("median([])", "null")],
    "stddev": [("stddev([47])", "null"), ("stddev(2, 4, 7, 5)", "2.081665999466132735282297706979931")],
    "mode": [("mode(6, 3, 9, 6, 6)", "[6]"), ("mode([6, 1, 9, 6, 1])", "[1, 6]"), ("mode([])", "[]")],
    "all": [
        ("all([true, false])", "false"),
        ("all([])", "true"),
        ("all([true, null])", "null"),
        ("all(true, false)", "false"),
        ("all(0)", "null"),
    ],
    "any": [("any([false, true])", "true"), ("any([])", "false"), ("any([false, null])", "null")],
    "sublist": [
        ("sublist([4, 5, 6], 1, 2)", "[4, 5]"),
        ("sublist([4, 5, 6], -2)", "[5, 6]"),
        ("sublist([1], 0)", "null"),
        ("sublist([1], 1, 5)", "null"),
    ],
    "append": [("append([1], 2, 3)", "[1, 2, 3]"), ("append(1, 2)", "[1, 2]")],
    "concatenate": [("concatenate([1, 2], [3])", "[1, 2, 3]"), ("concatenate([1], null)", "null")],
    "insert before": [
        ("insert before([1, 3], 1, 2)", "[2, 1, 3]"),
        ("insert before([1, 2], -1, 9)", "[1, 9, 2]"),
        ("insert before([], 1, 1)", "[1]"),
        ("insert before([1], 0, 2)", "null"),
        ("insert before([1], 3, 2)", "null"),
    ],
    "remove": [("remove([1, 2, 3], 2)", "[1, 3]"), ("remove([1], 2)", "null")],
    "reverse": [("reverse([1, 2, 3])", "[3, 2, 1]")],
    "index of": [("index of([1, 2, 3, 2], 2)", "[2, 4]"), ("index of([null, 1], null)", "[1]")],
    "union": [("union([1, 2], [2, 3])", "[1, 2, 3]")],
    "distinct values": [
        ("distinct values([1, 2, 3, 2, 1])", "[1, 2, 3]"),
        ("distinct values([1, null, null])", "[1, null]"),
    ],
    "flatten": [("flatten([[1, 2], [[3]], 4])", "[1, 2, 3, 4]")],
    "list replace": [
        ("list replace([2, 4, 7, 8], 3, 6)", "[2, 4, 6, 8]"),
        ("list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5)", "[5, 5, 7, 8]"),
        ("list replace([1], 2, 3)", "null"),
    ],
    "sort": [
        ("sort([3, 1, 4, 5, 2], function(x, y) x < y)", "[1, 2, 3, 4, 5]"),
        ('sort(["b", "a"])', '["a", "b"]'),
        ('sort([1, "a"])', "null"),
        ("sort([])", "[]"),
    ],
    "decimal": [
        ("decimal(1/3, 2)", "0.33"),
        ("decimal(1.5, 0)", "2"),
        ("decimal(2.5, 0)", "2"),
        ("decimal(1234, -2)", "1200"),
        ("decimal(1, 7000)", "null"),
    ],
    "floor": [("floor(1.5)", "1"), ("floor(-1.5)", "-2"), ("floor(-1.56, 1)", "-1.6")],
    "ceiling": [("ceiling(1.5)", "2"), ("ceiling(-1.56, 1)", "-1.5")],
    "round up": [("round up(5.5, 0)", "6"), ("round up(-5.5, 0)", "-6"), ("round up(1.121, 2)", "1.13")],
    "round down": [("round down(5.5, 0)", "5"), ("round down(-1.126, 2)", "-1.12")],
    "round half up": [
        ("round half up(5.5, 0)", "6"),
        ("round half up(-5.5, 0)", "-6"),
        ("round half up(1.125, 2)", "1.13"),
    ],
    "round half down": [("round half down(5.5, 0)", "5"), ("round half down(-1.125, 2)", "-1.12")],
    "abs": [("abs(-10)", "10"), ('abs(@"-PT5H")', "PT5H"), ('abs(@"-P5M")', "P5M")],
    "modulo": [
        ("modulo(12, 5)", "2"),
        ("modulo(-12, 5)", "3"),
        ("modulo(12, -5)", "-3"),
        ("modulo(-10.1, 4.5)", "3.4"),
        ("modulo(1, 0)", "null"),
        ("modulo(1e40, 7)", "4"),
        ("modulo(-1e40, 0.5)", "0"),
    ],
    "sqrt": [("sqrt(16)", "4"), ("sqrt(-1)", "null")],
    "log": [("decimal(log(10), 8)", "2.30258509"), ("log(0)", "null")],
    "exp": [("decimal(exp(5), 8)", "148.4131591"), ("exp(100000)", "null")],
    "odd": [("odd(5)", "true"), ("odd(-3)", "true"), ("odd(0)", "false")],
    "even": [("even(2)", "true"), ("even(1.5)", "false")],
    "is": [
        ('is(@"2012-12-25", @"10:00:00")', "false"),
        ('is(@"23:00:50Z", @"23:00:50")', "false"),
        ('is(@"23:00:50Z", @"23:00:50+00:00")', "true"),
        ("is(1, 1.0)", "true"),
    ],
    "before": [
        ("before(1, 10)", "true"),
        ("before(1, [1..10])", "false"),
        ("before(1, (1..10])", "true"),
        ("before([1..10], 15)", "true"),
        ("before([1..10), [10..20])", "true"),
        ("before([1..10], [10..20])", "false"),
        ('before(1, "a")', "null"),
    ],
    "after": [("after(12, [1..10])", "true"), ("after([11..20], [1..11))", "true")],
    "meets": [("meets([1..5], [5..10])", "true"), ("meets([1..5), [5..10])", "false")],
    "met by": [("met by([5..10], [1..5])", "true")],
    "overlaps": [
        ("overlaps([1..5], [3..8])", "true"),
        ("overlaps([1..5], (5..8])", "false"),
        ("overlaps([1..5], [5..8])", "true"),
    ],
    "overlaps before": [
        ("overlaps before([1..5], [3..8])", "true"),
        ("overlaps before([1..5], [6..8])", "false"),
        ("overlaps before([1..5], (1..5])", "true"),
        ("overlaps before([1..5], [1..5])", "false"),
    ],
    "overlaps after": [("overlaps after([3..8], [1..5])", "true"), ("overlaps after([5..8], [1..5))", "false")],
    "finishes": [
        ("finishes(10, [1..10])", "true"),
        ("finishes(10, [1..10))", "false"),
        ("finishes([5..10], [1..10])", "true"),
        ("finishes([5..10), [1..10])", "false"),
    ],
    "finished by": [("finished by([1..10], [5..10])", "true"), ("finished by([1..10], 10)", "true")],
    "includes": [
        ("includes([1..10], 5)", "true"),
        ("includes([1..10], [1..10])", "true"),
        ("includes([1..10), [1..10])", "false"),
    ],
    "during": [("during(5, [1..10])", "true"), ("during((1..10), [1..10])", "true")],
    "starts": [
        ("starts(1, [1..10])", "true"),
        ("starts([1..5], [1..10])", "true"),
        ("starts((1..5], [1..10])", "false"),
    ],
    "started by": [("started by([1..10], [1..5])", "true")],
    "coincides": [
        ("coincides(5, 5)", "true"),
        ("coincides([1..5], [1..5])", "true"),
        ("coincides((1..5], [1..5])", "false"),
    ],
    "range": [
        ('range("[18..21]")', "[18..21]"),
        ('range("(1..2)").start included', "false"),
        ('range("7")', "null"),
        ('range("[1..")', "null"),
    ],
    "day of year": [('day of year(@"2019-09-17")', "260"), ('day of year(@"2024-12-31")', "366")],
    "day of week": [('day of week(@"2019-09-17")', '"Tuesday"')],
    "month of year": [('month of year(@"2019-09-17")', '"September"')],
    "week of year": [
        ('week of year(@"2019-09-17")', "38"),
        ('week of year(@"2003-12-29")', "1"),
        ('week of year(@"2005-01-01")', "53"),
    ],
    "now": [("now()", "2026-12-01T09:00:00+08:00")],
    "today": [("today()", "2026-12-01")],
    "get value": [
        ('get value({a: 1}, "a")', "1"),
        ("get value({a: 1}, [{}])", "null"),
        ('get value({a: {b: 2}}, ["a", "b"])', "2"),
        ('get value({a: 1}, "b")', "null"),
    ],
    "get entries": [("get entries({a: 1})", '[{key: "a", value: 1}]')],
    "context": [
        ('context([{key: "a", value: 1}])', "{a: 1}"),
        ('context([{key: "a", value: 1}, {key: "a", value: 2}])', "null"),
        ('context([{key: "a"}])', "null"),
    ],
    "context put": [
        ('context put({x: 1}, "y", 2)', "{x: 1, y: 2}"),
        ('context put({x: {y: 0}}, ["x", "y"], 2)', "{x: {y: 2}}"),
        ('context put({x: 1}, ["x", "y"], 2)', "null"),
        ("context put({}, [], 1)", "null"),
    ],
    "context merge": [("context merge([{x: 1}, {x: 2, y: 3}])", "{x: 2, y: 3}"), ("context merge([1])", "null")],
}


def test_every_function_has_examples():
    assert EXAMPLES.keys() == BUILTINS.keys()


@pytest.mark.parametrize(
    ("expression", "value"), [pair for pairs in EXAMPLES.values() for pair in pairs], ids=lambda text: str(text)[:60]
)
def test_a_function_gives_what_the_standard_says(expression, value):
    assert told(expression) == value


def test_without_a_clock_there_is_no_now():
    assert told("now()", now=None) == "null"
    assert NOW is not None
