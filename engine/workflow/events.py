"""Compiled specs of events, and how an event finds who catches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.errors import StepFailed
from engine.model.step import ThrownEvent
from engine.workflow.activities import Subprocess
from engine.workflow.compiled import RELEASED, Compiled, Split, boundary_events, holds
from engine.workflow.data import Fork, Values
from engine.workflow.task import WAITING, LiveTask
from engine.workflow.timers import Arming, arm_cycle, arm_date, arm_duration, literal, next_arming
from engine.workflow.triggers import Trigger

if TYPE_CHECKING:
    from engine.workflow.tree import LiveWorkflow, Scope


class Catching(Compiled):
    """An event that waits. internal_data: due, left, every of a timer; key of a message; `payload` never lies there."""

    kind = "event"
    triggers: tuple[Trigger, ...] = ()

    def _update_hook(self, my_task: LiveTask) -> bool:
        my_task.wait()
        for trigger in self.triggers:
            self.arm(my_task, trigger)
        return not self.triggers  # an event without definition does not wait

    def arm(self, my_task: LiveTask, trigger: Trigger) -> None:
        if trigger.is_timer:
            set_timer(my_task, compute_arming(my_task, trigger))
        elif trigger.key:
            my_task.internal_data["key"] = correlation_key(my_task, trigger)
        elif trigger.kind == "conditional":
            my_task.workflow.top_workflow.unsettled[my_task.id] = my_task

    def settle(self, my_task: LiveTask) -> bool:
        if my_task._state != WAITING:
            return True
        for trigger in self.triggers:
            if trigger.kind == "conditional" and holds(my_task, trigger.expression):
                self.fire(my_task, {})
                return True
        return False

    def fire(self, my_task: LiveTask, payload: Values) -> None:
        """The event happened: the token goes on, with `payload` merged into its data."""
        my_task.put(payload)
        my_task._ready()


class Start(Compiled):
    """A start event: its trigger was judged by whoever began the scope."""

    triggers: tuple[Trigger, ...] = ()


class Alternative(Catching):
    """An event behind an event-based gateway: the first that fires ends the others."""

    def fire(self, my_task: LiveTask, payload: Values) -> None:
        if my_task.parent is not None:
            for other in my_task.parent.children:
                if other is not my_task:
                    other.cancel()
        super().fire(my_task, payload)


class EventGateway(Split):
    """Sends a token to each of its events."""


class Boundary(Catching):
    shown = RELEASED
    attached = True
    stand_by = True
    cancel_activity: bool

    def fire(self, my_task: LiveTask, payload: Values) -> None:
        siblings = my_task.parent.children if my_task.parent is not None else []
        (host,) = [sibling for sibling in siblings if not sibling.task_spec.attached]
        if self.cancel_activity:
            host.cancel()
            for sibling in siblings:
                if sibling is not my_task and sibling._state == WAITING:
                    sibling.cancel()
        else:
            rearm(my_task)
            part(host, my_task)
        super().fire(my_task, payload)


def part(host: LiveTask, handler: LiveTask) -> None:
    """From here on two tokens are under way: remember the data both began with. A reminder each day is one fork."""
    if host.fork is None or host.fork.data is not handler.carried:
        host.fork = Fork(handler.carried, host.fork)
    handler.fork = host.fork


def rearm(my_task: LiveTask) -> None:
    """A non-interrupting event stays: messages, signals and escalations for ever, cycles while rounds are left."""
    spec = my_task.task_spec
    (trigger, *_) = spec.triggers
    if trigger.kind not in {"message", "signal", "escalation", "cycle"}:
        return
    again: Arming | None = None
    if trigger.kind == "cycle":
        now = my_task.internal_data
        again = next_arming(datetime.fromisoformat(now["due"]), now["left"], now["every"])
        if again is None:
            return
    successor = LiveTask(my_task.workflow, spec, my_task.parent, my_task.carried, my_task.fork)
    successor.wait()
    if again is not None:
        set_timer(successor, again)
    elif "key" in my_task.internal_data:
        successor.internal_data["key"] = my_task.internal_data["key"]


class EventSubprocess(Subprocess, Catching):
    """Armed when its scope begins; triggered, it runs beside the scope or, interrupting, instead of it."""

    shown = RELEASED
    kind = "event"
    stand_by = True
    interrupting: bool = True

    def _update_hook(self, my_task: LiveTask) -> bool:
        return Catching._update_hook(self, my_task)

    def fire(self, my_task: LiveTask, payload: Values) -> None:
        if self.interrupting:
            my_task.workflow.cancel_all(but=my_task)
        else:
            rearm(my_task)
        my_task.put(payload)
        my_task.start()
        self.enter(my_task)


class Throwing(Compiled):
    """An intermediate throw event or send task: throws when its token leaves."""

    triggers: tuple[Trigger, ...] = ()

    def leave(self, my_task: LiveTask) -> None:
        for trigger in self.triggers:
            throw(my_task, trigger)
        super().leave(my_task)


class End(Throwing):
    def leave(self, my_task: LiveTask) -> None:
        workflow = my_task.workflow
        if workflow.host is None:
            workflow.top_workflow.journal.end_node = self.stands_for
        super().leave(my_task)


def throw(my_task: LiveTask, trigger: Trigger) -> None:
    top: LiveWorkflow = my_task.workflow.top_workflow
    match trigger.kind:
        case "message":
            key = correlation_key(my_task, trigger)
            if not send_message(top, trigger.name, my_task.data, key):
                _tell_outside(my_task, trigger, key)
        case "signal":
            _tell_outside(my_task, trigger, "")
            send_signal(top, trigger.name, my_task.data)
        case "escalation":
            climb(my_task, "escalation", trigger.code, my_task.data)
        case "error" | "cancel":
            if not climb(my_task, trigger.kind, trigger.code, my_task.data):
                top.cancel_all(but=my_task)  # nobody catches it: the instance ends here
                top.finish(my_task)
                top.journal.end_node = my_task.task_spec.node
        case "terminate":
            my_task.workflow.cancel_all(but=my_task)
            my_task.workflow.finish(my_task)


def _tell_outside(my_task: LiveTask, trigger: Trigger, key: str) -> None:
    spec = my_task.task_spec
    kind: Any = trigger.kind
    thrown = ThrownEvent(node_id=spec.node, kind=kind, name=trigger.name, payload=my_task.data, correlation_key=key)
    my_task.workflow.top_workflow.journal.thrown.append(thrown)


def waiting_for(top: LiveWorkflow, kind: str, name: str) -> list[LiveTask]:
    """Tokens of all scopes that wait for the message or signal `name`, oldest first."""
    found = [
        task
        for scope in top.scopes()
        for task in scope.open_tasks.values()
        if task._state == WAITING
        and task.task_spec.kind == "event"
        and any(trigger.kind == kind and trigger.name == name for trigger in task.task_spec.triggers)
    ]
    return sorted(found, key=lambda task: task.id)


def send_message(top: LiveWorkflow, name: str, payload: Mapping[str, object], key: str) -> bool:
    """Give the message to the one token that has waited longest for it; an empty key on either side fits any."""
    for task in waiting_for(top, "message", name):
        own = task.internal_data.get("key", "")
        if not own or not key or own == key:
            task.task_spec.fire(task, dict(payload))
            return True
    return False


def send_signal(top: LiveWorkflow, name: str, payload: Mapping[str, object]) -> bool:
    """Give the signal to every token that waits for it."""
    caught = False
    for task in waiting_for(top, "signal", name):
        if task._state == WAITING:  # an interrupting one before it may have ended it
            task.task_spec.fire(task, dict(payload))
            caught = True
    return caught


def climb(origin: LiveTask, kind: str, code: str, payload: Mapping[str, object], *, at_host: bool = False) -> bool:
    """Let an error, escalation or cancel rise from `origin` to the nearest scope that catches it.

    at_host: `origin` is itself an activity whose boundary events may catch it.
    """
    candidates = boundary_events(origin) if at_host else []
    scope: Scope = origin.workflow
    while True:
        if (catcher := _pick(candidates, kind, code)) is not None:
            catcher.task_spec.fire(catcher, dict(payload))
            return True
        inside = [
            t
            for t in scope.open_tasks.values()
            if t._state == WAITING and t.task_spec.stand_by and not t.task_spec.attached
        ]
        if (catcher := _pick(inside, kind, code)) is not None:
            catcher.task_spec.fire(catcher, dict(payload))
            return True
        if scope.host is None:
            return False
        candidates, scope = boundary_events(scope.host), scope.host.workflow


def _pick(tasks: list[LiveTask], kind: str, code: str) -> LiveTask | None:
    """The catcher of this very code, else one that catches every code."""
    exact = everything = None
    for task in tasks:
        for trigger in task.task_spec.triggers:
            if trigger.kind == kind and trigger.code == code:
                exact = exact or task
            elif trigger.kind == kind and not trigger.code:
                everything = everything or task
    return exact or everything


def correlation_key(my_task: LiveTask, trigger: Trigger) -> str:
    """The values of the correlation expressions, joined; empty when the message has none."""
    engine = my_task.workflow.top_workflow.script_engine
    return "/".join(str(engine.evaluate(my_task, expression)) for expression in trigger.key)


def compute_arming(my_task: LiveTask, trigger: Trigger) -> Arming:
    """When the timer fires, by the clock of this step. Raises StepFailed for an expression that gives no time."""
    top: LiveWorkflow = my_task.workflow.top_workflow
    value: object = literal(trigger.expression)
    if value is None:
        value = top.script_engine.evaluate(my_task, trigger.expression)
    try:
        if trigger.kind == "date":
            return arm_date(value)
        return arm_duration(value, top.at) if trigger.kind == "duration" else arm_cycle(value, top.at)
    except ValueError as error:
        node = my_task.task_spec.node
        # What the expression gave may be what somebody typed; the error behind this one says it.
        raise StepFailed(
            f"Timer {node}: the expression gives no time.",
            node_id=node,
            cause="no_time",
            facts={"expression": trigger.expression},
        ) from error


def set_timer(my_task: LiveTask, arming: Arming) -> None:
    values = asdict(arming)
    my_task.internal_data["due"] = values.pop("due_at").isoformat()
    if arming.every:
        my_task.internal_data.update(values)
