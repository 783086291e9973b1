"""How much of a text was there before: for reports that are copied from the last one."""

from __future__ import annotations

from collections.abc import Iterable

_SHINGLE = 6  #: characters that are compared together; shorter ones meet by chance in any official text


def similarity_percent(new: Iterable[str], old: Iterable[str]) -> int:
    """Whole percent of the new texts that stand in the old ones, wherever they stand there; 0 where either is empty.

    Compared are all runs of six characters, spaces and punctuation left out.
    """
    fresh, known = _shingles(new), _shingles(old)
    if not fresh or not known:
        return 0
    return round(100 * len(fresh & known) / len(fresh))


def _shingles(texts: Iterable[str]) -> set[str]:
    letters = "".join(letter for text in texts for letter in text if letter.isalnum())
    return {letters[at : at + _SHINGLE] for at in range(len(letters) - _SHINGLE + 1)}
