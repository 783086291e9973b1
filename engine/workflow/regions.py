"""Where a node stands in the control flow: inside which branch of which split, until which join.

This is what makes a move of tokens sound (moves.py). Words: a *split* sends a token on each of several ways; its *join*
is the first node that all these ways pass; the *region* is what lies between, one *branch* for each way. A *strand* is
what follows a non-interrupting boundary event and never meets the flow of its activity again.

While a region is open, a parallel join waits for exactly one token from each branch; an inclusive join and the end of
the scope wait only for tokens that can still come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from engine.workflow.compiled import EndOfScope, Exclusive, Inclusive, Parallel, Split
from engine.workflow.events import Boundary, EventGateway

if TYPE_CHECKING:
    from engine.workflow.tree import Scope

JoinKind = Literal["all", "any", "end", "none"]

#: Several ways out of these are alternatives, not branches. (A Split arms boundary events beside its activity.)
_CHOICES = (Exclusive, Split, EventGateway)


@dataclass(frozen=True, slots=True)
class Frame:
    """One branch of one region around a node. branch None: the node belongs to no one branch (crossing flows)."""

    split: str
    branch: int | None
    join: JoinKind


@dataclass(frozen=True, slots=True)
class Spot:
    """A node's surroundings, outermost region first. strand: name of the boundary event it hangs on; "" = main flow."""

    strand: str
    frames: tuple[Frame, ...]

    @property
    def is_clear(self) -> bool:
        return all(frame.branch is not None for frame in self.frames)

    def is_within(self, frames: tuple[Frame, ...]) -> bool:
        return self.frames[: len(frames)] == frames


class Regions:
    """The regions of one compiled scope. `regions_in` makes them once; safe to share between threads."""

    def __init__(self, spec: Any) -> None:
        self._end = spec.end
        self._ahead: dict[str, frozenset[str]] = {}
        self._spots: dict[str, Spot] = {}
        self._flows: dict[str, _Flow] = {}
        main = _Flow(spec.starts, self._end)
        self._analyse("", main)
        self._add_strands(main)

    def spot(self, spec: Any) -> Spot | None:
        """None for a node whose place is not clear: it lies on no way from start to end, or where strands flow in."""
        return self._spots.get(spec.name)

    def spot_of_flow(self, source: str, join: Any) -> Spot | None:
        """The surroundings of a token that came from `source` and waits at `join`."""
        spot = self._spots.get(source)
        known = next((spec for spec in join.before if spec.name == source), None)
        if spot is None or known is None or not _is_fork(known):
            return spot
        frame = self._flows[spot.strand].frame(known, known.after.index(join))
        return Spot(spot.strand, (*spot.frames, frame))

    def passes_always(self, spec: Any, other: Any) -> bool:
        """Has every token at `other` been at `spec` before?"""
        flow = self._flow_of(other)
        return flow is not None and spec.name in flow.before.get(other.name, ())

    def must_pass(self, spec: Any) -> frozenset[str]:
        """Names of what every way from `spec` to the end passes, itself included."""
        flow = self._flow_of(spec)
        return flow.after.get(spec.name, frozenset()) if flow is not None else frozenset()

    def surely_passed(self) -> frozenset[str]:
        """Names of what every way from the starts to the end passes."""
        main = self._flows[""]
        ways = [main.after.get(start.name, frozenset[str]()) for start in main.starts]
        return frozenset[str].intersection(*ways) if ways else frozenset()

    def ahead(self, spec: Any) -> frozenset[str]:
        """Names of what can be reached from `spec`, itself left out unless a way leads back to it."""
        if spec.name not in self._ahead:
            self._ahead[spec.name] = frozenset(_reached(_after(spec)))
        return self._ahead[spec.name]

    def between(self, spec: Any, until: Any) -> frozenset[str]:
        """Names of what can be reached from `spec` without passing `until`."""
        return frozenset(_reached((child for child in _after(spec) if child is not until), stop=until))

    def _flow_of(self, spec: Any) -> _Flow | None:
        spot = self._spots.get(spec.name)
        return self._flows[spot.strand] if spot is not None else None

    def _analyse(self, strand: str, flow: _Flow) -> None:
        self._flows[strand] = flow
        for name in flow.nodes:
            if name in flow.after:
                self._spots.setdefault(name, Spot(strand, flow.frames_of(name)))

    def _add_strands(self, main: _Flow) -> None:
        """A strand that flows into another flow makes the place of all that follows there unclear."""
        todo, taken = list(_strand_starts(main)), dict.fromkeys(main.nodes)
        unclear: set[str] = set()
        while todo:
            event = todo.pop(0)
            strand = _Flow((event,), self._end)
            own = {name for name in strand.nodes if name != self._end.name}
            todo += [found for found in _strand_starts(strand) if found.name not in taken]
            if own & taken.keys():
                unclear |= own
            else:
                self._analyse(event.name, strand)
            taken.update(dict.fromkeys(own))
        for name in unclear:
            self._spots.pop(name, None)


def regions_of(scope: Scope) -> Regions:
    """The regions of a running scope."""
    return regions_in(scope.spec)


