"""Ways in which a token leaves a node: conditions are free, a default flow stands for "none of the others"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations

from engine.lint.soundness.net import CLOSED, MACHINE, OUTSIDE, Catch, Node, Scope, catcher

MAX_SUBSETS_OF = 6  #: flows of one inclusive split that are combined freely; of more, each alone, pairs and all
_CHOICES = frozenset({"exclusiveGateway", "eventBasedGateway"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the inside of an activity ends. kind: done; stuck, forever; via: by a boundary event (what) of its host;
    raise: an error or the like (what, code) rises further; handler: an event sub-process (what) takes over."""

    kind: str
    what: str = ""
    code: str = ""


DONE, STUCK, FOREVER = Outcome("done"), Outcome("stuck"), Outcome("forever")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """One way out of a node. raised: handlers and boundary events that begin beside it without interrupting."""

    flows: tuple[str, ...] = ()
    path: tuple[str, ...] = ()  #: ids passed after the node itself
    ended: bool = False
    raised: frozenset[str] = frozenset()
    outcome: Outcome | None = None  #: it ends the whole scope
    rest: str = ""  #: "stuck" or "forever": the token stays inside


@dataclass(slots=True, kw_only=True)
class Summary:
    """What became known of the inside of an activity or handler. raised_by: with what it may be done."""

    outcomes: set[Outcome] = field(default_factory=set)
    done_with: set[frozenset[str]] = field(default_factory=set)
    raised: set[str] = field(default_factory=set)


