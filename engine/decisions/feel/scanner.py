"""Walks over the text of an expression: blanks, comments, signs, words and literals."""

from __future__ import annotations

import re
from typing import NoReturn

from engine.decisions.feel.errors import FeelSyntaxError
from engine.decisions.feel.names import WORD

MAX_CHARACTERS = 20_000

_BLANK = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_NUMBER = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w])", re.ASCII)
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_HALF = re.compile("[\ud800-\udfff]")
_SIGNS = ("**", "<=", ">=", "!=", "..", "->")


class Scanner:
    """A position in a text, and what stands there."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        if len(text) > MAX_CHARACTERS:
            self.fail(
                f"表达式超过 {MAX_CHARACTERS} 个字符", f"the expression has more than {MAX_CHARACTERS} characters"
            )

    def error(self, zh: str, en: str, *, at: int | None = None) -> FeelSyntaxError:
        """A mistake here, or at `at`."""
        return FeelSyntaxError(zh, en, position=self.position if at is None else at)

    def fail(self, zh: str, en: str, *, at: int | None = None) -> NoReturn:
        raise self.error(zh, en, at=at)

    def skip(self) -> None:
        match = _BLANK.match(self.text, self.position)
        if match:
            self.position = match.end()

    @property
    def at_end(self) -> bool:
        self.skip()
        return self.position >= len(self.text)

    def sign(self) -> str:
        """The sign that stands here, `<=` rather than `<`; "" at the end. Nothing is taken."""
        self.skip()
        two = self.text[self.position : self.position + 2]
        return two if two in _SIGNS else two[:1]

    def accept(self, sign: str) -> bool:
        if self.sign() != sign:
            return False
        self.position += len(sign)
        return True

    def expect(self, sign: str) -> None:
        if not self.accept(sign):
            self.fail(f"此处应为“{sign}”，而不是“{self.shown}”", f'"{sign}" expected, not "{self.shown}"')

    @property
    def shown(self) -> str:
        """What stands here, for a message."""
        self.skip()
        rest = self.text[self.position : self.position + 20].split("\n")[0]
        return rest or "…"

    def word(self) -> str:
        """The word that stands here; "" for none. Nothing is taken."""
        self.skip()
        match = WORD.match(self.text, self.position)
        return match.group() if match else ""

    def accept_word(self, word: str) -> bool:
        if self.word() != word:
            return False
        self.position += len(word)
        return True

    def expect_word(self, word: str) -> None:
        if not self.accept_word(word):
            self.fail(f"此处应为 {word}，而不是“{self.shown}”", f'"{word}" expected, not "{self.shown}"')

    def number(self) -> str:
        """A number without a sign; "" when none stands here."""
        match = _NUMBER.match(self.text, self.position)
        if match is None:
            return ""
        self.position = match.end()
        return match.group()

    def string(self) -> str:
        """A text in quotation marks, without them and with its escapes resolved."""
        self.skip()
        match = _STRING.match(self.text, self.position)
        if match is None:
            self.fail("字符串没有结束的引号", "the string has no closing quotation mark")
        text = _SURROGATES.sub(_joined, _ESCAPE.sub(self._escape, match.group(1)))
        if _HALF.search(text):
            self.fail("字符串含有半个字符（单独的代理项）", "the string holds half a character (a lone surrogate)")
        self.position = match.end()
        return text

    def _escape(self, match: re.Match[str]) -> str:
        code = match.group(1) or match.group(2)
        if code:
            if int(code, 16) > 0x10FFFF:
                self.fail(f"没有字符 U+{code}", f"there is no character U+{code}")
            return chr(int(code, 16))
        # The backslash of an unknown escape stays: patterns such as "\d+" are written so.
        return _PLAIN.get(match.group(3), match.group())


def _joined(pair: re.Match[str]) -> str:
    return pair.group().encode("utf-16", "surrogatepass").decode("utf-16")
