"""Reads a pattern: the regular expressions of XML Schema, with the anchors and lazy counts that XPath adds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

from engine.decisions.feel.pattern import characters as sets
from engine.decisions.feel.pattern.characters import Characters

MAX_PATTERN = 1000  #: characters
MAX_COUNT = 1000  #: of {n,m}
MAX_DEPTH = 50

_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}
_PLAIN_BEHIND_BACKSLASH = frozenset("\\|.?*+(){}-[]^$/\"'#&~!,:;=<>@%_` ")


class PatternError(Exception):
    """The pattern is none, or uses what is not known. `zh` and `en` say what."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class One(NamedTuple):
    """One character of a set."""

    characters: Characters


class Anchor(NamedTuple):
    """A place: the start or end of the text or of a line."""

    kind: Literal["start", "end", "line start", "line end"]


class Group(NamedTuple):
    """number 0: not remembered."""

    number: int
    body: Part


class Repeat(NamedTuple):
    """most None: without end."""

    body: Part
    least: int
    most: int | None
    lazy: bool


class Row(NamedTuple):
    parts: tuple[Part, ...]


class Choice(NamedTuple):
    parts: tuple[Part, ...]


Part: TypeAlias = One | Anchor | Group | Repeat | Row | Choice


class Flags(NamedTuple):
    """s: a dot is any character; m: anchors at lines; i: any case; x: blanks do not count; q: no signs at all."""

    dot_all: bool = False
    lines: bool = False
    any_case: bool = False
    spaced: bool = False
    literal: bool = False


def read_flags(flags: str) -> Flags:
    """Raises PatternError."""
    unknown = set(flags) - set("smixq")
    if unknown:
        shown = "".join(sorted(unknown))
        raise PatternError(f"没有标志“{shown}”，可用 s、m、i、x、q", f'no flag "{shown}"; known: s, m, i, x, q')
    return Flags("s" in flags, "m" in flags, "i" in flags, "x" in flags, "q" in flags)


