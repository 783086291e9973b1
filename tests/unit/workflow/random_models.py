"""Random structured processes for the fuzzers, and a random life on them."""

# ruff: noqa: ARG002 - every kind of block is made by a method of the same form

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from engine.errors import StepFailed
from engine.workflow import CompiledDefinition, Workflow
from tests.unit.workflow.models import (
    AT,
    COMPENSATION,
    ERROR,
    ESCALATION,
    MESSAGE,
    SEED,
    ad_hoc,
    boundary,
    catch,
    definitions,
    duration,
    end,
    event_gateway,
    event_subprocess,
    exclusive,
    inclusive,
    instances,
    loop,
    parallel,
    process,
    script,
    service,
    start,
    subprocess,
    throw,
    user,
)

SIMPLE = ("user", "user", "script")
ALL = (
    *SIMPLE,
    "sequence",
    "sequence",
    "exclusive",
    "parallel",
    "inclusive",
    "loop",
    "sub",
    "boundary",
    "many",
    "rounds",
    "work",
    "gate",
    "escape",
    "free",
)
#: Blocks with event sub-processes and with work that is undone later on.
HANDLED = ("watched", "undone")
#: Blocks of ad-hoc sub-processes: without end events.
FREE = (*SIMPLE, "sequence", "exclusive", "parallel", "inclusive", "many")
#: How deep blocks stand in blocks.
DEPTH = 4


