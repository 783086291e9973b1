"""What the inspections of several units have in common (domain.md §2 P05)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

SAME_TOPIC_UNITS = 3  #: [S] the same topic in so many units calls for a special round
#: What a unit may say of a finding that leaves less of it than was written down.
CONTESTS = ("部分属实", "不属实")
ACCEPTED_AS_IT_STANDS = "予以认定"


def repeated_topics(results: Iterable[Mapping[str, Any]]) -> list[str]:
    """Topics of enough units to call for a special round, in order. results: one for each visit, with its `topics`."""
    units = Counter(topic for result in results for topic in set(result["topics"]))
    return sorted(topic for topic, found in units.items() if found >= SAME_TOPIC_UNITS)


def said_and_held(replies: Iterable[Mapping[str, Any]], decisions: Iterable[Mapping[str, Any]]) -> tuple[int, int]:
    """Of the findings of a visit: how many the unit contested, and how many of these were dropped or changed."""
    contested = [
        decided["decision"] != ACCEPTED_AS_IT_STANDS
        for reply, decided in zip(replies, decisions, strict=True)
        if reply["reply"] in CONTESTS
    ]
    return len(contested), sum(contested)
