"""A cursor over a short text in one of our small grammars, and the error that says where it went wrong."""

from __future__ import annotations

import re

from engine.errors import Rejected


class GrammarError(Rejected):
    """A text does not follow its grammar. `position` counts characters from 0; zh and en say what was expected."""

    code = "grammar"

    def __init__(self, text: str, position: int, zh: str, en: str) -> None:
        super().__init__(f"{en} (position {position} of {text!r})", text=text, position=position)
        self.text, self.position, self.zh, self.en = text, position, zh, en


class Scanner:
    """Reads a text from left to right; spaces between tokens do not matter."""

    def __init__(self, text: str, error: type[GrammarError]) -> None:
        self.text, self.position, self._error = text, 0, error

    def skip_space(self) -> None:
        while self.position < len(self.text) and self.text[self.position].isspace():
            self.position += 1

    def take(self, pattern: re.Pattern[str]) -> str:
        """The text of `pattern` at the cursor, or "" when something else stands there."""
        self.skip_space()
        match = pattern.match(self.text, self.position)
        if match is None:
            return ""
        self.position = match.end()
        return match[0]

    def accept(self, symbol: str) -> bool:
        self.skip_space()
        if not self.text.startswith(symbol, self.position):
            return False
        self.position += len(symbol)
        return True

    def expect(self, symbol: str) -> None:
        if not self.accept(symbol):
            raise self.error(f"此处应为“{symbol}”。", f'"{symbol}" expected here.')

    def error(self, zh: str, en: str, *, position: int | None = None) -> GrammarError:
        return self._error(self.text, self.position if position is None else position, zh, en)
