"""Words on our own drawing: broken into lines that fit, in both scripts."""

from __future__ import annotations

import pytest

from webui.pages.drawing import wrapped


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("签收与制定措施", ["签收与制定措施"]),
        ("下发整改通知单和其他材料", ["下发整改通知单", "和其他材料"]),
        ("Carry out the measures", ["Carry out the", "measures"]),
        ("按 D1 定级", ["按 D1 定级"]),
        ("", []),
        ("一" * 60, ["一" * 7] * 4 + ["一" * 6 + "…"]),
        ("Donaudampfschifffahrtsgesellschaft", ["Donaudampfschifffahrtsgesellschaft"]),
    ],
)
def test_names_break_between_words_and_between_characters(text: str, lines: list[str]) -> None:
    assert wrapped(text, 90) == lines