class Exits:
    """The ways out of every node of one scope, given what is known of the scopes inside of it."""

    def __init__(self, scope: Scope, inside: Mapping[str, Summary]) -> None:
        self.scope, self.inside = scope, inside

    def of(self, node: Node) -> Iterator[Exit]:
        """Every way out of `node`, its interrupting boundary events among them."""
        if node.kind == CLOSED:
            yield Exit(rest="stuck")
            return
        if node.throws:
            yield from self._thrown(node)
            return
        if node.inside is not None and node.inside.kind != "adHocSubProcess":
            yield from self._from_inside(node, self.inside[node.id])
        else:
            yield from self.forward(node)
            yield from self.interrupted(node)
        yield from self._announced(node)

    def _announced(self, node: Node) -> Iterator[Exit]:
        """By what its instances throw to somebody around it."""
        for thrown in node.announces:
            if any(
                catch.takes(thrown.kind, thrown.code) for event in self.boundary_of(node) for catch in event.catches
            ):
                continue
            raised: set[str] = set()
            outcome = self.rises(thrown, raised)
            if outcome is not None:
                yield Exit(outcome=outcome)
            elif raised:
                yield from self.forward(node, frozenset(raised))

    def forward(self, node: Node, raised: frozenset[str] = frozenset(), path: tuple[str, ...] = ()) -> Iterator[Exit]:
        """Along the sequence flows; a node without any is an end."""
        if not node.out:
            yield Exit(ended=True, raised=raised, path=path)
            return
        for flows in self.chosen(node):
            yield Exit(flows=flows, raised=raised, path=path)

    def chosen(self, node: Node) -> Iterator[tuple[str, ...]]:
        """Sets of outgoing flows that may be taken together."""
        if node.kind in _CHOICES:
            yield from ((flow,) for flow in node.out)
            return
        if node.kind == "parallelGateway":
            yield node.out
            return
        free = [flow for flow in node.out if self.scope.flows[flow].conditional and flow != node.default]
        always = tuple(flow for flow in node.out if flow not in free and flow != node.default)
        otherwise = (node.default,) if node.default in node.out else ()
        for some in _subsets(free):
            yield (*always, *some)
        if otherwise or (always and free) or not free:
            yield (*always, *otherwise)

    def interrupted(self, node: Node) -> Iterator[Exit]:
        """By an event at its boundary that ends it."""
        for event in self.boundary_of(node):
            if event.interrupting and self.may_happen(node, event):
                yield from self.forward(event, path=(event.id,))

    def beside(self, node: Node) -> tuple[Node, ...]:
        """Events at its boundary that begin something else and leave it alone."""
        return tuple(e for e in self.boundary_of(node) if not e.interrupting and self.may_happen(node, e))

    def boundary_of(self, node: Node) -> Iterator[Node]:
        return (self.scope.nodes[id_] for id_ in node.boundary)

    def may_happen(self, node: Node, event: Node) -> bool:
        return any(_comes(node, catch) for catch in event.catches)

    def handler_comes(self, handler: str) -> bool:
        """An event sub-process that begins by something from outside, or by what machine work may raise."""
        found = next(item for item in self.scope.handlers if item.id == handler)
        kinds = {catch.kind for catch in found.catches}
        return bool(kinds & OUTSIDE) or ("error" in kinds and self.scope.has_machine_work)

    def _thrown(self, node: Node) -> Iterator[Exit]:
        raised: set[str] = set()
        for thrown in node.throws:
            if thrown.kind == "terminate":
                yield Exit(outcome=DONE)
                return
            outcome = self.rises(thrown, raised)
            if outcome is not None:
                yield Exit(outcome=outcome)
                return
        yield from self.forward(node, frozenset(raised))

    def rises(self, thrown: Catch, raised: set[str], *, from_handler: bool = False) -> Outcome | None:
        """What becomes of the scope in which `thrown` rises; None: it goes on, and `raised` knows who begins."""
        caught = catcher(self.scope, thrown, from_handler=from_handler)
        if caught.by is not None and not caught.interrupting:
            raised.add(caught.by)
            return None
        if caught.by is None and thrown.kind not in ("error", "cancel"):
            return None
        if caught.by is None and thrown.kind == "cancel":
            return DONE
        if caught.levels == 0:
            return Outcome("handler", caught.by or "")
        if caught.levels == 1 and caught.by is not None and self.scope.host is not None:
            return Outcome("via", caught.by)
        return Outcome("raise", thrown.kind, thrown.code)

    def _from_inside(self, node: Node, known: Summary) -> Iterator[Exit]:
        own = frozenset(node.boundary)
        outcomes = sorted(known.outcomes, key=lambda found: (found.kind, found.what, found.code))
        for way in (*(way for outcome in outcomes for way in self._ended_by(outcome)), *self.interrupted(node)):
            yield way
            if known.raised:  # what it escalated before runs on beside
                yield from self._beside(replace(way, raised=way.raised | (known.raised - own)), own & known.raised)
        for done in sorted(known.done_with, key=sorted):
            for way in self.forward(node, done - own):
                yield from self._beside(way, own & done)

    def _ended_by(self, outcome: Outcome) -> Iterator[Exit]:
        if outcome.kind == "via":
            yield from self.forward(self.scope.nodes[outcome.what], path=(outcome.what,))
        elif outcome.kind == "raise":
            raised: set[str] = set()
            rises = self.rises(Catch(outcome.what, outcome.code), raised)
            yield Exit(outcome=rises) if rises is not None else Exit(ended=True, raised=frozenset(raised))
        elif outcome.kind in ("stuck", "forever"):
            yield Exit(rest=outcome.kind)

    def _beside(self, way: Exit, events: frozenset[str]) -> Iterator[Exit]:
        """`way`, and a token from each of the boundary events."""
        ways = [way]
        for id_ in sorted(events):
            ways = [together(one, event, id_) for one in ways for event in self.forward(self.scope.nodes[id_])]
        yield from ways


def together(one: Exit, other: Exit, event: str) -> Exit:
    """Both at once: a token goes on, and a boundary event sends another."""
    return Exit(
        flows=one.flows + other.flows,
        path=(*one.path, event, *other.path),
        ended=one.ended or other.ended,
        raised=one.raised | other.raised,
        outcome=one.outcome or other.outcome,
        rest=one.rest,
    )


def _subsets(flows: list[str]) -> Iterator[tuple[str, ...]]:
    sizes = range(1, len(flows) + 1) if len(flows) <= MAX_SUBSETS_OF else sorted({1, 2, len(flows)})
    for size in sizes:
        yield from combinations(flows, size)


def _comes(node: Node, catch: Catch) -> bool:
    """May an activity be left by this event? What its inside throws is known from there, not from here."""
    if catch.kind == "error":
        return node.kind in MACHINE or (node.inside is not None and node.inside.has_machine_work)
    if any(catch.takes(thrown.kind, thrown.code) for thrown in node.announces):
        return True
    return catch.kind in OUTSIDE or (catch.kind == "escalation" and node.kind == "callActivity")