def regions_in(spec: Any) -> Regions:
    """The regions of a compiled scope, made when they are first asked for: not all processes need them."""
    found: Regions | None = getattr(spec, "regions", None)
    if found is None:
        found = spec.regions = Regions(spec)
    return found


class _Flow:
    """The nodes that are reached from `starts`, with what comes always before and always after each."""

    def __init__(self, starts: Iterable[Any], end: Any) -> None:
        self.starts, self.end = tuple(starts), end
        self.nodes = _reached(self.starts)
        self.before = _always(self.nodes, {spec.name for spec in self.starts}, _sources(self.nodes))
        onward = {name: [child.name for child in _after(spec)] for name, spec in self.nodes.items()}
        ending = _leading_to(end.name, _sources(self.nodes)) if end.name in self.nodes else set()
        living = {name: spec for name, spec in self.nodes.items() if name in ending}
        self.after = _always(living, {end.name}, {n: [c for c in onward[n] if c in living] for n in living})
        self._regions = {name: self._region(spec) for name, spec in living.items() if _is_fork(spec)}

    def frames_of(self, name: str) -> tuple[Frame, ...]:
        around = [
            (len(self.before[split]), region.frame(split, name))
            for split, region in self._regions.items()
            if name in region.inside
        ]
        return tuple(frame for _, frame in sorted(around, key=lambda found: (found[0], found[1].split)))

    def frame(self, split: Any, branch: int) -> Frame:
        region = self._regions[split.name]
        return Frame(split.name, branch if region.is_regular else None, region.join)

    def _region(self, split: Any) -> _Region:
        later = self.after[split.name] - {split.name}
        join = self.nodes[max(later, key=lambda name: len(self.after[name]))]
        if all(isinstance(child, EndOfScope) for child in join.after):
            join = self.end  # an end event that branches share joins nothing: each token of them ends there by itself
        branches = tuple(
            frozenset(_reached((child,), stop=join)) if child is not join else _NONE for child in split.after
        )
        inside = frozenset().union(*branches)
        kind: JoinKind = "all" if _meets_inside(self.nodes, branches) else _join_kind(join)
        is_regular = kind != "none" and split.name not in inside and all(split.name in self.before[n] for n in inside)
        return _Region(branches=branches, inside=inside, join=kind, is_regular=is_regular)


_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Region:
    branches: tuple[frozenset[str], ...]
    inside: frozenset[str]
    join: JoinKind
    is_regular: bool

    def frame(self, split: str, name: str) -> Frame:
        found = [number for number, branch in enumerate(self.branches) if name in branch]
        return Frame(split, found[0] if self.is_regular and len(found) == 1 else None, self.join)


def _meets_inside(nodes: dict[str, Any], branches: tuple[frozenset[str], ...]) -> bool:
    """Does a parallel join wait for several of the branches, although some way leads round it?"""
    joins = [spec.name for spec in nodes.values() if isinstance(spec, Parallel) and spec.fan_in > 1]
    return any(sum(name in branch for branch in branches) > 1 for name in joins)


def _join_kind(spec: Any) -> JoinKind:
    if isinstance(spec, EndOfScope):
        return "end"
    if isinstance(spec, Inclusive):
        return "any"
    return "all" if isinstance(spec, Parallel) else "none"


def _is_fork(spec: Any) -> bool:
    return len(spec.after) > 1 and not isinstance(spec, _CHOICES)


def _after(spec: Any) -> Iterator[Any]:
    """Where the token at `spec` goes: a non-interrupting boundary event begins a token of its own."""
    if isinstance(spec, EndOfScope):
        return iter(())
    return (child for child in spec.after if not (isinstance(child, Boundary) and not child.cancel_activity))


def _strand_starts(flow: _Flow) -> Iterator[Any]:
    for spec in flow.nodes.values():
        yield from (child for child in spec.after if isinstance(child, Boundary) and not child.cancel_activity)


def _reached(starts: Iterable[Any], *, stop: Any = None) -> dict[str, Any]:
    todo = list(starts)
    found = {spec.name: spec for spec in todo}
    while todo:
        for child in _after(todo.pop()):
            if child is not stop and child.name not in found:
                found[child.name] = child
                todo.append(child)
    return found


def _sources(nodes: dict[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {name: [] for name in nodes}
    for name, spec in nodes.items():
        for child in _after(spec):
            found[child.name].append(name)
    return found


def _leading_to(name: str, sources: dict[str, list[str]]) -> set[str]:
    found, todo = {name}, [name]
    while todo:
        for source in sources[todo.pop()]:
            if source not in found:
                found.add(source)
                todo.append(source)
    return found


def _always(nodes: Iterable[str], roots: set[str], links: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    """For each node what lies on every path that follows `links` from it to a root, itself included."""
    names = list(nodes)
    everything = frozenset(names)
    found = {name: frozenset({name}) if name in roots else everything for name in names}
    changed = True
    while changed:
        changed = False
        for name in names:
            if name in roots:
                continue
            common = frozenset.intersection(everything, *(found[link] for link in links[name])) | {name}
            if common != found[name]:
                found[name], changed = common, True
    return found
