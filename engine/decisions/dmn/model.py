"""A DMN model as read: decisions, what they need, and their boxed expressions. Frozen; nothing runs here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

HitPolicy: TypeAlias = Literal["UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT"]
Aggregation: TypeAlias = Literal["", "SUM", "MIN", "MAX", "COUNT"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """id: of the XML element, "" where the file gives none.

    foreign: its attributes of other namespaces, by "{namespace}name", for whoever put them there.
    """

    id: str = ""
    foreign: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteralExpression(Element):
    text: str
    type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputClause(Element):
    label: str
    expression: str
    type: str = ""
    allowed: str = ""  #: unary tests


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputClause(Element):
    """name "": the only output of its table. allowed: unary tests; their order is the priority."""

    name: str
    label: str = ""
    type: str = ""
    allowed: str = ""
    default: str = ""  #: an expression, for when no rule matches


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Element):
    """number: from 1. inputs: unary tests, one for each clause; outputs: expressions."""

    number: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    annotations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionTable(Element):
    hit_policy: HitPolicy
    aggregation: Aggregation = ""
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]
    annotations: tuple[str, ...] = ()  #: names of the annotation columns


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextEntry:
    """name "": the result of the context."""

    name: str
    type: str = ""
    expression: Boxed


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextExpression(Element):
    entries: tuple[ContextEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation(Element):
    columns: tuple[str, ...]
    rows: tuple[tuple[Boxed, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListExpression(Element):
    items: tuple[Boxed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation(Element):
    """function: an expression, mostly the name of a business knowledge model or service."""

    function: str
    bindings: Mapping[str, Boxed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    name: str
    type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionExpression(Element):
    """kind: FEEL is run; Java and PMML are not."""

    parameters: tuple[Parameter, ...]
    body: Boxed | None
    kind: str = "FEEL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional(Element):
    condition: Boxed
    then: Boxed
    otherwise: Boxed


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterExpression(Element):
    source: Boxed
    match: Boxed


@dataclass(frozen=True, slots=True, kw_only=True)
class IteratorExpression(Element):
    word: Literal["for", "every", "some"]
    variable: str
    source: Boxed
    body: Boxed


Boxed: TypeAlias = (
    LiteralExpression
    | DecisionTable
    | ContextExpression
    | Relation
    | ListExpression
    | Invocation
    | FunctionExpression
    | Conditional
    | FilterExpression
    | IteratorExpression
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDefinition(Element):
    """A named type: a simple one with allowed values, a structure, or a function. allowed: unary tests."""

    name: str
    type: str = ""
    allowed: str = ""
    is_collection: bool = False
    components: tuple[ItemDefinition, ...] = ()
    parameters: tuple[Parameter, ...] | None = None  #: of a function
    result: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputData(Element):
    """name: as expressions know it; label: as people read it on the drawing."""

    name: str
    label: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Element):
    """name: as expressions know it; label: as people read it on the drawing.

    What it requires stands in it by the names that its expression knows; imported ones as "prefix.name".
    """

    name: str
    label: str = ""
    type: str = ""
    expression: Boxed | None
    inputs: tuple[str, ...] = ()  #: names of input data
    decisions: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()  #: names of business knowledge models and services
    question: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge(Element):
    """A business knowledge model: a function with a name."""

    name: str
    type: str = ""
    function: FunctionExpression
    knowledge: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Element):
    """A decision service: some decisions as a function of others and of input data."""

    name: str
    label: str = ""
    type: str = ""
    outputs: tuple[str, ...]
    encapsulated: tuple[str, ...] = ()
    input_decisions: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    name: str  #: prefix; "": its names count as our own
    namespace: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions(Element):
    """One file. The names of its elements are unique, as the standard wants."""

    name: str
    namespace: str
    file: str = ""
    items: tuple[ItemDefinition, ...] = ()
    inputs: Mapping[str, InputData] = field(default_factory=dict)
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    knowledge: Mapping[str, Knowledge] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)
    imports: tuple[Import, ...] = ()

    def decision(self, key: str) -> Decision | None:
        """By name or by id."""
        found = self.decisions.get(key)
        return found or next((one for one in self.decisions.values() if one.id == key), None)

    def service(self, key: str) -> Service | None:
        """By name or by id."""
        found = self.services.get(key)
        return found or next((one for one in self.services.values() if one.id == key), None)
