"""The ordered record of what tokens did since the last advance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from SpiffWorkflow.util.task import TaskState

from engine.model.step import NodeEvent, ThrownEvent, Token, type_of_event

if TYPE_CHECKING:
    from engine.workflow.task import LiveTask

FINISHED = TaskState.FINISHED_MASK
COMPLETED = TaskState.COMPLETED


class Journal:
    """Filled by tasks and events while the process runs, emptied by each advance.

    `mark` is the last token of the previous advance: a newer one was never told to the caller.
    """

    __slots__ = ("closed", "end_node", "events", "mark", "thrown")

    def __init__(self) -> None:
        self.clear(0)

    def clear(self, mark: int) -> None:
        self.mark = mark
        self.end_node = ""
        self.events: list[NodeEvent] = []
        self.closed: list[tuple[Token, Literal["completed", "cancelled"]]] = []
        self.thrown: list[ThrownEvent] = []

    def moved(self, task: LiveTask, old: int, new: int) -> None:
        """Record that `task`, of a spec that stands in the diagram, changed from state `old` to `new`.

        `spec.shown` are the states in which its token is on the node: an armed boundary event or a token
        that waits at a join is not, so neither its coming nor its cancellation is an event of the diagram.
        """
        spec = task.task_spec
        was, now = old & spec.shown, new & spec.shown
        if now and not was:
            self.add(task, "entered")
        elif was and new & FINISHED:
            self.add(task, "completed" if new == COMPLETED else "cancelled")
        if spec.kind and task.id <= self.mark and _waits_no_longer(spec.kind, old, new):
            self.closed.append((Token(task.id), "cancelled" if new == TaskState.CANCELLED else "completed"))

    def add(self, task: LiveTask, event: type_of_event) -> None:
        spec = task.task_spec
        self.events.append(NodeEvent(node_id=spec.node, node_type=spec.node_type, token=Token(task.id), event=event))


def _waits_no_longer(kind: str, old: int, new: int) -> bool:
    """An event sub-process has found its event when it starts, long before it ends."""
    if kind == "event":
        return new == TaskState.STARTED or (bool(new & FINISHED) and old != TaskState.STARTED)
    return bool(new & FINISHED)
