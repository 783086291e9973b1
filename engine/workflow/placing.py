"""Single tokens, as a move by hand sees them: where they stand, how they are taken away and put down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from engine.workflow.compiled import EndOfScope, Inclusive, Join, Parallel, Split
from engine.workflow.events import Alternative, EventSubprocess, Start
from engine.workflow.in_view import data_inside
from engine.workflow.task import WAITING, LiveTask

if TYPE_CHECKING:
    from engine.workflow.tree import Scope

_NO_TARGETS = (Start, Alternative, EventSubprocess, EndOfScope)


def withdraw(task: LiveTask) -> None:
    """Take a token away, with the boundary events of its activity or the other events behind its gateway."""
    split = task.parent
    siblings = split.children if split is not None and split.task_spec.keeps_scope else [task]
    for sibling in siblings:
        if sibling is task or sibling.task_spec.kind == "event":
            sibling.cancel()


def end_branch(task: LiveTask, step: Callable[[], AbstractContextManager[object]]) -> None:
    """Take a token away and let its branch end there; whether others wait for it is a question of the caller."""
    owner, scope, parent = task.task_spec.owner, task.workflow, task.parent
    done = data_inside(task)
    with step():
        withdraw(task)
        if owner is not None and parent is not None:
            if not owner.hides:
                parent.carried = done  # a round of a loop: what it has done stays done
            owner.instance_cancelled(parent)
        else:
            scope.place(scope.spec.end, done, task.fork)


def flowing(scope: Scope) -> Iterator[LiveTask]:
    """The tokens of a scope that are on their way: not those that only stand by, nor instances, nor what has ended."""
    for task in scope.open_tasks.values():
        if task.task_spec.owner is None and not stands_by(task) and not isinstance(task.task_spec, EndOfScope):
            yield task


def stands_by(task: LiveTask) -> bool:
    return bool(task.task_spec.stand_by) and task._state == WAITING


def at_join(task: LiveTask) -> bool:
    return isinstance(task.task_spec, Join) and task._state == WAITING


def position_of(task: LiveTask) -> Any:
    """Where the token is on its way: at a join, at the end of the flow on which it came; at events of which one will
    occur, at their gateway."""
    if isinstance(task.task_spec, Alternative) and task.parent is not None:
        return task.parent.task_spec
    if not at_join(task):
        return task.task_spec
    via = task.internal_data.get("via", "")
    return next((spec for spec in task.task_spec.before if spec.name == via), task.task_spec)


def are_alternatives(task: LiveTask, other: LiveTask) -> bool:
    return isinstance(task.task_spec, Alternative) and other.parent is task.parent


def is_target(spec: Any) -> bool:
    """Tasks, sub-processes, events, gateways that decide or part; never a join: it asks where a token came from."""
    if not spec.node or spec.attached or spec.owner is not None or isinstance(spec, _NO_TARGETS):
        return False
    return not (isinstance(spec, Parallel | Inclusive) and spec.fan_in > 1)


def spec_of(scope: Scope, node_id: str) -> Any:
    found = scope.spec.task_specs.get(node_id)
    return found if found is not None and is_target(found) else None


def arming(scope: Scope, spec: Any) -> Any:
    """Where the token is put, so that the boundary events of an activity are armed with it."""
    split = scope.spec.task_specs.get(f"{spec.node}.BoundaryEventSplit")
    return split if isinstance(split, Split) else spec
