"""Compiled specs of events that throw, and how what is thrown finds who catches it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.errors import StepFailed
from engine.model.step import ThrownEvent
from engine.workflow.arming import awaited, correlation_key, key_of
from engine.workflow.compensation import compensate
from engine.workflow.compiled import Compiled, boundary_events, disarm
from engine.workflow.data import Values
from engine.workflow.in_view import data_of_scope
from engine.workflow.task import WAITING, LiveTask
from engine.workflow.triggers import Trigger

if TYPE_CHECKING:
    from engine.workflow.tree import LiveWorkflow, Scope

#: Thrown after the others: what ends the scope would swallow them.
_LAST = ("cancel", "error", "terminate")

Caught = tuple[LiveTask, int]  #: a token that waits, and the number of its trigger that occurs


class Throwing(Compiled):
    """An intermediate throw event or send task: throws when its token leaves."""

    triggers: tuple[Trigger, ...] = ()
    all_of: bool = False

    def _run_hook(self, my_task: LiveTask) -> bool | None:
        """First the work is undone that a compensation, or the cancel of a transaction, calls back."""
        for trigger in self.triggers:
            if trigger.kind == "cancel":
                my_task.carried = data_of_scope(my_task.workflow)  # what the tokens that it ends have done stays known
                my_task.workflow.cancel_all(but=my_task)
            if trigger.kind in {"compensate", "cancel"} and compensate(my_task, trigger.name) and not trigger.code:
                return None
        return True

    def leave(self, my_task: LiveTask) -> None:
        scope, top = my_task.workflow, my_task.workflow.top_workflow
        interruptions = scope.interruptions
        if self.guarded:
            disarm(my_task)
        for trigger in sorted(self.triggers, key=lambda trigger: trigger.kind in _LAST):
            top.in_between = my_task
            throw(my_task, trigger)
            top.in_between = None
            if scope.completed or scope.interruptions != interruptions:
                return  # whoever caught it has called this token off
        super().leave(my_task)


class End(Throwing):
    def leave(self, my_task: LiveTask) -> None:
        scope = my_task.workflow
        while scope.host is not None and scope.host.task_spec.stand_by:
            scope = scope.host.workflow  # the end of an event sub-process
        if scope.host is None:
            scope.top_workflow.journal.end_node = self.stands_for
        super().leave(my_task)


def throw(my_task: LiveTask, trigger: Trigger) -> None:
    top: LiveWorkflow = my_task.workflow.top_workflow
    match trigger.kind:
        case "message":
            key = correlation_key(my_task, trigger)
            if not send_message(top, trigger.name, payload_of(my_task), key):
                _tell_outside(my_task, trigger, key)
        case "signal":
            _tell_outside(my_task, trigger, "")
            send_signal(top, trigger.name, payload_of(my_task))
        case "escalation":
            climb(my_task, "escalation", trigger.code, payload_of(my_task))
        case "error" | "cancel":
            if not climb(my_task, trigger.kind, trigger.code, payload_of(my_task)):
                my_task.carried = data_of_scope(top)
                top.cancel_all(but=my_task)  # nobody catches it: the instance ends here
                top.finish(my_task)
                top.journal.end_node = my_task.task_spec.node
        case "terminate":
            my_task.carried = data_of_scope(my_task.workflow)  # what the tokens that it ends have done stays done
            my_task.workflow.cancel_all(but=my_task)
            my_task.workflow.finish(my_task)


def _tell_outside(my_task: LiveTask, trigger: Trigger, key: str) -> None:
    spec = my_task.task_spec
    kind: Any = trigger.kind
    thrown = ThrownEvent(
        node_id=spec.node, kind=kind, name=trigger.name, payload=payload_of(my_task), correlation_key=key
    )
    my_task.workflow.top_workflow.journal.thrown.append(thrown)


def payload_of(my_task: LiveTask) -> Values:
    """What an event throws: the inputs that are drawn, else all data but those of the sub-processes around it."""
    values = my_task.data
    if my_task.task_spec.io is not None:
        return values
    host = my_task.workflow.host
    while host is not None:
        io = host.task_spec.io
        if io is not None:
            values = {name: value for name, value in values.items() if name not in io.own}
        host = host.workflow.host
    return values


def waiting_for(top: LiveWorkflow, kind: str, name: str) -> list[Caught]:
    """Tokens of all scopes that wait for the message or signal `name`, oldest first."""
    found = [
        (task, number)
        for scope in top.scopes()
        for task in scope.open_tasks.values()
        if task._state == WAITING and task.task_spec.kind == "event"
        for number, trigger in awaited(task)
        if trigger.kind == kind and trigger.name == name
    ]
    return sorted(found, key=lambda caught: caught[0].id)


def send_message(top: LiveWorkflow, name: str, payload: Mapping[str, object], key: str) -> bool:
    """Give the message to the one token that has waited longest for it; an empty key on either side fits any."""
    for task, number in waiting_for(top, "message", name):
        own = key_of(task, number)
        if not own or not key or own == key:
            task.task_spec.occur(task, number, dict(payload))
            return True
    return False


def send_signal(top: LiveWorkflow, name: str, payload: Mapping[str, object]) -> bool:
    """Give the signal to every token that waits for it."""
    caught = False
    for task, number in waiting_for(top, "signal", name):
        if task._state == WAITING:  # an interrupting one before it may have ended it
            task.task_spec.occur(task, number, dict(payload))
            caught = True
    return caught


def climb(origin: LiveTask, kind: str, code: str, payload: Mapping[str, object], *, at_host: bool = False) -> bool:
    """Let an error, escalation or cancel rise from `origin` to the nearest scope that catches it.

    at_host: `origin` is itself an activity whose boundary events may catch it.
    """
    candidates = boundary_events(origin) if at_host else []
    scope: Scope = origin.workflow
    handler: Any = None  #: the event sub-process from which it rises: what it throws is for others
    while True:
        around = (
            task
            for task in scope.open_tasks.values()
            if task._state == WAITING
            and task.task_spec.stand_by
            and not task.task_spec.attached
            and task.task_spec is not handler
        )
        caught = _pick(candidates, kind, code) or _pick(list(around), kind, code)
        if caught is not None:
            task, number = caught
            task.task_spec.occur(task, number, dict(payload))
            return True
        if scope.host is None:
            return False
        handler = scope.host.task_spec
        if handler.io is not None:
            payload = handler.io.lets_out(payload)
        candidates, scope = boundary_events(scope.host), scope.host.workflow


def raise_error(origin: LiveTask, code: str, values: Mapping[str, object]) -> None:
    """The work of the open activity `origin` ends in the error `code`. Raises StepFailed when nobody catches it."""
    if climb(origin, "error", code, values, at_host=True):
        return
    node = origin.task_spec.node
    raise StepFailed(
        f"Nothing catches error {code} of {node}.", node_id=node, cause="uncaught_error", facts={"error": code}
    )


def _pick(tasks: list[LiveTask], kind: str, code: str) -> Caught | None:
    """The catcher of this very code, else one that catches every code."""
    exact = everything = None
    for task in tasks:
        for number, trigger in awaited(task):
            if trigger.kind == kind and trigger.code == code:
                exact = exact or (task, number)
            elif trigger.kind == kind and not trigger.code:
                everything = everything or (task, number)
    return exact or everything
