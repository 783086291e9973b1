"""The tests in the cells of a decision table."""

from __future__ import annotations

import pytest

from engine.decisions.feel import FeelSyntaxError, parse_unary_tests
from tests.unit.decisions.feel.telling import passes


@pytest.mark.parametrize(
    ("tests", "value", "outcome"),
    [
        ("-", 1, True),
        ("-", None, True),
        ("5", 5, True),
        ("5", 6, False),
        ('"A", "B"', "B", True),
        ('not("A", "B")', "B", False),
        ('not("A", "B")', "C", True),
        ("< 5", 4, True),
        ("not([1..5))", 5, True),
        ("not([1..5))", 4, False),
        ("not((1..5], 7)", 7, False),
        ("not(]1..5[)", 1, True),
        ("not(>= 5)", 4, True),
        ("not(limit > 4) or ? = 3", 3, True),
        ("<= 5, > 10", 11, True),
        ("[1..5]", 5, True),
        ("(1..5)", 5, False),
        ("]1..5]", 1, False),
        ("-5", -5, True),
        ("- 5 + 1", -4, True),
        ("true", True, True),
        ("true", False, False),
        ("true", None, False),
        ("false", None, False),
        ("true, false", None, False),
        ("true", "a", None),
        ("limit = 5", None, True),
        ("true", 1, None),
        ("1 < 2", False, True),
        ("1 > 2", False, False),
        ("1 < null", 5, None),
        ("null", None, True),
        ("null", 1, False),
        ("< 5", None, None),
        ("< 5", "a", None),
        ("? > 3 and ? < 7", 5, True),
        ("? > 3 and ? < 7", 8, False),
        ('contains(?, "bc")', "abcd", True),
        ('not(contains(?, "bc"))', "abcd", False),
        ("[1, 2, 3]", 2, True),
        ("[1, 2, 3]", [1, 2, 3], True),
        ("1, [2..3]", 3, True),
        ('date("2024-01-01")', None, False),
        ("!= 3", 4, True),
        ("limit", 5, True),
        ("< limit * 2", 9, True),
        ("count(list) > 1", "whatever", True),
    ],
)
def test_a_value_passes_the_tests_of_a_cell(tests, value, outcome):
    assert passes(tests, value, {"limit": 5, "list": [1, 2]}) is outcome


@pytest.mark.parametrize("tests", ["", ",", "5,", "not(", "< ", "[1..", "5 6", 'not("A") "B"'])
def test_what_is_no_test_is_refused_with_its_place(tests):
    with pytest.raises(FeelSyntaxError) as refused:
        parse_unary_tests(tests)

    assert 0 <= refused.value.position <= len(tests)
    assert refused.value.zh.startswith("第 ")