@dataclass
class Builder:
    """Nodes and flows of one scope while blocks are being added to it. A block is (first node, last node)."""

    random: Random
    kinds: tuple[str, ...]
    names: Iterator[int]
    nodes: list[str] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)

    def name(self, prefix: str) -> str:
        return f"{prefix}{next(self.names)}"

    def add(self, node: str) -> None:
        self.nodes.append(node)

    def flow(self, source: str, target: str, condition: str = "") -> None:
        self.flows.append(f"{source}>{target}" + (f"?{condition}" if condition else ""))

    def block(self, depth: int, in_loop: bool = False) -> tuple[str, str]:
        kinds = self.kinds if depth > 0 else SIMPLE
        if depth == DEPTH:
            kinds = tuple(kind for kind in kinds if kind not in SIMPLE)
        kind = self.random.choice(kinds)
        made: tuple[str, str] = getattr(self, f"_{kind}")(depth, in_loop)
        return made

    def _user(self, depth: int, in_loop: bool) -> tuple[str, str]:
        name = self.name("u")
        self.add(user(name))
        return name, name

    def _script(self, depth: int, in_loop: bool) -> tuple[str, str]:
        name = self.name("c")
        self.add(script(name, f"v_{name} = shared"))
        return name, name

    def _sequence(self, depth: int, in_loop: bool) -> tuple[str, str]:
        first, last = self.block(depth - 1, in_loop)
        for _ in range(self.random.randint(1, 2)):
            head, tail = self.block(depth - 1, in_loop)
            self.flow(last, head)
            last = tail
        return first, last

    def _gateways(self, kind: Any, depth: int, in_loop: bool, conditions: bool) -> tuple[str, str]:
        opening, closing = self.name("g"), self.name("j")
        branches = [self.block(depth - 1, in_loop) for _ in range(self.random.randint(2, 3))]
        for number, (head, tail) in enumerate(branches):
            self.flow(opening, head, f"x{number}" if conditions and number else "")
            self.flow(tail, closing)
        self.add(kind(opening, branches[0][0]) if conditions else kind(opening))
        self.add(kind(closing))
        return opening, closing

    def _exclusive(self, depth: int, in_loop: bool) -> tuple[str, str]:
        return self._gateways(exclusive, depth, in_loop, conditions=True)

    def _inclusive(self, depth: int, in_loop: bool) -> tuple[str, str]:
        return self._gateways(inclusive, depth, in_loop, conditions=True)

    def _parallel(self, depth: int, in_loop: bool) -> tuple[str, str]:
        return self._gateways(parallel, depth, in_loop, conditions=False)

    def _loop(self, depth: int, in_loop: bool) -> tuple[str, str]:
        zero, merge, count, branch, leave = (self.name(prefix) for prefix in ("z", "m", "k", "g", "c"))
        head, tail = self.block(depth - 1, in_loop=True)
        self.add(script(zero, f"n_{count} = 0"))
        self.add(exclusive(merge))
        self.add(script(count, f"n_{count} = n_{count} + 1"))
        self.add(exclusive(branch, merge))
        self.add(script(leave, f"left_{count} = True"))
        for source, target in ((zero, merge), (merge, head), (tail, count), (count, branch), (branch, merge)):
            self.flow(source, target)
        self.flow(branch, leave, f"n_{count} >= 2")
        return zero, leave

    def _sub(self, depth: int, in_loop: bool) -> tuple[str, str]:
        name = self.name("s")
        inside = ""
        if "rounds" in self.kinds and self.random.random() < 0.3:
            inside = instances(count="2", sequential=self.random.random() < 0.5)
        self.add(self._inner(name, depth, inside))
        if self.random.random() < 0.4:
            self._attach(name, MESSAGE if "rounds" in self.kinds else duration("P30D"))
        return name, name

    def _inner(self, name: str, depth: int, inside: str) -> str:
        inner = type(self)(self.random, self.kinds, self.names)
        head, tail = inner.block(depth - 1)
        inner.flow(f"st{name}", head)
        inner.flow(tail, f"en{name}")
        body = (start(f"st{name}"), *inner.nodes, end(f"en{name}"))
        return subprocess(name, *body, flows=";".join(inner.flows), inside=inside)

    def _watched(self, depth: int, in_loop: bool) -> tuple[str, str]:
        """A sub-process with event sub-processes, one of them for an error that it may end in."""
        name, choice, good, bad = (self.name(prefix) for prefix in ("s", "g", "en", "er"))
        inner = type(self)(self.random, self.kinds, self.names)
        head, tail = inner.block(depth - 1)
        for node in (exclusive(choice, good), end(good), end(bad, ERROR)):
            inner.add(node)
        for source, target in ((f"st{name}", head), (tail, choice), (choice, good)):
            inner.flow(source, target)
        inner.flow(choice, bad, "x1")
        inner._handle(ERROR, interrupting=True)
        inner._handle(self.random.choice((MESSAGE, duration("P30D"))), interrupting=self.random.random() < 0.5)
        self.add(subprocess(name, start(f"st{name}"), *inner.nodes, flows=";".join(inner.flows)))
        return name, name

    def _free(self, depth: int, in_loop: bool) -> tuple[str, str]:
        """An ad-hoc sub-process."""
        name = self.name("s")
        inner = type(self)(self.random, tuple(kind for kind in FREE if kind in self.kinds), self.names)
        for _ in range(self.random.randint(2, 3)):
            first, _ = inner._user(depth, in_loop)
            inner.flow(first, inner.block(min(depth - 1, 2), in_loop)[0])
        self.add(
            ad_hoc(
                name, *inner.nodes, flows=";".join(inner.flows),
                sequential=self.random.random() < 0.5,
                until=self.random.choice(("", "shared > 20")),
                cancels=self.random.random() < 0.5,
            )
        )  # fmt: skip
        return name, name

    def _handle(self, event: str, *, interrupting: bool) -> None:
        """An event sub-process; named like a boundary event, since it waits and is made to happen like one."""
        name, task = self.name("b"), self.name("h")
        first = start(f"st{name}", event, "" if interrupting else 'isInterrupting="false"')
        flows = f"st{name}>{task}; {task}>en{name}"
        self.add(event_subprocess(name, first, user(task), end(f"en{name}"), flows=flows))

    def _undone(self, depth: int, in_loop: bool) -> tuple[str, str]:
        """A task with somebody to undo it, then a block, then an event that undoes all that was done around it."""
        name, event, handler, throws = (self.name(prefix) for prefix in ("u", "cb", "k", "t"))
        self.add(user(name))
        self.add(boundary(event, name, COMPENSATION).replace(' cancelActivity="true"', ""))
        self.add(user(handler).replace(" id=", ' isForCompensation="true" id=', 1))
        self.add(f'<bpmn:association id="a{name}" sourceRef="{event}" targetRef="{handler}"/>')
        self.add(throw(throws, COMPENSATION))
        head, tail = self.block(depth - 1, in_loop)
        self.flow(name, head)
        self.flow(tail, throws)
        return name, throws

    def _boundary(self, depth: int, in_loop: bool) -> tuple[str, str]:
        name, _ = self._user(depth, in_loop)
        self._attach(name, duration("P30D"))
        return name, name

    def _attach(self, host: str, event: str) -> None:
        name, handler, last = self.name("b"), self.name("h"), self.name("e")
        interrupting = self.random.random() < 0.5 or event == ERROR
        self.add(boundary(name, host, event, interrupting=interrupting))
        self.add(user(handler))
        self.add(end(last))
        self.flow(name, handler)
        self.flow(handler, last)

    def _many(self, depth: int, in_loop: bool) -> tuple[str, str]:
        name = self.name("u")
        count = str(self.random.randint(1, 3))
        self.add(user(name, instances(count=count, sequential=self.random.random() < 0.4)))
        return name, name

    def _rounds(self, depth: int, in_loop: bool) -> tuple[str, str]:
        name = self.name("u")
        self.add(user(name, loop("x0", maximum=self.random.randint(1, 3))))
        return name, name

    def _work(self, depth: int, in_loop: bool) -> tuple[str, str]:
        name = self.name("w")
        self.add(service(name, inside=instances(count="2") if self.random.random() < 0.3 else ""))
        self._attach(name, ERROR)
        return name, name

    def _gate(self, depth: int, in_loop: bool) -> tuple[str, str]:
        opening, closing, first, second = self.name("g"), self.name("m"), self.name("bm"), self.name("bt")
        self.add(event_gateway(opening))
        self.add(exclusive(closing))
        self.add(catch(first, MESSAGE))
        self.add(catch(second, duration("P1D")))
        for event in (first, second):
            head, tail = self.block(depth - 1, in_loop)
            self.flow(opening, event)
            self.flow(event, head)
            self.flow(tail, closing)
        return opening, closing

    def _escape(self, depth: int, in_loop: bool) -> tuple[str, str]:
        """A sub-process that throws an escalation and then ends well or in an error."""
        name = self.name("s")
        choice, throws, good, bad = (self.name(prefix) for prefix in ("g", "t", "en", "er"))
        inner = type(self)(self.random, self.kinds, self.names)
        head, tail = inner.block(depth - 1)
        for node in (exclusive(choice, good), throw(throws, ESCALATION), end(good), end(bad, ERROR)):
            inner.add(node)
        for source, target in ((f"st{name}", throws), (throws, head), (tail, choice), (choice, good)):
            inner.flow(source, target)
        inner.flow(choice, bad, "x1")
        self.add(subprocess(name, start(f"st{name}"), *inner.nodes, flows=";".join(inner.flows)))
        self._attach(name, ERROR)
        if self.random.random() < 0.5:
            self._attach(name, ESCALATION)
        return name, name


