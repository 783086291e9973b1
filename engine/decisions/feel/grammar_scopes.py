"""What every part of the grammar needs: the names in reach, and the way back to whole expressions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from engine.decisions.feel.grammar_types import TypeReader
from engine.decisions.feel.names import Index, index, normal
from engine.decisions.feel.tree import Node
from engine.decisions.feel.types import Type

KEYWORDS = frozenset(
    {"for", "in", "return", "if", "then", "else", "some", "every", "satisfies", "function", "external", "between"}
    | {"and", "or", "instance", "true", "false", "null"}
)
COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


class Scopes(TypeReader):
    """known: the names that the text may use, by their first words."""

    def __init__(self, text: str, known: Collection[Index], types: Mapping[str, Type]) -> None:
        super().__init__(text, types)
        self._known = list(known)
        self._mentions_input = False

    def expression(self) -> Node:
        """A whole expression: the grammar says how."""
        raise NotImplementedError

    def _sum(self) -> Node:
        """An expression without comparisons."""
        raise NotImplementedError

    @contextmanager
    def _scope(self) -> Iterator[list[str]]:
        """Names that are known only inside."""
        names: list[str] = []
        self._known.append({})
        try:
            yield names
        finally:
            self._known.pop()

    def _announce(self, names: list[str], *new: str) -> None:
        names += new
        self._known[-1] = index(names)

    def _new_name(self, *stops: str) -> str:
        """A name that is being introduced: everything up to a stop word or sign."""
        self.skip()
        start = self.position
        while (word := self.word()) and word not in stops:
            self.position += len(word)
            while self.position < len(self.text) and self.text[self.position] in "'’./+*-":
                self.position += 1
        if self.position == start:
            self.fail("此处应为名称", "a name expected")
        return normal(self.text[start : self.position])
