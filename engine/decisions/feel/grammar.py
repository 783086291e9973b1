"""Reads an expression: recursive descent over the grammar of DMN 1.5, chapter 10.3.1.2.

expression  = for | if | some | every | function | logic
logic       = comparison { "and" | "or" … }         every rank below binds tighter
comparison  = sum { sign sum | "between" sum "and" sum | "in" tests | "instance of" type }
sum         = product { "+" | "-" product }   product = power { "*" | "/" power }   power = unary { "**" unary }
unary       = { "-" } postfix
postfix     = primary { "." name | "[" expression "]" | "(" arguments ")" }
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import cast

from engine.decisions.feel import tree
from engine.decisions.feel.errors import FeelSyntaxError
from engine.decisions.feel.grammar_scopes import COMPARISONS
from engine.decisions.feel.grammar_values import MAX_CHAIN, Values
from engine.decisions.feel.names import Index
from engine.decisions.feel.tree import Node, Sign
from engine.decisions.feel.types import Type

MAX_NESTING = 50  #: levels of brackets; keeps the stack of the machine out of the game


class Grammar(Values):
    """One reading of one text. Raises FeelSyntaxError."""

    def __init__(self, text: str, known: Collection[Index], types: Mapping[str, Type]) -> None:
        super().__init__(text, known, types)
        self._depth = 0

    def whole_expression(self) -> Node:
        node = self.expression()
        self._end()
        return node

    def whole_tests(self) -> tree.Tests:
        """Unary tests: `-`, `not(…)`, or tests parted by commas."""
        at = self.position
        if self.sign() == "-" and self.text.strip() == "-":
            return tree.Tests(at, ())
        if self.word() != "not":
            return self._plain_tests(at)
        try:
            return self._negated_tests(at)
        except FeelSyntaxError as error:
            as_negation = error
        self.position, self._depth, self._mentions_input = at, 0, False
        try:
            return self._plain_tests(at)  # `not` as a function in a condition: not(a) and b
        except FeelSyntaxError as error:
            raise max(as_negation, error, key=lambda one: one.position) from None

    def _negated_tests(self, at: int) -> tree.Tests:
        self.accept_word("not")
        self.expect("(")
        tests = self._tests()
        self.expect(")")
        self._end()
        return tree.Tests(at, tests, negated=True)

    def _plain_tests(self, at: int) -> tree.Tests:
        tests = self._tests()
        self._end()
        return tree.Tests(at, tests)

    def _end(self) -> None:
        if not self.at_end:
            self.fail(f"此处有多余的内容“{self.shown}”", f'unexpected "{self.shown}"')

    # ---- expressions ----

    def expression(self) -> Node:
        self._depth += 1
        if self._depth > MAX_NESTING:
            self.fail(f"括号嵌套超过 {MAX_NESTING} 层", f"nested deeper than {MAX_NESTING} levels")
        self.skip()
        match self.word():
            case "for":
                node = self._for()
            case "if":
                node = self._if()
            case "some" | "every":
                node = self._quantified()
            case _:
                node = self._logic()
        self._depth -= 1
        return node

    def _if(self) -> Node:
        at = self.position
        self.accept_word("if")
        condition = self.expression()
        self.expect_word("then")
        then = self.expression()
        self.expect_word("else")
        return tree.If(at, condition, then, self.expression())

    def _for(self) -> Node:
        at = self.position
        self.accept_word("for")
        with self._scope() as names:
            iterators = self._iterators(names)
            self._announce(names, "partial")
            self.expect_word("return")
            return tree.For(at, iterators, self.expression())

    def _quantified(self) -> Node:
        at = self.position
        word = self.word()
        self.accept_word(word)
        with self._scope() as names:
            iterators = self._iterators(names)
            self.expect_word("satisfies")
            return tree.Quantified(at, word, iterators, self.expression())  # type: ignore[arg-type]

    def _iterators(self, names: list[str]) -> tuple[tree.Iterator, ...]:
        found = []
        while True:
            self.skip()
            at = self.position
            name = self._new_name("in")
            self.expect_word("in")
            domain = self.expression()
            until = self.expression() if self.accept("..") else None
            found.append(tree.Iterator(at, name, domain, until))
            self._announce(names, name)
            if not self.accept(","):
                return tuple(found)

    # ---- operators ----

    def _logic(self) -> Node:
        at = self.position
        alternatives = [self._conjunction()]
        while self.accept_word("or"):
            alternatives.append(self._conjunction())
        return alternatives[0] if len(alternatives) == 1 else tree.Logic(at, "or", tuple(alternatives))

    def _conjunction(self) -> Node:
        at = self.position
        parts = [self._comparison()]
        while self.accept_word("and"):
            parts.append(self._comparison())
        return parts[0] if len(parts) == 1 else tree.Logic(at, "and", tuple(parts))

    def _comparison(self) -> Node:
        self.skip()
        at, node = self.position, self._sum()
        for _ in range(MAX_CHAIN):
            compared = self._compared(at, node)
            if compared is None:
                return node
            node = compared
        raise self.error("表达式过长", "the expression is too long")

    def _compared(self, at: int, left: Node) -> Node | None:
        sign = self.sign()
        if sign in COMPARISONS:
            self.position += len(sign)
            return tree.Comparison(at, cast("Sign", sign), left, self._sum())
        match self.word():
            case "between":
                self.accept_word("between")
                low = self._sum()
                self.expect_word("and")
                return tree.Between(at, left, low, self._sum())
            case "in":
                self.accept_word("in")
                return tree.In(at, left, self._tests_of_in())
            case "instance":
                self.accept_word("instance")
                self.expect_word("of")
                return tree.InstanceOf(at, left, self.type())
        return None

    def _sum(self) -> Node:
        return self._chain(("+", "-"), 0)

    def _chain(self, signs: tuple[str, ...], rank: int) -> Node:
        at = self.position
        first = self._ranked(rank)
        rest = []
        while (sign := self.sign()) in signs:
            self.position += len(sign)
            rest.append((sign, self._ranked(rank)))
        return tree.Chain(at, first, tuple(rest)) if rest else first  # type: ignore[arg-type]

    def _ranked(self, rank: int) -> Node:
        if rank == 0:
            return self._chain(("*", "/"), 1)
        return self._chain(("**",), 2) if rank == 1 else self._unary()

    def _unary(self) -> Node:
        self.skip()
        at, minuses = self.position, 0
        while self.accept("-"):
            minuses += 1
        node = self._postfix()
        if minuses % 2 == 0:
            return node if not minuses else tree.Negate(at, tree.Negate(at, node))
        return tree.Negate(at, node)

    # ---- unary tests ----

    def _tests(self) -> tuple[tree.Test, ...]:
        found = [self._test()]
        while self.accept(","):
            found.append(self._test())
        return tuple(found)

    def _test(self) -> tree.Test:
        self.skip()
        at, sign = self.position, self.sign()
        outer, self._mentions_input = self._mentions_input, False
        if sign in COMPARISONS:
            self.position += len(sign)
            found = tree.Test(at, cast("Sign", sign), self._sum())
        else:
            operand = self.expression()
            found = tree.Test(at, None, operand, self._mentions_input)
        self._mentions_input = outer or self._mentions_input
        return found

    def _tests_of_in(self) -> tuple[tree.Test, ...]:
        """What follows `in`: a list of tests in brackets, or one test."""
        self.skip()
        at = self.position
        if not self.accept("("):
            sign = self.sign()
            if sign in COMPARISONS:
                return (self._test(),)
            return (tree.Test(at, None, self._sum()),)
        if self.sign() in COMPARISONS:
            tests = self._tests()
            self.expect(")")
            return tests
        first = self._test()
        if self.accept(".."):
            return (tree.Test(at, None, self._range_end(at, first.operand, included=False)),)
        tests = (first,)
        if self.accept(","):
            tests += self._tests()
        self.expect(")")
        return tests
