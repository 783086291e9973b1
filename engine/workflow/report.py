"""Reads from a resting instance what the last advance changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from engine.model.step import Advance, ArmedTimer, OpenedTask, ServiceCall, Subscription, Token
from engine.workflow.activities import MultiInstance
from engine.workflow.arming import awaited, key_of
from engine.workflow.data import load
from engine.workflow.in_view import data_of_scope
from engine.workflow.task import READY, STARTED, WAITING, LiveTask

if TYPE_CHECKING:
    from engine.workflow.tree import LiveWorkflow


def report(top: LiveWorkflow, state: bytes, printed: str) -> Advance:
    """Everything since the journal was cleared last; tokens newer than its mark are told for the first time."""
    journal = top.journal
    fresh = [
        task
        for scope in top.scopes()
        for task in scope.open_tasks.values()
        if task.id > journal.mark and task.task_spec.kind
    ]
    fresh.sort(key=lambda task: task.id)
    timers, subscriptions = waits(task for task in fresh if task.task_spec.kind == "event" and task._state == WAITING)
    return Advance(
        state=state,
        variables=variables(top),
        events=tuple(journal.events),
        opened=tuple(_opened(task) for task in fresh if task.task_spec.kind == "task" and task._state == READY),
        closed=tuple(journal.closed),
        timers=timers,
        subscriptions=subscriptions,
        calls=tuple(_call(task) for task in fresh if task.task_spec.kind == "call" and task._state == STARTED),
        thrown=tuple(journal.thrown),
        ended=top.completed,
        end_node=journal.end_node if top.completed else "",
        printed=printed,
    )


def waits(events: Iterable[LiveTask]) -> tuple[tuple[ArmedTimer, ...], tuple[Subscription, ...]]:
    """What these waiting events wait for."""
    found = list(events)
    return (
        tuple(timer for task in found for timer in _timers(task)),
        tuple(subscription for task in found for subscription in _subscriptions(task)),
    )


def variables(top: LiveWorkflow) -> dict[str, object]:
    """Data of all tokens as one. What instances of a multi-instance activity do is private until they complete."""
    if top.completed:
        return dict(load(top.final))
    return dict(load(data_of_scope(top)))


def _opened(task: LiveTask) -> OpenedTask:
    return OpenedTask(token=Token(task.id), node_id=task.task_spec.node, data=task.data, element=element_of(task))


def _call(task: LiveTask) -> ServiceCall:
    spec = task.task_spec
    return ServiceCall(
        token=Token(task.id),
        node_id=spec.node,
        implementation=spec.implementation,
        data=task.data,
        element=element_of(task),
    )


def element_of(task: LiveTask) -> object:
    """The element of the nearest multi-instance activity around `task`; None outside of any."""
    current: LiveTask | None = task
    while current is not None:
        owner = current.task_spec.owner
        if isinstance(owner, MultiInstance):
            return owner.element_of(current)
        current = current.workflow.host
    return None


def _timers(task: LiveTask) -> Iterator[ArmedTimer]:
    for _, trigger in awaited(task):
        if trigger.is_timer:
            due_at = datetime.fromisoformat(task.internal_data["due"])
            yield ArmedTimer(
                token=Token(task.id), node_id=task.task_spec.node, due_at=due_at, expression=trigger.expression
            )


def _subscriptions(task: LiveTask) -> Iterator[Subscription]:
    for number, trigger in awaited(task):
        if trigger.kind == "message":
            yield _subscription(task, "message", trigger.name, key_of(task, number))
        elif trigger.kind == "signal":
            yield _subscription(task, "signal", trigger.name, "")


def _subscription(task: LiveTask, kind: Literal["message", "signal"], name: str, key: str) -> Subscription:
    node = task.task_spec.node
    return Subscription(token=Token(task.id), node_id=node, kind=kind, name=name, correlation_key=key)
