"""Texts that people type: tidied, and refused where they read other than they are stored."""

from __future__ import annotations

import pytest

from forms.texts import misleads, tidied


def test_a_text_loses_blanks_around_it_and_foreign_line_breaks():
    assert tidied(" 第一行\r\n第二行\r ") == "第一行\n第二行"


def test_letters_are_written_in_one_way():
    assert tidied("e\u0301") == "\u00e9"


@pytest.mark.parametrize("text", ["a\x00b", "a\u202eb", "a\u2066b", "a\x1bb", "a\ud800b", "a\x7fb"])
def test_what_nobody_sees_misleads(text: str):
    assert misleads(text)


@pytest.mark.parametrize("text", ["两行\n\t缩进", "<b>{{7*7}}</b>", "👨‍👩‍👧", "عربي", ""])
def test_what_can_be_seen_does_not(text: str):
    assert not misleads(text)
