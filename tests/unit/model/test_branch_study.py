"""The study of a branch: enough attendance."""

from __future__ import annotations

import pytest

from engine.model.branch_study import is_enough


@pytest.mark.parametrize(
    ("studied", "eligible", "enough"), [(9, 10, True), (8, 10, False), (8, 9, False), (26, 29, False), (27, 29, True)]
)
def test_nine_of_ten_must_have_been_there_or_made_it_up(studied: int, eligible: int, enough: bool):
    assert is_enough(studied, eligible, percent=90) is enough
