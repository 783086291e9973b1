"""Undoes completed work (BPMN 2.0, 10.7): one handler at a time, what was completed last first.

A throw event waits while an `Undo` token works in the scope whose work is undone; each handler is an instance of that
token. A completed sub-process is opened again, with what was noted inside of it, for its own handlers to run there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from engine.workflow.activities import Repeated, Subprocess
from engine.workflow.compiled import Compiled
from engine.workflow.data import Data, Fork, Values, changed, load, overlay
from engine.workflow.records import Done
from engine.workflow.task import COMPLETED, LiveTask

if TYPE_CHECKING:
    from engine.workflow.tree import Scope

UNDO, REOPENED = ".Undo", ".Reopened"

_ABSENT = object()


class Undo(Compiled):
    """Undoes what it holds. internal_data: `throw`, the token that waits; 0: the scope was opened to be undone."""

    hides = True  # a handler sees the data of then: they are no news
    manual = False

    def __init__(self, name: str) -> None:
        self.name = name

    def _run_hook(self, my_task: LiveTask) -> bool | None:
        scope = my_task.workflow
        held = [done for done in scope.done if done.holder == my_task.id]
        if not held:
            return True
        scope.done.remove(held[-1])
        self._undo(my_task, held[-1])
        return None

    def _undo(self, my_task: LiveTask, done: Done) -> None:
        scope = my_task.workflow
        activity = scope.spec.task_specs[done.name]
        handler = activity.undone_by or scope.spec.task_specs[done.name + REOPENED]
        task = LiveTask(scope, handler, my_task, done.data, Fork(done.data, None))
        if isinstance(handler, Reopened):
            handler.reopen(task, done)
        else:
            handler._update(task)

    def instance_completed(self, my_task: LiveTask, handler: LiveTask) -> None:
        my_task.put(_news(handler))
        my_task._ready()

    def instance_cancelled(self, my_task: LiveTask) -> None:
        my_task._ready()

    def leave(self, my_task: LiveTask) -> None:
        scope, token = my_task.workflow, my_task.internal_data["throw"]
        if not token:
            scope.cancel_all(but=my_task)
            scope.finish(my_task)
            return
        throw = scope.top_workflow.find(token)
        if throw is not None and throw.is_open:
            throw.put(_news(my_task))
            throw._ready()
        elif scope.open_tasks:
            outside = scope.host.fork if scope.host is not None else None
            overlay(list(scope.open_tasks.values()), _news(my_task), outside)


class Reopened(Subprocess):
    """A completed sub-process in which something is undone."""

    hides = True
    manual = False
    shown = 0  # what the diagram shows are the handlers inside

    def __init__(self, name: str, activity: Any, owner: Undo) -> None:
        self.name, self.spec, self.owner = name, activity.spec, owner
        self.io = activity.io.names_only() if activity.io is not None else None

    def reopen(self, my_task: LiveTask, done: Done) -> None:
        my_task.start()
        inside = my_task.workflow.top_workflow.create_subprocess(my_task, self.spec)
        inside.done = done.inner
        root = inside.task_tree = LiveTask(inside, inside.spec.start, None, done.data, my_task.fork)
        root._set_state(COMPLETED)
        own = inside.spec.undo_handler
        if own is None:
            undo(inside, my_task, "", waits=False)
        else:
            handler = LiveTask(inside, own, root, done.data, my_task.fork)
            handler.start()
            own.enter(handler)


def undo(scope: Scope, throw: LiveTask, name: str, *, waits: bool) -> None:
    """Undo what was completed in `scope`, of the activity `name` or, without one, of all.

    throw: whose data go in, and who is told at the end if it `waits`.
    """
    data = _known_in(scope, throw)
    task = LiveTask(scope, scope.spec.undo, scope.task_tree, data, Fork(data, throw.fork))
    task.internal_data["throw"] = throw.id if waits else 0
    for done in scope.done:
        if not done.holder and name in {"", done.name}:
            done.holder = task.id
    task._ready()


def _known_in(scope: Scope, throw: LiveTask) -> Data:
    """The data of `throw` without what the event sub-processes between it and `scope` keep to themselves."""
    data, current = throw.carried, throw.workflow
    while current is not scope and scope.host is not throw and current.host is not None:
        io = current.host.task_spec.io
        if io is not None:
            data = {name: value for name, value in load(data).items() if name not in io.own}
        current = current.host.workflow
    return data


def compensate(throw: LiveTask, name: str) -> bool:
    """Undo the activity `name` or, without one, all that was completed in the scope of `throw` and around its handlers.

    True when there is something to undo that was not asked for yet; `throw` is READY again when it is done.
    """
    homes = list(_homes(throw.workflow))
    for level in range(throw.internal_data.get("level", 0), len(homes)):
        throw.internal_data["level"] = level + 1
        if any(not done.holder and name in {"", done.name} for done in homes[level].done):
            undo(homes[level], throw, name, waits=True)
            return True
    return False


def _homes(scope: Scope) -> Iterable[Scope]:
    """The scope and, from inside of an event sub-process, the scope that it handles."""
    yield scope
    while scope.host is not None and scope.host.task_spec.stand_by:
        scope = scope.host.workflow
        yield scope


def _news(task: LiveTask) -> Values:
    base = load(task.fork.data) if task.fork is not None else {}
    return {name: value for name, value in task.data.items() if changed(base.get(name, _ABSENT), value)}


def link_compensation(processes: Mapping[str, Any]) -> None:
    """Tell each compiled spec whether its completion is noted, and what undoes it.

    processes: compiled process specs by name. A called process is not opened again: what undoes it is drawn beside it.
    """
    for process in processes.values():
        for spec in list(process.task_specs.values()):
            spec.undone_by = process.task_specs.get(spec.undone_by) if isinstance(spec.undone_by, str) else None
        process.undo_handler = next((s for s in process.task_specs.values() if _handles(s)), None)
    for process in processes.values():
        process.undo = Undo(process.name + UNDO)
        for spec in list(process.task_specs.values()):
            if _is_noted(spec, processes):
                _note(spec, process)
    for process in processes.values():
        process.task_specs[process.undo.name] = process.undo
        for spec in list(process.task_specs.values()):
            if spec.undone_by is not None:
                spec.undone_by.owner = process.undo


def _note(spec: Any, process: Any) -> None:
    spec.records = True
    activity = spec.instance if isinstance(spec, Repeated) else spec
    activity.records = True
    if spec.undone_by is None:
        name = spec.name + REOPENED
        process.task_specs[name] = Reopened(name, activity, process.undo)


def _handles(spec: Any) -> bool:
    return any(trigger.kind == "compensate" for trigger in getattr(spec, "triggers", ())) and spec.stand_by


def _is_noted(spec: Any, processes: Mapping[str, Any]) -> bool:
    if spec.undone_by is not None:
        return True
    inside = spec.instance if isinstance(spec, Repeated) else spec
    if not isinstance(inside, Subprocess) or inside.stand_by or inside.is_call:
        return False
    process = processes.get(inside.spec)
    if process is None or (spec.owner is not None and isinstance(spec.owner, Repeated)):
        return False
    return process.undo_handler is not None or any(_is_noted(s, processes) for s in process.task_specs.values())
