"""The running instance: a top workflow and the sub-workflows of its sub-processes and call activities."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.exceptions import WorkflowTaskException
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from engine.errors import ChangxiaoError, StepFailed
from engine.workflow.data import Data, Fork, plain
from engine.workflow.dataflow.stores import Stores
from engine.workflow.journal import Journal
from engine.workflow.records import Done
from engine.workflow.scripting.errors import BpmnError, ScriptError
from engine.workflow.task import COMPLETED, READY, WAITING, LiveTask
from engine.workflow.throwing import raise_error
from engine.workflow.triggers import RISING

if TYPE_CHECKING:
    from engine.workflow.compile import CompiledDefinition

#: More automatic steps than this in one advance is an endless loop in the diagram.
MAX_AUTOMATIC_STEPS = 20_000

#: Sub-processes nested deeper than this are a process that calls itself without end.
MAX_DEPTH = 40


class Scope:
    """What the top workflow and a sub-workflow share: the tasks of one process or sub-process, and its end."""

    spec: Any
    tasks: dict[int, LiveTask]
    open_tasks: dict[int, LiveTask]  #: the live tokens, in order of arrival
    task_tree: LiveTask
    last_task: LiveTask | None
    completed: bool
    depth: int
    done: list[Done]  #: what was completed here and can be undone
    final: Data  #: data at the end, when completed
    host: LiveTask | None  #: the activity of which this is the inside
    top_workflow: LiveWorkflow
    interruptions: int = 0  #: by event sub-processes, in this step

    def _prepare(self, spec: Any) -> None:
        self.spec = spec
        self.tasks, self.open_tasks, self.done = {}, {}, []
        self.last_task, self.completed, self.success, self.final = None, False, True, {}

    def begin(self, starts: Sequence[Any], data: Data, fork: Fork | None = None) -> None:
        """Put a token on each start event of `starts` and arm the event sub-processes of this scope."""
        root = self.task_tree = LiveTask(self, self.spec.start, None, data, fork)
        root._set_state(COMPLETED)
        for spec in self.spec.scope_events:
            root.spawn(spec, fork)
        for spec in starts:
            root.spawn(spec, fork)

    def place(self, spec: Any, data: Data, fork: Fork | None) -> LiveTask:
        """Put a new token on `spec` that comes from nowhere: a move by hand."""
        task = LiveTask(self, spec, self.task_tree, data, fork)
        spec._update(task)
        return task

    def cancel_all(self, but: LiveTask | None = None) -> None:
        """Cancel every token of this scope except `but`; without `but` the scope is over."""
        if but is None:
            self._close()
        for task in list(self.open_tasks.values()):
            if task is not but:
                task.cancel()

    def finish(self, task: LiveTask) -> None:
        """The scope has reached its end through `task`, with the data of that token."""
        self._close()
        self.last_task, self.final = task, task.carried
        if self.host is not None:
            self.host.task_spec.inside_completed(self.host, self)

    def _close(self) -> None:
        self.completed = True
        if self.host is not None:
            self.top_workflow.subprocesses.pop(self.host.id, None)

    def is_completed(self) -> bool:
        return self.completed

    def tokens_of(self, spec: Any) -> list[LiveTask]:
        """Tokens that wait at `spec`, in order of arrival."""
        return [t for t in self.open_tasks.values() if t.task_spec is spec and t._state == WAITING]


class LiveWorkflow(Scope, BpmnWorkflow):  # type: ignore[misc]
    """One process instance while it is being worked on.

    agenda: READY tasks that need nobody. unsettled: tasks whose release depends on where the *other* tokens are
    (inclusive joins, ends of scopes) or on data; they are asked when the agenda is empty.
    """

    def __init__(self, definition: CompiledDefinition, script_engine: Any, at: datetime, stores: Stores) -> None:
        self.definition = definition
        self.subprocess_specs = definition.subprocess_specs
        self.subprocesses: dict[int, LiveSubWorkflow] = {}
        self.script_engine = script_engine
        self.at = at
        self.stores = stores
        self.seq = 0
        self.journal = Journal()
        self.agenda: deque[LiveTask] = deque()
        self.unsettled: dict[int, LiveTask] = {}
        self.in_between: LiveTask | None = None  #: a token that throws: it has left its node and reached no other
        self.host = None
        self._prepare(definition.spec)

    def scopes(self) -> Iterator[Scope]:
        yield self
        yield from self.subprocesses.values()

    def find(self, token: int) -> LiveTask | None:
        """The task of `token`, if its scope still runs."""
        for scope in self.scopes():
            if task := scope.tasks.get(token):
                return task
        return None

    def create_subprocess(self, my_task: LiveTask, spec_name: str) -> LiveSubWorkflow:
        inside = LiveSubWorkflow(self.subprocess_specs[spec_name], my_task)
        self.subprocesses[my_task.id] = inside
        return inside

    def run_to_rest(self) -> None:
        """Run everything that needs nobody, until the instance rests. Raises StepFailed."""
        agenda, steps = self.agenda, 0
        while True:
            while agenda:
                task = agenda.popleft()
                if task._state == READY:
                    steps += 1
                    self._run(task)
                if steps > MAX_AUTOMATIC_STEPS:
                    raise StepFailed(
                        f"More than {MAX_AUTOMATIC_STEPS} automatic steps: the diagram loops.",
                        node_id=task.task_spec.node,
                        cause="loop",
                    )
            if not self.unsettled or not self._settle():
                return self._check_alive()

    def _check_alive(self) -> None:
        """At rest somebody must be able to go on: a token that waits at a join for ever would be a silent end."""
        if self.completed:
            return
        waiting = [task for scope in self.scopes() for task in scope.open_tasks.values()]
        if not any(task.task_spec.kind and _can_be_woken(task) for task in waiting):
            nodes = sorted(
                {t.task_spec.node for t in waiting if t._state == WAITING and not t.task_spec.stand_by} - {""}
            )
            facts = {"waiting_at": nodes}
            raise StepFailed(
                f"Nothing can go on: tokens wait at {nodes}.",
                node_id=nodes[0] if nodes else "",
                cause="stuck",
                facts=facts,
            )

    def _run(self, task: LiveTask) -> None:
        try:
            task.run()
        except BpmnError as error:
            raise_error(task, error.error_code, plain(error.values))
        except ChangxiaoError:
            raise
        except Exception as error:
            raise step_failed(error, task.task_spec.node) from error

    def _settle(self) -> bool:
        """Ask the unsettled tasks, innermost scope first; True when one of them went on."""
        for task in sorted(self.unsettled.values(), key=lambda task: (-task.workflow.depth, task.id)):
            if task._state != WAITING:
                self.unsettled.pop(task.id, None)
            elif task.task_spec.settle(task):
                self.unsettled.pop(task.id, None)
                return True
        return False


def _can_be_woken(task: LiveTask) -> bool:
    """Whether somebody outside can bring the token on: not an event that only something inside throws, and not an
    event sub-process that was triggered already."""
    spec = task.task_spec
    if not spec.stand_by:
        return True
    return task._state == WAITING and any(trigger.kind not in RISING for trigger in spec.triggers)


def step_failed(error: Exception, node: str) -> StepFailed:
    """`error` as the incident that an operator will see; a script error names its own node and line.

    Only what our own errors say for everybody's ears: the words of any other may quote the data that it met.
    """
    facts: dict[str, object] = {"reason": type(error).__name__}
    cause, script = "", error if isinstance(error, ScriptError) else error.__cause__
    if isinstance(error, WorkflowTaskException):
        node = getattr(error.task_spec, "node", "") or node
        facts |= {"line": error.line_number, "source": error.error_line}
    if isinstance(script, ScriptError):
        cause, (zh, en) = "script", script.told
        facts |= {"reason": en, "reason_zh": zh, "error": script.kind}
    return StepFailed(f"{node}: {facts['reason']}", node_id=node, cause=cause, facts=facts)


class LiveSubWorkflow(Scope, BpmnSubWorkflow):  # type: ignore[misc]
    """The inside of a running sub-process or call activity."""

    def __init__(self, spec: Any, host: LiveTask) -> None:
        self.host: LiveTask = host
        self.parent_task_id = host.id
        self.top_workflow = host.workflow.top_workflow
        self.depth = host.workflow.depth + 1
        if self.depth > MAX_DEPTH:
            raise StepFailed(
                f"Sub-processes are nested deeper than {MAX_DEPTH}.", node_id=host.task_spec.node, cause="too_deep"
            )
        self._prepare(spec)

    @property
    def parent_workflow(self) -> Scope:
        return self.host.workflow
