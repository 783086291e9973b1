"""Patterns: the same answers as a regular expression, in linear time, and nothing that could hang."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.pattern import EMAIL, PHONE, Pattern, PatternRefused


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        (r"^\d{4}-\d{2}$", ["2026-03"], ["2026-3", "x2026-03", "2026-03\n", "２０２６-03"]),
        (r"[a-c]x", ["ax", "--cx--"], ["dx", ""]),
        (r"^[^a-c]$", ["d", "甲"], ["a", ""]),
        (r"^[\u4e00-\u9fa5]{2,4}$", ["张某", "张某某"], ["张", "zhang"]),
        (r"^(?:ab|c)*$", ["", "abcab"], ["ba"]),
        (r"^a?b+c{2,}$", ["bcc", "abbcccc"], ["bc", "aabcc"]),
        (r"^[\w.\-]+$", ["a_b.c-9"], ["a b", "甲"]),
        (r"^\D\W\S$", ["a-b"], ["1-b", "aab", "a- "]),
        (r"^a.b$", ["axb"], ["a\nb"]),
        (r"^\t\n\r$", ["\t\n\r"], ["tnr"]),
        (r"^\(\.\)\$$", ["(.)$"], ["()$"]),
        (r"a|^$", ["", "ba"], ["b"]),
        (r"^[]$", [], ["", "a"]),
        (r"^[a-]$", ["a", "-"], ["b"]),
        (r"^[\d\s]$", ["1", " ", "\u3000"], ["a"]),
        (r"^(a*)*$", ["", "aaa"], ["b"]),
        (r"^()$", [""], ["a"]),
    ],
)
def test_what_a_pattern_matches(pattern, matching, other):
    compiled = Pattern(pattern)
    assert all(compiled.is_in(text) for text in matching)
    assert not any(compiled.is_in(text) for text in other)


@pytest.mark.parametrize(
    "pattern",
    [
        "(?=a)", r"\1", r"\b", r"\p{L}", "a{2,1}", "a{,3}", "a{}", "[a", "(a", "a)",
        "[z-a]", r"[\d-z]", r"[a-\d]", "a{201}",
        "(a{200}){200}", "^*", "a**", "a+?", "\\", r"\u12", r"\uzzzz", "[[]", "*a", "{", "a]",
        "(" * 30 + ")" * 30, "x" * 201, "a{9", "a{99999}",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_in_both_languages(pattern):
    with pytest.raises(PatternRefused) as refused:
        Pattern(pattern)
    assert refused.value.zh
    assert refused.value.en


def test_patterns_that_stop_a_backtracking_matcher_are_fast_here():
    begun = time.perf_counter()
    for pattern in ("(a+)+$", "(a|a)*$", "(a*)*b$", "a?" * 40 + "a" * 40 + "$", "^(a|aa)+$"):
        Pattern(pattern).is_in("a" * 1999 + "!")
    assert time.perf_counter() - begun < 5


_atoms = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", r"\d", r"\w"])
_patterns = st.recursive(
    _atoms,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}", "{1,2}", "{2,}"])).map(
            lambda pair: f"({pair[0]}){pair[1]}"
        ),
    ),
    max_leaves=6,
)


@given(_patterns, st.booleans(), st.text(alphabet="ab1", max_size=6))
def test_a_pattern_answers_like_a_regular_expression(pattern, anchored, text):
    pattern = f"^({pattern})$" if anchored else pattern
    try:
        found = Pattern(pattern).is_in(text)
    except PatternRefused:  # too many repetitions
        return
    assert found is bool(re.search(pattern, text, re.ASCII))


@given(st.text(alphabet="ab[](){}|*+?^$\\-,:dwu0129.", max_size=30), st.text(max_size=20))
def test_any_pattern_is_read_or_refused(pattern, text):
    try:
        Pattern(pattern).is_in(text)
    except PatternRefused:
        return


def test_the_named_patterns():
    assert EMAIL.is_in("zhang@example.cn")
    assert not EMAIL.is_in("zhang@example")
    assert PHONE.is_in("0873-3721234")
    assert not PHONE.is_in("123")
