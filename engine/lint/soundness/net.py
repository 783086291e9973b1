"""The control flow of a drawing as a net of its own: scopes, nodes, flows, and who catches what is thrown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

#: What comes from outside whenever it likes; the rest is thrown by something inside.
OUTSIDE = frozenset({"message", "timer", "signal", "conditional"})
MACHINE = frozenset({"serviceTask", "scriptTask", "businessRuleTask", "sendTask", "callActivity", "task"})
SCOPES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
CLOSED = "closed"  #: kind of a node that a question keeps its tokens at
ACTIVITIES = MACHINE | SCOPES | {"userTask", "manualTask", "receiveTask"}


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; a link event leads on by one without an id."""

    id: str
    source: str
    target: str
    conditional: bool = False
    drawn: bool = True  #: False: the invisible way from a throwing link to its catching one


@dataclass(frozen=True, slots=True)
class Catch:
    """What an event waits for. code: of an error or escalation; "" takes any."""

    kind: str
    code: str = ""

    def takes(self, kind: str, code: str) -> bool:
        return self.kind == kind and self.code in ("", code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One flow node. A boundary event is a node without incoming flow that its host may leave by."""

    id: str
    kind: str  #: BPMN element name
    into: tuple[str, ...] = ()  #: ids of flows
    out: tuple[str, ...] = ()
    default: str = ""
    catches: tuple[Catch, ...] = ()
    throws: tuple[Catch, ...] = ()  #: errors, escalations, cancel, terminate; the rest concerns nobody here
    announces: tuple[Catch, ...] = ()  #: escalations that an instance of a multi-instance activity throws at its end
    interrupting: bool = True  #: of a boundary event
    boundary: tuple[str, ...] = ()  #: ids of the boundary events of an activity
    inside: Scope | None = None

    @property
    def is_join(self) -> bool:
        return self.kind in ("parallelGateway", "inclusiveGateway", "complexGateway") and len(self.into) > 1

    @property
    def is_end(self) -> bool:
        return self.kind == "endEvent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """An event sub-process."""

    id: str
    catches: tuple[Catch, ...]
    interrupting: bool
    inside: Scope


@dataclass(slots=True, kw_only=True)
class Scope:
    """A process or sub-process. beginnings: alternatives, each the nodes that get a token together."""

    id: str
    kind: str
    nodes: Mapping[str, Node] = field(default_factory=dict)
    flows: Mapping[str, Flow] = field(default_factory=dict)
    beginnings: tuple[tuple[str, ...], ...] = ()
    handlers: tuple[Handler, ...] = ()
    parent: Scope | None = None
    host: Node | None = None  #: the activity of the parent that this is the inside of; None for a handler's, too

    def scopes(self) -> Iterator[Scope]:
        """This one and all inside of it, the innermost first."""
        for node in self.nodes.values():
            if node.inside is not None:
                yield from node.inside.scopes()
        for handler in self.handlers:
            yield from handler.inside.scopes()
        yield self

    @property
    def has_machine_work(self) -> bool:
        """Something in it may fail with an error that nobody has drawn: a service, a script, a called process."""
        return any(node.kind in MACHINE for scope in self.scopes() for node in scope.nodes.values())


@dataclass(frozen=True, slots=True)
class Caught:
    """Where a throw ends up. by: a boundary event or a handler; None: nowhere."""

    by: str | None
    interrupting: bool = True
    levels: int = 0  #: scopes that it leaves on its way; 0 is a handler of its own scope, 1 the boundary of its host


def catcher(scope: Scope, thrown: Catch, *, from_handler: bool = False) -> Caught:
    """Who catches `thrown` when it rises in `scope`. from_handler: its handlers are passed by."""
    levels, here, skip = 0, scope, from_handler
    while True:
        if not skip:
            for handler in here.handlers:
                if any(catch.takes(thrown.kind, thrown.code) for catch in handler.catches):
                    return Caught(handler.id, handler.interrupting, levels)
        levels += 1
        if here.parent is None:
            return Caught(None, levels=levels)
        skip = here.host is None
        if here.host is not None:
            for id_ in here.host.boundary:
                event = here.parent.nodes[id_]
                if any(catch.takes(thrown.kind, thrown.code) for catch in event.catches):
                    return Caught(id_, event.interrupting, levels)
        here = here.parent
