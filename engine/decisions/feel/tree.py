"""An expression as read: what the grammar found, before it is compiled. One class for each form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf
from typing import TypeAlias

from engine.decisions.feel.types import Type
from engine.decisions.feel.values import Value

Sign: TypeAlias = OneOf["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Node:
    """at: position of its first character in the text, from 0."""

    at: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    value: Value


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str  #: words parted by one space each


@dataclass(frozen=True, slots=True)
class Path(Node):
    source: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    source: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] = ()  #: of the arguments, when they are named: all of them or none


@dataclass(frozen=True, slots=True)
class Negate(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """first, then sign operand, sign operand, … of one rank, from left to right."""

    first: Node
    rest: tuple[tuple[OneOf["+", "-", "*", "/", "**"], Node], ...]


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    sign: Sign
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """All or any of its parts."""

    word: OneOf["and", "or"]
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Test(Node):
    """One unary test of a value. sign None: `operand` is a value, list, range or condition about `?`."""

    sign: Sign | None
    operand: Node
    mentions_input: bool = False


@dataclass(frozen=True, slots=True)
class Tests(Node):
    """Unary tests, one of which must hold; with `negated` none may. Without any: a dash, which everything passes."""

    tests: tuple[Test, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class In(Node):
    value: Node
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    value: Node
    type: Type


@dataclass(frozen=True, slots=True)
class If(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Iterator(Node):
    """`name in domain`, or `name in domain..until`."""

    name: str
    domain: Node
    until: Node | None = None


@dataclass(frozen=True, slots=True)
class For(Node):
    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    word: OneOf["some", "every"]
    iterators: tuple[Iterator, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class Definition(Node):
    """A function. body None: external, which is not run here."""

    parameters: tuple[str, ...]
    types: tuple[Type | None, ...]
    body: Node | None


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class RangeOf(Node):
    start: Node | None
    end: Node | None
    start_included: bool
    end_included: bool
