"""What an event waits for or throws, read from SpiffWorkflow's event definitions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs import event_definitions as bpmn


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """One event definition."""

    kind: str  #: date, duration, cycle, message, signal, error, escalation, cancel, conditional, terminate
    name: str = ""  #: of the message or signal
    code: str = ""  #: of the error or escalation; empty catches every code
    expression: str = ""  #: of a timer or condition
    key: tuple[str, ...] = ()  #: expressions whose values are the correlation key of a message

    @property
    def is_timer(self) -> bool:
        return self.kind in {"date", "duration", "cycle"}


_KINDS: tuple[tuple[type, str], ...] = (
    (bpmn.TimeDateEventDefinition, "date"),
    (bpmn.DurationTimerEventDefinition, "duration"),
    (bpmn.CycleTimerEventDefinition, "cycle"),
    (bpmn.MessageEventDefinition, "message"),
    (bpmn.SignalEventDefinition, "signal"),
    (bpmn.ErrorEventDefinition, "error"),
    (bpmn.EscalationEventDefinition, "escalation"),
    (bpmn.CancelEventDefinition, "cancel"),
    (bpmn.ConditionalEventDefinition, "conditional"),
    (bpmn.TerminateEventDefinition, "terminate"),
)


def triggers_of(definition: Any) -> tuple[Trigger, ...]:
    """The triggers of an event: none for a plain event, several for a multiple one, any of which suffices.

    Raises NotImplementedError for a parallel multiple event and for kinds that nobody knows.
    """
    if definition is None or isinstance(definition, bpmn.NoneEventDefinition):
        return ()
    if isinstance(definition, bpmn.MultipleEventDefinition):
        if definition.parallel:
            raise NotImplementedError("parallelMultiple")
        return tuple(trigger for part in definition.event_definitions for trigger in triggers_of(part))
    for known, kind in _KINDS:
        if isinstance(definition, known):
            return (_trigger(kind, definition),)
    raise NotImplementedError(type(definition).__name__)


def _trigger(kind: str, definition: Any) -> Trigger:
    return Trigger(
        kind=kind,
        name=definition.name or "",
        code=getattr(definition, "code", None) or "",
        expression=getattr(definition, "expression", None) or "",
        key=tuple(item.retrieval_expression for item in getattr(definition, "correlation_properties", None) or ()),
    )
