"""The process data as they stand now, seen from a place: what an event finds that was armed long before it occurs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.exceptions import WorkflowTaskException

from engine.workflow.compiled import holds
from engine.workflow.data import Carrier, Data, Fork, Values, changed, load, merge
from engine.workflow.task import WAITING, LiveTask

if TYPE_CHECKING:
    from engine.workflow.tree import Scope

_ABSENT = object()


@dataclass(slots=True)
class _Inside:
    """A running sub-process with the data that its inside has come to."""

    carried: Data
    fork: Fork | None


def data_of_scope(scope: Scope) -> Data:
    """Data of all tokens as one. What instances of a multi-instance activity do is private until they complete."""
    data = merge(list(_tokens(scope)))
    for handler in _beside(scope):
        if news := news_of(handler, data_inside(handler)):
            data = {**load(data), **news}
    return data


def data_inside(host: LiveTask) -> Data:
    """Data of an open activity, with what has been done inside of it so far."""
    inside = host.workflow.top_workflow.subprocesses.get(host.id)
    if inside is None:
        round_ = _round_of(host)
        return data_inside(round_) if round_ is not None else host.carried
    io = host.task_spec.io
    return io.shown(host, data_of_scope(inside)) if io is not None else data_of_scope(inside)


def _round_of(host: LiveTask) -> LiveTask | None:
    """The round under way of a loop: what it does is no secret until it is complete."""
    if getattr(host.task_spec, "hides", True) or not hasattr(host.task_spec, "instance"):
        return None
    return next((child for child in host.children if child.is_open), None)


def news_of(handler: LiveTask, data: Data) -> Values:
    """What an event sub-process beside its scope, or an instance, has changed since it began, given its `data` now."""
    base = load(handler.fork.data) if handler.fork is not None else {}
    return {name: value for name, value in load(data).items() if changed(base.get(name, _ABSENT), value)}


def _tokens(scope: Scope) -> Iterator[Carrier]:
    top = scope.top_workflow
    subprocesses = top.subprocesses
    for task in scope.open_tasks.values():
        if _is_private(task) or (task.task_spec.stand_by and (task._state == WAITING or _runs_beside(task))):
            continue
        yield _Inside(data_inside(task), task.fork) if task.id in subprocesses else task
    if top.in_between is not None and top.in_between.workflow is scope:
        yield top.in_between


def _beside(scope: Scope) -> Iterator[LiveTask]:
    """Event sub-processes under way that did not interrupt the scope, in the order in which they began."""
    for task in scope.open_tasks.values():
        if task.task_spec.stand_by and task._state != WAITING and _runs_beside(task):
            yield task


def _runs_beside(task: LiveTask) -> bool:
    spec = task.task_spec
    return not spec.attached and not spec.interrupting


def _is_private(task: LiveTask) -> bool:
    owner = task.task_spec.owner
    return owner is not None and bool(owner.hides)


def view_from(task: LiveTask, host: LiveTask | None) -> Data:
    """What an event sees: the data of the whole instance, and those of the activities that it stands in.

    host: the activity of a boundary event; None for other events.
    """
    data = data_of_scope(task.workflow.top_workflow)
    for around in _around(host or task):
        if _is_private(around):
            data = {**load(data), **news_of(around, data_inside(around))}
        inside = around.workflow.top_workflow.subprocesses.get(around.id) if around is not host else None
        if inside is not None and around.task_spec.io is not None:
            data = around.task_spec.io.within(data, data_of_scope(inside))
    return data


def _around(task: LiveTask) -> list[LiveTask]:
    """The token and the activities in which it is, the outermost first."""
    found: list[LiveTask] = []
    current: LiveTask | None = task
    while current is not None:
        found.append(current)
        current = current.workflow.host
    return found[::-1]


def condition_holds(task: LiveTask, expression: str, view: Data) -> bool:
    """Whether the condition of an event holds; one about a variable that has no value yet does not."""
    own, task.carried = task.carried, view
    try:
        return holds(task, expression)
    except NameError:
        return False
    except WorkflowTaskException as error:
        if getattr(error.__cause__, "kind", "") == "NameError":
            return False
        raise
    finally:
        task.carried = own


def seen_by(task: LiveTask, names: Any, view: Data) -> Values:
    """What the token does not know yet of the variables `names`, which a condition has looked at."""
    known, now = load(task.carried), load(view)
    return {name: now[name] for name in names if name in now and changed(known.get(name, _ABSENT), now[name])}
