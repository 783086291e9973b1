"""The token game of BPMN 2.0 (chapter 13): how tokens move until only the outside world can move them.

Written from the standard, for reading, not for speed. Where the standard leaves an order open, every order is followed;
two such choices are made once, as any engine must: a step runs to its end before the next thing happens, and a join
is asked only when no other token can move.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from tests.oracle.events import climb, climb_at, signal, throw
from tests.oracle.marking import Activity, Running
from tests.oracle.model import WORK, Flow, Loop, Many, Node, Scope
from tests.oracle.undoing import compensate, note, undo_next, undone

Choose = Callable[[str], bool]  #: value of the variable of a condition, the same during a whole step

MAX_MOVES = 300  #: in one step
MAX_ORDERS = 32  #: of joins that compete, in one step


class Livelock(Exception):
    """Tokens move for ever although nothing happens outside, or in more orders than anybody could tell apart."""


class NoWayOut(Exception):
    """No condition of a choice holds, and it has no default flow."""


class Game:
    """One step on one marking: say what happens (`game.py` below: complete, trigger, …), then `settle`."""

    def __init__(self, root: Running, choose: Choose) -> None:
        self.root, self.choose = root, choose
        self._moves = 0
        #: The last number given: none is given twice, also to what is undone inside and nobody throws.
        self.tickets = max((ticket for running in root.walk() for ticket in running.tickets), default=0)

    # ---- to rest ----

    def settle(self) -> list[Running]:
        """All markings in which the step can come to rest; several when joins compete."""
        found: dict[object, Running] = {}
        todo, orders = [self], 0
        while todo:
            game, orders = todo.pop(), orders + 1
            choices = game._to_choices()
            if not choices:
                found[game.root.key] = game.root
            for number in range(len(choices)):
                twin = Game(game.root.clone(), self.choose)
                twin._moves = game._moves
                twin._choices()[number]()
                todo.append(twin)
            if orders > MAX_ORDERS:
                raise Livelock
        return list(found.values())

    def _to_choices(self) -> list[Callable[[], None]]:
        """Move all tokens that move by themselves; answers what can happen then, if it is more than one thing."""
        while True:
            while self._move_somewhere():
                self._moves += 1
                if self._moves > MAX_MOVES:
                    raise Livelock
            if self.root.is_empty:
                self.root.armed.clear()  # event sub-processes that were never triggered do not hold up the end
            choices = self._choices()
            if len(choices) != 1:
                return choices
            self._moves += 1
            choices[0]()

    def _choices(self) -> list[Callable[[], None]]:
        """Joins that fire, and activities whose turn it may be."""
        found: list[Callable[[], None]] = []
        for running in self.root.walk():
            found += [partial(self._join, running, n) for n in running.of.joins if self._joins_now(running, n)]
            if not running.working:
                found += [partial(self._take_turn, running, name) for name in dict.fromkeys(running.held)]
        return found

    def _take_turn(self, running: Running, name: str) -> None:
        running.held.remove(name)
        self._perform(running, running.of.by_id[name])

    def _move_somewhere(self) -> bool:
        for running in self.root.walk():
            for flow in list(running.tokens):
                if not running.dead and flow in running.tokens and self._arrive(running, running.of.flow_by_id[flow]):
                    return True
            if not running.dead and undo_next(self, running):
                return True
            if running.host is not None and not running.dead and running.is_empty:
                self._scope_over(running)
                return True
        return False

    def _arrive(self, running: Running, flow: Flow) -> bool:
        """Let the token on `flow` go on; False when it has to wait for others."""
        node = running.of.by_id[flow.target]
        if node.kind == "parallel":
            incoming = running.of.incoming(node.id)
            if any(other.id not in running.tokens for other in incoming):
                return False
            for other in incoming:
                running.take(other.id)
            self.leave(running, node)
            return True
        if node.kind == "inclusive" and len(running.of.incoming(node.id)) > 1:
            return False
        running.take(flow.id)
        self.enter(running, node)
        return True

    def _joins_now(self, running: Running, node: Node) -> bool:
        """Table 13.3: no token can reach an empty flow of the join, unless it can reach one that has a token too."""
        incoming = running.of.incoming(node.id)
        full = {flow.id for flow in incoming if flow.id in running.tokens}
        empty = {flow.id for flow in incoming} - full
        if not full:
            return False
        for start in _token_places(running):
            reached = running.of.reached(start, without=node.id)
            if reached & empty and not reached & full:
                return False
        return True

    def _join(self, running: Running, node: Node) -> None:
        for flow in running.of.incoming(node.id):
            if flow.id in running.tokens:
                running.take(flow.id)
        self.leave(running, node)

    # ---- nodes ----

    def enter(self, running: Running, node: Node) -> None:
        """A token enters the node."""
        if running.plan is not None and node.kind in WORK:
            if running.plan.sequential and not running.enough:
                running.held.append(node.id)
            elif not running.enough:
                self._perform(running, node)
            return
        if node.event in {"compensate", "cancel"}:
            if node.event == "cancel":  # 13.3.4: what is under way in the transaction is called off, the rest undone
                self.clear(running)
            if not compensate(self, running, node):
                undone(self, running, node)
            return
        match node.kind:
            case "task" | "service" | "sub":
                self._begin(running, node)
            case "catch":
                running.waiting.append((node.id,))
            case "events":
                running.waiting.append(tuple(flow.target for flow in running.of.outgoing(node.id)))
            case "throw":
                token = Activity(node, running)  # what it throws may take the token itself away
                running.working.append(token)
                throw(self, running, node)
                if token in running.working and not running.dead:
                    running.working.remove(token)
                    self.leave(running, node)
            case "end":
                throw(self, running, node)
            case "script":
                self.sets(running, node)
                self.leave(running, node)
            case _:
                self.leave(running, node)

    def _perform(self, running: Running, node: Node) -> None:
        """The turn of an activity in an ad-hoc sub-process."""
        if node.kind == "script":
            self.sets(running, node)
            self.completed(running, node)
        else:
            self._begin(running, node)

    def completed(self, running: Running, node: Node) -> None:
        """An activity is complete; 13.3.5: in an ad-hoc sub-process it may be enough then."""
        plan = running.plan
        if running.enough:
            return
        if plan is None or not plan.until or not self.choose(plan.until):
            self.leave(running, node)
            return
        running.sweep()
        running.enough = True
        if plan.cancels or plan.sequential:
            for activity in list(running.working):
                self.withdraw(activity)

    def sets(self, running: Running, node: Node) -> None:
        """The node has set its variable and, in a sub-process, the data object of its own that goes by its name."""
        if self.root.data is not None:
            self.root.data.add(f"v_{node.id}")
            if running.host is not None and not running.host.node.called:
                running.own.add(node.id)

    def leave(self, running: Running, node: Node) -> None:
        """A token leaves the node by its outgoing flows; without any it ends."""
        outgoing = running.of.outgoing(node.id)
        default = [flow for flow in outgoing if flow.default]
        if node.kind == "exclusive" and len(outgoing) > 1:
            chosen = [flow for flow in outgoing if not flow.default and self.choose(flow.condition)][:1] or default
            if not chosen:
                raise NoWayOut(node.id)
        else:
            conditional = [flow for flow in outgoing if flow.condition and not flow.default]
            true = [flow for flow in conditional if self.choose(flow.condition)]
            chosen = [flow for flow in outgoing if not flow.condition and not flow.default] + (true or default)
            if conditional and not chosen:
                raise NoWayOut(node.id)
        for flow in chosen:
            running.put(flow.id)

    # ---- activities ----

    def begin_scope(self, of: Scope, host: Activity | None) -> Running:
        armed = [node.id for node in of.handlers if node.event != "compensate"]
        running = Running(of, host, armed=armed) if host is not None else self.root
        if host is not None:
            host.inside.append(running)
        else:
            running.armed = armed
        for node in of.beginnings:
            self.enter(running, node)
        return running

    def _begin(self, running: Running, node: Node) -> None:
        armed = [boundary.id for boundary in running.of.boundaries(node.id)]
        activity = Activity(node, running, armed=armed)
        if isinstance(node.repeated, Many) and node.repeated.count == 0:
            self.completed(running, node)
            return
        running.working.append(activity)
        count = node.repeated.count if isinstance(node.repeated, Many) else 1
        at_once = 1 if isinstance(node.repeated, Many) and node.repeated.sequential else count
        activity.left = count - at_once
        for _ in range(at_once):
            self._begin_instance(activity)

    def _begin_instance(self, activity: Activity) -> None:
        if activity.node.inside is None:
            activity.open += 1
        else:
            self.begin_scope(activity.node.inside, activity)

    def instance_done(self, activity: Activity, inside: Running | None = None) -> None:
        """One instance of a task is complete, or the inside of one instance of a sub-process is over."""
        activity.done += 1
        note(activity, inside)
        if activity.node.inside is None:
            self.sets(activity.scope, activity.node)
        repeated = activity.node.repeated
        if isinstance(repeated, Many) and repeated.says and not self._announced(activity, repeated):
            return
        at_work = activity.open + len(activity.inside)
        if isinstance(repeated, Loop):
            if activity.done < repeated.maximum and self.choose(repeated.condition):
                self._begin_instance(activity)
                return
        elif at_work or activity.left:
            if isinstance(repeated, Many) and repeated.until and activity.done >= repeated.until:
                self._finish(activity)
            elif activity.left and isinstance(repeated, Many) and repeated.sequential:
                activity.left -= 1
                self._begin_instance(activity)
            return
        self._finish(activity)

    def _announced(self, activity: Activity, many: Many) -> bool:
        """Table 10.29: instances throw events. False when what caught one has taken the activity away."""
        if many.says == "first" and activity.said:
            return True
        activity.said = many.says == "first"
        if many.event == "signal":
            signal(self, many.name)
        elif not climb_at(self, activity, "escalation", many.name):
            climb(self, activity.scope, "escalation", many.name)
        return activity in activity.scope.working and not activity.scope.dead

    def instance_called_off(self, activity: Activity) -> None:
        """One of several instances, or the round of a loop, was called off: it counts as done, nothing is asked."""
        activity.done += 1
        if isinstance(activity.node.repeated, Many) and (activity.open or activity.inside or activity.left):
            if activity.left and activity.node.repeated.sequential:
                activity.left -= 1
                self._begin_instance(activity)
            return
        self._finish(activity)

    def _finish(self, activity: Activity) -> None:
        self.withdraw(activity)
        activity.scope.done += activity.noted
        self.completed(activity.scope, activity.node)

    def withdraw(self, activity: Activity) -> None:
        """Take the activity and all inside of it away."""
        activity.scope.working.remove(activity)
        for running in activity.inside:
            running.kill()

    def clear(self, running: Running) -> None:
        """Call everything off in this scope."""
        for activity in list(running.working):
            self.withdraw(activity)
        running.sweep(), running.armed.clear()

    def _scope_over(self, running: Running) -> None:
        host = running.host
        running.kill()
        if self.root.data is not None:  # a sub-process that reaches its end hands on what it has kept to itself
            self.root.data |= {f"out_{name}" for name in running.own}
        if host is None:
            running.sweep(), running.working.clear(), running.armed.clear()
            return
        host.inside.remove(running)
        self.instance_done(host, running)


def _token_places(running: Running) -> Iterable[frozenset[str]]:
    """For each token of this run, the flows from which it goes on."""
    for flow in running.tokens:
        yield frozenset((flow,))
    inside = [activity.node.id for activity in running.working if activity.node.kind != "handler"]
    for name in inside:
        nodes = (name, *(boundary.id for boundary in running.of.boundaries(name)))
        yield frozenset(flow.id for node in nodes for flow in running.of.outgoing(node))
    for name in (*running.held, *(name for name, _, _ in running.throwing)):
        yield frozenset(flow.id for flow in running.of.outgoing(name))
    for names in running.waiting:
        yield frozenset(flow.id for node in names for flow in running.of.outgoing(node))


def begin(scope: Scope, values: Mapping[str, bool], *, with_data: bool = False) -> list[Running]:
    """A new instance at rest; its data are followed if somebody asks for them."""
    game = Game(Running(scope, data=set() if with_data else None), values.__getitem__)
    game.begin_scope(scope, None)
    return game.settle()
