"""An expression as read: what the grammar found, before it is compiled. One class for each form.

Named tuples, not dataclasses: making these costs an eighth, and whoever asks one condition waits for it.
"""

from __future__ import annotations

from typing import Literal as OneOf
from typing import NamedTuple, Protocol, TypeAlias

from engine.decisions.feel.types import Type
from engine.decisions.feel.values import Value

Sign: TypeAlias = OneOf["=", "!=", "<", "<=", ">", ">="]


class Node(Protocol):
    """at: position of its first character in the text, from 0."""

    @property
    def at(self) -> int: ...


class Literal(NamedTuple):
    at: int
    value: Value


class Name(NamedTuple):
    at: int
    name: str  #: words parted by one space each


class Path(NamedTuple):
    at: int
    source: Node
    name: str


class Filter(NamedTuple):
    at: int
    source: Node
    condition: Node


class Call(NamedTuple):
    at: int
    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] = ()  #: of the arguments, when they are named: all of them or none


class Negate(NamedTuple):
    at: int
    operand: Node


class Chain(NamedTuple):
    """first, then sign operand, sign operand, … of one rank, from left to right."""

    at: int
    first: Node
    rest: tuple[tuple[OneOf["+", "-", "*", "/", "**"], Node], ...]


class Comparison(NamedTuple):
    at: int
    sign: Sign
    left: Node
    right: Node


class Between(NamedTuple):
    at: int
    value: Node
    low: Node
    high: Node


class Logic(NamedTuple):
    """All or any of its parts."""

    at: int
    word: OneOf["and", "or"]
    parts: tuple[Node, ...]


class Test(NamedTuple):
    """One unary test of a value. sign None: `operand` is a value, list, range or condition about `?`."""

    at: int
    sign: Sign | None
    operand: Node
    mentions_input: bool = False


class Tests(NamedTuple):
    """Unary tests, one of which must hold; with `negated` none may. Without any: a dash, which everything passes."""

    at: int
    tests: tuple[Test, ...]
    negated: bool = False


class In(NamedTuple):
    at: int
    value: Node
    tests: tuple[Test, ...]


class InstanceOf(NamedTuple):
    at: int
    value: Node
    type: Type


class If(NamedTuple):
    at: int
    condition: Node
    then: Node
    otherwise: Node


class Iterator(NamedTuple):
    """`name in domain`, or `name in domain..until`."""

    at: int
    name: str
    domain: Node
    until: Node | None = None


class For(NamedTuple):
    at: int
    iterators: tuple[Iterator, ...]
    body: Node


class Quantified(NamedTuple):
    at: int
    word: OneOf["some", "every"]
    iterators: tuple[Iterator, ...]
    condition: Node


class Definition(NamedTuple):
    """A function. body None: external, which is not run here."""

    at: int
    parameters: tuple[str, ...]
    types: tuple[Type | None, ...]
    body: Node | None


class ListOf(NamedTuple):
    at: int
    items: tuple[Node, ...]


class ContextOf(NamedTuple):
    at: int
    entries: tuple[tuple[str, Node], ...]


class RangeOf(NamedTuple):
    at: int
    start: Node | None
    end: Node | None
    start_included: bool
    end_included: bool
