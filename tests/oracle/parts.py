"""Parts of random processes: nodes, flows, single activities and gateways, and the events around an activity."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from random import Random
from typing import Literal, Self

from tests.oracle.model import Event, Flow, Kind, Loop, Many, Node, Scope

Ends = tuple[str, str]  #: first and last node of a block

SIMPLE = ("task", "task", "task", "script", "service", "many", "rounds")
NESTED = (
    "sequence", "sequence", "exclusive", "parallel", "inclusive", "implied", "loop", "sub", "sub", "bare", "doubled",
    "gate", "guarded", "guarded", "escape", "stop", "beside", "ad_hoc", "undone", "taken_back",
)  # fmt: skip
FREE = ("task", "task", "script", "service", "many", "rounds", "sequence", "exclusive", "parallel", "inclusive", "sub")
OUTSIDE: tuple[Event, ...] = ("timer", "message", "signal")  #: events that the world outside triggers
SIGNALS = ("sig.a", "sig.b")


@dataclass
class Parts:
    """Nodes and flows of one scope while blocks are being added to it.

    What throws, ends or calls off stands behind a task: then no other token moves at that moment, and the order of
    tokens, which the standard leaves open, cannot be seen from outside.
    """

    random: Random
    kinds: Collection[str] | None = None
    has_ends: bool = True  #: an ad-hoc sub-process has no end events
    names: Iterator[int] = field(default_factory=lambda: count(1))
    nodes: list[Node] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)

    # ---- parts ----

    def process(self, depth: int, blocks: int) -> Scope:
        """From one start to one end."""
        last = self.add("s", "start")
        for _ in range(blocks):
            head, tail = self.block(depth)
            self.flow(last, head)
            last = tail
        self.flow(last, self.add("e", "end"))
        return Scope(tuple(self.nodes), tuple(self.flows))

    def add(self, prefix: str, kind: Kind, event: Event = "", name: str = "", host: str = "") -> str:
        node = f"{prefix}{next(self.names)}"
        self.nodes.append(Node(node, kind, event=event, name=name, host=host))
        return node

    def change(self, node: str, **values: object) -> None:
        self.nodes = [replace(n, **values) if n.id == node else n for n in self.nodes]  # type: ignore[arg-type]

    def flow(self, source: str, target: str, *, condition: bool = False, default: bool = False) -> None:
        number = next(self.names)
        self.flows.append(Flow(f"f{number}", source, target, f"x{number}" if condition else "", default))

    def likely(self, chance: float) -> bool:
        return self.random.random() < chance

    def block(self, depth: int) -> Ends:
        simple = [kind for kind in SIMPLE if self.kinds is None or kind in self.kinds]
        nested = [kind for kind in NESTED if self.kinds is None or kind in self.kinds]
        kind = self.random.choice(nested if depth == 3 and nested else nested + simple if depth > 0 else simple)
        made: Ends = getattr(self, f"_{kind}")(depth - 1)
        return made

    def inside(self) -> Self:
        return type(self)(self.random, self.kinds, names=self.names)

    # ---- one node ----

    def _task(self, depth: int) -> Ends:  # noqa: ARG002 - every block is made by a method of the same form
        node = self.add("u", "task")
        if self.likely(0.15):
            self._attach(node)
        return node, node

    def _script(self, depth: int) -> Ends:  # noqa: ARG002
        node = self.add("c", "script")
        return node, node

    def _service(self, depth: int) -> Ends:  # noqa: ARG002
        node = self.add("w", "service")
        self._handle(self.add("b", "boundary", "error", self.random.choice(("E1", "")), node), node)
        return node, node

    def _many(self, depth: int) -> Ends:  # noqa: ARG002
        node = self.add("u", "task")
        number = self.random.randint(0, 3)
        enough = self.random.randint(1, number) if number > 1 and self.likely(0.4) else 0
        many = Many(count=number, sequential=self.likely(0.4), until=enough)
        if self.likely(0.3):
            event: Literal["signal", "escalation"] = self.random.choice(("signal", "escalation"))
            name = self.random.choice(SIGNALS) if event == "signal" else "S1"
            many = replace(many, says=self.random.choice(("each", "first")), event=event, name=name)
            catcher = self.add("b", "boundary", event, name, node)
            self.change(catcher, interrupting=self.likely(0.4))
            self._handle(catcher, node)
        self.change(node, repeated=many)
        if self.likely(0.3):
            self._attach(node)
        return node, node

    def _rounds(self, depth: int) -> Ends:  # noqa: ARG002
        node = self.add("u", "task")
        self.change(node, repeated=Loop(condition=f"x{next(self.names)}", maximum=self.random.randint(1, 3)))
        return node, node

    # ---- gateways ----

    def _sequence(self, depth: int) -> Ends:
        first, last = self.block(depth)
        for _ in range(self.random.randint(1, 2)):
            head, tail = self.block(depth)
            self.flow(last, head)
            last = tail
        return first, last

    def _gateways(self, kind: Kind, depth: int) -> Ends:
        opening, closing = self.add("g", kind), self.add("j", kind)
        asks = kind != "parallel"
        for number in range(self.random.randint(2, 3)):
            flags = {"default": asks and not number, "condition": asks and bool(number)}
            if number and self.likely(0.15):
                self.flow(opening, closing, **flags)
                continue
            head, tail = self.block(depth)
            self.flow(opening, head, **flags)
            self.flow(tail, closing)
        return opening, closing

    def _exclusive(self, depth: int) -> Ends:
        return self._gateways("exclusive", depth)

    def _parallel(self, depth: int) -> Ends:
        return self._gateways("parallel", depth)

    def _inclusive(self, depth: int) -> Ends:
        return self._gateways("inclusive", depth)

    def _implied(self, depth: int) -> Ends:
        """Flows out of a task without a gateway: all of them, or those whose condition holds, else the default."""
        task = self.add("u", "task")
        asks = self.likely(0.6)
        closing = self.add("j", "inclusive" if asks else "parallel")
        always = asks and self.likely(0.3)
        for number in range(self.random.randint(2, 3)):
            head, tail = self.block(depth)
            self.flow(task, head, condition=asks and number > 0, default=asks and not number and not always)
            self.flow(tail, closing)
        return task, closing

    def _loop(self, depth: int) -> Ends:
        """The task in it lets time pass: without one, a round would follow the other for ever."""
        merge, branch = self.add("m", "exclusive"), self.add("g", "exclusive")
        head, tail = self.block(depth)
        wait, _ = self._task(0)
        leave, _ = self._script(0)
        self.flow(merge, head)
        self.flow(tail, wait)
        self.flow(wait, branch)
        self.flow(branch, merge, condition=True)
        self.flow(branch, leave, default=True)
        return merge, leave

    def _gate(self, depth: int) -> Ends:
        opening, closing = self.add("g", "events"), self.add("m", "exclusive")
        for event in self.random.sample(OUTSIDE, 2):
            catch = self.add("i", "catch", event)
            self.change(catch, name=self._name_of(event, catch))
            head, tail = self.block(depth)
            self.flow(opening, catch)
            self.flow(catch, head)
            self.flow(tail, closing)
        return opening, closing

    # ---- boundary events ----

    def _name_of(self, event: Event, node: str) -> str:
        match event:
            case "message":
                return f"msg.{node}"
            case "signal":
                return self.random.choice(SIGNALS)
        return ""

    def _attach(self, host: str) -> None:
        for event in self.random.sample(OUTSIDE, self.random.randint(1, 2)):
            node = self.add("b", "boundary", event, host=host)
            self.change(node, name=self._name_of(event, node), interrupting=self.likely(0.5))
            self._handle(node, host)

    def _handle(self, boundary: str, host: str) -> None:  # noqa: ARG002
        work = self.add("h", "task")
        self.flow(boundary, work)
        if self.has_ends:
            self.flow(work, self.add("e", "end"))
