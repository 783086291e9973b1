"""The live task: one token at one node, indexed by its workflow and recorded in the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.workflow.data import Data, Fork, Snapshot, Values

if TYPE_CHECKING:
    from engine.workflow.tree import Scope

FUTURE = TaskState.FUTURE
WAITING = TaskState.WAITING
READY = TaskState.READY
STARTED = TaskState.STARTED
COMPLETED = TaskState.COMPLETED
CANCELLED = TaskState.CANCELLED
FINISHED = TaskState.FINISHED_MASK


class LiveTask(Task):  # type: ignore[misc]
    """SpiffWorkflow's Task without prediction, log records, clock and UUIDs.

    A task exists from the moment a token arrives at its node, so the open tasks of a workflow are its live tokens.
    `id` is the token: a number unique in the instance that grows with time.
    """

    triggered = False
    thread_id = 0
    last_state_change = 0  # kept for SpiffWorkflow's filters; order is the order of ids

    def __init__(
        self, workflow: Scope, task_spec: Any, parent: LiveTask | None, carried: Data, fork: Fork | None
    ) -> None:
        top = workflow.top_workflow
        top.seq += 1
        self.id: int = top.seq
        self.workflow = workflow
        self.task_spec = task_spec
        self._state: int = FUTURE
        self._children: list[int] = []
        self.carried = carried
        self.fork = fork
        self.internal_data: dict[str, Any] = {}
        self._parent: int | None = None
        if parent is not None:
            self._parent = parent.id
            parent._children.append(self.id)
        workflow.tasks[self.id] = self
        workflow.open_tasks[self.id] = self

    @property
    def data(self) -> Values:
        """Process data as this token sees it; not to be changed in place."""
        carried = self.carried
        if (own := self.internal_data.get("own")) is not None and (io := self.task_spec.io) is not None:
            view: Values = io.view(carried, own)
            return view
        return carried.load() if isinstance(carried, Snapshot) else carried

    @data.setter
    def data(self, values: Values) -> None:
        self.carried = values

    def put(self, values: Values) -> None:
        """Merge `values` into the data of this token; what has data of its own decides at its end what comes out."""
        if not values:
            return
        if (own := self.internal_data.get("own")) is not None and self.task_spec.io is not None:
            self.internal_data["own"] = {**own, **values}
        else:
            self.carried = {**self.data, **values}

    def set_data(self, **values: Any) -> None:
        self.put(values)

    def spawn(self, spec: Any, fork: Fork | None) -> LiveTask:
        """Send a token on to `spec`; it carries the data of this one."""
        child = LiveTask(self.workflow, spec, self, self.carried, fork)
        spec._update(child)
        return child

    def _inherit_data(self) -> None:
        """Data comes with the token, when it is spawned."""

    def _set_state(self, value: int) -> None:
        old = self._state
        if value == old:
            return
        self._state = value
        if value & FINISHED:
            self.workflow.open_tasks.pop(self.id, None)
        if self.task_spec.node:
            self.workflow.top_workflow.journal.moved(self, old, value)

    def _ready(self) -> None:
        self._set_state(READY)
        if not self.task_spec.manual:
            self.workflow.top_workflow.agenda.append(self)

    def wait(self) -> None:
        self._set_state(WAITING)

    def start(self) -> None:
        self._set_state(STARTED)

    def run(self) -> bool | None:
        """Execute a READY task; a spec that answers None goes on working (STARTED) until somebody finishes it."""
        result: bool | None = self.task_spec._run_hook(self)
        if result is None:
            self.start()
        else:
            self.complete()
        return result

    def complete(self) -> None:
        self._set_state(COMPLETED)
        self.task_spec.leave(self)

    def cancel(self) -> None:
        """End this token and all that runs inside its activity: instances, then the sub-process, then itself."""
        if self._state & FINISHED:
            return
        for child in self.children:
            child.cancel()
        inside = self.workflow.top_workflow.subprocesses.get(self.id)
        if inside is not None:
            inside.cancel_all()
        self._set_state(CANCELLED)

    @property
    def children(self) -> list[LiveTask]:
        tasks = self.workflow.tasks
        return [tasks[child] for child in self._children]

    @property
    def parent(self) -> LiveTask | None:
        return self.workflow.tasks.get(self._parent) if self._parent is not None else None

    @property
    def is_open(self) -> bool:
        return not self._state & FINISHED

    def is_descendant_of(self, task: Task) -> bool:
        ancestor = self.parent
        while ancestor is not None and ancestor is not task:
            ancestor = ancestor.parent
        return ancestor is not None

    def find_ancestor(self, spec_name: str) -> LiveTask | None:
        ancestor = self.parent
        while ancestor is not None and ancestor.task_spec.name != spec_name:
            ancestor = ancestor.parent
        return ancestor
