"""A process as the oracle sees it: nodes, flows, and scopes inside of scopes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

Kind = Literal[
    "start", "end", "task", "service", "script", "throw", "catch", "exclusive", "parallel", "inclusive", "events",
    "sub", "boundary", "handler", "undo",
]  # fmt: skip
Event = Literal["", "timer", "message", "signal", "error", "escalation", "terminate", "compensate", "cancel"]

#: Events that a non-interrupting boundary event or event sub-process goes on waiting for after it was triggered.
LASTING = frozenset({"message", "signal", "escalation"})


@dataclass(frozen=True, slots=True)
class Flow:
    id: str
    source: str
    target: str
    condition: str = ""  #: name of the variable that must be true; empty: none
    default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """Multi-instance: `count` instances; `until` of them completed are enough (0: all)."""

    count: int
    sequential: bool = False
    until: int = 0
    says: Literal["", "each", "first"] = ""  #: instances that throw `event` when they complete
    event: Literal["", "signal", "escalation"] = ""
    name: str = ""  #: of the signal; code of the escalation


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """Standard loop, asked after each round: again while the variable is true, at most `maximum` rounds."""

    condition: str
    maximum: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AdHoc:
    """An ad-hoc sub-process is over when the variable `until` is true after an inner activity; empty: never early."""

    sequential: bool
    until: str = ""
    cancels: bool = True  #: what runs inside, when it is over early


#: Nodes that are work: what an ad-hoc sub-process offers.
WORK = frozenset({"task", "service", "script", "sub"})


@dataclass(frozen=True, slots=True)
class Node:
    id: str
    kind: Kind
    event: Event = ""
    name: str = ""  #: of the message or signal; code of the error or escalation, empty: catches every code
    host: str = ""  #: of a boundary event; of a compensation handler ("undo") the activity that it undoes
    interrupting: bool = True  #: boundary events and event sub-processes ("handler")
    inside: Scope | None = None  #: sub-processes and event sub-processes
    called: bool = False  #: the inside is a process of its own, and the node a call activity
    repeated: Many | Loop | None = None
    transaction: bool = False  #: a sub-process that a cancel end event takes back
    ad_hoc: AdHoc | None = None  #: of a sub-process


@dataclass(frozen=True)
class Scope:
    """A process, or the inside of a sub-process. Event sub-processes ("handler") stand among its nodes."""

    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]

    @cached_property
    def by_id(self) -> dict[str, Node]:
        return {node.id: node for node in self.nodes}

    @cached_property
    def flow_by_id(self) -> dict[str, Flow]:
        return {flow.id: flow for flow in self.flows}

    @cached_property
    def _outgoing(self) -> dict[str, tuple[Flow, ...]]:
        return {node.id: tuple(flow for flow in self.flows if flow.source == node.id) for node in self.nodes}

    @cached_property
    def _incoming(self) -> dict[str, tuple[Flow, ...]]:
        return {node.id: tuple(flow for flow in self.flows if flow.target == node.id) for node in self.nodes}

    def outgoing(self, node: str) -> tuple[Flow, ...]:
        return self._outgoing[node]

    def incoming(self, node: str) -> tuple[Flow, ...]:
        return self._incoming[node]

    def boundaries(self, host: str) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.host == host and node.kind == "boundary")

    def undo_of(self, activity: str) -> Node | None:
        """Its compensation handler, outside of the flow."""
        return next((node for node in self.nodes if node.host == activity and node.kind == "undo"), None)

    @cached_property
    def beginnings(self) -> tuple[Node, ...]:
        """Where tokens begin: the start events, or without any, each node that no flow leads to."""
        starts = tuple(node for node in self.nodes if node.kind == "start")
        return starts or tuple(
            n for n in self.nodes if n.kind not in {"boundary", "handler", "undo"} and not self.incoming(n.id)
        )

    @cached_property
    def joins(self) -> tuple[Node, ...]:
        """Inclusive gateways that have something to wait for."""
        return tuple(n for n in self.nodes if n.kind == "inclusive" and len(self.incoming(n.id)) > 1)

    @cached_property
    def handlers(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes if node.kind == "handler")

    @cached_property
    def own_undo(self) -> Node | None:
        """The event sub-process by which the whole scope is undone after its completion."""
        return next((node for node in self.handlers if node.event == "compensate"), None)

    @cached_property
    def _ahead(self) -> dict[str, frozenset[str]]:
        """Flow: the flows that come next. From an activity the ways of its boundary events lead on as well."""
        return {
            flow.id: frozenset(
                other.id
                for node in (flow.target, *(boundary.id for boundary in self.boundaries(flow.target)))
                for other in self.outgoing(node)
            )
            for flow in self.flows
        }

    def reached(self, flows: frozenset[str], without: str) -> frozenset[str]:
        """The flows that a token on one of `flows` can come to, these included, without passing the node `without`."""
        seen, todo = set(flows), list(flows)
        while todo:
            current = todo.pop()
            if self.flow_by_id[current].target == without:
                continue
            new = self._ahead[current] - seen
            seen |= new
            todo += new
        return frozenset(seen)

    def walk(self) -> Iterator[Scope]:
        """This scope and all inside of it."""
        yield self
        for node in self.nodes:
            if node.inside is not None:
                yield from node.inside.walk()

    @cached_property
    def size(self) -> int:
        return sum(len(scope.nodes) for scope in self.walk())


@dataclass(frozen=True, slots=True)
class Model:
    """One process, and where it came from."""

    root: Scope
    seed: int = field(default=0, compare=False)
