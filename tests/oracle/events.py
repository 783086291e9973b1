"""What is thrown, where it rises to and who catches it (BPMN 2.0, 13.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from tests.oracle.marking import Activity, Running
from tests.oracle.model import LASTING, Node

if TYPE_CHECKING:
    from tests.oracle.game import Game


def throw(game: Game, running: Running, node: Node) -> None:
    match node.event:
        case "error":
            if not climb(game, running, "error", node.name):
                game._scope_over(game.root)  # nobody catches it: the instance ends here
        case "escalation":
            climb(game, running, "escalation", node.name)
        case "signal":
            signal(game, node.name)
        case "terminate":
            for activity in list(running.working):
                game.withdraw(activity)
            game._scope_over(running)


def climb(game: Game, running: Running, event: str, code: str) -> bool:
    """An error or escalation rises from inside of `running` to the nearest that catches it."""
    current: Running | None = running
    while current is not None:
        handler = _pick((current.of.by_id[name] for name in current.armed), event, code)
        if handler is not None:
            handle(game, current, handler)
            return True
        host = current.host
        if host is not None and climb_at(game, host, event, code):
            return True
        current = host.scope if host is not None else None
    return False


def climb_at(game: Game, activity: Activity, event: str, code: str) -> bool:
    """Whether a boundary event of the activity itself catches it."""
    boundary = _pick((activity.scope.of.by_id[name] for name in activity.armed), event, code)
    if boundary is None:
        return False
    trigger_boundary(game, activity, boundary)
    return True


def trigger_boundary(game: Game, activity: Activity, boundary: Node) -> None:
    if boundary.interrupting:
        game.withdraw(activity)
    elif boundary.event not in LASTING:
        activity.armed.remove(boundary.id)
    game.leave(activity.scope, boundary)


def handle(game: Game, running: Running, handler: Node) -> None:
    """An event sub-process is triggered: instead of all else in its scope, or beside it."""
    if handler.interrupting:
        game.clear(running)
    elif handler.event not in LASTING:
        running.armed.remove(handler.id)
    activity = Activity(handler, running)
    running.working.append(activity)
    assert handler.inside is not None
    game.begin_scope(handler.inside, activity)


def caught(game: Game, running: Running, names: tuple[str, ...], node: str) -> None:
    """The event `node` happened where a token waits for one of `names`."""
    running.waiting.remove(names)
    game.leave(running, running.of.by_id[node])


def signal(game: Game, name: str) -> bool:
    """The signal reaches all that wait for it now; True when somebody did."""
    listening: list[Callable[[], None]] = []
    for running in game.root.walk():
        listening += _listeners(game, running, name)
    for catch in listening:
        catch()
    return bool(listening)


def _listeners(game: Game, running: Running, name: str) -> Iterable[Callable[[], None]]:
    known = running.of.by_id

    def hears(node: str) -> bool:
        return known[node].event == "signal" and known[node].name == name

    def at_catch(names: tuple[str, ...], node: str) -> None:
        if not running.dead and names in running.waiting:
            caught(game, running, names, node)

    def at_boundary(activity: Activity, node: str) -> None:
        if not running.dead and activity in running.working and node in activity.armed:
            trigger_boundary(game, activity, known[node])

    def at_handler(node: str) -> None:
        if not running.dead and node in running.armed:
            handle(game, running, known[node])

    for names in list(running.waiting):
        for node in filter(hears, names):
            yield partial(at_catch, names, node)
    for activity in list(running.working):
        for node in filter(hears, list(activity.armed)):
            yield partial(at_boundary, activity, node)
    for node in filter(hears, list(running.armed)):
        yield partial(at_handler, node)


def _pick(nodes: Iterable[Node], event: str, code: str) -> Node | None:
    """The catcher of this very code, else one that catches every code."""
    fitting = [node for node in nodes if node.event == event and node.name in {code, ""}]
    return max(fitting, key=lambda node: node.name == code, default=None)