class Reader:
    """One reading of one pattern."""

    def __init__(self, text: str, flags: Flags) -> None:
        if len(text) > MAX_PATTERN:
            raise PatternError(f"超过 {MAX_PATTERN} 个字符", f"more than {MAX_PATTERN} characters")
        self.text, self.flags = text, flags
        self.at = 0
        self.groups = 0
        self.depth = 0

    def read(self) -> Part:
        if self.flags.literal:
            return Row(tuple(self._one(character) for character in self.text))
        found = self._choice()
        if self.at < len(self.text):
            raise self._error("多余的“)”", 'a ")" too many')
        return found

    def _error(self, zh: str, en: str) -> PatternError:
        return PatternError(f"第 {self.at + 1} 个字符：{zh}", f"character {self.at + 1}: {en}")

    def _peek(self) -> str:
        if self.flags.spaced:
            while self.at < len(self.text) and self.text[self.at] in " \t\n\r":
                self.at += 1
        return self.text[self.at : self.at + 1]

    def _accept(self, sign: str) -> bool:
        if self._peek() == "" or not self.text.startswith(sign, self.at):
            return False
        self.at += len(sign)
        return True

    def _choice(self) -> Part:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self._error("嵌套过深", "nested too deep")
        parts = [self._sequence()]
        while self._accept("|"):
            parts.append(self._sequence())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def _sequence(self) -> Part:
        parts: list[Part] = []
        while (sign := self._peek()) and sign not in "|)":
            parts.append(self._repeated())
        return parts[0] if len(parts) == 1 else Row(tuple(parts))

    def _repeated(self) -> Part:
        body = self._atom()
        bounds = self._bounds()
        if bounds is None:
            return body
        lazy = self._accept("?")
        if self._peek() in {"*", "+", "?"}:
            raise self._error("数量词重复", "a count behind a count")
        return Repeat(body, *bounds, lazy)

    def _bounds(self) -> tuple[int, int | None] | None:
        if self._accept("*"):
            return 0, None
        if self._accept("+"):
            return 1, None
        if self._accept("?"):
            return 0, 1
        if not self._accept("{"):
            return None
        least = self._digits()
        most: int | None = least
        if self._accept(","):
            most = None if self._peek() == "}" else self._digits()
        if not self._accept("}") or (most is not None and most < least):
            raise self._error("数量应为 {n}、{n,} 或 {n,m}", "a count is {n}, {n,} or {n,m}")
        return least, most

    def _digits(self) -> int:
        start = self.at
        while self._peek().isdecimal():
            self.at += 1
        digits = self.text[start : self.at]
        if not digits.isascii() or not digits or int(digits) > MAX_COUNT:
            raise self._error(f"数量应为 0 到 {MAX_COUNT}", f"a count from 0 to {MAX_COUNT} expected")
        return int(digits)

    def _atom(self) -> Part:
        sign = self._peek()
        if sign == "(":
            return self._group()
        if sign == "[":
            self.at += 1
            return One(self._cased(self._set()))
        if sign in {"*", "+", "?", "{", "}", "]"}:
            raise self._error(f"“{sign}”前没有内容", f'nothing stands before "{sign}"')
        self.at += 1
        match sign:
            case ".":
                return One(sets.anything if self.flags.dot_all else sets.not_a_line_end)
            case "^":
                return Anchor("line start" if self.flags.lines else "start")
            case "$":
                return Anchor("line end" if self.flags.lines else "end")
            case "\\":
                escaped = self._escape()
                return self._one(escaped) if isinstance(escaped, str) else One(self._cased(escaped))
        return self._one(sign)

    def _one(self, character: str) -> One:
        return One(sets.one(character, any_case=self.flags.any_case))

    def _cased(self, characters: Characters) -> Characters:
        return sets.in_any_case(characters) if self.flags.any_case else characters

    def _group(self) -> Part:
        self._accept("(")
        number = 0
        if not self._accept("?:"):
            if self._peek() == "?":
                raise self._error("不支持这种括号", "this kind of group is not known")
            self.groups += 1
            number = self.groups
        body = self._choice()
        if not self._accept(")"):
            raise self._error("缺少“)”", 'a ")" is missing')
        return Group(number, body)

    def _escape(self) -> str | Characters:
        """What a backslash, already taken, makes of the next character."""
        sign = self.text[self.at : self.at + 1]
        self.at += 1
        if sign in _ESCAPED:
            return _ESCAPED[sign]
        if sign in sets.CLASSES:
            return sets.CLASSES[sign]
        if sign in {"p", "P"}:
            return self._category(inverse=sign == "P")
        if sign and sign in _PLAIN_BEHIND_BACKSLASH:
            return sign
        self.at -= 1
        raise self._error(f"不支持“\\{sign}”", f'"\\{sign}" is not known')

    def _category(self, *, inverse: bool) -> Characters:
        end = self.text.find("}", self.at)
        name = self.text[self.at + 1 : end] if self.text[self.at : self.at + 1] == "{" and end > 0 else ""
        found = sets.of_category(name)
        if found is None:
            raise self._error(f"没有字符类别“{name}”", f'there is no category "{name}"')
        self.at = end + 1
        return sets.inverse(found) if inverse else found

    def _set(self) -> Characters:
        """A set in square brackets; the opening one is taken."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self._error("嵌套过深", "nested too deep")
        negated = self._accept("^")
        members: list[Characters] = []
        taken: Characters | None = None
        while True:
            sign = self.text[self.at : self.at + 1]
            if not sign:
                raise self._error("缺少“]”", 'a "]" is missing')
            if sign == "]" and members:
                self.at += 1
                break
            if self.text.startswith("-[", self.at) and members:
                self.at += 2
                taken = self._set()
                continue
            members.append(self._member())
        self.depth -= 1
        return self._finished(members, negated, taken)

    @staticmethod
    def _finished(members: Sequence[Characters], negated: bool, taken: Characters | None) -> Characters:
        found = members[0] if len(members) == 1 else sets.any_of(members)
        found = sets.inverse(found) if negated else found
        return sets.without(found, taken) if taken is not None else found

    def _member(self) -> Characters:
        low = self._set_character()
        if not isinstance(low, str):
            return low
        rest = self.text[self.at : self.at + 2]
        if rest[:1] != "-" or rest[1:] in {"]", "[", ""}:
            return low.__eq__
        self.at += 1
        high = self._set_character()
        if not isinstance(high, str) or high < low:
            raise self._error("区间的两端顺序不对", "the ends of the range are in the wrong order")
        return sets.between(low, high)

    def _set_character(self) -> str | Characters:
        sign = self.text[self.at : self.at + 1]
        self.at += 1
        if sign == "[":
            self.at -= 1
            raise self._error("“[”前应有“\\”", 'a "[" needs a "\\" before it')
        return self._escape() if sign == "\\" else sign
