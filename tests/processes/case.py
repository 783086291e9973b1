"""One case played through seam 1: people, services and time are scripted, the process engine is real.

After every move the workflow is thrown away and loaded from its bytes again, as in production.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from engine.model.process import ProcessInfo
from engine.model.step import Advance, ArmedTimer, OpenedTask, ServiceCall, ThrownEvent, Token
from engine.workflow import CompiledDefinition, Workflow
from tests.unit.decisions.shipped import decide

SERVICE, DECISION, START = "urn:changxiao:service:", "urn:changxiao:decision:", "urn:changxiao:start:"
SEED = 20260302


class Service(Protocol):
    """The scripted answer of one service: process data in, variables out."""

    def __call__(self, data: Mapping[str, object], /) -> Mapping[str, object]: ...


@dataclass(slots=True)
class Case:
    """A running instance and what its people see."""

    definition: CompiledDefinition
    services: Mapping[str, Service]
    at: datetime
    blob: bytes = b""
    tasks: dict[Token, OpenedTask] = field(default_factory=dict)
    timers: dict[Token, ArmedTimer] = field(default_factory=dict)
    called: list[str] = field(default_factory=list)  #: services and decisions, in order
    visited: list[str] = field(default_factory=list)  #: nodes that a token entered, in order
    states: list[str] = field(default_factory=list)  #: cx:state labels passed, in order
    thrown: list[ThrownEvent] = field(default_factory=list)
    starts: list[tuple[str, object]] = field(default_factory=list)  #: cx:start: (process, row it was begun for)
    variables: Mapping[str, object] = field(default_factory=dict)
    ended: bool = False
    end_node: str = ""

    # -- what happens

    def start(self, variables: Mapping[str, object], *, message: str | None = None, timer: str | None = None) -> Case:
        workflow = Workflow.start(
            self.definition, variables=variables, at=self.at, seed=SEED, message=message, timer=timer
        )
        self._run(workflow)
        return self

    def complete(self, node_id: str, **values: object) -> None:
        """A person completes the one open task at `node_id`."""
        self.complete_one(self._token(node_id), **values)

    def complete_one(self, token: Token, **values: object) -> None:
        self._move(lambda workflow: workflow.complete(token, values))

    def fire(self, node_id: str, *, at: datetime | None = None) -> None:
        """The timer at `node_id` falls due."""
        (token,) = (token for token, timer in self.timers.items() if timer.node_id == node_id)
        self.at = at or self.timers[token].due_at
        self._move(lambda workflow: workflow.fire_timer(token))

    def message(self, name: str, *, key: str = "", **payload: object) -> bool:
        """A message arrives, for this correlation key. Answers whether somebody waited for it."""
        return bool(self._move(lambda workflow: workflow.message(name, payload, key)))

    def signal(self, name: str, **payload: object) -> bool:
        """A signal arrives. Answers whether somebody waited for it."""
        return bool(self._move(lambda workflow: workflow.signal(name, payload)))

    # -- what is seen

    def open_tasks(self) -> list[str]:
        return sorted(task.node_id for task in self.tasks.values())

    def tokens(self, node_id: str) -> list[Token]:
        return [token for token, task in self.tasks.items() if task.node_id == node_id]

    def armed(self) -> dict[str, datetime]:
        return {timer.node_id: timer.due_at for timer in self.timers.values()}

    @property
    def state(self) -> str:
        return self.states[-1] if self.states else ""

    @property
    def info(self) -> ProcessInfo:
        return self.definition.info

    def seen(self, node_id: str, name: str) -> list[object]:
        """What the open tasks at `node_id` see under the name of a variable, in the order in which they opened."""
        return [task.data.get(name) for task in self.tasks.values() if task.node_id == node_id]

    def count(self, service: str) -> int:
        return self.called.count(service)

    # -- machinery

    def _token(self, node_id: str) -> Token:
        found = self.tokens(node_id)
        assert len(found) == 1, f"{node_id}: {len(found)} open, of {self.open_tasks()}"
        return found[0]

    def _move(self, action: Callable[[Workflow], object]) -> object:
        workflow = Workflow.load(self.definition, self.blob, at=self.at, seed=SEED)
        answer = action(workflow)
        self._run(workflow)
        return answer

    def _run(self, workflow: Workflow) -> None:
        while True:
            advance = workflow.advance()
            self._take(advance)
            if not advance.calls:
                break
            for call in advance.calls:
                workflow.finish_service(call.token, self._answer(call))

    def _take(self, advance: Advance) -> None:
        self.blob, self.variables = advance.state, advance.variables
        for event in advance.events:
            if event.event == "entered":
                self.visited.append(event.node_id)
                node = self.info.nodes.get(event.node_id)
                if node is not None and node.state:
                    self.states.append(node.state)
        for token, _how in advance.closed:
            self.tasks.pop(token, None)
            self.timers.pop(token, None)
        self.tasks |= {task.token: task for task in advance.opened}
        self.timers |= {timer.token: timer for timer in advance.timers}
        self.thrown += advance.thrown
        if advance.ended:
            self.ended, self.end_node = True, advance.end_node

    def _answer(self, call: ServiceCall) -> Mapping[str, object]:
        kind = next(prefix for prefix in (SERVICE, DECISION, START) if call.implementation.startswith(prefix))
        name = call.implementation.removeprefix(kind)
        self.called.append(name)
        if kind == START:
            self.starts.append((name, call.element))
        if kind == DECISION:
            return decide(name, call.data).outputs
        return self.services[name](call.data) if kind == SERVICE else {}
