"""The study of a branch (domain.md §2 P06): is attendance enough."""

from __future__ import annotations


def is_enough(studied: int, eligible: int, *, percent: int) -> bool:
    """Have at least so many of a hundred of those entitled been there or made it up?"""
    return studied * 100 >= eligible * percent
