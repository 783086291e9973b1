"""The study of a branch (domain.md §2 P06): is attendance enough, which records are verified."""

from __future__ import annotations

from random import Random


def is_enough(studied: int, eligible: int, *, percent: int) -> bool:
    """Have at least so many of a hundred of those entitled been there or made it up?"""
    return studied * 100 >= eligible * percent


def is_drawn(seed: int, branch: str, period: str, *, percent: int) -> bool:
    """Is the record of this branch verified? The same seed, branch and period always draw the same.

    seed: the chance of the case, which nobody chose. percent: of all records, in the long run.
    """
    return Random(f"{seed}/{branch}/{period}").random() * 100 < percent  # noqa: S311 - repeatable on purpose
