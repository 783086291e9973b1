"""Which variables an expression reads."""

import pytest

from engine.decisions.feel import parse, parse_unary_tests
from engine.decisions.feel.reads import reads


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1 + 2", []),
        ("a + b * a", ["a", "b", "a"]),
        ("case.limit < today", ["case.limit", "today"]),
        ("count(votes) = attended", ["votes", "attended"]),
        ("max", ["max"]),
        ("(if a then b else c).d", ["a", "b", "c"]),
        ("for x in rows, y in x.parts return x.n + y + z", ["rows", "z"]),
        ("for x in 1..n return sum(partial)", ["n"]),
        ("some x in rows satisfies x.n > least", ["rows", "least"]),
        ("function(a, b) a + b + c", ["c"]),
        ("{a: 1, b: a + c}", ["c"]),
        ("own(x, [y, z])", ["own", "x", "y", "z"]),
        ("rows[n > least and item.m = 1]", ["rows", "n?", "least?"]),
        ("rows[1].n", ["rows"]),
        ("x in (1, > y, [low..high])", ["x", "y", "low", "high"]),
        ("x between low and high", ["x", "low", "high"]),
        ("x instance of number", ["x"]),
        ('date("2026-01-01") > day', ["day"]),
    ],
)
def test_what_begins_outside_is_read(text, found):
    read = reads(parse(text).tree)

    assert [".".join(one.path) + ("" if one.is_sure else "?") for one in read] == found
    assert all(text[one.at :].startswith(one.path[0]) for one in read)


def test_the_value_that_is_tested_is_not_read():
    assert [one.path for one in reads(parse_unary_tests("? > a, [b..5]", {"?"}).tree)] == [("a",), ("b",)]
