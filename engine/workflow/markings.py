"""Whether the tokens of one scope may stand together where they stand: can the drawing itself ever bring them there?

A plain token game over compiled specs: conditions go either way, every wait may end, data does not count. It is asked
before tokens are put somewhere by other means than running: a combination that the drawing never reaches would wait for
ever or do work twice. Steps of different tokens commute, so only one token moves at a time until it has found its place
or is gone; the number of steps grows with the tokens and not with the combinations of their places. Tokens on one place
beyond the second are not counted.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any

from engine.workflow.activities import Repeated, Subprocess
from engine.workflow.ad_hoc import Turn
from engine.workflow.compiled import Call, Compiled, EndOfScope, Exclusive, Inclusive, Join, Manual, Parallel, Split
from engine.workflow.events import Alternative, Catching, EventGateway, EventSubprocess
from engine.workflow.task import WAITING, LiveTask
from engine.workflow.throwing import End
from engine.workflow.tree import Scope

Place = tuple[str, str]  #: name of a spec, and at joins the name of the spec from which the token came
Marking = tuple[Place, ...]

#: A question that takes more steps than this is given up.
MAX_STEPS = 20_000
#: More branches than this out of one inclusive gateway have too many combinations.
_MAX_BRANCHES = 8
_MOST = 2  #: tokens on one place that are told apart

_ENDING = {"terminate", "error", "cancel"}
_Arrival = tuple[Any, str]  #: a spec, and the name of the spec before it


class TooMany(Exception):
    """The question has more answers to look at than anybody wants to wait for."""


def marking_of(scope: Scope) -> Marking:
    """Where the tokens of a resting scope stand. Armed events and the instances of an activity are no places."""
    found: list[Place] = []
    gateways: set[int] = set()
    for task in scope.open_tasks.values():
        spec = task.task_spec
        if spec.owner is not None or (spec.stand_by and task._state == WAITING):
            continue
        if isinstance(spec, Alternative) and task.parent is not None:
            if task.parent.id not in gateways:
                gateways.add(task.parent.id)
                found.append((task.parent.task_spec.name, ""))
            continue
        found.append((spec.name, _via(task)))
    return _marking(found)


def _via(task: LiveTask) -> str:
    return str(task.internal_data.get("via", "")) if isinstance(task.task_spec, Join) else ""


def _marking(places: Iterable[Place]) -> Marking:
    kept: list[Place] = []
    for place in sorted(places):
        if kept.count(place) < _MOST:
            kept.append(place)
    return tuple(kept)


def is_ring(spec: Any) -> bool:
    """Is it the split that arms the events around an activity?"""
    return isinstance(spec, Split) and not isinstance(spec, EventGateway)


def ring_of(spec: Any) -> Any | None:
    """The split around the activity `spec`; None where no events are attached."""
    return next((split for split in spec.before if is_ring(split) and split.after and split.after[0] is spec), None)


class Markings:
    """The markings at which one compiled scope can rest; what was found is kept. Safe to share between threads."""

    def __init__(self, spec: Any, limit: int = MAX_STEPS) -> None:
        self._spec, self._limit = spec, limit
        self._known: dict[Marking, bool | None] = {}  #: None: given up
        self._lock = threading.Lock()

    def can_rest_at(self, marking: Marking) -> bool:
        """Raises TooMany."""
        beside = {(event.name, "") for event in self._spec.scope_events if not event.interrupting}
        wanted = tuple(place for place in marking if place not in beside)  # these begin whenever they like
        with self._lock:
            if wanted not in self._known:
                try:
                    self._known[wanted] = self._ask(wanted)
                except TooMany:
                    self._known[wanted] = None
            found = self._known[wanted]
        if found is None:
            raise TooMany
        return found

    def _ask(self, wanted: Marking) -> bool:
        if any(wanted == ((event.name, ""),) for event in self._spec.scope_events):
            return True
        return _Search(self._spec, wanted, self._limit).run()


_State = tuple[Marking, Marking]  #: places that stay, and those of tokens that still move


class _Search:
    """Looks for one marking."""

    def __init__(self, spec: Any, wanted: Marking, limit: int) -> None:
        self._spec, self._wanted, self._limit = spec, wanted, limit
        self._specs: dict[str, Any] = spec.task_specs
        self._seen: set[_State] = set()
        self._todo: list[_State] = []
        self._steps = 0

    def run(self) -> bool:
        for starts in {self._spec.plain_starts, *((start,) for start in self._spec.starts)}:
            self._arrive((), (), [(start, "") for start in starts])
        while self._todo:
            still, moving = self._todo.pop()
            if moving:
                self._move(still, moving)
            elif still == self._wanted:
                return True
        return False

    def _move(self, still: Marking, moving: Marking) -> None:
        """All that may become of the first token that still moves."""
        place, others = moving[0], moving[1:]
        spec = self._specs[place[0]]
        if still.count(place) < self._wanted.count(place):
            self._reach(_marking((*still, place)), others)
        if isinstance(spec, EventGateway):
            for event in spec.after:
                self._arrive(still, others, _onward(event))
            return
        self._arrive(still, others, _onward(spec))
        ring = ring_of(spec)
        for event in (event for event in ring.after if event.attached) if ring is not None else ():
            self._arrive(still, others if event.cancel_activity else moving, _onward(event))

    def _reach(self, still: Marking, moving: Marking) -> None:
        if (still, moving) not in self._seen:
            self._seen.add((still, moving))
            self._todo.append((still, moving))

    # -- tokens arrive, one after the other, until all rest

    def _arrive(self, still: Marking, moving: Marking, arrivals: list[_Arrival]) -> None:
        todo: list[tuple[Marking, Marking, tuple[_Arrival, ...]]] = [(still, moving, tuple(arrivals))]
        passed: set[tuple[Marking, Marking, tuple[Place, ...]]] = set()
        while todo:
            still, moving, waiting = todo.pop()
            key = (still, moving, tuple((spec.name, came_from) for spec, came_from in waiting))
            if key in passed:
                continue
            passed.add(key)
            self._steps += 1
            if self._steps > self._limit:
                raise TooMany
            if waiting:
                (spec, came_from), *rest = waiting
                for now, on_the_move, more in self._step(still, moving, spec, came_from):
                    todo.append((now, on_the_move, (*more, *rest)))
            else:
                todo += self._settle(still, moving)

    def _step(
        self, still: Marking, moving: Marking, spec: Any, came_from: str
    ) -> Iterator[tuple[Marking, Marking, tuple[_Arrival, ...]]]:
        """What may become of one arriving token: where all stand then, and the tokens that it sends on."""
        if isinstance(spec, End) and any(trigger.kind in _ENDING for trigger in spec.triggers):
            return  # the scope is over, and with it what we look for
        if isinstance(spec, EndOfScope):
            yield _marking({*still, (spec.name, "")}), moving, ()
        elif isinstance(spec, Join) and spec.fan_in > 1:
            yield from self._join(_marking((*still, (spec.name, came_from))), moving, spec)
        elif isinstance(spec, Inclusive):
            yield from ((still, moving, tuple(chosen)) for chosen in _subsets(spec))
        elif isinstance(spec, Exclusive):
            for target in dict.fromkeys([branch for _, branch in spec.branches] + [spec.default]):
                if target is not None:
                    yield still, moving, ((target, spec.name),)
        elif is_ring(spec):
            yield still, moving, ((spec.after[0], spec.name),)
        elif _rests(spec):
            yield still, _marking((*moving, (spec.name, ""))), ()
        else:
            yield still, moving, tuple(_onward(spec))

    def _join(
        self, still: Marking, moving: Marking, spec: Any
    ) -> Iterator[tuple[Marking, Marking, tuple[_Arrival, ...]]]:
        """A token waits at a join. A parallel one fires at once when it is complete, an inclusive one in `_settle`."""
        sources = {source.name for source in spec.before}
        if isinstance(spec, Parallel) and all((spec.name, source) in still for source in sources):
            yield _without(still, spec.name, sources), moving, tuple(_onward(spec))
        else:
            yield still, moving, ()

    def _settle(self, still: Marking, moving: Marking) -> list[tuple[Marking, Marking, tuple[_Arrival, ...]]]:
        """Let what waits for others go on, as the engine does; else all of them rest."""
        for name in {name for name, _ in still if isinstance(self._specs[name], Inclusive)}:
            gateway = self._specs[name]
            arrived = {came_from for place, came_from in still if place == name}
            if not _is_awaited(gateway, (*still, *moving), arrived):
                left = _without(still, name, arrived)
                return [(left, moving, tuple(chosen)) for chosen in _subsets(gateway)]
        is_over = not moving and (not still or (len(still) == 1 and isinstance(self._specs[still[0][0]], EndOfScope)))
        if not is_over:
            self._reach(still, moving)
        return []


def _is_awaited(gateway: Any, tokens: Marking, arrived: set[str]) -> bool:
    for name, _ in tokens:
        if name != gateway.name:
            ahead = {source for source, names in gateway.reach.items() if name in names}
            if ahead - arrived and not ahead & arrived:
                return True
    return False


def _without(marking: Marking, name: str, sources: set[str]) -> Marking:
    left = list(marking)
    for source in sources:
        left.remove((name, source))
    return tuple(left)


def _onward(spec: Any) -> list[_Arrival]:
    return [(target, spec.name) for target in spec.after]


def _rests(spec: Compiled) -> bool:
    if isinstance(spec, Manual | Call | Repeated | EventGateway | Turn):
        return True
    if isinstance(spec, Subprocess):
        return not isinstance(spec, EventSubprocess)
    return isinstance(spec, Catching) and bool(spec.triggers)


def _subsets(spec: Any) -> Iterator[list[_Arrival]]:
    """Every set of branches that an inclusive gateway may choose."""
    targets = [branch for _, branch in spec.branches]
    if len(targets) > _MAX_BRANCHES:
        raise TooMany
    for size in range(1, len(targets) + 1):
        for chosen in combinations(targets, size):
            yield [(target, spec.name) for target in chosen]
    if spec.default is not None:
        yield [(spec.default, spec.name)]
