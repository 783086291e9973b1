"""Sets of characters: \\d, \\w, \\p{Lu}, [a-z-[aeiou]]. A set is a function that says whether a character is in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import TypeAlias

Characters: TypeAlias = Callable[[str], bool]

_CATEGORIES = frozenset({
    "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe",
    "Pi", "Pf", "Po", "Z", "Zs", "Zl", "Zp", "S", "Sm", "Sc", "Sk", "So", "C", "Cc", "Cf", "Co", "Cn",
})  # fmt: skip


def of_category(name: str) -> Characters | None:
    """All characters of a general category of Unicode, "L" or "Lu"; None when there is none of that name."""
    if name not in _CATEGORIES:
        return None
    return lambda character: unicodedata.category(character).startswith(name)


def _is_digit(character: str) -> bool:
    return unicodedata.category(character) == "Nd"


def _is_word(character: str) -> bool:
    return unicodedata.category(character)[0] not in "PZC"


def _begins_name(character: str) -> bool:
    return character.isalpha() or character in "_:"


def _is_in_name(character: str) -> bool:
    return character in "-._:·" or unicodedata.category(character)[0] in "LMN"


def _is_blank(character: str) -> bool:
    return character in " \t\n\r"


def inverse(characters: Characters) -> Characters:
    return lambda character: not characters(character)


#: The letter behind a backslash.
CLASSES: dict[str, Characters] = {
    "d": _is_digit,
    "D": inverse(_is_digit),
    "w": _is_word,
    "W": inverse(_is_word),
    "s": _is_blank,
    "S": inverse(_is_blank),
    "i": _begins_name,
    "I": inverse(_begins_name),
    "c": _is_in_name,
    "C": inverse(_is_in_name),
}


def one(character: str, *, any_case: bool) -> Characters:
    if any_case and character.lower() != character.upper():
        forms = frozenset((character, character.lower(), character.upper()))
        return forms.__contains__
    return character.__eq__


def between(low: str, high: str) -> Characters:
    return lambda character: low <= character <= high


def any_of(sets: Sequence[Characters]) -> Characters:
    return lambda character: any(characters(character) for characters in sets)


def without(characters: Characters, taken: Characters) -> Characters:
    return lambda character: characters(character) and not taken(character)


def in_any_case(characters: Characters) -> Characters:
    return lambda character: (
        characters(character) or characters(character.lower()[:1]) or characters(character.upper()[:1])
    )


def anything(_: str) -> bool:
    return True


def not_a_line_end(character: str) -> bool:
    return character not in "\n\r"
