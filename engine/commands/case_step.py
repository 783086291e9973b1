"""CaseStep: gathers all that one command changes in one case, and writes it with one call.

Every command that moves a process works alike: load the case, tell the workflow what happened, `run` it to its next
rest, `save`. What a step has to say to other cases (messages, cases to start, cards) leaves in `outbox`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from engine.core import Definition, Engine, Reference
from engine.model.clock import local_day
from engine.model.numbering import business_no
from engine.model.process import FlowNode
from engine.model.service_values import service_values
from engine.model.step import Advance, InstanceId, NodeEvent, PersonId, ServiceCall, TaskId, ThrownEvent, Token
from engine.store.record import (
    ChangedTask,
    ClosedToken,
    HistoryFact,
    InstanceChanges,
    MovedTimer,
    NewCard,
    NewDeadlineEntry,
    NewInstance,
    NewNotice,
    NewSubmission,
    NewSubscription,
    NewTask,
    NewTimer,
    StepRecord,
    TimerId,
)
from engine.store.rows import InstanceRow
from engine.store.transaction import Transaction
from engine.workflow import BpmnError, Workflow

SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRequest:
    """Another process to start once this step is written: `cx:start`, or the ladder of a late task."""

    key: str
    variables: Mapping[str, object]
    unit: str
    parent_task: TaskId | None = None
    due: str = ""  #: cx:due of its first tasks, in place of what its drawing says
    sealed: bool = False  #: seen by those only who have work in it, and by `parties`
    parties: tuple[PersonId, ...] = ()
    mark: str = ""  #: says in every list what it asks for; its title is the subject alone, as it was typed


@dataclass(frozen=True, slots=True, kw_only=True)
class LapseRequest:
    """An open user task of another case that loses its ground, and why."""

    instance_id: InstanceId
    token: Token
    reason: str


@dataclass(slots=True, kw_only=True)
class CaseStep:
    """One step in the making. Lives inside one command; its parts are those of StepRecord."""

    engine: Engine
    tx: Transaction
    definition: Definition
    workflow: Workflow
    instance_id: InstanceId
    rev: int
    by: str  #: PersonId or "system"
    case: InstanceRow | None = None  #: None: the case starts with this step
    new: NewInstance | None = None
    changes: InstanceChanges = field(default_factory=InstanceChanges)
    variables: Mapping[str, object] = field(default_factory=dict)
    state: bytes | None = None
    task_ids: dict[Token, TaskId] = field(default_factory=dict)  #: of the tasks this step knows, for history
    outcomes: dict[Token, str] = field(default_factory=dict)
    takers: dict[Token, PersonId] = field(default_factory=dict)  #: who completes a task that is still offered
    returned: set[Token] = field(default_factory=set)
    closed: list[ClosedToken] = field(default_factory=list)
    opened: list[NewTask] = field(default_factory=list)
    changed: list[ChangedTask] = field(default_factory=list)
    history: list[HistoryFact] = field(default_factory=list)
    timers: list[NewTimer] = field(default_factory=list)
    moved: list[MovedTimer] = field(default_factory=list)
    disarmed: list[TimerId] = field(default_factory=list)
    subscriptions: list[NewSubscription] = field(default_factory=list)
    submissions: list[NewSubmission] = field(default_factory=list)
    deadlines: list[NewDeadlineEntry] = field(default_factory=list)
    notices: list[NewNotice] = field(default_factory=list)
    cards: list[NewCard] = field(default_factory=list)
    parties: list[PersonId] = field(default_factory=list)
    attachments: list[UUID] = field(default_factory=list)
    thrown: list[ThrownEvent] = field(default_factory=list)
    starts: list[StartRequest] = field(default_factory=list)
    lapses: list[LapseRequest] = field(default_factory=list)
    due_rule: str = ""  #: cx:due of the tasks that this step opens; "": as each is drawn
    done_with_ladder: list[TaskId] = field(default_factory=list)  #: late tasks that this step closes
    ended: bool = False

    # -- the case as this step sees it

    @property
    def at(self) -> datetime:
        return self.tx.now

    @property
    def today(self) -> date:
        return local_day(self.tx.now)

    @property
    def reference(self) -> Reference:
        return self.engine.reference(self.tx)

    @property
    def seed(self) -> int:
        """The chance of the case: draws from it come out the same every time."""
        if self.new is not None:
            return self.new.seed
        return self.case.seed if self.case is not None else 0

    @property
    def unit(self) -> str:
        """The responsible unit of the case."""
        return self.fact("unit") or ""

    @property
    def issuer_unit(self) -> str:
        return self.fact("issuer_unit") or ""

    def fact(self, column: str) -> str | None:
        """A column of the case, with what this step has already changed."""
        if column in self.changes:
            return self.changes[column]  # type: ignore[literal-required, no-any-return]
        return getattr(self.case, column) if self.case is not None else None

    @property
    def delivered_at(self) -> datetime | None:
        """When the unit got the notice of this case."""
        if "delivered_at" in self.changes:
            return self.changes["delivered_at"]
        return self.case.delivered_at if self.case is not None else None

    @property
    def limit_at(self) -> datetime | None:
        """The end of the case's own limit."""
        if "limit_at" in self.changes:
            return self.changes["limit_at"]
        return self.case.limit_at if self.case is not None else None

    def node(self, node_id: str) -> FlowNode:
        return self.definition.info.nodes[node_id]

    def values_of(self, call: ServiceCall) -> dict[str, object]:
        """What the drawing hands to this service: its cx:params, filled in."""
        return service_values(self.node(call.node_id).params, call.data, self.reference.params)

    # -- writing down

    def note(self, event: str, *, task_id: TaskId | None = None, **body: object) -> None:
        """A fact that is not about a flow node: delivered, extended, card issued, … Never a form value."""
        self.history.append(HistoryFact(event=event, task_id=task_id, body=body or None))

    def submit(self, sent: NewSubmission, attachments: Iterable[UUID] = (), *, in_bulk: bool = False) -> None:
        """Keep a form as it was sent; the history gets its digest only, and whether it was one for many tasks."""
        self.submissions.append(sent)
        self.attachments += attachments
        bulk = {"in_bulk": True} if in_bulk else {}
        self.note("submitted", task_id=sent.task_id, form=sent.form_key, digest=sent.digest.hex(), **bulk)

    def number(self, kind: str, unit: str) -> str:
        """The next business number of `kind` for `unit` in this year, gapless."""
        year = self.today.year
        return business_no(kind, unit, year, self.tx.next_number(kind, unit, year))

    def mark(self, mark: str) -> None:
        """Put a mark (逾期办结, 反弹, 已延期…) on the case; a mark is never taken away."""
        present = self.changes.get("marks") or (list(self.case.marks) if self.case is not None else [])
        if mark not in present:
            self.changes["marks"] = [*present, mark]
            self.note("marked", mark=mark)

    def start(self, key: str, variables: Mapping[str, object], *, parent_task: TaskId | None = None) -> None:
        """Start a case of its own when this step is written; this one does not wait for it."""
        self.starts.append(StartRequest(key=key, variables=variables, unit=self.unit, parent_task=parent_task))

    def send(self, name: str, node_id: str, to: str, **payload: object) -> None:
        """Send a message to the case that waits for it with the key `to`: nothing of this case but `payload`."""
        self.thrown.append(ThrownEvent(node_id=node_id, kind="message", name=name, payload=payload, correlation_key=to))

    def throw(self, name: str, node_id: str, **payload: object) -> None:
        """Send a message that the diagram leaves to the service; it names this case, and its starter is the key."""
        starter = self.case.parent_task if self.case is not None else None
        self.thrown.append(
            ThrownEvent(
                node_id=node_id,
                kind="message",
                name=name,
                payload={"from_instance": str(self.instance_id), **payload},
                correlation_key=str(starter or ""),
            )
        )

    def tell(self, person: PersonId, kind: str, *, task_id: TaskId | None = None, **facts: object) -> None:
        """A notice to one person."""
        self.tell_all((person,), kind, task_id=task_id, **facts)

    def tell_all(
        self, people: Iterable[PersonId], kind: str, *, task_id: TaskId | None = None, **facts: object
    ) -> None:
        """The same notice to several people."""
        new_id, told = self.engine.ids.v7(self.at), tuple(dict.fromkeys(people))
        if told:
            self.notices.append(NewNotice(id=new_id, people=told, kind=kind, task_id=task_id, facts=facts or None))

    # -- running

    def run(self) -> None:
        """Advance the workflow to its next rest, answering the engine's own services and decisions on the way.

        Raises StepFailed where a script, condition, service or assignment cannot go on.
        """
        from engine.commands.services import answer  # services use CaseStep: the registry is looked up at run time

        while True:
            advance = self.workflow.advance()
            self._take(advance)
            if not advance.calls:
                break
            self._answer(advance.calls, lambda call: answer(self, call))
        if self.ended and "ended_at" not in self.changes:
            self.changes["status"] = "completed"
            self.changes["ended_at"] = self.at
            self.history.append(HistoryFact(event="ended"))

    def _answer(
        self, calls: Iterable[ServiceCall], answer: Callable[[ServiceCall], Mapping[str, object] | None]
    ) -> None:
        """A service that raises BpmnError ends in that error of the diagram, which may call off the calls behind it."""
        called_off = set[Token]()
        for call in calls:
            if call.token in called_off:
                continue
            try:
                result = answer(call)
            except BpmnError as error:
                self.workflow.fail_service(call.token, error.error_code, error.values)
                called_off = {other.token for other in calls} - {token for token, *_ in self.workflow.open_tokens()}
                continue
            if result is not None:  # None: a job outside this transaction answers later
                self.workflow.finish_service(call.token, result)

    def _take(self, advance: Advance) -> None:
        from engine.commands.opening import open_task

        self.state, self.variables = advance.state, advance.variables
        for event in advance.events:
            self._record_event(event)
        for token, how in advance.closed:
            self._close(token, "returned" if token in self.returned else how)
        for opened in advance.opened:
            open_task(self, opened)
        self.timers += [
            NewTimer(kind="bpmn", due_at=t.due_at, token=t.token, node_id=t.node_id, rule={"expression": t.expression})
            for t in advance.timers
        ]
        self.subscriptions += [
            NewSubscription(
                token=s.token, kind=s.kind, name=s.name, node_id=s.node_id, correlation_key=s.correlation_key
            )
            for s in advance.subscriptions
        ]
        self.thrown += advance.thrown
        if advance.ended:
            self.ended = True
            self.changes["end_node"] = advance.end_node or None

    def _close(self, token: Token, how: Literal["completed", "returned", "cancelled"]) -> None:
        known = {item.token for items in (self.opened, self.timers, self.subscriptions) for item in items}
        if token in known:  # began and ended inside this one step: nobody ever saw it wait
            self.timers = [t for t in self.timers if t.task_id != self.task_ids.get(token) or t.task_id is None]
            self.opened = [t for t in self.opened if t.token != token]
            self.timers = [t for t in self.timers if t.token != token]
            self.subscriptions = [s for s in self.subscriptions if s.token != token]
        self.closed.append(
            ClosedToken(token=token, state=how, taker=self.takers.get(token), outcome=self.outcomes.get(token))
        )

    def _record_event(self, event: NodeEvent) -> None:
        task_id = self.task_ids.get(event.token)
        fact = HistoryFact(
            event=event.event, node_id=event.node_id, node_type=event.node_type, task_id=task_id, body=None
        )
        self.history.append(fact)
        node = self.definition.info.nodes.get(event.node_id)
        if node is not None and node.state and event.event == "entered" and node.state != self.fact("case_state"):
            self.changes["case_state"] = node.state
            self.history.append(HistoryFact(event="state", node_id=node.id, body={"to": node.state}))

    def save(self) -> int:
        """Write the step. Answers the case's new rev. Raises Conflict where the case moved on meanwhile."""
        return self.tx.record(
            StepRecord(
                instance_id=self.instance_id,
                rev=self.rev,
                at=self.at,
                actor=self.by,
                state=self.state,
                variables=self.variables if self.state is not None else None,
                new=self.new,
                changes=self.changes or None,
                closed=tuple(self.closed),
                opened=tuple(self.opened),
                changed=tuple(self.changed),
                history=tuple(self.history),
                timers=tuple(self.timers),
                moved=tuple(self.moved),
                disarmed=tuple(self.disarmed),
                subscriptions=tuple(self.subscriptions),
                submissions=tuple(self.submissions),
                deadlines=tuple(self.deadlines),
                notices=tuple(self.notices),
                cards=tuple(self.cards),
                parties=tuple(self.parties),
                attachments=tuple(self.attachments),
            )
        )
