"""What a diagram says, read once: the flow nodes of a process definition and their `cx:` declarations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: BPMN elements that open a user task.
WORK_OF_PEOPLE = ("userTask", "manualTask")


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowNode:
    """One BPMN flow node of a compiled definition."""

    id: str
    name: str
    name_en: str = ""
    type: str  #: BPMN element name: "userTask", "serviceTask", "exclusiveGateway", "boundaryEvent", …
    process: str = ""  #: id of the process it stands in (called processes have nodes of their own)
    lane: str = ""  #: name of the innermost lane
    assign: str = ""  #: cx:assign, the node's own or its lane's; for work of people without either, DEFAULT_ASSIGN
    form: str = ""  #: cx:form, a form key
    due: str = ""  #: cx:due
    remind: str = ""  #: cx:remind, "R3", "PER" or a list
    ladder: str = ""  #: cx:ladder, "STD", "URG", "CASE", "HOUR" or "none"
    reason: str = ""  #: cx:reason, why it has no owner, limit or ladder of its own
    params: str = ""  #: cx:params, "name=value,…"
    protected: bool = False  #: cx:protected
    start: str = ""  #: cx:start, key of the process to start
    decision: str = ""  #: cx:decision, id of a decision
    result: str = ""  #: cx:result, the variable that takes the whole result of the decision; "": its outputs by name
    result_shape: str = ""  #: cx:result-shape, "singleEntry", "singleResult", "collectEntries" or "resultList"
    state: str = ""  #: cx:state, label of the case state on arrival (domain.md §6.1)
    implementation: str = ""  #: BPMN `implementation` of a service task, "urn:changxiao:service:…"
    attached_to: str = ""  #: for a boundary event: id of its activity
    message: str = ""  #: name of the message or signal of an event
    documentation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerStart:
    """A start event of a process that comes true by the calendar or a clock."""

    node_id: str
    kind: str  #: schedule (engine.model.schedule), date, duration or cycle (ISO 8601)
    expression: str
    owners: str = ""  #: cx:owners, which units get a case each; "": the top unit alone
    period: str = ""  #: cx:period, which period the cases are about


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessInfo:
    """The face of a compiled process definition that other storeys may look at."""

    key: str  #: BPMN process id, "S1_RECTIFY"
    name: str
    name_en: str = ""
    nodes: Mapping[str, FlowNode] = field(default_factory=dict)
    start_form: str = ""  #: cx:form of the none start event
    start_messages: tuple[str, ...] = ()  #: names of messages that start an instance
    start_signals: tuple[str, ...] = ()  #: names of signals that start an instance
    start_timers: tuple[TimerStart, ...] = ()  #: start events that come true by themselves
    receives: tuple[str, ...] = ()  #: names of all messages that it or what it calls can receive
    called: tuple[str, ...] = ()  #: keys of processes reached by call activities
