"""Compiled task specs: what a node does when a token arrives, runs and leaves; tasks, gateways and the end of a scope.

Each class here is mixed in front of the SpiffWorkflow class of a parsed spec by compile.py. A compiled spec is frozen
and shared by all instances and threads: whatever differs between instances lies on the task.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from engine.errors import StepFailed
from engine.workflow.data import Fork, common_fork, load, merge
from engine.workflow.dataflow.input_output import InputOutput, seeing
from engine.workflow.records import note
from engine.workflow.task import CANCELLED, WAITING, LiveTask

if TYPE_CHECKING:
    from engine.workflow.tree import Scope

ARRIVED = TaskState.WAITING | TaskState.READY | TaskState.STARTED
RELEASED = TaskState.READY | TaskState.STARTED


class Compiled:
    """Base of every compiled spec. The attributes are set once by compile.py."""

    name: str
    manual: bool
    node: str = ""  #: BPMN id; empty: an internal helper
    stands_for: str = ""  #: the node, or for a helper the node that it was drawn for
    node_type: str = ""
    shown: int = ARRIVED  #: states in which a token is on the node (journal.py)
    kind: str = ""  #: "task", "call" or "event" when the world outside waits with the token
    after: tuple[Any, ...] = ()  #: specs reached by the outgoing flows
    before: tuple[Any, ...] = ()
    fan_in: int = 1  #: number of different specs from which a token may come
    drawn: Any = None  #: what an event waits for or throws, as drawn (triggers.py)
    drawn_data: Any = None  #: what is drawn about its data (dataflow/drawn.py)
    owner: Any = None  #: multi-instance or loop spec of which this is the instance
    guarded: bool = False  #: boundary events are attached
    attached: bool = False  #: a boundary event
    stand_by: bool = False  #: a boundary event or event sub-process: WAITING, it is no token but may become one
    settles: bool = False  #: while WAITING it is asked again whenever the instance comes to rest
    keeps_scope: bool = False  #: its children find each other through it
    hides: bool = False  #: what its instances do is private until they complete
    records: bool = False  #: its completion is noted, so that it can be undone
    undone_by: Any = None  #: spec of the compensation handler beside it
    io: InputOutput | None = None  #: None: it sees and changes the data of its scope, and no others
    frozen: bool = False

    @property
    def inputs(self) -> list[Any]:
        return list(self.before)

    @inputs.setter
    def inputs(self, value: object) -> None:  # noqa: ARG002
        raise TypeError(f"The compiled spec {self.name} is frozen.")

    @property
    def outputs(self) -> list[Any]:
        return list(self.after)

    @outputs.setter
    def outputs(self, value: object) -> None:  # noqa: ARG002
        raise TypeError(f"The compiled spec {self.name} is frozen.")

    def connect(self, taskspec: object) -> None:  # noqa: ARG002
        raise TypeError(f"The compiled spec {self.name} is frozen.")

    def __setattr__(self, name: str, value: object) -> None:
        if self.frozen:
            raise TypeError(f"The compiled spec {self.name} is frozen.")
        object.__setattr__(self, name, value)

    def test(self) -> None:
        """Checked once, when compiling."""

    def _predict(self, my_task: LiveTask, *args: object, **kwargs: object) -> None:
        """Nothing is predicted: a task exists when its token arrives."""

    def _update(self, my_task: LiveTask) -> None:
        """A token arrives."""
        if self.io is not None:
            self.take_in(my_task)
        if self._update_hook(my_task):
            my_task._ready()

    def take_in(self, my_task: LiveTask) -> None:
        """Fetch the data that the node has of its own."""
        if self.io is not None:
            self.io.enter(my_task)

    def give_out(self, my_task: LiveTask) -> None:
        """From here on the token carries what comes out of the node."""
        if self.io is not None:
            self.io.leave(my_task)

    def _update_hook(self, my_task: LiveTask) -> bool:  # noqa: ARG002
        """Whether the task is ready at once."""
        return True

    def _run_hook(self, my_task: LiveTask) -> bool | None:  # noqa: ARG002
        """Do the work; None while it goes on elsewhere."""
        return True

    def leave(self, my_task: LiveTask) -> None:
        """The task is complete: tell its surroundings and send tokens on."""
        if self.io is not None:
            self.give_out(my_task)
        if self.guarded:
            disarm(my_task)
        if self.records:
            self.record(my_task)
        if self.owner is not None:
            self.owner.instance_completed(my_task.parent, my_task)
        elif not my_task.workflow.completed:
            fork = Fork(my_task.carried, my_task.fork) if len(self.after) > 1 else my_task.fork
            for spec in self.after:
                my_task.spawn(spec, fork)

    def record(self, my_task: LiveTask) -> None:
        """Remember the completed task, for who may want to undo it."""
        note(my_task, [])

    def settle(self, my_task: LiveTask) -> bool:  # noqa: ARG002
        """Try to release an unsettled task; True when it went on."""
        return False


def boundary_events(task: LiveTask) -> list[LiveTask]:
    """The armed boundary events of the activity `task`, or of the multi-instance activity it is an instance of."""
    host = task.parent if task.task_spec.owner is not None else task
    if host is None or not host.task_spec.guarded or host.parent is None:
        return []
    return [event for event in host.parent.children if event.task_spec.attached and event._state == WAITING]


def disarm(task: LiveTask) -> None:
    for event in boundary_events(task):
        event.cancel()


class Manual(Compiled):
    """User and manual tasks: READY until a person completes them."""

    kind = "task"


class Pass(Compiled):
    """A task without type: nothing is done."""


class Script(Compiled):
    script: str

    def _run_hook(self, my_task: LiveTask) -> bool:
        engine = my_task.workflow.top_workflow.script_engine
        before, after = my_task.data, dict(my_task.data)  # the environment writes into the dictionary it is given
        if self.io is None:
            my_task.carried = after
            engine.execute(my_task, self.script)
            return True
        with seeing(my_task, after):
            engine.execute(my_task, self.script)
        my_task.put({name: value for name, value in after.items() if name not in before or before[name] is not value})
        return True


class Call(Compiled):
    """Machine work outside the diagram: STARTED until Workflow.finish_service."""

    kind = "call"
    implementation: str = ""

    def _run_hook(self, my_task: LiveTask) -> None:  # noqa: ARG002
        return None


class Split(Compiled):
    """Stands before an activity with boundary events: sends a token into it and arms the events."""

    keeps_scope = True

    def leave(self, my_task: LiveTask) -> None:
        for spec in self.after:
            my_task.spawn(spec, my_task.fork)


class Exclusive(Compiled):
    branches: tuple[tuple[str, Any], ...] = ()  #: conditions and where they lead, in order
    default: Any = None

    def leave(self, my_task: LiveTask) -> None:
        my_task.spawn(self.choose(my_task), my_task.fork)

    def choose(self, my_task: LiveTask) -> Any:
        for condition, spec in self.branches:
            if holds(my_task, condition):
                return spec
        if self.default is None:
            raise no_way_out(self.stands_for)
        return self.default


def no_way_out(node: str) -> StepFailed:
    return StepFailed(
        f"No condition behind {node} holds, and it has no default flow.", node_id=node, cause="no_way_out"
    )


def holds(my_task: LiveTask, condition: str) -> bool:
    return bool(my_task.workflow.top_workflow.script_engine.evaluate(my_task, condition))


class Join(Compiled):
    """A gateway that waits for tokens: each arrived token is a WAITING task until the gateway takes it."""

    shown = RELEASED

    def take(self, tokens: Sequence[LiveTask]) -> LiveTask:
        """Let the last of `tokens` go on with the data of all of them."""
        *others, last = tokens
        data, parted = merge(tokens), common_fork(tokens)
        for token in others:
            token._set_state(CANCELLED)
            token.workflow.top_workflow.unsettled.pop(token.id, None)
        last.carried, last.fork = data, parted.outer if parted is not None else None
        return last

    def by_input(self, tokens: Sequence[LiveTask]) -> dict[str, LiveTask]:
        """The first token of each incoming flow."""
        found: dict[str, LiveTask] = {}
        for token in tokens:
            found.setdefault(token.internal_data["via"], token)
        return found

    def fan_out(self, my_task: LiveTask, specs: Sequence[Any]) -> None:
        fork = Fork(my_task.carried, my_task.fork) if len(self.after) > 1 else my_task.fork
        for spec in specs:
            my_task.spawn(spec, fork)


def note_origin(my_task: LiveTask) -> None:
    my_task.internal_data["via"] = my_task.parent.task_spec.name if my_task.parent is not None else ""


class Parallel(Join):
    """Fires when each incoming flow has a token, and takes one of each; more stay for the next round."""

    def _update_hook(self, my_task: LiveTask) -> bool:
        if self.fan_in < 2:
            return True
        note_origin(my_task)
        arrived = self.by_input([*my_task.workflow.tokens_of(self), my_task])
        if len(arrived) < self.fan_in:
            my_task.wait()
            return False
        self.take(list(arrived.values()))
        return True

    def leave(self, my_task: LiveTask) -> None:
        self.fan_out(my_task, self.after)


class Inclusive(Join):
    """Fires when no other token can still reach an incoming flow that has none (BPMN 2.0, table 13.3)."""

    settles = True
    branches: tuple[tuple[str, Any], ...] = ()
    default: Any = None
    reach: dict[str, frozenset[str]]  #: input -> names of the specs from which it is reached without this gateway

    def _update_hook(self, my_task: LiveTask) -> bool:
        if self.fan_in < 2:
            return True
        note_origin(my_task)
        my_task.wait()
        my_task.workflow.top_workflow.unsettled[my_task.id] = my_task
        return False

    def settle(self, my_task: LiveTask) -> bool:
        arrived = self.by_input(my_task.workflow.tokens_of(self))
        if self._is_awaited(my_task.workflow, set(arrived)):
            return False
        self.take(sorted(arrived.values(), key=lambda token: token.id))._ready()
        return True

    def _is_awaited(self, workflow: Scope, arrived: set[str]) -> bool:
        for token in workflow.open_tasks.values():
            spec = token.task_spec
            if spec is self or (spec.stand_by and token._state == WAITING):
                continue
            ahead = {source for source, names in self.reach.items() if spec.name in names}
            if ahead - arrived and not ahead & arrived:
                return True
        return False

    def leave(self, my_task: LiveTask) -> None:
        chosen = [spec for condition, spec in self.branches if holds(my_task, condition)]
        if not chosen and self.default is None:
            raise no_way_out(self.stands_for)
        self.fan_out(my_task, chosen or [self.default])


class EndOfScope(Compiled):
    """Behind every end event: the scope ends with its last token. Tokens that ended before are kept as one."""

    settles = True

    def _update_hook(self, my_task: LiveTask) -> bool:
        workflow = my_task.workflow
        for earlier in workflow.tokens_of(self):
            self._absorb(my_task, earlier)
            earlier._set_state(CANCELLED)
            workflow.top_workflow.unsettled.pop(earlier.id, None)
        if self._is_last(my_task):
            return True
        my_task.wait()
        workflow.top_workflow.unsettled[my_task.id] = my_task
        return False

    def _absorb(self, my_task: LiveTask, earlier: LiveTask) -> None:
        if load(earlier.carried):
            both = (earlier, my_task)
            my_task.carried, my_task.fork = merge(both), common_fork(both)

    def _is_last(self, my_task: LiveTask) -> bool:
        for token in my_task.workflow.open_tasks.values():
            if token is not my_task and not (token.task_spec.stand_by and token._state == WAITING):
                return False
        return True

    def settle(self, my_task: LiveTask) -> bool:
        if not self._is_last(my_task):
            return False
        my_task._ready()
        return True

    def leave(self, my_task: LiveTask) -> None:
        my_task.workflow.cancel_all(but=my_task)  # event sub-processes that were never triggered
        my_task.workflow.finish(my_task)
