"""The face of the workflow seam: one process instance, loaded for one step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Literal, Self

from engine.errors import ChangxiaoError, InputRejected, TaskNotOpen
from engine.model.step import Advance, Token
from engine.workflow import codec, throwing
from engine.workflow.activities import Repeated
from engine.workflow.arming import awaited
from engine.workflow.compaction import compact
from engine.workflow.compile import CompiledDefinition
from engine.workflow.data import overlay, plain
from engine.workflow.dataflow.stores import NoStores, Stores
from engine.workflow.events import Start
from engine.workflow.moves import Moves
from engine.workflow.report import report
from engine.workflow.scripting import StepContext, step_context
from engine.workflow.task import READY, STARTED, WAITING, LiveTask
from engine.workflow.tree import LiveWorkflow, step_failed

TokenState = Literal["ready", "waiting", "started"]
_STATES: dict[int, TokenState] = {READY: "ready", WAITING: "waiting", STARTED: "started"}


class Workflow:
    """One process instance, in memory for one step: load or start it, say what happened, advance, store the state.

    No I/O, no clock: `at` is now for timers and scripts, `seed` their chance, `stores` answers for the data stores
    (without it a step that needs one fails). After an exception the object is of no
    use any more; the stored state is untouched. Not for several threads at once; the definition is.
    """

    def __init__(self, definition: CompiledDefinition, *, at: datetime, seed: int, stores: Stores | None) -> None:
        """Use `start` or `load`."""
        self._definition = definition
        self._at, self._seed = at, seed
        self._top = LiveWorkflow(definition, definition.script_engine, at, stores if stores is not None else NoStores())

    @classmethod
    def start(
        cls,
        definition: CompiledDefinition,
        *,
        variables: Mapping[str, object],
        at: datetime,
        seed: int,
        message: str | None = None,
        signal: str | None = None,
        timer: str | None = None,
        stores: Stores | None = None,
    ) -> Self:
        """A new instance with the data `variables`; nothing runs before `advance`.

        message, signal: name of the message or signal that starts it; timer: id of the start event whose time has
        come; without one the plain start event does.
        Raises InputRejected when no start event fits.
        """
        self = cls(definition, at=at, seed=seed, stores=stores)
        starts = [spec for spec in definition.spec.starts if _starts_by(spec, message, signal, timer)]
        if not starts:
            asked = message or signal or timer
            raise InputRejected(
                f"流程 {definition.info.key} 不能这样启动（消息或信号：{asked or '无'}）",
                f"Process {definition.info.key} has no start event for {asked or 'a start by hand'!r}.",
                field="message",
                value=asked,
                allowed=(*definition.info.start_messages, *definition.info.start_signals),
            )
        with self._step():
            self._top.begin(starts, plain(variables))
        return self

    @classmethod
    def load(
        cls, definition: CompiledDefinition, state: bytes, *, at: datetime, seed: int, stores: Stores | None = None
    ) -> Self:
        """The instance as `Advance.state` left it. Raises StateUnreadable."""
        self = cls(definition, at=at, seed=seed, stores=stores)
        codec.read(self._top, state)
        self._top.journal.mark = self._top.seq
        return self

    def complete(self, token: Token, values: Mapping[str, object]) -> None:
        """A person completed the user task `token`. Raises TaskNotOpen."""
        self._finish(token, values, "task", READY)

    def finish_service(self, token: Token, result: Mapping[str, object]) -> None:
        """The machine work of `token` is done. Raises TaskNotOpen."""
        self._finish(token, result, "call", STARTED)

    def _finish(self, token: Token, values: Mapping[str, object], kind: str, state: int) -> None:
        task = self._open_task(token)
        if task.task_spec.kind != kind or task._state != state:
            raise TaskNotOpen(f"Token {token} at {task.task_spec.node} waits for something else.", state="other")
        with self._step():
            task.put(plain(values))
            task.complete()

    def fail_service(self, token: Token, error_code: str, values: Mapping[str, object] | None = None) -> None:
        """The machine work of `token` ended in the BPMN error `error_code`; `values` go to who catches it.

        That is the nearest boundary event or event sub-process for it. Raises StepFailed when none does, TaskNotOpen.
        """
        task = self._open_task(token)
        if task.task_spec.kind != "call":
            raise TaskNotOpen(f"Token {token} at {task.task_spec.node} is no service call.", state="other")
        with self._step():
            throwing.raise_error(task, error_code, plain(values or {}))

    def fire_timer(self, token: Token) -> bool:
        """The timer `token` is due. False when it waits no longer; nothing happens then."""
        task = self._top.find(token)
        if task is None or task._state != WAITING or task.task_spec.kind != "event":
            return False
        numbers = [number for number, trigger in awaited(task) if trigger.is_timer]
        if not numbers:
            return False
        with self._step():
            task.task_spec.occur(task, numbers[0], {})
        return True

    def message(self, name: str, payload: Mapping[str, object], correlation_key: str = "") -> bool:
        """Give a message to the one token that has waited longest for it. False when none waits."""
        with self._step():
            return throwing.send_message(self._top, name, plain(payload), correlation_key)

    def signal(self, name: str, payload: Mapping[str, object]) -> bool:
        """Give a signal to every token that waits for it. False when none waits."""
        with self._step():
            return throwing.send_signal(self._top, name, plain(payload))

    def cancel(self) -> None:
        """End the whole instance where it stands."""
        self._top.cancel_all()

    def moves(self) -> Moves:
        """What can be done with its tokens by hand, soundly."""
        return Moves(self._top, self._step)

    def set_variables(self, values: Mapping[str, object]) -> None:
        """Merge `values` into the data of every live token."""
        overlay([task for scope in self._top.scopes() for task in scope.open_tasks.values()], plain(values))

    def advance(self) -> Advance:
        """Run all that needs nobody, and say what changed since the last advance (or since start or load).

        Raises StepFailed when a script, condition or timer fails or the diagram loops without end.
        """
        top = self._top
        with self._step() as context:
            top.run_to_rest()
            if self._definition.compaction:
                compact(top)
            result = report(top, codec.dump(top), context.printed)
        top.journal.clear(top.seq)
        return result

    def open_tokens(self) -> tuple[tuple[Token, str, TokenState], ...]:
        """Tokens that stand on nodes of the diagram, oldest first, with node id and state."""
        tasks = [task for scope in self._top.scopes() for task in scope.open_tasks.values()]
        shown = [task for task in tasks if task.task_spec.node and not isinstance(task.task_spec, Repeated)]
        shown.sort(key=lambda task: task.id)
        return tuple((Token(task.id), task.task_spec.node, _STATES[task._state]) for task in shown)

    def data_of(self, token: Token) -> Mapping[str, object]:
        """Process data as an open token sees it, its own element of a multi-instance included."""
        return dict(self._open_task(token).data)

    def _open_task(self, token: Token) -> LiveTask:
        task = self._top.find(token)
        if task is None or not task.is_open:
            raise TaskNotOpen(f"Token {token} is not open.", state="closed")
        return task

    @contextmanager
    def _step(self) -> Iterator[StepContext]:
        """Lend clock and chance to the scripts; anything unforeseen becomes a StepFailed."""
        with step_context(self._at, self._seed) as context:
            try:
                yield context
            except ChangxiaoError:
                raise
            except Exception as error:
                raise step_failed(error, "") from error


def _starts_by(spec: Start, message: str | None, signal: str | None, timer: str | None) -> bool:
    if timer is not None:
        return bool(spec.node == timer) and any(trigger.is_timer for trigger in spec.triggers)
    if message is None and signal is None:
        return not spec.triggers
    return any((trigger.kind, trigger.name) in {("message", message), ("signal", signal)} for trigger in spec.triggers)
