"""What the world outside can do to an instance, and every marking that may come of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from tests.oracle.events import caught, climb, climb_at, handle, signal, trigger_boundary
from tests.oracle.game import Choose, Game
from tests.oracle.marking import Activity, Running

Verb = str  #: "complete", "finish", "fail", "fire" (timer), "message", "signal", "cancel"


@dataclass(frozen=True, slots=True)
class Deed:
    """`node`: where it happens; of a signal its name. `code`: of the error of a service that fails."""

    verb: Verb
    node: str
    code: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.verb, self.node, self.code)))


def results(marking: Running, deed: Deed, choose: Choose) -> list[Running]:
    """Every marking at rest after `deed`, without doubles.

    Which of several tokens at the node is meant does not follow from its name: each of them may be.
    """
    found: dict[object, Running] = {}
    for number in range(_count(marking, deed)):
        game = Game(marking.clone(), choose)
        act = list(_ways(game, deed))[number]
        act()
        for rest in game.settle():
            found.setdefault(rest.key, rest)
    return list(found.values())


def _count(marking: Running, deed: Deed) -> int:
    return sum(1 for _ in _ways(Game(marking, bool), deed))


def _ways(game: Game, deed: Deed) -> Iterator[Callable[[], object]]:
    """One callable for each token that the deed may mean."""
    if deed.verb == "signal":
        yield partial(signal, game, deed.node)
        return
    for running in game.root.walk():
        known = running.of.by_id
        if deed.node not in known:
            continue
        for activity in running.working:
            if activity.node.id == deed.node and activity.open:
                yield _at_activity(game, activity, deed)
            elif activity.node.id == deed.node and deed.verb == "cancel":
                for inside in activity.inside:
                    yield _cancel_inside(game, activity, inside)
            if deed.node in activity.armed and deed.verb in {"fire", "message"}:
                yield partial(trigger_boundary, game, activity, known[deed.node])
        for undoing in running.undoing:
            if undoing.handler == deed.node and deed.verb == "complete":
                yield partial(setattr, undoing, "handler", "")
        yield from _at_waiting(game, running, deed)


def _at_waiting(game: Game, running: Running, deed: Deed) -> Iterable[Callable[[], object]]:
    for names in dict.fromkeys(running.waiting):
        if deed.node in names and deed.verb in {"fire", "message"}:
            yield partial(caught, game, running, names, deed.node)
        elif deed.node in names and deed.verb == "cancel":
            yield partial(running.waiting.remove, names)
    if deed.node in running.armed and deed.verb in {"fire", "message"}:
        yield partial(handle, game, running, running.of.by_id[deed.node])


def _at_activity(game: Game, activity: Activity, deed: Deed) -> Callable[[], object]:
    def act() -> None:
        if deed.verb == "fail":
            taken = climb_at(game, activity, "error", deed.code) or climb(game, activity.scope, "error", deed.code)
            assert taken, "the driver fails only what something catches"
        else:
            activity.open -= 1
            if deed.verb == "cancel":
                _instance_cancelled(game, activity)
            else:
                game.instance_done(activity)

    return act


def _cancel_inside(game: Game, activity: Activity, inside: Running) -> Callable[[], object]:
    def act() -> None:
        inside.kill()
        activity.inside.remove(inside)
        _instance_cancelled(game, activity)

    return act


def _instance_cancelled(game: Game, activity: Activity) -> None:
    """An instance that was called off counts as done; an activity that was called off alone ends its token."""
    if activity.node.repeated is None:
        game.withdraw(activity)
    else:
        game.instance_called_off(activity)
