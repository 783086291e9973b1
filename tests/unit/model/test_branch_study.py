"""The study of a branch: enough attendance, and which records are verified."""

from __future__ import annotations

import pytest

from engine.model.branch_study import is_drawn, is_enough


@pytest.mark.parametrize(
    ("studied", "eligible", "enough"), [(9, 10, True), (8, 10, False), (8, 9, False), (26, 29, False), (27, 29, True)]
)
def test_nine_of_ten_must_have_been_there_or_made_it_up(studied: int, eligible: int, enough: bool):
    assert is_enough(studied, eligible, percent=90) is enough


def test_the_draw_takes_a_fifth_and_comes_out_the_same_every_time():
    branches = [f"5325{number:02d}-GA-91" for number in range(1000)]

    drawn = [branch for branch in branches if is_drawn(7, branch, "2026H2", percent=20)]

    assert drawn == [branch for branch in branches if is_drawn(7, branch, "2026H2", percent=20)]
    assert 150 < len(drawn) < 250
    assert not any(is_drawn(7, branch, "2026H2", percent=0) for branch in branches)
    assert all(is_drawn(7, branch, "2026H2", percent=100) for branch in branches)
