r"""Patterns of text fields: the common part of the browser's regular expressions, matched in linear time.

An analyst writes the pattern, an officer the text; a backtracking matcher would let the two of them stop the service
("(a+)+$"). Here the pattern becomes an automaton that reads each character once, so no pattern is slow.

Understood: characters, `.`, `[a-z]`, `[^a-z]`, `\d \w \s` and their opposites, `\uXXXX`, groups `( )` and `(?: )`, `|`,
`? * + {n} {n,} {n,m}`, `^` and `$`. Refused: look-around, back-references, `\b`, lazy and doubled repetitions.
As in the browser, a pattern may match anywhere in the text unless it begins with `^` and ends with `$`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MAX_CHARACTERS = 200
MAX_STATES = 400
MAX_REPEAT = 200
_MAX_DEPTH = 20

_LAST = "\U0010ffff"
_SHORTHANDS: dict[str, tuple[tuple[str, str], ...]] = {
    "d": (("0", "9"),),
    "w": (("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z")),
    "s": (("\t", "\r"), (" ", " "), ("\xa0", "\xa0"), ("\u2028", "\u2029"), ("\u3000", "\u3000"), ("\ufeff", "\ufeff")),
}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r"}


class PatternRefused(ValueError):
    """The pattern uses what is not understood, or is too large. zh and en say what."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True)
class _Chars:
    """One character out of `ranges`, or out of all others."""

    ranges: tuple[tuple[str, str], ...]
    negated: bool = False

    def has(self, letter: str) -> bool:
        return any(first <= letter <= last for first, last in self.ranges) is not self.negated


@dataclass(frozen=True, slots=True)
class _Edge:
    """The beginning ("^") or the end ("$") of the text."""

    sign: str


