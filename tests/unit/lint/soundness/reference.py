"""The token game played by the book on a small model of its own: every state, every order, nothing left out.

Slow and plain on purpose: it shares no line and no idea with the lint that it judges. Each flow is a place of its own,
each step moves one thing, a running sub-process is a state inside the state.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

ALIKE = 3  #: more tokens than these on one flow: the model has no bound


class TooLarge(Exception):
    """The model has more states than are looked at, no bound at all, or something that is not played here."""


@dataclass
class Box:
    """A node. kind: start, task, xor, and, or, end, terminate, error, escalate, sub."""

    id: str
    kind: str
    inside: Model | None = None
    events: list[Event] = field(default_factory=list)  #: at its boundary


@dataclass
class Event:
    """An event at the boundary. kind: message, error, escalation."""

    id: str
    kind: str
    interrupting: bool


@dataclass
class Handler:
    """An event sub-process that a message begins."""

    id: str
    interrupting: bool
    inside: Model


@dataclass
class Model:
    """A process or the inside of a sub-process. flows: id → (source, target, is default)."""

    boxes: dict[str, Box] = field(default_factory=dict)
    flows: dict[str, tuple[str, str, bool]] = field(default_factory=dict)
    handlers: list[Handler] = field(default_factory=list)

    def out(self, node: str) -> list[str]:
        return [flow for flow, (source, _, _) in self.flows.items() if source == node]

    def into(self, node: str) -> list[str]:
        return [flow for flow, (_, target, _) in self.flows.items() if target == node]

    def behind(self, flow: str, gateway: str) -> set[str]:
        """Nodes from which `flow` is reached without visiting `gateway`."""
        found: set[str] = set()
        todo = [self.flows[flow][0]]
        while todo:
            node = todo.pop()
            if node in found or node == gateway:
                continue
            found.add(node)
            todo += [self.flows[before][0] for before in self.into(node)]
            todo += [box.id for box in self.boxes.values() if node in {event.id for event in box.events}]
        return found


@dataclass(frozen=True)
class Play:
    """State of one running scope.

    things: ("on", flow), ("at", node, begun), ("in", node, begun, Play), ("by", handler, Play).
    """

    things: tuple[tuple, ...]
    ended: bool = False
    handled: frozenset[str] = frozenset()


@dataclass
class Findings:
    """What playing everything has shown."""

    stuck: set[tuple[frozenset[str], bool]] = field(default_factory=set)
    livelock: bool = False
    reached: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    states: int = 0


def judge(model: Model, most: int) -> Findings:
    """Play all of `model`. Raises TooLarge."""
    found = Findings()
    first = _begin(model, found)
    after: dict[Play, list[Play | str]] = {}
    todo = [first]
    while todo:
        state = todo.pop()
        if state in after:
            continue
        if len(after) >= most:
            raise TooLarge
        after[state] = list(dict.fromkeys(_steps(model, state, found, ())))
        todo += [other for other in after[state] if isinstance(other, Play)]
    found.states = len(after)
    stuck = {state for state, others in after.items() if state.things and not others}
    for state in stuck:
        found.stuck |= set(_waiting(model, state))
    found.livelock = bool(set(after) - _can_reach(after, stuck))
    return found


def _can_reach(after: dict, stuck: set) -> set:
    fine = stuck | {
        state for state, others in after.items() if not state.things or any(isinstance(o, str) for o in others)
    }
    while True:
        more = {state for state, others in after.items() if state not in fine and any(o in fine for o in others)}
        if not more:
            return fine
        fine |= more


def _waiting(model: Model, state: Play) -> Iterator[tuple[frozenset[str], bool]]:
    here = frozenset(model.flows[thing[1]][1] for thing in state.things if thing[0] == "on")
    if here:
        yield here, state.ended
    for thing in state.things:
        if thing[0] == "in":
            yield from _waiting(model.boxes[thing[1]].inside, thing[3])
        elif thing[0] == "by":
            yield from _waiting(next(h for h in model.handlers if h.id == thing[1]).inside, thing[2])


def _begin(model: Model, found: Findings) -> Play:
    start = next(box.id for box in model.boxes.values() if box.kind == "start")
    found.reached.add(start)
    return _with(Play(()), [("on", flow) for flow in model.out(start)])


def _with(state: Play, more: list[tuple], less: list[tuple] = [], *, ended: bool = False) -> Play:  # noqa: B006
    things = list(state.things)
    for thing in less:
        things.remove(thing)
    things += more
    if any(count > ALIKE for count in Counter(things).values()):
        raise TooLarge
    return Play(tuple(sorted(things, key=repr)), state.ended or ended, state.handled)


def _steps(model: Model, state: Play, found: Findings, hosts: tuple[Box, ...]) -> Iterator[Play | str]:
    """Next states of a scope, or how it ends: "done", "error", "escalation" (one that interrupts the host)."""
    for thing in dict.fromkeys(state.things):
        if thing[0] == "on":
            yield from _arrive(model, state, thing, found, hosts)
        elif thing[0] == "at":
            yield from _work(model, state, thing, found)
        elif thing[0] == "in":
            yield from _inside(model, state, thing, found, hosts)
        else:
            yield from _handling(model, state, thing, found, hosts)
    if state.things:
        for handler in model.handlers:
            if handler.id in state.handled:
                continue
            found.reached.add(handler.id)
            begun = ("by", handler.id, _begin(handler.inside, found))
            base = Play((), state.ended, state.handled) if handler.interrupting else state
            more = _with(base, [begun])
            yield Play(more.things, more.ended, more.handled | {handler.id})


def _arrive(model: Model, state: Play, thing: tuple, found: Findings, hosts: tuple[Box, ...]) -> Iterator[Play | str]:
    box = model.boxes[model.flows[thing[1]][1]]
    into = model.into(box.id)
    if box.kind == "and" and len(into) > 1:
        tokens = [("on", flow) for flow in into]
        if all(token in state.things for token in tokens):
            found.reached.add(box.id)
            yield _with(state, [("on", flow) for flow in model.out(box.id)], tokens, ended=not model.out(box.id))
        return
    if box.kind == "or" and len(into) > 1:
        tokens = [("on", flow) for flow in into if ("on", flow) in state.things]
        if not _awaited(model, state, box.id, {token[1] for token in tokens}):
            found.reached.add(box.id)
            yield from _split(model, state, box, tokens)
        return
    found.reached.add(box.id)
    if box.kind in ("task", "sub"):
        inside = ("in", box.id, frozenset(), _begin(box.inside, found)) if box.inside else ("at", box.id, frozenset())
        yield _with(state, [inside], [thing])
    elif box.kind == "end":
        yield _with(state, [], [thing], ended=True)
    elif box.kind == "terminate":
        others = [other for other in state.things if other != thing]
        if any(other[0] != "on" or _is_join(model, model.flows[other[1]][1]) for other in others):
            found.lost.add(box.id)
        yield "done"
    elif box.kind in ("error", "escalate"):
        yield from _throw(state, thing, box, hosts)
    else:
        yield from _split(model, state, box, [thing])


def _is_join(model: Model, node: str) -> bool:
    return model.boxes[node].kind in ("and", "or") and len(model.into(node)) > 1


def _throw(state: Play, thing: tuple, box: Box, hosts: tuple[Box, ...]) -> Iterator[Play | str]:
    kind = {"error": "error", "escalate": "escalation"}[box.kind]
    catching = next(((level, e) for level, host in enumerate(hosts) for e in host.events if e.kind == kind), None)
    if kind == "error" or (catching is not None and catching[1].interrupting):
        yield kind
        return
    if catching is not None and catching[0] > 0:
        raise TooLarge  # one that climbs further without interrupting is not played
    ended = _with(state, [], [thing], ended=True)
    yield Play(ended.things, ended.ended, ended.handled | ({"!"} if catching is not None else set()))


def _split(model: Model, state: Play, box: Box, tokens: list[tuple]) -> Iterator[Play]:
    out = model.out(box.id)
    if not out:
        yield _with(state, [], tokens, ended=True)
    elif box.kind == "xor":
        for flow in out:
            yield _with(state, [("on", flow)], tokens)
    elif box.kind == "or":
        free = [flow for flow in out if not model.flows[flow][2]]
        for bits in range(1, 2 ** len(free)):
            yield _with(state, [("on", flow) for n, flow in enumerate(free) if bits >> n & 1], tokens)
        for flow in out:
            if model.flows[flow][2]:
                yield _with(state, [("on", flow)], tokens)
    else:
        yield _with(state, [("on", flow) for flow in out], tokens)


def _awaited(model: Model, state: Play, gateway: str, arrived: set[str]) -> bool:
    behind = {flow: model.behind(flow, gateway) for flow in model.into(gateway)}
    for thing in state.things:
        if thing[0] == "by":
            continue
        node = model.flows[thing[1]][1] if thing[0] == "on" else thing[1]
        if node == gateway:
            continue
        ahead = {flow for flow, nodes in behind.items() if node in nodes}
        if ahead - arrived and not ahead & arrived:
            return True
    return False


def _work(model: Model, state: Play, thing: tuple, found: Findings) -> Iterator[Play]:
    box = model.boxes[thing[1]]
    yield from _split(model, state, box, [thing])
    yield from _events(model, state, thing, box, found)


def _events(model: Model, state: Play, thing: tuple, box: Box, found: Findings) -> Iterator[Play]:
    for event in box.events:
        if event.kind != "message" or event.id in thing[2]:
            continue
        found.reached.add(event.id)
        out = [("on", flow) for flow in model.out(event.id)]
        if event.interrupting:
            yield _with(state, out, [thing], ended=not out)
        else:
            kept = (thing[0], thing[1], thing[2] | {event.id}, *thing[3:])
            yield _with(state, [*out, kept], [thing])


def _inside(model: Model, state: Play, thing: tuple, found: Findings, hosts: tuple[Box, ...]) -> Iterator[Play | str]:
    box = model.boxes[thing[1]]
    if not thing[3].things:  # its last token has ended: it is done before anything else can come
        yield from _split(model, state, box, [thing])
        return
    yield from _events(model, state, thing, box, found)
    for after in _steps(box.inside, thing[3], found, (box, *hosts)):
        if after == "done":
            yield from _split(model, state, box, [thing])
        elif isinstance(after, str):
            event = next((event for event in box.events if event.kind == after), None)
            if event is None:
                yield after
                continue
            found.reached.add(event.id)
            out = [("on", flow) for flow in model.out(event.id)]
            yield _with(state, out, [thing], ended=not out)
        else:
            out = []
            if "!" in after.handled and "!" not in thing[3].handled:
                event = next(event for event in box.events if event.kind == "escalation")
                found.reached.add(event.id)
                out = [("on", flow) for flow in model.out(event.id)]
            yield _with(state, [(*thing[:3], after), *out], [thing])


def _handling(model: Model, state: Play, thing: tuple, found: Findings, hosts: tuple[Box, ...]) -> Iterator[Play | str]:
    handler = next(h for h in model.handlers if h.id == thing[1])
    if not thing[2].things:
        yield _with(state, [], [thing], ended=True)
        return
    for after in _steps(handler.inside, thing[2], found, hosts):
        if after == "done":
            yield _with(state, [], [thing], ended=True)
        elif isinstance(after, str):
            yield after
        else:
            more = _with(state, [("by", thing[1], after)], [thing])
            yield Play(more.things, more.ended, more.handled | (after.handled & {"!"}))  # its host tells who catches it
