"""The face of the language: read an expression or the tests of a cell once, evaluate it many times."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from engine.decisions.feel import tree
from engine.decisions.feel.builtins import BUILTINS
from engine.decisions.feel.compile import compiled, compiled_tests
from engine.decisions.feel.errors import FeelLimitExceeded, FeelSyntaxError
from engine.decisions.feel.grammar import Grammar
from engine.decisions.feel.names import index, index_of
from engine.decisions.feel.run import MAX_STEPS, Frame, Note, Run
from engine.decisions.feel.temporal import DateTime
from engine.decisions.feel.types import Type
from engine.decisions.feel.values import Value

_BUILTIN_NAMES = index(BUILTINS)
_NO_TYPES: Mapping[str, Type] = {}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an evaluation gave. notes: why nulls came about, in the order in which they did."""

    value: Value
    notes: tuple[Note, ...] = ()


class Expression:
    """An expression that was read. Immutable; share it among threads."""

    __slots__ = ("_run", "text", "tree")

    def __init__(self, text: str, node: tree.Node) -> None:
        self.text = text
        self.tree = node
        self._run = compiled(node)

    def evaluate(
        self, context: Mapping[str, Value], *, now: DateTime | None = None, max_steps: int = MAX_STEPS
    ) -> Outcome:
        """The value for the variables of `context`, which are values of FEEL (`to_feel`).

        now: what now() and today() say. max_steps: loop rounds, calls and items looked at, until it is given up.
        Raises FeelLimitExceeded, nothing else.
        """
        run = Run(now, max_steps)
        try:
            value = self._run(Frame(context, run, Frame(BUILTINS, run)))
        except RecursionError:
            raise _too_deep() from None
        return Outcome(value, tuple(run.notes))

    def within(self, frame: Frame) -> Value:
        """Evaluate as a part of something larger: in its scope and within its limits."""
        return self._run(frame)


class UnaryTests:
    """The tests of a cell of a decision table. Immutable."""

    __slots__ = ("_run", "text", "tree")

    def __init__(self, text: str, node: tree.Tests) -> None:
        self.text = text
        self.tree = node
        self._run = compiled_tests(node)

    def evaluate(self, value: Value, context: Mapping[str, Value], *, now: DateTime | None = None) -> Outcome:
        """Whether `value`, which the tests may call `?`, passes: true, false or null. Raises FeelLimitExceeded."""
        run = Run(now)
        try:
            found = self._run(Frame(context, run, Frame(BUILTINS, run)), value)
        except RecursionError:
            raise _too_deep() from None
        return Outcome(found, tuple(run.notes))

    def within(self, frame: Frame, value: Value) -> Value:
        """Evaluate as a part of something larger: in its scope and within its limits."""
        return self._run(frame, value)


def evaluated(node: tree.Node, context: Mapping[str, Value]) -> Value:
    """The value of a part of an expression by itself. Null also where it goes beyond the limits."""
    run = Run(None)
    try:
        return compiled(node)(Frame(context, run, Frame(BUILTINS, run)))
    except (RecursionError, FeelLimitExceeded):
        return None


def _too_deep() -> FeelLimitExceeded:
    return FeelLimitExceeded("表达式嵌套或递归过深，已中止", "the expression is nested or calls itself too deep")


def parse(text: str, names: Collection[str] = (), types: Mapping[str, Type] = _NO_TYPES) -> Expression:
    """Read an expression. Raises FeelSyntaxError.

    names: what the context will hold, nested entries included; names with blanks in them are known by it.
    types: types that a model declares, for `instance of` and parameters.
    """
    if types:
        return _read(text, frozenset(names), types)
    return _parsed(text, frozenset(names))


def parse_unary_tests(text: str, names: Collection[str] = ()) -> UnaryTests:
    """Read the tests of a cell: `-`, `< 5, > 10`, `not("A", "B")`, `? > 3 and ? < 7`. Raises FeelSyntaxError."""
    return _parsed_tests(text, frozenset(names))


@lru_cache(maxsize=4096)
def _parsed(text: str, names: frozenset[str]) -> Expression:
    return _read(text, names, _NO_TYPES)


@lru_cache(maxsize=4096)
def _parsed_tests(text: str, names: frozenset[str]) -> UnaryTests:
    try:
        return UnaryTests(text, _grammar(text, names, _NO_TYPES).whole_tests())
    except RecursionError:
        raise _nested_too_deep() from None


def _read(text: str, names: frozenset[str], types: Mapping[str, Type]) -> Expression:
    try:
        return Expression(text, _grammar(text, names, types).whole_expression())
    except RecursionError:
        raise _nested_too_deep() from None


def _nested_too_deep() -> FeelSyntaxError:
    return FeelSyntaxError("表达式嵌套过深", "the expression is nested too deep", position=0)


def _grammar(text: str, names: frozenset[str], types: Mapping[str, Type]) -> Grammar:
    return Grammar(text, (_BUILTIN_NAMES, index_of(names)), types)