@dataclass(frozen=True, slots=True)
class _Sequence:
    items: tuple[_Node, ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    items: tuple[_Node, ...]


@dataclass(frozen=True, slots=True)
class _Repeat:
    item: _Node
    lowest: int
    highest: int | None


_Node = _Chars | _Edge | _Sequence | _Choice | _Repeat


@dataclass(slots=True)
class _State:
    """reads: a character to go on; edge: only there; neither: freely."""

    reads: _Chars | None = None
    edge: str = ""
    next: tuple[int, ...] = ()


class Pattern:
    """A compiled pattern."""

    def __init__(self, source: str) -> None:
        """Raises PatternRefused."""
        self.source = source
        self._states: list[_State] = [_State()]  # state 0 accepts
        self._start = self._build(_Parser(source).whole(), 0)

    def is_in(self, text: str) -> bool:
        """Does the pattern match somewhere in `text`? Takes time in proportion to its length."""
        current: set[int] = set()
        for position in range(len(text) + 1):
            edges = {"^"} if position == 0 else set()
            if position == len(text):
                edges.add("$")
            current = self._spread((*current, self._start), edges)
            if 0 in current:
                return True
            if position < len(text):
                current = set(self._after(current, text[position]))
        return False

    def _spread(self, states: Iterable[int], edges: set[str]) -> set[int]:
        """`states` and all that is reached from them without reading a character."""
        found: set[int] = set()
        waiting = list(states)
        while waiting:
            number = waiting.pop()
            state = self._states[number]
            if number not in found and (not state.edge or state.edge in edges):
                found.add(number)
                if state.reads is None:
                    waiting.extend(state.next)
        return found

    def _after(self, states: Iterable[int], letter: str) -> Iterable[int]:
        for number in states:
            state = self._states[number]
            if state.reads is not None and state.reads.has(letter):
                yield from state.next

    def _build(self, node: _Node, following: int) -> int:
        """Add the states of `node`; answers the first one."""
        if isinstance(node, _Chars):
            return self._add(_State(reads=node, next=(following,)))
        if isinstance(node, _Edge):
            return self._add(_State(edge=node.sign, next=(following,)))
        if isinstance(node, _Sequence):
            for item in reversed(node.items):
                following = self._build(item, following)
            return following
        if isinstance(node, _Choice):
            return self._add(_State(next=tuple(self._build(item, following) for item in node.items)))
        return self._build_repeat(node, following)

    def _build_repeat(self, node: _Repeat, following: int) -> int:
        if node.highest is None:
            loop = self._add(_State())
            self._states[loop].next = (self._build(node.item, loop), following)
            first = loop
        else:
            first = following
            for _ in range(node.highest - node.lowest):
                first = self._add(_State(next=(self._build(node.item, first), following)))
        for _ in range(node.lowest):
            first = self._build(node.item, first)
        return first

    def _add(self, state: _State) -> int:
        if len(self._states) >= MAX_STATES:
            raise PatternRefused("格式表达式的重复次数过多", "repeats too much")
        self._states.append(state)
        return len(self._states) - 1


class _Parser:
    def __init__(self, source: str) -> None:
        if len(source) > MAX_CHARACTERS:
            raise PatternRefused(
                f"格式表达式不得超过{MAX_CHARACTERS}个字符", f"longer than {MAX_CHARACTERS} characters"
            )
        self._source, self._at, self._depth = source, 0, 0

    def whole(self) -> _Node:
        found = self._choice()
        if self._at < len(self._source):
            raise _refused(self._source[self._at])
        return found

    def _choice(self) -> _Node:
        items = [self._sequence()]
        while self._takes("|"):
            items.append(self._sequence())
        return items[0] if len(items) == 1 else _Choice(tuple(items))

    def _sequence(self) -> _Node:
        items: list[_Node] = []
        while self._at < len(self._source) and self._source[self._at] not in "|)":
            items.append(self._repeated(self._item()))
        return _Sequence(tuple(items))

    def _repeated(self, item: _Node) -> _Node:
        bounds = self._bounds()
        if bounds is None:
            return item
        if isinstance(item, _Edge) or self._bounds() is not None:
            raise PatternRefused("格式表达式中的重复符号位置不正确", "a repetition stands where it cannot")
        return _Repeat(item, *bounds)

    def _bounds(self) -> tuple[int, int | None] | None:
        for sign, bounds in {"?": (0, 1), "*": (0, None), "+": (1, None)}.items():
            if self._takes(sign):
                return bounds
        if not self._takes("{"):
            return None
        lowest = self._number()
        highest = lowest if not self._takes(",") else None if self._peek() == "}" else self._number()
        if not self._takes("}") or (highest is not None and highest < lowest):
            raise _refused("{")
        return lowest, highest

    def _number(self) -> int:
        start = self._at
        while self._peek().isdecimal() and self._peek().isascii():
            self._at += 1
        digits = self._source[start : self._at]
        if not digits or len(digits) > len(str(MAX_REPEAT)) or int(digits) > MAX_REPEAT:
            raise PatternRefused(
                f"格式表达式的重复次数应为0至{MAX_REPEAT}", f"a repetition is a number up to {MAX_REPEAT}"
            )
        return int(digits)

    def _item(self) -> _Node:
        letter = self._take()
        if letter in "^$":
            return _Edge(letter)
        if letter == ".":
            return _Chars((("\n", "\n"), ("\r", "\r"), ("\u2028", "\u2029")), negated=True)
        if letter == "[":
            return self._class()
        if letter == "(":
            return self._group()
        if letter == "\\":
            return self._escape()
        if letter in "?*+{}])":
            raise _refused(letter)
        return _Chars(((letter, letter),))

    def _group(self) -> _Node:
        if self._takes("?") and not self._takes(":"):
            raise _refused("(?")
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise PatternRefused("格式表达式嵌套过深", "nested too deeply")
        inner = self._choice()
        if not self._takes(")"):
            raise _refused("(")
        self._depth -= 1
        return inner

    def _class(self) -> _Node:
        negated = self._takes("^")
        ranges: list[tuple[str, str]] = []
        while not self._takes("]"):
            first = self._class_item()
            is_range = self._peek() == "-" and self._source[self._at + 1 : self._at + 2] not in {"]", ""}
            if not is_range:
                ranges += first
                continue
            self._at += 1
            ranges.append(_span(first, self._class_item()))
        return _Chars(tuple(ranges), negated=negated)

    def _class_item(self) -> tuple[tuple[str, str], ...]:
        letter = self._take()
        if letter == "[":
            raise _refused(letter)
        return self._escape().ranges if letter == "\\" else ((letter, letter),)

    def _escape(self) -> _Chars:
        letter = self._take()
        if letter in _SHORTHANDS:
            return _Chars(_SHORTHANDS[letter])
        if letter.lower() in _SHORTHANDS:
            return _Chars(_opposite(_SHORTHANDS[letter.lower()]))
        if letter == "u":
            return self._code_point()
        if letter in _CONTROLS:
            return _Chars(((_CONTROLS[letter], _CONTROLS[letter]),))
        if letter.isalnum():
            raise _refused("\\" + letter)
        return _Chars(((letter, letter),))

    def _code_point(self) -> _Chars:
        digits = self._source[self._at : self._at + 4]
        if len(digits) < 4 or not all(digit in "0123456789abcdefABCDEF" for digit in digits):
            raise _refused("\\u")
        self._at += 4
        letter = chr(int(digits, 16))
        return _Chars(((letter, letter),))

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]

    def _takes(self, letter: str) -> bool:
        found = self._peek() == letter
        self._at += found
        return found

    def _take(self) -> str:
        if self._at >= len(self._source):
            raise PatternRefused("格式表达式不完整", "not complete")
        self._at += 1
        return self._source[self._at - 1]


def _span(first: tuple[tuple[str, str], ...], last: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    """The range from one character to another; neither may be a shorthand, and it may not run backwards."""
    start, end = first[0], last[0]
    is_single = all(len(ends) == 1 and ends[0][0] == ends[0][1] for ends in (first, last))
    if not is_single or start[0] > end[0]:
        raise _refused("-")
    return start[0], end[0]


def _opposite(ranges: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """All characters outside of `ranges`, which are in order."""
    found, start = [], 0
    for first, last in ranges:
        found.append((chr(start), chr(ord(first) - 1)))
        start = ord(last) + 1
    return (*found, (chr(start), _LAST))


def _refused(sign: str) -> PatternRefused:
    return PatternRefused(f"格式表达式中的“{sign}”不受支持或位置不正确", f"“{sign}” is not understood there")


#: The two types of text that form-js knows by name, for validate.validationType.
EMAIL = Pattern(r"^[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(\.[A-Za-z0-9\-]+)+$")
PHONE = Pattern(r"^\+?[0-9() \-]{5,20}$")
