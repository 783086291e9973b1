"""Reads conditions: the part of FEEL that forms may use, by a small recursive descent. No eval, nothing else runs.

or          = and {"or" and}
and         = test {"and" test}
test        = operand [sign operand | "in" list | "between" operand "and" operand]
list        = "(" operand {"," operand} ")" | operand
operand     = literal | name | "(" or ")" | "[" [operand {"," operand}] "]" | ("not" | "count" | "date") "(" or ")"
literal     = number | "text" | true | false | null | @"2026-03-23"
sign        = "=" | "!=" | "<" | "<=" | ">" | ">="
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from forms.expressions import (
    Comparison,
    Conjunction,
    Constant,
    Count,
    Expression,
    ListOf,
    Membership,
    Name,
    Negation,
    Ordering,
    ToDate,
    as_moment,
)

MAX_CHARACTERS = 2_000
MAX_DEPTH = 32

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>\d{1,20}(?:\.\d{1,20})?(?![\w.]))
      | (?P<at>@"[^"\\]*")
      | (?P<text>"(?:[^"\\\n]|\\.)*")
      | (?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
      | (?P<sign><=|>=|!=|[=<>(),\[\]\-])
      | (?P<end>\Z)
    )""",
    re.VERBOSE,
)
_SIGNS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_FUNCTIONS = {"not": Negation, "count": Count, "date": ToDate}
_CONSTANTS: dict[str, object] = {"true": True, "false": False, "null": None}
#: Words of FEEL that cannot be names; what stands for more than we read is refused by its own name.
KEYWORDS = frozenset({"and", "or", "not", "in", "between", "true", "false", "null"}) | {
    "if", "then", "else", "for", "some", "every", "return", "satisfies", "function", "instance", "of", "external",
}  # fmt: skip


class NotUnderstood(ValueError):
    """A condition uses what forms do not know. `position` counts characters from 1."""

    def __init__(self, position: int, zh: str, en: str) -> None:
        super().__init__(f"{en} (character {position})")
        self.position, self.zh, self.en = position, zh, en


def parse(text: str) -> Expression:
    """Read a condition; form-js writes a "=" before it, which may stay. Raises NotUnderstood."""
    body = text.strip().removeprefix("=")
    if len(body) > MAX_CHARACTERS:
        raise NotUnderstood(1, f"条件不得超过{MAX_CHARACTERS}个字符", f"at most {MAX_CHARACTERS} characters")
    return _Reader(body).whole()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


class _Reader:
    """Looks one token ahead."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._depth = text, 0, 0
        self._token = self._read()

    def whole(self) -> Expression:
        found = self._either()
        if self._token.kind != "end":
            raise self._unexpected()
        return found

    def _either(self) -> Expression:
        return self._joined("or", decisive=True)

    def _joined(self, word: str, *, decisive: bool) -> Expression:
        items = [self._joined("and", decisive=False) if decisive else self._test()]
        while self._takes(word):
            items.append(self._joined("and", decisive=False) if decisive else self._test())
        return items[0] if len(items) == 1 else Conjunction(decisive, tuple(items))

    def _test(self) -> Expression:
        left = self._operand()
        if self._token.text in _SIGNS and self._token.kind == "sign":
            sign = cast("Ordering", self._next().text)
            return Comparison(sign, left, self._operand())
        if self._takes("in"):
            return Membership(left, self._choices())
        if self._takes("between"):
            lowest = self._operand()
            self._expect("and")
            bounds = (Comparison(">=", left, lowest), Comparison("<=", left, self._operand()))
            return Conjunction(decisive=False, items=bounds)
        return left

    def _choices(self) -> Expression:
        if not self._takes("("):
            return self._operand()
        items = self._items(")")
        return items if len(items.items) != 1 else items.items[0]

    def _items(self, closing: str) -> ListOf:
        if self._takes(closing):
            return ListOf(())
        items = [self._operand()]
        while self._takes(","):
            items.append(self._operand())
        self._expect(closing)
        return ListOf(tuple(items))

    def _operand(self) -> Expression:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise NotUnderstood(self._token.position, "条件嵌套过深", "nested too deeply")
        found = self._operand_here()
        self._depth -= 1
        return found

    def _operand_here(self) -> Expression:
        token = self._next()
        if token.kind == "number":
            return Constant(Decimal(token.text))
        if token.kind in {"text", "at"}:
            return self._literal(token)
        if token.kind == "name":
            return self._named(token)
        if token.text == "-" and self._token.kind == "number":
            return Constant(-Decimal(self._next().text))
        if token.text == "[":
            return self._items("]")
        if token.text == "(":
            return self._closed(self._either())
        raise self._unexpected(token)

    def _closed(self, inner: Expression) -> Expression:
        self._expect(")")
        return inner

    def _named(self, token: _Token) -> Expression:
        if token.text in _CONSTANTS:
            return Constant(_CONSTANTS[token.text])
        function = _FUNCTIONS.get(token.text)
        if function is not None and (self._token.text == "(" or token.text in KEYWORDS):
            self._expect("(")
            return function(self._closed(self._either()))
        path = tuple(token.text.split("."))
        if KEYWORDS.intersection(path):
            raise self._unexpected(token)
        if self._token.text == "(":
            raise NotUnderstood(
                token.position, f"不支持函数“{token.text}”", f"the function “{token.text}” is not known"
            )
        return Name(path)

    def _literal(self, token: _Token) -> Expression:
        try:
            text = json.loads(token.text.removeprefix("@"))
        except ValueError:
            raise self._unexpected(token) from None
        if token.kind == "text":
            return Constant(text)
        moment = as_moment(text)
        if moment is None:
            raise NotUnderstood(token.position, f"“{text}”不是日期", f"“{text}” is not a date")
        return Constant(moment)

    def _takes(self, text: str) -> bool:
        if self._token.text != text or self._token.kind not in {"sign", "name"}:
            return False
        self._next()
        return True

    def _expect(self, text: str) -> None:
        if not self._takes(text):
            raise NotUnderstood(self._token.position, f"此处应为“{text}”", f"“{text}” is expected here")

    def _next(self) -> _Token:
        token, self._token = self._token, self._read()
        return token

    def _read(self) -> _Token:
        match = _TOKEN.match(self._text, self._at)
        if match is None:
            position = self._at + len(self._text[self._at :]) - len(self._text[self._at :].lstrip())
            raise self._unexpected(_Token("", self._text[position], position + 1))
        self._at = match.end()
        kind = str(match.lastgroup)
        return _Token(kind, match[kind], match.start(kind) + 1)

    def _unexpected(self, token: _Token | None = None) -> NotUnderstood:
        found = token or self._token
        if found.kind == "end":
            return NotUnderstood(found.position, "条件不完整", "the condition is not complete")
        return NotUnderstood(found.position, f"不支持“{found.text}”", f"“{found.text}” is not understood")
