"""What any text that people type has to keep to, in a form or beside one: tidied, and reading as it is stored."""

from __future__ import annotations

import unicodedata

_ALLOWED_CONTROLS = frozenset("\n\t")
#: Turn the direction of what follows: the text then reads other than it is.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def tidied(text: str) -> str:
    """`text` without blanks around it, with one kind of line break and one way to write each letter (NFC)."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").strip())


def misleads(text: str) -> bool:
    """Does it hold what nobody sees: control characters, halves of surrogate pairs, turned direction?"""
    return any(_is_unseen(letter) for letter in text)


def _is_unseen(letter: str) -> bool:
    if letter in _TURNING:
        return True
    return unicodedata.category(letter) in {"Cc", "Cs"} and letter not in _ALLOWED_CONTROLS
