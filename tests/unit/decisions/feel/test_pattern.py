"""Patterns: what `re` says of what both know, and no pattern that runs away."""

from __future__ import annotations

import contextlib
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decisions.feel.pattern import PatternError, compile_pattern


def nothing(_: int) -> None:
    """No limit."""


def pieces() -> st.SearchStrategy[str]:
    """Small patterns that mean the same in both."""
    atoms = st.sampled_from(["a", "b", "c", ".", "[ab]", "[^a]", "[a-c]", r"\d", "(?:ab|c)", "^", "$"])
    counted = st.builds(
        str.__add__,
        atoms.filter(lambda atom: atom not in "^$"),
        st.sampled_from(["", "*", "+", "?", "{1,2}", "*?", "+?", "??", "{2}"]),
    )
    row = st.lists(counted, min_size=1, max_size=4).map("".join)
    grouped = st.lists(st.one_of(row, row.map(lambda text: f"({text})")), min_size=1, max_size=3).map("".join)
    return st.builds(lambda left, right: f"{left}|{right}" if right else left, grouped, st.one_of(st.just(""), grouped))


@settings(max_examples=400)
@given(pieces(), st.text(alphabet="abc1", max_size=12))
def test_the_first_match_and_its_groups_are_those_of_re(pattern, text):
    expected = re.search(pattern, text)

    found = compile_pattern(pattern).search(text, 0, nothing)

    assert (found is None) == (expected is None), pattern
    if found is not None and expected is not None:
        assert (found[0], found[1]) == expected.span(), pattern


@given(pieces().filter(lambda pattern: not re.search(pattern, "")), st.text(alphabet="abc1", max_size=12))
def test_all_places_are_those_of_re(pattern, text):
    expected = [match.span() for match in re.finditer(pattern, text) if match.span()[0] != match.span()[1]]

    found = [span for span in compile_pattern(pattern).spans(text, nothing) if span[0] != span[1]]

    assert found == expected, pattern


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(a|aa)+$", r"(.*)*b", r"(a*)*c", r"(x+x+)+y", r"(?:a?){30}a{30}"])
def test_no_pattern_runs_away(pattern):
    began = time.process_time()

    compile_pattern(pattern).search("a" * 300 + "!", 0, nothing)

    assert time.process_time() - began < 5  # a backtracking matcher would need longer than the sun will shine


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"\p{Lu}", "aÄ", True),
        (r"\P{L}", "abc", False),
        (r"[a-z-[aeiou]]+", "xyz", True),
        (r"^[a-z-[aeiou]]+$", "xyza", False),
        (r"\w", "…", False),
        (r"\i\c*", "a-b", True),
        (r"[\d\-]+", "1-2", True),
        (r"中文", "这是中文", True),
        (r"^b", "a\nb", False),
        (r"a{0}b", "b", True),
    ],
)
def test_signs_of_xml_schema_are_known(pattern, text, found):
    assert (compile_pattern(pattern).search(text, 0, nothing) is not None) is found


def test_flags_change_what_a_pattern_means():
    assert compile_pattern("^b", "m").search("a\nb", 0, nothing)
    assert compile_pattern("a b", "x").search("ab", 0, nothing)
    assert compile_pattern("a.", "s").search("a\n", 0, nothing)
    assert compile_pattern("[a-c]", "i").search("B", 0, nothing)


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        ")",
        "[",
        "[b-a]",
        "*a",
        "a**",
        "a{2,1}",
        "a{",
        "\\",
        r"\k",
        r"(?=a)",
        r"\p{Xx}",
        r"\1",
        "a{9999}",
        "(" * 60,
        "(a{1000}){1000}",
    ],
)
def test_what_is_no_pattern_is_refused_in_words(pattern):
    with pytest.raises(PatternError) as refused:
        compile_pattern(pattern)

    assert refused.value.zh


@given(st.text(alphabet="ab(|)[]*+?{}\\^$.-,12", max_size=20))
def test_any_text_is_a_pattern_or_refused(text):
    with contextlib.suppress(PatternError):
        compile_pattern(text).search("ab12", 0, nothing)
