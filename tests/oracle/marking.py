"""Where the tokens of one instance are: on flows, in activities, at events that wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from tests.oracle.model import AdHoc, Node, Scope

Rest = tuple[tuple[tuple[str, str], int], ...]  #: ((node, "ready" | "started" | "waiting"), how many), sorted


@dataclass(slots=True, eq=False)
class Done:
    """A completed activity that can be undone."""

    node: str
    inner: list[Done]  #: what was completed inside of it, in order

    @property
    def key(self) -> tuple[object, ...]:
        return self.node, tuple(done.key for done in self.inner)


@dataclass(slots=True, eq=False)
class Undoing:
    """Completed work of one scope that is being undone, for the throw event with this ticket; 0: for none."""

    ticket: int
    left: list[Done]
    handler: str = ""  #: at work
    inside: Running | None = None  #: a completed sub-process in which something is undone

    @property
    def key(self) -> tuple[object, ...]:
        inside = self.inside.key if self.inside is not None else ()
        return self.ticket, tuple(done.key for done in self.left), self.handler, inside


@dataclass(slots=True, eq=False)
class Activity:
    """A task, sub-process or event sub-process at work, with all of its instances."""

    node: Node
    scope: Running  #: in which it stands
    open: int = 0  #: instances of a task at work; those of a sub-process are in `inside`
    inside: list[Running] = field(default_factory=list)
    left: int = 0  #: instances that have not begun (sequential)
    done: int = 0
    armed: list[str] = field(default_factory=list)  #: boundary events
    noted: list[Done] = field(default_factory=list)  #: instances that can be undone when all of it is complete
    said: bool = False  #: one of its instances threw what only the first throws

    @property
    def key(self) -> tuple[object, ...]:
        inside = tuple(sorted(running.key for running in self.inside))
        noted = tuple(done.key for done in self.noted)
        return self.node.id, self.open, self.left, self.done, tuple(sorted(self.armed)), self.said, inside, noted


@dataclass(slots=True, eq=False)
class Running:
    """One run through a scope."""

    of: Scope
    host: Activity | None = None  #: the activity of which this is the inside
    tokens: Counter[str] = field(default_factory=Counter)  #: on flows
    working: list[Activity] = field(default_factory=list)
    waiting: list[tuple[str, ...]] = field(default_factory=list)  #: catch events; several: behind an event gateway
    armed: list[str] = field(default_factory=list)  #: event sub-processes that can still be triggered
    dead: bool = False  #: cancelled or over
    held: list[str] = field(default_factory=list)  #: activities that wait for their turn, in an ad-hoc sub-process
    done: list[Done] = field(default_factory=list)  #: what was completed and can be undone, in order
    undoing: list[Undoing] = field(default_factory=list)
    throwing: list[tuple[str, int, int]] = field(default_factory=list)  #: throw events that wait: node, level, ticket
    enough: bool = False  #: an ad-hoc sub-process in which nothing begins any more
    data: set[str] | None = None  #: of the whole instance, kept by the outermost run: variables set; None: nobody asks
    own: set[str] = field(default_factory=set)  #: nodes that have set a data object of this sub-process

    @property
    def is_empty(self) -> bool:
        return not (self.working or self.waiting or self.tokens or self.held or self.undoing or self.throwing)

    @property
    def tickets(self) -> list[int]:
        return [token[2] for token in self.throwing] + [undoing.ticket for undoing in self.undoing]

    @property
    def plan(self) -> AdHoc | None:
        return self.host.node.ad_hoc if self.host is not None else None

    def sweep(self) -> None:
        """Take all tokens away that are at no activity."""
        self.tokens.clear(), self.waiting.clear(), self.held.clear(), self.undoing.clear(), self.throwing.clear()

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for two runs that cannot be told apart from here on."""
        known = (tuple(sorted(self.data or ())), tuple(sorted(self.own)))
        return (
            *((known,) if any(known) else ()),
            tuple(sorted(self.tokens.items())),
            tuple(sorted(activity.key for activity in self.working)),
            tuple(sorted(self.waiting)),
            tuple(sorted(self.armed)),
            tuple(sorted(self.held)),
            self.enough,
            tuple(done.key for done in self.done),
            tuple(sorted((undoing.key for undoing in self.undoing), key=str)),
            tuple(sorted(self.throwing)),
        )

    def walk(self) -> Iterator[Running]:
        """This run and those inside of it, outer first."""
        yield self
        for activity in list(self.working):
            for running in list(activity.inside):
                yield from running.walk()
        for undoing in list(self.undoing):
            if undoing.inside is not None:
                yield from undoing.inside.walk()

    def activities(self) -> Iterator[Activity]:
        for running in self.walk():
            yield from list(running.working)

    def kill(self) -> None:
        for running in self.walk():
            running.dead = True

    def put(self, flow: str) -> None:
        self.tokens[flow] += 1

    def take(self, flow: str) -> None:
        self.tokens[flow] -= 1
        if not self.tokens[flow]:
            del self.tokens[flow]

    def clone(self, host: Activity | None = None) -> Running:
        copy = replace(
            self, host=host, tokens=Counter(self.tokens), waiting=list(self.waiting), armed=list(self.armed),
            held=list(self.held), done=list(self.done), throwing=list(self.throwing), working=[], undoing=[],
            data=set(self.data) if self.data is not None else None, own=set(self.own),
        )  # fmt: skip
        for activity in self.working:
            twin = replace(activity, scope=copy, armed=list(activity.armed), noted=list(activity.noted), inside=[])
            twin.inside = [running.clone(twin) for running in activity.inside]
            copy.working.append(twin)
        for undoing in self.undoing:
            inside = undoing.inside.clone() if undoing.inside is not None else None
            copy.undoing.append(replace(undoing, left=list(undoing.left), inside=inside))
        return copy

    def rest(self) -> Rest:
        """What can be seen from outside, as a sorted multiset."""
        seen: Counter[tuple[str, str]] = Counter()
        for running in self.walk():
            for flow, count in running.tokens.items():
                seen[running.of.flow_by_id[flow].target, "waiting"] += count
            for name in (*running.armed, *(name for names in running.waiting for name in names)):
                seen[name, "waiting"] += 1
            for undoing in running.undoing:
                if undoing.handler:
                    seen[undoing.handler, "ready"] += 1
            for name, _, _ in running.throwing:
                seen[name, "started"] += 1
            for activity in running.working:
                if activity.inside:
                    seen[activity.node.id, "started"] += len(activity.inside)
                elif activity.open:
                    seen[activity.node.id, "ready" if activity.node.kind == "task" else "started"] += activity.open
                for name in activity.armed:
                    seen[name, "waiting"] += 1
        return tuple(sorted(seen.items()))
