"""What is wrong with a model, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """place: for people, "D1 第3行 第2列"; element_id: of the XML element, "" for none.

    column: where element_id is a rule, the cell that is meant, from 1 over conditions and then results; 0: none.
    """

    rule: str  #: DMN-01 …
    element_id: str
    column: int = 0
    place_zh: str = ""
    place_en: str = ""
    zh: str
    en: str


class ModelRejected(Exception):
    """The file is no model that can be run. `mistakes`: all that was found."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("; ".join(mistake.en for mistake in mistakes))
        self.mistakes = tuple(mistakes)
