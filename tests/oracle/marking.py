"""Where the tokens of one instance are: on flows, in activities, at events that wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.oracle.model import AdHoc, Node, Scope

Rest = tuple[tuple[tuple[str, str], int], ...]  #: ((node, "ready" | "started" | "waiting"), how many), sorted


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
    said: bool = False  #: one of its instances threw what only the first throws

    @property
    def key(self) -> tuple[object, ...]:
        inside = tuple(sorted(running.key for running in self.inside))
        return self.node.id, self.open, self.left, self.done, tuple(sorted(self.armed)), self.said, inside


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
    enough: bool = False  #: an ad-hoc sub-process in which nothing begins any more

    @property
    def is_empty(self) -> bool:
        return not (self.working or self.waiting or self.tokens or self.held)

    @property
    def plan(self) -> AdHoc | None:
        return self.host.node.ad_hoc if self.host is not None else None

    def sweep(self) -> None:
        """Take all tokens away that are at no activity."""
        self.tokens.clear(), self.waiting.clear(), self.held.clear()

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for two runs that cannot be told apart from here on."""
        return (
            tuple(sorted(self.tokens.items())),
            tuple(sorted(activity.key for activity in self.working)),
            tuple(sorted(self.waiting)),
            tuple(sorted(self.armed)),
            tuple(sorted(self.held)),
            self.enough,
        )

    def walk(self) -> Iterator[Running]:
        """This run and those inside of it, outer first."""
        yield self
        for activity in list(self.working):
            for running in list(activity.inside):
                yield from running.walk()

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
        copy = Running(
            self.of, host, Counter(self.tokens), [], list(self.waiting), list(self.armed), self.dead,
            list(self.held), self.enough,
        )  # fmt: skip
        for activity in self.working:
            twin = Activity(
                activity.node, copy, activity.open, [], activity.left, activity.done, list(activity.armed),
                activity.said,
            )  # fmt: skip
            twin.inside = [running.clone(twin) for running in activity.inside]
            copy.working.append(twin)
        return copy

    def rest(self) -> Rest:
        """What can be seen from outside, as a sorted multiset."""
        seen: Counter[tuple[str, str]] = Counter()
        for running in self.walk():
            for flow, count in running.tokens.items():
                seen[running.of.flow_by_id[flow].target, "waiting"] += count
            for name in (*running.armed, *(name for names in running.waiting for name in names)):
                seen[name, "waiting"] += 1
            for activity in running.working:
                if activity.inside:
                    seen[activity.node.id, "started"] += len(activity.inside)
                elif activity.open:
                    seen[activity.node.id, "ready" if activity.node.kind == "task" else "started"] += activity.open
                for name in activity.armed:
                    seen[name, "waiting"] += 1
        return tuple(sorted(seen.items()))
