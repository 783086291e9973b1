"""Compiled specs of events that wait, of those that begin, and of event sub-processes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.workflow.activities import Subprocess
from engine.workflow.arming import arm, awaited, keep_waiting, watch
from engine.workflow.compiled import RELEASED, Compiled, Split
from engine.workflow.data import Data, Fork, Values, load, overlay
from engine.workflow.dataflow.input_output import InputOutput
from engine.workflow.in_view import condition_holds, data_inside, data_of_scope, news_of, seen_by, view_from
from engine.workflow.scripting import names_of
from engine.workflow.task import WAITING, LiveTask
from engine.workflow.triggers import Trigger

if TYPE_CHECKING:
    from engine.workflow.tree import Scope


#: Kinds of triggers that bring data with them.
_WITH_PAYLOAD = frozenset({"message", "signal", "error", "escalation"})


class Catching(Compiled):
    """An event that waits (arming.py says what its token keeps)."""

    kind = "event"
    triggers: tuple[Trigger, ...] = ()
    all_of: bool = False
    brings: InputOutput | None = None  #: what becomes of a payload, where that is drawn

    def _update_hook(self, my_task: LiveTask) -> bool:
        my_task.wait()
        arm(my_task)
        return not self.triggers  # an event without definition does not wait

    def settle(self, my_task: LiveTask) -> bool:
        """Ask the conditions. One counts when it begins to hold, not as long as it does."""
        if my_task._state != WAITING:
            return True
        view = self.view(my_task)
        held = my_task.internal_data.get("held", [])
        for number, trigger in list(awaited(my_task)):
            if trigger.kind != "conditional":
                continue
            now = condition_holds(my_task, trigger.expression, view)
            if now and number not in held:
                self.occur(my_task, number, seen_by(my_task, names_of(trigger.expression), view))
                if my_task._state != WAITING:
                    return True
            elif not now and number in held:
                held = my_task.internal_data["held"] = [other for other in held if other != number]
        return False

    def view(self, my_task: LiveTask) -> Data:
        """The data that the conditions of this event are about."""
        return view_from(my_task, None)

    def occur(self, my_task: LiveTask, number: int, payload: Values) -> None:
        """The trigger `number` has occurred; a parallel multiple event goes on waiting for the others."""
        if self.brings is not None and self.triggers[number].kind in _WITH_PAYLOAD:
            payload = self.brings.received(my_task, payload)
        if self.all_of:
            seen = [*my_task.internal_data.get("seen", ()), number]
            if self.stand_by and len(seen) == 1:
                my_task.carried = {}  # while armed it only collects what the triggers bring
            my_task.internal_data["seen"] = seen
            my_task.put(payload)
            if len(seen) < len(self.triggers):
                return
            payload = my_task.data
        self.fire(my_task, payload, number)

    def fire(self, my_task: LiveTask, payload: Values, number: int) -> None:  # noqa: ARG002
        """The event happened: the token goes on, with `payload` merged into its data."""
        my_task.put(payload)
        my_task._ready()


class Start(Compiled):
    """A start event: its trigger was judged by whoever began the scope."""

    triggers: tuple[Trigger, ...] = ()
    all_of: bool = False

    def take_in(self, my_task: LiveTask) -> None:
        """Whoever began the scope gave it its data."""

    def give_out(self, my_task: LiveTask) -> None:
        if self.io is not None:
            my_task.carried = self.io.renamed(my_task)


class Alternative(Catching):
    """An event behind an event-based gateway: the first that fires ends the others."""

    def fire(self, my_task: LiveTask, payload: Values, number: int) -> None:
        if my_task.parent is not None:
            for other in my_task.parent.children:
                if other is not my_task:
                    other.cancel()
        super().fire(my_task, payload, number)


class EventGateway(Split):
    """Sends a token to each of its events."""


class Boundary(Catching):
    shown = RELEASED
    attached = True
    stand_by = True
    cancel_activity: bool

    def view(self, my_task: LiveTask) -> Data:
        return view_from(my_task, host_of(my_task))

    def fire(self, my_task: LiveTask, payload: Values, number: int) -> None:
        """The handler begins with what has been done inside the activity so far."""
        host = host_of(my_task)
        my_task.carried = _one(data_inside(host), host.fork)
        if self.cancel_activity:
            siblings = my_task.parent.children if my_task.parent is not None else []
            host.cancel()
            for sibling in siblings:
                if sibling is not my_task and sibling._state == WAITING:
                    sibling.cancel()
        else:
            rearm(my_task, number)
            part(host, my_task)
        super().fire(my_task, payload, number)


def host_of(event: LiveTask) -> LiveTask:
    """The activity to which the token of a boundary event is attached."""
    siblings = event.parent.children if event.parent is not None else []
    (host,) = [sibling for sibling in siblings if not sibling.task_spec.attached]
    return host


def _one(data: Data, fork: Fork | None) -> Data:
    """`data`, as the very object that `fork` holds where it is the same: a reminder each day is one fork."""
    return fork.data if fork is not None and load(fork.data) == load(data) else data


def part(host: LiveTask, handler: LiveTask) -> None:
    """From here on two tokens are under way: remember the data both began with."""
    if host.fork is None or host.fork.data is not handler.carried:
        host.fork = Fork(handler.carried, host.fork)
    handler.fork = host.fork


def rearm(my_task: LiveTask, number: int) -> None:
    """A non-interrupting event stays armed, under a new token, for what can occur again."""
    kept = keep_waiting(my_task, number)
    if kept is None:
        return
    successor = LiveTask(my_task.workflow, my_task.task_spec, my_task.parent, my_task.carried, my_task.fork)
    successor.wait()
    successor.internal_data.update(kept)
    watch(successor)


class EventSubprocess(Subprocess, Catching):
    """Armed when its scope begins; triggered, it runs beside the scope or, interrupting, instead of it.

    Beside the scope it keeps that open, and what it changes is known there once it has ended.
    """

    shown = RELEASED
    kind = "event"
    stand_by = True
    interrupting: bool = True

    def _update_hook(self, my_task: LiveTask) -> bool:
        return Catching._update_hook(self, my_task)

    def fire(self, my_task: LiveTask, payload: Values, number: int) -> None:
        scope = my_task.workflow
        now = data_of_scope(scope)
        if self.interrupting:
            scope.interruptions += 1
            scope.cancel_all(but=my_task)
        else:
            rearm(my_task, number)
            my_task.fork = Fork(now, None)
        my_task.carried = now
        if not _is_within(scope.top_workflow.in_between, scope):  # what is thrown in the scope is its own data
            my_task.put(payload)
        my_task.start()
        self.enter(my_task)

    def brought_out(self, my_task: LiveTask, inside: Scope) -> Data:
        outcome = super().brought_out(my_task, inside)
        if not self.interrupting:
            tell(my_task.workflow, news_of(my_task, outcome))
        return outcome

    def leave(self, my_task: LiveTask) -> None:
        if self.interrupting:  # else the tokens of the scope wait at its end
            super().leave(my_task)


def _is_within(task: LiveTask | None, scope: Scope) -> bool:
    while task is not None and task.workflow is not scope:
        task = task.workflow.host
    return task is not None


def tell(scope: Scope, news: Values) -> None:
    """Let all tokens of the scope know `news`, and those inside as far as they know the names."""
    groups: dict[frozenset[str], tuple[Values, list[LiveTask]]] = {}
    for task, known in _all_tokens(scope, news):
        groups.setdefault(frozenset(known), (known, []))[1].append(task)
    outside = scope.host.fork if scope.host is not None else None
    for known, tasks in groups.values():
        overlay(tasks, known, outside)


def _all_tokens(scope: Scope, news: Values) -> Iterator[tuple[LiveTask, Values]]:
    for task in scope.open_tasks.values():
        # The element of an instance is its own, whatever a variable of that name is outside.
        private = getattr(task.task_spec.owner, "private", None)
        known = {name: value for name, value in news.items() if name not in private} if private else news
        yield task, known
        inside = scope.top_workflow.subprocesses.get(task.id)
        if inside is not None:
            io = task.task_spec.io
            yield from _all_tokens(inside, io.lets_in(known) if io is not None else known)
