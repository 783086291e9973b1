"""Drops finished tasks that nothing alive can look back at, so that the state grows with live tokens, not with history.

What looks back: the events around an activity, and those behind an event-based gateway, find each other through the
finished split before them. Everything else lies on the live task itself: a join notes where its tokens came from,
a multi-instance body counts its instances, data comes with the token. What is dropped is in the history table already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.workflow.task import LiveTask

if TYPE_CHECKING:
    from engine.workflow.tree import LiveWorkflow, Scope


def compact(top: LiveWorkflow) -> None:
    """Call at rest only: while a task is leaving, its successors still look at it."""
    for scope in top.scopes():
        if len(scope.tasks) > len(scope.open_tasks) + 1:
            _compact(scope)


def _compact(scope: Scope) -> None:
    root = scope.task_tree
    tasks: dict[int, LiveTask] = {root.id: root}
    root._children = []
    for task in list(scope.open_tasks.values()):
        parent = task.parent
        if parent is not None and parent is not root and parent.id not in tasks:
            if parent.is_open:
                pass
            elif parent.task_spec.keeps_scope:
                tasks[parent.id] = parent
                parent._parent = root.id
                parent._children = [child for child in parent._children if child in scope.open_tasks]
                root._children.append(parent.id)
            else:
                task._parent = root.id
        if task._parent == root.id:
            root._children.append(task.id)
        tasks[task.id] = task
    for task in scope.open_tasks.values():
        task._children = [child for child in task._children if child in scope.open_tasks]
    scope.tasks = tasks
