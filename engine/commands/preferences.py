"""How pages look for a person: language, theme, density, size of text, single keys."""

from __future__ import annotations

from engine.core import Engine
from engine.errors import InputRejected
from engine.model.preferences import Preferences
from engine.model.step import PersonId

LANGUAGES = ("zh", "en")


def set_preferences(engine: Engine, person: PersonId, language: str, chosen: Preferences) -> None:
    """Remember them with the account. Raises InputRejected for a language other than "zh" or "en"."""
    if language not in LANGUAGES:
        raise InputRejected("只支持中文和英文。", "Only zh and en are known.", field="language", value=language)
    with engine.transaction(person) as tx:
        tx.set_preferences(person, language, chosen)
