"""Plays a draft through seam 1 with test people and a clock of its own. No database: nothing live can be touched."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache

from engine.commands.services import DECISION, SERVICE, START
from engine.commands.services.decisions import handed_on
from engine.commands.trial_open import open_task, past_due
from engine.commands.trial_run import (
    TrialEvent,
    TrialProblem,
    TrialRun,
    TrialTimer,
    TrialToken,
    TrialWait,
)
from engine.commands.trial_services import Moment, example_answer
from engine.core import Reference
from engine.decisions.parameters import with_params
from engine.decisions.question import Question, UnknownDecision
from engine.errors import ChangxiaoError, StepFailed
from engine.lint.elements import flows_of
from engine.model.clock import local_day
from engine.model.declared_words import Words
from engine.model.machine_words import service_words
from engine.model.step import Advance, ServiceCall, Token
from engine.workflow import CompiledDefinition, HeldStores, Workflow, check_xml, compile_definition, running_text

MAX_ROUNDS = 200  #: of services in one move
MAX_PATH, MAX_EVENTS = 5_000, 500
MAX_TIMERS = 200  #: fired in one move of the clock

Files = tuple[tuple[str, bytes], ...]


class TooLong(StepFailed):
    """A try-out goes on and on: a loop without a person, a service that leads back to itself."""

    code = "trial_too_long"

    def __init__(self) -> None:
        told = {"reason": "too many steps; is there a loop without end?", "reason_zh": "步骤过多，请检查是否有死循环"}
        super().__init__("The try-out takes too many steps.", facts=told)


@lru_cache(maxsize=16)
def compiled(files: Files, key: str) -> CompiledDefinition:
    """The draft, compiled once for many moves. The caller has checked in a child that it can be."""
    return compile_definition({name: running_text(data, file=name) for name, data in files}, key)


@lru_cache(maxsize=16)
def _flows(files: Files) -> Mapping[tuple[str, str], str]:
    """(source, target) to the id of the flow between them."""
    return {ends: flow for name, data in files for ends, flow in flows_of(check_xml(data, file=name).root).items()}


def _stores_of(run: TrialRun) -> HeldStores:
    """The data stores of a try-out: empty at first, and its own."""
    return HeldStores({(store, key): value for store, key, value in run.stored})


class Play:
    """One try-out for one move. `run` and `state` are what is kept."""

    def __init__(
        self, files: Files, run: TrialRun, state: bytes, reference: Reference, decisions: Mapping[str, Question]
    ) -> None:
        self.decisions = decisions  #: those in force, by key
        self.definition, self.flows = compiled(files, run.key), _flows(files)
        self.run, self.state, self.reference = run, state, reference
        self._stores = _stores_of(run)

    def start(self, variables: Mapping[str, object], *, message: str | None = None, timer: str | None = None) -> None:
        """Begin by hand, by a message, or as if the time of the start event `timer` had come."""

        def begun() -> Workflow:
            return Workflow.start(
                self.definition,
                variables=variables,
                at=self.run.now,
                seed=self.run.seed,
                message=message,
                timer=timer,
                stores=self._stores,
            )

        self._move(begun, lambda _: None)

    def complete(self, token: int, values: Mapping[str, object]) -> None:
        task = next((task for task in self.run.tasks if task.token == token), None)
        if task is not None:
            self._tell(task.element_id, Words(zh=f"办结“{task.name.zh}”", en=f'"{task.name.en}" completed'))
        self._move(self._loaded, lambda workflow: workflow.complete(Token(token), values))

    def message(self, name: str, variables: Mapping[str, object]) -> bool:
        """Give a message or signal. False: nobody waits for it."""
        if not any(wait.name == name for wait in self.run.waiting):
            return False
        signal = any(wait.name == name and wait.kind == "signal" for wait in self.run.waiting)
        self._tell("", Words(zh=f"收到消息 {name}", en=f"Message {name} arrived"))
        self._move(
            self._loaded,
            lambda workflow: workflow.signal(name, variables) if signal else workflow.message(name, variables),
        )
        return True

    def advance_to(self, until: datetime) -> None:
        """Move the clock; timers fire in their order, reminders and the ladder are told."""
        for _ in range(MAX_TIMERS):
            due = min((timer for timer in self.run.timers if timer.due_at <= until), key=_when, default=None)
            if due is None or self.run.ended:
                break
            self._clock(max(due.due_at, self.run.now))
            token = Token(due.token)
            self._tell(due.element_id, Words(zh=f"定时“{due.name.zh}”到时", en=f'Timer "{due.name.en}" fired'))
            self._move(self._loaded, lambda workflow, token=token: workflow.fire_timer(token))  # type: ignore[misc]
            if self.run.problem is not None:
                return
        self._clock(until)

    def next_moment(self) -> datetime | None:
        """When a timer fires or a task falls due next."""
        moments = [timer.due_at for timer in self.run.timers]
        moments += [task.due_at for task in self.run.tasks if task.due_at is not None]
        return min((moment for moment in moments if moment > self.run.now), default=None)

    def _clock(self, until: datetime) -> None:
        for at, element_id, words in past_due(self.run, until, self.reference):
            self.run.events.append(TrialEvent(at=at, element_id=element_id, words=words))
        self.run.now = until

    def _loaded(self) -> Workflow:
        return Workflow.load(self.definition, self.state, at=self.run.now, seed=self.run.seed, stores=self._stores)

    def _move(self, begun: Callable[[], Workflow], action: Callable[[Workflow], object]) -> None:
        """All of it, or a problem and everything as it was."""
        before, state = copy.deepcopy(self.run), self.state
        self.run.problem = None
        try:
            workflow = begun()
            action(workflow)
            self._play(workflow)
            self.run.stored = [(store, key, value) for (store, key), value in self._stores.values.items()]
        except ChangxiaoError as error:
            self.run, self.state = before, state
            self._stores = _stores_of(before)
            self.run.problem = _problem(error)

    def _play(self, workflow: Workflow) -> None:
        for _ in range(MAX_ROUNDS):
            advance = workflow.advance()
            self.state = advance.state
            self.run.variables = dict(advance.variables)
            self._take(advance)
            self._count(workflow)
            if len(self.run.path) > MAX_PATH:
                raise TooLong
            if not advance.calls:
                self.run.events = self.run.events[-MAX_EVENTS:]
                return
            for call in advance.calls:
                workflow.finish_service(call.token, self._answer(call))
        raise TooLong

    def _take(self, advance: Advance) -> None:
        self._walk(advance)
        closed = {int(token) for token, _ in advance.closed}
        self.run.tasks = [task for task in self.run.tasks if task.token not in closed]
        self.run.timers = [timer for timer in self.run.timers if timer.token not in closed]
        self.run.waiting = [wait for wait in self.run.waiting if wait.token not in closed]
        for opened in advance.opened:
            task = open_task(self.definition.info.nodes[opened.node_id], opened, self.run, self.reference)
            self.run.tasks.append(task)
            people = "、".join(person.zh for person in task.people)
            people_en = ", ".join(person.en for person in task.people)
            self._tell(
                opened.node_id,
                Words(zh=f"“{task.name.zh}”交{people}办理", en=f'"{task.name.en}" goes to {people_en}'),
            )
        for armed in advance.timers:
            name = self._name(armed.node_id)
            self.run.timers.append(
                TrialTimer(token=int(armed.token), element_id=armed.node_id, name=name, due_at=armed.due_at)
            )
        for wait in advance.subscriptions:
            self.run.waiting.append(
                TrialWait(token=int(wait.token), element_id=wait.node_id, kind=wait.kind, name=wait.name)
            )
        for thrown in advance.thrown:
            said = Words(
                zh=f"发出消息 {thrown.name}（试运行不送出）", en=f"Message {thrown.name} thrown (goes nowhere)"
            )
            self._tell(thrown.node_id, said)
        if advance.ended:
            self.run.ended = True
            self._tell(advance.end_node, Words(zh="流程结束", en="The process has ended"))

    def _walk(self, advance: Advance) -> None:
        """The way of the tokens, with the flows between the elements, and the states that the case passes."""
        for event in advance.events:
            if event.event != "entered":
                continue
            flow = next(
                (
                    self.flows[known, event.node_id]
                    for known in reversed(self.run.path[-40:])
                    if (known, event.node_id) in self.flows
                ),
                None,
            )
            self.run.path += [event.node_id] if flow is None else [flow, event.node_id]
            node = self.definition.info.nodes.get(event.node_id)
            if node is not None and node.state:
                self._tell(event.node_id, Words(zh="事项状态：", en="State of the case: "), term=node.state)

    def _count(self, workflow: Workflow) -> None:
        counts: dict[str, int] = {}
        for _token, node_id, _state in workflow.open_tokens():
            counts[node_id] = counts.get(node_id, 0) + 1
        self.run.tokens = [TrialToken(element_id=node, count=count) for node, count in counts.items()]

    def _answer(self, call: ServiceCall) -> Mapping[str, object]:
        today = local_day(self.run.now)
        if call.implementation.startswith(DECISION):
            return self._decided(call, call.implementation.removeprefix(DECISION))
        if call.implementation.startswith(START):
            key = call.implementation.removeprefix(START)
            self._tell(call.node_id, Words(zh=f"将发起流程 {key}（试运行不发起）", en=f"Would start {key} (not done)"))
            return {}
        service = call.implementation.removeprefix(SERVICE)
        words = service_words(service)
        self._tell(call.node_id, Words(zh=f"服务“{words.zh}”（试运行不执行）", en=f'Service "{words.en}" (not done)'))
        if service == "deliver_notice":
            self.run.delivered = today
        moment = Moment(today=today, started=self.run.started, reference=self.reference)
        return example_answer(service, call.data, moment)

    def _decided(self, call: ServiceCall, key: str) -> Mapping[str, object]:
        if key not in self.decisions:
            raise UnknownDecision(key)
        data = {"base": 1, "red_12m": 0, "yellow_unanswered": False, "red_reply_rejected": 0, **call.data}
        decision = self.decisions[key].ask(with_params(data, self.reference.params))
        self._tell(call.node_id, Words(zh=decision.zh, en=decision.en))
        return handed_on(decision, self.definition.info.nodes[call.node_id])

    def _name(self, node_id: str) -> Words:
        node = self.definition.info.nodes.get(node_id)
        zh = (node.name if node is not None else "") or node_id
        return Words(zh=zh, en=(node.name_en if node is not None else "") or zh)

    def _tell(self, element_id: str, words: Words, *, term: str = "") -> None:
        self.run.events.append(TrialEvent(at=self.run.now, element_id=element_id, words=words, term=term))


def _when(timer: TrialTimer) -> datetime:
    return timer.due_at


def _problem(error: ChangxiaoError) -> TrialProblem:
    reason = str(error.facts.get("reason") or getattr(error, "en", "") or error)
    told = str(error.facts.get("reason_zh") or getattr(error, "zh", "") or reason)
    return TrialProblem(element_id=str(error.facts.get("node_id") or ""), words=Words(zh=told, en=reason))
