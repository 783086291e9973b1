"""Random expressions, grown from the grammar: every one of them is FEEL."""

from __future__ import annotations

import random
from collections.abc import Callable

from engine.decisions.feel import BUILTINS, Function

NAMES = ("x", "y", "整改 期限", "rows", "who", "n")
_LEAVES = (
    "0", "1", "-1", "2.5", "1e3", ".5", "99999999999999999999999999999999999", '""', '"a"', '"整改"', '"\\U01F600"',
    '"2026-01-01"', "true", "false", "null", '@"2026-12-01"', '@"-2000-02-28"', '@"999999999-12-31"', '@"23:59:59"',
    '@"08:00:00@Asia/Shanghai"', '@"2026-03-29T02:30:00@Europe/Paris"', '@"2026-12-01T09:00:00+08:00"', '@"P1Y2M"',
    '@"-P1DT2H3.5S"', '@"PT0S"', "[]", "{}", "[1..5]", "(1..5)", "(]0..9[)", '["a".."c"]', "(< 5)", "(>= 2)", *NAMES,
)  # fmt: skip
_TYPES = (
    "number", "string", "boolean", "date", "time", "date and time", "days and time duration", "Any", "Null",
    "years and months duration", "list<number>", "range<number>", "context<n: number>", "function<number> -> string",
)  # fmt: skip


class Grown:
    """One source of expressions."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._forms: tuple[Callable[[int], str], ...] = (
            self._sum, self._comparison, self._logic, self._if, self._loop, self._quantified, self._filter, self._path,
            self._call, self._call, self._call, self._list, self._context, self._range, self._between, self._in,
            self._instance, self._function, self._named_call,
        )  # fmt: skip

    def expression(self, depth: int = 4) -> str:
        """Parts stand in brackets, so that no name and no sign runs into its neighbours."""
        if depth <= 0 or self._chance.random() < 0.15:
            return self._chance.choice(_LEAVES)
        return f"({self._chance.choice(self._forms)(depth - 1)})"

    def tests(self) -> str:
        """The tests of a cell."""
        form = self._chance.randrange(5)
        if form == 0:
            return "-"
        parts = [self._test() for _ in range(self._chance.randint(1, 3))]
        return f"not({', '.join(parts)})" if form == 1 else ", ".join(parts)

    def _test(self) -> str:
        sign = self._chance.choice(("", "", "< ", "<= ", "> ", ">= ", "? = ", "? != "))
        return f"{sign}{self.expression(2)}"

    def _sum(self, depth: int) -> str:
        signs = " + ", " - ", " * ", " / ", " ** "
        return self._chance.choice(signs).join(self.expression(depth) for _ in range(self._chance.randint(2, 3)))

    def _comparison(self, depth: int) -> str:
        sign = self._chance.choice(("=", "!=", "<", "<=", ">", ">="))
        return f"{self.expression(depth)} {sign} {self.expression(depth)}"

    def _logic(self, depth: int) -> str:
        return f"{self.expression(depth)} {self._chance.choice(('and', 'or'))} {self.expression(depth)}"

    def _if(self, depth: int) -> str:
        return f"if {self.expression(depth)} then {self.expression(depth)} else {self.expression(depth)}"

    def _loop(self, depth: int) -> str:
        if self._chance.random() < 0.3:
            start, end = self._chance.randint(-2, 2), self._chance.randint(-2, 9)
            return f"for x in {start}..{end} return {self.expression(depth)}"
        return f"for x in {self.expression(depth)}, y in {self.expression(depth)} return {self.expression(depth)}"

    def _quantified(self, depth: int) -> str:
        word = self._chance.choice(("some", "every"))
        return f"{word} x in {self.expression(depth)} satisfies {self.expression(depth)}"

    def _filter(self, depth: int) -> str:
        return f"{self.expression(depth)}[{self.expression(depth)}]"

    def _path(self, depth: int) -> str:
        return f"{self.expression(depth)}.{self._chance.choice(('n', 'who', 'year', 'days', 'start', 'time offset'))}"

    def _call(self, depth: int) -> str:
        name = self._chance.choice(sorted(BUILTINS))
        function = BUILTINS[name]
        assert isinstance(function, Function)
        chosen = self._chance.choice((function, *function.others))
        count = len(chosen.parameters) + (self._chance.randint(-1, 2) if self._chance.random() < 0.2 else 0)
        return f"{name}({', '.join(self.expression(depth) for _ in range(max(count, 0)))})"

    def _named_call(self, depth: int) -> str:
        name = self._chance.choice(sorted(BUILTINS))
        function = BUILTINS[name]
        assert isinstance(function, Function)
        chosen = self._chance.choice((function, *function.others))
        return f"{name}({', '.join(f'{one}: {self.expression(depth)}' for one in chosen.parameters)})"

    def _list(self, depth: int) -> str:
        return f"[{', '.join(self.expression(depth) for _ in range(self._chance.randint(0, 4)))}]"

    def _context(self, depth: int) -> str:
        keys = self._chance.sample(("n", "who", '"with blank"', "期限 二"), self._chance.randint(0, 3))
        return "{" + ", ".join(f"{key}: {self.expression(depth)}" for key in keys) + "}"

    def _range(self, depth: int) -> str:
        start, end = self.expression(depth), self.expression(depth)
        return f"{self._chance.choice('[(]')}{start}..{end}{self._chance.choice('])[')}"

    def _between(self, depth: int) -> str:
        return f"{self.expression(depth)} between {self.expression(depth)} and {self.expression(depth)}"

    def _in(self, depth: int) -> str:
        return f"{self.expression(depth)} in ({self._test()}, {self.expression(depth)})"

    def _instance(self, depth: int) -> str:
        return f"{self.expression(depth)} instance of {self._chance.choice(_TYPES)}"

    def _function(self, depth: int) -> str:
        return f"(function(x: {self._chance.choice(_TYPES)}, y) {self.expression(depth)})({self.expression(depth)}, 1)"
