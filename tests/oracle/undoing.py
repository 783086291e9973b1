"""How completed work is undone (BPMN 2.0, 10.7 and 13.5.5): one handler after the other, what was completed last first.

A throw event waits while the work of its scope is undone. A completed sub-process is undone by its own handler or,
without one, inside: by its own event sub-process for that, or by the handlers of what was completed there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.oracle.events import climb
from tests.oracle.marking import Activity, Done, Running, Undoing
from tests.oracle.model import Node

if TYPE_CHECKING:
    from tests.oracle.game import Game


def note(activity: Activity, inside: Running | None) -> None:
    """One instance of the activity is complete; what can be undone of it is known to its scope when all of it is."""
    node, scope = activity.node, activity.scope.of
    inner = inside.done if inside is not None and not node.called and node.kind == "sub" else []
    if scope.undo_of(node.id) is not None:
        activity.noted.append(Done(node.id, []))
    elif inner or (node.kind == "sub" and not node.called and inside is not None and inside.of.own_undo is not None):
        activity.noted.append(Done(node.id, inner))


def compensate(game: Game, running: Running, node: Node, level: int = 0) -> bool:
    """The token at the throw or end event `node` asks for compensation; True while it has to wait for it."""
    homes = list(_homes(running))
    for number in range(level, len(homes)):
        home = homes[number]
        wanted = [done for done in home.done if node.name in {"", done.node}]
        if wanted:
            home.done = [done for done in home.done if done not in wanted]
            game.tickets += 1
            home.undoing.append(Undoing(game.tickets, wanted))
            running.throwing.append((node.id, number + 1, game.tickets))
            return True
    return False


def _homes(running: Running) -> Iterator[Running]:
    """The scope, and from inside of an event sub-process the scope that it handles."""
    yield running
    while running.host is not None and running.host.node.kind == "handler":
        running = running.host.scope
        yield running


def undo_next(game: Game, running: Running) -> bool:
    """Begin to undo the next thing in this scope; False when no undoing there can go on by itself."""
    for undoing in running.undoing:
        if undoing.handler or (undoing.inside is not None and not undoing.inside.is_empty):
            continue
        undoing.inside = None
        if undoing.left:
            _begin(game, running, undoing, undoing.left.pop())
        else:
            running.undoing.remove(undoing)
            _resume(game, undoing.ticket)
        return True
    return False


def _begin(game: Game, running: Running, undoing: Undoing, done: Done) -> None:
    handler = running.of.undo_of(done.node)
    if handler is not None:
        undoing.handler = handler.id
        return
    node = running.of.by_id[done.node]
    assert node.inside is not None
    inner = list(done.inner)  # markings share what is done
    own = node.inside.own_undo
    if own is None:
        undoing.inside = Running(node.inside, undoing=[Undoing(0, inner)])
        return
    undoing.inside = Running(node.inside, done=inner)
    activity = Activity(own, undoing.inside)
    undoing.inside.working.append(activity)
    assert own.inside is not None
    game.begin_scope(own.inside, activity)


def _resume(game: Game, ticket: int) -> None:
    """The throw event that waited goes on, if it is still there."""
    for running in game.root.walk():
        for token in running.throwing:
            if token[2] == ticket:
                running.throwing.remove(token)
                node = running.of.by_id[token[0]]
                if not compensate(game, running, node, token[1]):
                    undone(game, running, node)
                return


def undone(game: Game, running: Running, node: Node) -> None:
    """All that the throw or end event `node` asked for is undone."""
    if node.event == "cancel":
        if not climb(game, running, "cancel", ""):
            game._scope_over(game.root)  # nobody catches it: the instance ends here
    elif node.kind == "throw":
        game.leave(running, node)
