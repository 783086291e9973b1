"""Values, and what may follow them: members, filters, calls. Lists, contexts, ranges and functions."""

from __future__ import annotations

import re
from typing import cast

from engine.decisions.feel import tree
from engine.decisions.feel.grammar_scopes import COMPARISONS, KEYWORDS, Scopes
from engine.decisions.feel.members import SPACED_PARTS
from engine.decisions.feel.names import index, longest_at, normal
from engine.decisions.feel.numbers import number
from engine.decisions.feel.temporal_text import parse_temporal
from engine.decisions.feel.tree import Node, Sign
from engine.decisions.feel.types import Type

MAX_CHAIN = 100  #: parts of one path or one row of comparisons

_SPACED_PARTS = index(SPACED_PARTS)
_BEHIND_RANGE = re.compile(r"\s*(?:$|[)\],}]|(?:and|or|then|else|return|satisfies)\b)")
_CONSTANTS = {"true": True, "false": False, "null": None}
#: Words that end a name nobody has announced.
_ENDS = KEYWORDS - {"function", "external"}


class Values(Scopes):
    """Everything that binds tighter than a sign."""

    def _postfix(self) -> Node:
        self.skip()
        at, node = self.position, self._primary()
        for _ in range(MAX_CHAIN):
            sign = self.sign()
            if sign == ".":
                self.position += 1
                node = tree.Path(at, node, self._member())
            elif sign == "[" and not self._ends_range():
                self.position += 1
                with self._scope() as names:
                    self._announce(names, "item")
                    node = tree.Filter(at, node, self.expression())
                self.expect("]")
            elif sign == "(":
                self.position += 1
                node = self._call(at, node)
            else:
                return node
        raise self.error("表达式过长", "the expression is too long")

    def _ends_range(self) -> bool:
        """Whether the `[` that stands here closes a range, `[1..5[`: nothing that could be a condition follows it."""
        return _BEHIND_RANGE.match(self.text, self.position + 1) is not None

    def _member(self) -> str:
        """What follows a dot: a name of the scope, else words up to the next keyword."""
        self.skip()
        start = self.position
        end = longest_at(self.text, start, (*self._known, _SPACED_PARTS))
        while end > start and self.text[end - 1] in "*/+-.":
            end -= 1
        if end == start:
            while (word := self.word()) and word not in _ENDS:
                end = self.position = self.position + len(word)
        if end == start:
            self.fail("“.”之后应为名称", 'a name expected behind "."')
        self.position = end
        return normal(self.text[start:end])

    def _call(self, at: int, function: Node) -> Node:
        arguments: list[Node] = []
        names: list[str] = []
        while not self.accept(")"):
            if arguments:
                self.expect(",")
            name = self._argument_name()
            if name:
                names.append(name)
            arguments.append(self.expression())
        if names and len(names) != len(arguments):
            self.fail("参数要么都写名称，要么都不写", "either all arguments are named or none", at=at)
        return tree.Call(at, function, tuple(arguments), tuple(names))

    def _argument_name(self) -> str:
        """`name:` before an argument, "" without one."""
        start = self.position
        while word := self.word():
            self.position += len(word)
        if self.position > start and self.sign() == ":":
            name = normal(self.text[start : self.position])
            self.accept(":")
            return name
        self.position = start
        return ""

    def _primary(self) -> Node:
        at, sign = self.position, self.sign()
        if sign == '"':
            return tree.Literal(at, self.string())
        if sign == "@":
            return self._temporal(at)
        if digits := self.number():
            return self._number(at, digits)
        if sign == "(":
            return self._bracketed(at)
        if sign == "[":
            return self._listed(at)
        if sign == "]":
            self.accept("]")
            return self._range(at, self.expression(), included=False)
        if sign == "{":
            return self._context(at)
        return self._named(at)

    def _temporal(self, at: int) -> Node:
        self.accept("@")
        text = self.string()
        value = parse_temporal(text)
        if value is None:
            self.fail(f"“{text[:40]}”不是日期、时间或时长", f'"{text[:40]}" is no date, time or duration', at=at)
        return tree.Literal(at, value)

    def _number(self, at: int, digits: str) -> Node:
        value = number(digits)
        if value is None:
            self.fail("数值过大", "the number is too large", at=at)
        return tree.Literal(at, value)

    def _bracketed(self, at: int) -> Node:
        self.accept("(")
        sign = self.sign()
        if sign in COMPARISONS:
            self.position += len(sign)
            bound = self._sum()
            self.expect(")")
            return self._bounded(at, cast("Sign", sign), bound)
        node = self.expression()
        if self.sign() == "..":
            return self._range(at, node, included=False)
        self.expect(")")
        return node

    def _bounded(self, at: int, sign: Sign, bound: Node) -> Node:
        """A comparison without a left side, in brackets: all values that pass it."""
        match sign:
            case "<" | "<=":
                return tree.RangeOf(at, None, bound, False, sign == "<=")
            case ">" | ">=":
                return tree.RangeOf(at, bound, None, sign == ">=", False)
            case "=":
                return tree.RangeOf(at, bound, bound, True, True)
        raise self.error("“!=”不是区间", '"!=" makes no range', at=at)

    def _range(self, at: int, start: Node, *, included: bool) -> Node:
        self.expect("..")
        return self._range_end(at, start, included=included)

    def _listed(self, at: int) -> Node:
        self.accept("[")
        if self.accept("]"):
            return tree.ListOf(at, ())
        items = [self.expression()]
        if self.sign() == "..":
            return self._range(at, items[0], included=True)
        while self.accept(","):
            items.append(self.expression())
        self.expect("]")
        return tree.ListOf(at, tuple(items))

    def _context(self, at: int) -> Node:
        self.accept("{")
        entries: list[tuple[str, Node]] = []
        with self._scope() as names:
            while not self.accept("}"):
                if entries:
                    self.expect(",")
                key = self._key()
                if any(key == known for known, _ in entries):
                    self.fail(f"“{key}”出现两次", f'"{key}" stands twice')
                self.expect(":")
                entries.append((key, self.expression()))
                self._announce(names, key)
        return tree.ContextOf(at, tuple(entries))

    def _key(self) -> str:
        if self.sign() == '"':
            return self.string()
        self.skip()
        end = self.text.find(":", self.position)
        key = self.text[self.position : end] if end >= 0 else ""
        if not key.strip() or any(mark in key for mark in '{}[]()",'):
            self.fail("此处应为“名称: 值”", '"name: value" expected')
        self.position = end
        return normal(key)

    def _named(self, at: int) -> Node:
        word = self.word()
        if not word:
            self.fail(f"此处应为表达式，而不是“{self.shown}”", f'an expression expected, not "{self.shown}"')
        if word == "function":
            return self._definition(at)
        end = longest_at(self.text, at, self._known)
        if end > at + len(word) or (end > at and word not in KEYWORDS):
            self.position = end
            return self._name(at, normal(self.text[at:end]))
        if word in _CONSTANTS:
            self.position += len(word)
            return tree.Literal(at, _CONSTANTS[word])
        if word in KEYWORDS:
            self.fail(f"“{word}”不能用在这里", f'"{word}" may not stand here')
        self.position += len(word)
        return self._name(at, word)

    def _name(self, at: int, name: str) -> Node:
        self._mentions_input = self._mentions_input or name == "?"
        return tree.Name(at, name)

    def _definition(self, at: int) -> Node:
        self.accept_word("function")
        self.expect("(")
        parameters: list[str] = []
        types: list[Type | None] = []
        with self._scope() as names:
            while not self.accept(")"):
                if parameters:
                    self.expect(",")
                parameters.append(self._new_name())
                types.append(self.type() if self.accept(":") else None)
            self._announce(names, *parameters)
            external = self.accept_word("external")
            body = self.expression()
        return tree.Definition(at, tuple(parameters), tuple(types), None if external else body)

    def _range_end(self, at: int, start: Node, *, included: bool) -> Node:
        end = self.expression()
        if self.accept("]"):
            return tree.RangeOf(at, start, end, included, True)
        if not (self.accept(")") or self.accept("[")):
            self.fail("区间没有结束", "the range has no end")
        return tree.RangeOf(at, start, end, included, False)