def random_model(seed: int, kinds: tuple[str, ...] = ALL, *, builder: type[Builder] = Builder) -> bytes:
    """BPMN of a process `p`: three random blocks in a row."""
    made = builder(Random(seed), kinds, iter(range(1, 100_000)))  # noqa: S311
    last = "s"
    for _ in range(3):
        head, tail = made.block(DEPTH)
        made.flow(last, head)
        last = tail
    made.flow(last, "e")
    return definitions(process("p", start(), *made.nodes, end(), flows=";".join(made.flows)))


def variables(seed: int) -> dict[str, object]:
    random = Random(seed * 7 + 1)  # noqa: S311
    return {"shared": 0, **{f"x{number}": random.random() < 0.5 for number in range(4)}}


def life(definition: CompiledDefinition, seed: int, *, stored: bool, steps: int = 120) -> Iterator[tuple[Any, Any]]:
    """What a random life on the definition tells, advance by advance; the text of the failure when it gets stuck.

    stored: load the state anew before every step, compacted; else one object in memory that forgets nothing.
    """
    random = Random(seed)  # noqa: S311
    definition = replace(definition, compaction=stored)
    workflow = Workflow.start(definition, variables=variables(seed), at=AT, seed=SEED)
    for step in range(steps):
        try:
            advance = workflow.advance()
        except StepFailed as failure:
            yield str(failure), ()
            return
        yield advance, workflow.open_tokens()
        if stored:
            workflow = Workflow.load(definition, advance.state, at=AT, seed=SEED)
        if advance.ended:
            return
        _something_happens(workflow, random, step)


def _something_happens(workflow: Workflow, random: Random, step: int) -> None:
    open_tokens = workflow.open_tokens()
    ready = [(token, node) for token, node, state in open_tokens if state == "ready"]
    events = [token for token, node, state in open_tokens if state == "waiting" and node.startswith("b")]
    calls = [token for token, node, state in open_tokens if state == "started" and node.startswith("w")]
    chance = random.random()
    values = {f"by_{step % 7}": step} | ({"shared": step} if random.random() < 0.5 else {})
    if ready and chance < 0.03:
        moves = workflow.moves()
        if legal := [target for target in moves.targets() if not target.refusal]:
            chosen = random.choice(legal)
            moves.move(chosen.scope, chosen.node_id)
    elif chance < 0.06:
        workflow.set_variables({"everywhere": step})
    elif events and (chance < 0.25 or not (ready or calls)):
        if not workflow.fire_timer(random.choice(events)):
            workflow.message("msg.one", {"told": step})
    elif calls and (chance < 0.5 or not ready):
        token = random.choice(calls)
        if random.random() < 0.3:
            workflow.fail_service(token, "E1")
        else:
            workflow.finish_service(token, values)
    elif ready:
        workflow.complete(random.choice(ready)[0], values)
