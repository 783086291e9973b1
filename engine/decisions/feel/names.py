"""Names with blanks and signs in them: which of the known names stands at a place in the text.

`Monthly income`, `Pre-bureau risk` and `整改 期限` are names where the scope knows them; the longest is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeAlias

#: A letter of any script, _ or ?; digits and combining marks may follow.
WORD = re.compile(r"[^\W\d]\w*|\?\w*")
_PART = re.compile(r"\s*(\w+|\?\w*|[./\-’'+*])")

Parts: TypeAlias = tuple[tuple[bool, str], ...]  #: words and signs, each with whether a blank stands before it
Index: TypeAlias = Mapping[str, tuple[Parts, ...]]  #: first part → names that begin with it, longest first


def parts_of(name: str) -> Parts:
    """The words and signs of a name, in order."""
    return tuple((match.start(1) > match.start(), match.group(1)) for match in _PART.finditer(name.strip()))


def normal(name: str) -> str:
    """A name with one blank where it has several."""
    return " ".join(name.split())


def index(names: Iterable[str]) -> Index:
    found: dict[str, list[Parts]] = {}
    for name in names:
        parts = parts_of(name)
        if parts:
            found.setdefault(parts[0][1], []).append(parts)
    return {first: tuple(sorted(group, key=len, reverse=True)) for first, group in found.items()}


@lru_cache(maxsize=256)
def index_of(names: frozenset[str]) -> Index:
    """The same, kept: a table asks with the same names for every cell."""
    return index(names)


def longest_at(text: str, position: int, indexes: Iterable[Index]) -> int:
    """Where the longest known name that begins at `position` ends; `position` itself when none does."""
    match = _PART.match(text, position)
    if match is None:
        return position
    end = position
    for known in indexes:
        for parts in known.get(match.group(1), ()):
            found = _end_of(text, match.end(), parts)
            if found > end:
                end = found
                break
    return end


def _end_of(text: str, position: int, parts: Parts) -> int:
    for spaced, part in parts[1:]:
        match = _PART.match(text, position)
        if match is None or match.group(1) != part or (match.start(1) > position) is not spaced:
            return -1
        position = match.end()
    return position
