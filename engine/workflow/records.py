"""What was completed in a scope and can be undone there (BPMN 2.0, 10.7): kept until the scope is over.

Only activities that something can undo are noted. `Compiled.records` says so, compensation.py undoes them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.workflow.data import Data
from engine.workflow.task import LiveTask

if TYPE_CHECKING:
    from engine.workflow.tree import Scope


@dataclass(slots=True, eq=False)
class Done:
    """An activity, or one instance of it, that was completed. Two that look alike are two all the same."""

    name: str  #: of the spec of the activity; of a multi-instance activity that of its body
    data: Data  #: as it left the activity: a handler undoes what was done with these values
    inner: list[Done] = field(default_factory=list)  #: what was completed inside of it, in order of completion
    holder: int = 0  #: token of the multi-instance activity under way to which it belongs, or that undoes it; 0: nobody


def note(task: LiveTask, inner: list[Done]) -> None:
    """`task` is complete. An instance counts when its whole activity is complete."""
    body = task.task_spec.owner
    name = body.name if body is not None else task.task_spec.name
    task.workflow.done.append(Done(name, task.carried, inner, task._parent or 0 if body is not None else 0))


def release(body: LiveTask) -> None:
    """The multi-instance activity or loop `body` is complete: from now on its instances can be undone."""
    scope: Scope = body.workflow
    own = [done for done in scope.done if done.holder == body.id]
    scope.done = [done for done in scope.done if done.holder != body.id] + own
    for done in own:
        done.holder = 0
