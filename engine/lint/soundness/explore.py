"""The state space of one scope: every distribution of tokens that can come about, and how each goes on."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from engine.lint.soundness.exits import DONE, FOREVER, STUCK, Exit, Exits, Outcome, Summary
from engine.lint.soundness.landing import Landing, Landings, Place, Rope, flatten, merged
from engine.lint.soundness.net import ACTIVITIES, Catch, Node, Scope

MAX_STATES = 2000  #: of one scope
MAX_ALIKE = 2  #: tokens in one place that are told apart
_WORK = ACTIVITIES | {"intermediateCatchEvent", "eventBasedGateway"}


@dataclass(frozen=True, slots=True)
class State:
    """Tokens of a running scope. ended: one has reached an end; raised: what began without interrupting."""

    places: tuple[Place, ...]
    ended: bool = False
    raised: frozenset[str] = frozenset()


@dataclass(slots=True, kw_only=True)
class Space:
    """All states found, in the order of their distance from the beginning."""

    scope: Scope
    steps: dict[State, list[State]] = field(default_factory=dict)
    origin: dict[State, tuple[State | None, Rope]] = field(default_factory=dict)
    open: set[State] = field(default_factory=set)  #: not followed further, for want of room
    leaving: set[State] = field(default_factory=set)  #: from which the scope may be left at once
    alive: set[str] = field(default_factory=set)  #: ids of nodes and flows that a token can pass
    lost: dict[str, tuple[State, Rope]] = field(default_factory=dict)  #: terminating end → where it swept others away
    summary: Summary = field(default_factory=Summary)
    bounded: bool = False

    def path_to(self, state: State) -> list[str]:
        """Ids passed on the shortest way to `state`."""
        ropes: list[Rope] = []
        at: State | None = state
        while at is not None:
            at, rope = self.origin[at]
            ropes.append(rope)
        return [id_ for rope in reversed(ropes) for id_ in flatten(rope)]

    @property
    def stuck(self) -> list[State]:
        """States with tokens that nothing moves any more, the nearest first."""
        return [
            state
            for state, after in self.steps.items()
            if state.places
            and not after
            and state not in self.leaving
            and state not in self.open
            and not _is_busy(state)
        ]

    @property
    def forever(self) -> list[State]:
        """States from which the scope neither ends nor gets stuck, whatever is done."""
        before: dict[State, list[State]] = {}
        for state, after in self.steps.items():
            for other in after:
                before.setdefault(other, []).append(state)
        fine = {state for state in self.steps if not state.places} | self.leaving | self.open | set(self.stuck)
        todo = list(fine)
        while todo:
            for state in before.get(todo.pop(), ()):
                if state not in fine:
                    fine.add(state)
                    todo.append(state)
        return [state for state in self.steps if state not in fine]


def explore(scope: Scope, inside: Mapping[str, Summary], room: int = MAX_STATES) -> Space:
    """Follow every choice of `scope`. inside: what is known of its sub-processes and handlers, by id.

    room: states that may be looked at; when it is used up, `bounded` says so and nothing is claimed of the rest.
    """
    return _Walk(scope, inside).run(room)


def _is_busy(state: State) -> bool:
    return any(place[0] == "in" and place[2] == "forever" for place in state.places)


class _Walk:
    def __init__(self, scope: Scope, inside: Mapping[str, Summary]) -> None:
        self.scope, self.inside = scope, inside
        self.exits = Exits(scope, inside)
        self.landings = Landings(scope, self.exits)
        self.space = Space(scope=scope)
        self.handlers = {handler.id: handler for handler in scope.handlers}
        self.reach = {node.id: _behind(scope, node) for node in scope.nodes.values() if _is_inclusive(node)}
        self.ways: dict[str, tuple[Landing, ...]] = {}

    def run(self, room: int) -> Space:
        space = self.space
        todo: deque[State] = deque()
        for landing in self._beginnings():
            self._reached(State(()), landing, None, todo)
        if not self.scope.beginnings:
            space.summary.outcomes.add(DONE)
            space.summary.done_with.add(frozenset())
        while todo:
            state = todo.popleft()
            if len(space.steps) >= room:
                space.open.add(state)
                space.steps.setdefault(state, [])
                space.bounded = True
                continue
            space.steps[state] = []
            for kept, landing in self._moves(state):
                self._reached(State(kept, state.ended, state.raised), landing, state, todo)
        space.bounded |= self.landings.truncated
        self._sum_up()
        return space

    def _beginnings(self) -> Iterator[Landing]:
        for together in self.scope.beginnings:
            found = [Landing()]
            for node in together:
                self._begin_at(node)
                ways = (
                    (Landing(places=(("node", node, frozenset()),), path=node),)
                    if self.scope.nodes[node].is_join
                    else self.landings.of_node(node)
                )
                found = [merged(one, other) for one in found for other in ways][:64]
            yield from found

    def _begin_at(self, node: str) -> None:
        alive = self.space.alive
        for flow in self.landings.arrive(alive, node) if not self.scope.nodes[node].is_join else ():
            self.landings.mark(alive, self.scope.nodes[node], [Exit(flows=(flow,))])

    def _reached(self, base: State, landing: Landing, source: State | None, todo: deque[State]) -> None:
        """One step was made: note the state that it leads to, or how it ends the scope. base: what stays as it is."""
        kept = base.places
        raised = base.raised | landing.raised
        if landing.outcome is not None and landing.outcome.kind != "handler":
            self._left(landing, kept, raised, source)
            return
        if landing.outcome is not None:
            places: tuple[Place, ...] = (("handler", landing.outcome.what),)
            raised |= {landing.outcome.what}
        else:
            begun = [("handler", id_) for id_ in landing.raised - base.raised if id_ in self.handlers]
            places = tuple(sorted((*kept, *landing.places, *begun), key=repr))
        state = State(places, base.ended or landing.ended, raised)
        if source is not None:
            self.space.steps[source].append(state)
        if state in self.space.origin:
            return
        self.space.origin[state] = (source, landing.path)
        if any(places.count(place) > MAX_ALIKE for place in set(places)):
            self.space.bounded = True
            self.space.open.add(state)
            self.space.steps[state] = []
        elif not places:
            self.space.steps[state] = []
            self.space.summary.outcomes.add(DONE)
            self.space.summary.done_with.add(raised)
        else:
            todo.append(state)

    def _left(self, landing: Landing, kept: tuple[Place, ...], raised: frozenset[str], source: State | None) -> None:
        outcome = landing.outcome
        if outcome is None:
            return
        self.space.summary.outcomes.add(outcome)
        self.space.summary.raised |= raised
        if outcome == DONE:
            self.space.summary.done_with.add(raised)
            ends = flatten(landing.path)
            if source is not None and ends and any(self._is_work(place) for place in (*kept, *landing.places)):
                self.space.lost.setdefault(ends[-1], (source, landing.path))
        if source is not None:
            self.space.leaving.add(source)

    def _is_work(self, place: Place) -> bool:
        """Somebody would miss it: a task that is open, an event that is waited for, a branch before its join."""
        return place[0] != "node" or self.scope.nodes[str(place[1])].kind in _WORK

    def _moves(self, state: State) -> Iterator[tuple[tuple[Place, ...], Landing]]:
        """What may happen next: the tokens that stay where they are, and where the others come to rest."""
        for place in dict.fromkeys(state.places):
            kept = _without(state.places, (place,))
            match place[0]:
                case "flow":
                    yield from self._through_join(state, place)
                case "node":
                    yield from ((kept, landing) for landing in self._from_node(place))
                case "in":
                    yield from ((kept, landing) for landing in self._from_inside(place))
                case "handler":
                    yield from ((kept, landing) for landing in self._from_handler(place))
        yield from self._handled(state)

    def _through_join(self, state: State, place: Place) -> Iterator[tuple[tuple[Place, ...], Landing]]:
        node = self.scope.nodes[self.scope.flows[str(place[1])].target]
        arrived = [("flow", flow) for flow in node.into if ("flow", flow) in state.places]
        if place != arrived[0]:
            return  # the first of its tokens speaks for the join
        if node.id in self.reach:
            if self._is_awaited(state, node, {str(flow) for _, flow in arrived}):
                return
        elif len(arrived) < len(node.into):
            return
        for landing in self._after(node):
            yield _without(state.places, tuple(arrived)), landing

    def _is_awaited(self, state: State, join: Node, arrived: set[str]) -> bool:
        """BPMN 2.0, table 13.3: somebody can still reach a flow without a token, and none of those with one."""
        for kind, id_, *_ in state.places:
            if kind == "handler":
                continue
            at = self.scope.flows[str(id_)].target if kind == "flow" else str(id_)
            if at == join.id:
                continue
            ahead = {flow for flow, nodes in self.reach[join.id].items() if at in nodes}
            if ahead - arrived and not ahead & arrived:
                return True
        return False

    def _from_node(self, place: Place) -> Iterator[Landing]:
        node = self.scope.nodes[str(place[1])]
        for landing in self._after(node):
            places = tuple((*at[:3], place[2]) if at[:2] == ("in", node.id) else at for at in landing.places)
            yield replace(landing, places=places)
        yield from self._beside(node, place)

    def _from_inside(self, place: Place) -> Iterator[Landing]:
        """The inside will never be done; an event at the boundary may still end it, or begin something beside it."""
        node = self.scope.nodes.get(str(place[1]))
        if node is not None:
            yield from self.landings.after(node, self.exits.interrupted(node))
            yield from self._beside(node, place)

    def _beside(self, node: Node, place: Place) -> Iterator[Landing]:
        begun = place[-1]
        if self.landings.calm or not isinstance(begun, frozenset):
            return
        for event in self.exits.beside(node):
            if event.id not in begun:
                self.landings.mark(self.space.alive, event, self.exits.forward(event))
                stays = Landing(places=((*place[:-1], begun | {event.id}),))
                yield from (merged(stays, other) for other in self.landings.after(event, self.exits.forward(event)))

    def _after(self, node: Node) -> tuple[Landing, ...]:
        if node.id not in self.ways:
            ways = self.landings.ways(node)
            self.ways[node.id] = self.landings.after(node, iter(ways))
            self.landings.mark(self.space.alive, node, ways)
        return self.ways[node.id]

    def _from_handler(self, place: Place) -> Iterator[Landing]:
        id_ = str(place[1])
        for outcome in self.inside[id_].outcomes:
            if outcome == DONE:
                for done in self.inside[id_].done_with:
                    yield Landing(ended=True, raised=done, path=id_)
            elif outcome in (STUCK, FOREVER):
                yield Landing(places=(("in", id_, outcome.kind, frozenset()),), path=id_)
            elif outcome.kind == "raise":
                raised: set[str] = set()
                rises = self.exits.rises(Catch(outcome.what, outcome.code), raised, from_handler=True)
                yield Landing(ended=rises is None, raised=frozenset(raised), outcome=rises, path=id_)

    def _handled(self, state: State) -> Iterator[tuple[tuple[Place, ...], Landing]]:
        """Event sub-processes that something from outside may begin, each once."""
        for handler in self.scope.handlers:
            if handler.id in state.raised or not self.exits.handler_comes(handler.id):
                continue
            self.space.alive.add(handler.id)
            if handler.interrupting:
                yield (), Landing(outcome=Outcome("handler", handler.id), path=handler.id)
            else:
                yield state.places, Landing(raised=frozenset({handler.id}), path=handler.id)

    def _sum_up(self) -> None:
        summary = self.space.summary
        if self.space.stuck:
            summary.outcomes.add(STUCK)
        if self.space.forever:
            summary.outcomes.add(FOREVER)
        for state in self.space.steps:
            summary.raised |= state.raised if state.places else frozenset()
        summary.raised -= set(self.handlers)
        summary.done_with = {done - set(self.handlers) for done in summary.done_with}
        self.space.alive |= {
            str(place[1]) for state in self.space.steps for place in state.places if place[0] == "handler"
        }


def _is_inclusive(node: Node) -> bool:
    return node.is_join and node.kind != "parallelGateway"


def _behind(scope: Scope, join: Node) -> dict[str, set[str]]:
    """For each flow into `join`: the nodes from which it can be reached without passing `join`.

    From an activity its boundary events can be reached.
    """
    hosts = {event: node.id for node in scope.nodes.values() for event in node.boundary}
    found = {}
    for flow in join.into:
        first = scope.flows[flow].source
        seen, todo = {first}, [first]
        while todo:
            current = todo.pop()
            sources = [scope.flows[before].source for before in scope.nodes[current].into]
            for source in (*sources, *([hosts[current]] if current in hosts else ())):
                if source != join.id and source not in seen:
                    seen.add(source)
                    todo.append(source)
        found[flow] = seen - {join.id}
    return found


def _without(places: tuple[Place, ...], taken: tuple[Place, ...]) -> tuple[Place, ...]:
    kept = list(places)
    for place in taken:
        kept.remove(place)
    return tuple(kept)
