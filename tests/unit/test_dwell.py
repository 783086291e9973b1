"""The middle of lengths that the database has counted."""

from __future__ import annotations

import pytest

from engine.queries.dwell import median


@pytest.mark.parametrize(
    ("lengths", "middle"),
    [
        ([], None),
        ([(3, 0)], None),
        ([(7, 1)], 7),
        ([(1, 1), (2, 1)], 1.5),
        ([(9, 1), (1, 2), (2, 2)], 2),
        ([(0, 3), (10, 3)], 5),
        ([(0, 99), (10, 1)], 0),
    ],
)
def test_the_median_is_the_middle_value_or_the_mean_of_the_two_middle_ones(
    lengths: list[tuple[int, int]], middle: float | None
) -> None:
    assert median(lengths) == middle
