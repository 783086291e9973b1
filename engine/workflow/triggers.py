"""What an event waits for or throws."""

from __future__ import annotations

from dataclasses import dataclass

#: Kinds that rise from where they are thrown; nobody outside sends them.
RISING = frozenset({"error", "escalation", "cancel"})
_TIMERS = frozenset({"date", "duration", "cycle"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """One event definition."""

    kind: str  #: date, duration, cycle, message, signal, error, escalation, cancel, conditional, terminate, …
    name: str = ""  #: of the message or signal
    code: str = ""  #: of the error or escalation; empty catches every code
    expression: str = ""  #: of a timer or condition
    key: tuple[str, ...] = ()  #: expressions whose values are the correlation key of a message

    @property
    def is_timer(self) -> bool:
        return self.kind in _TIMERS


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnEvent:
    """An event as drawn: what it waits for or throws, and how."""

    triggers: tuple[Trigger, ...] = ()
    all_of: bool = False  #: a parallel multiple event: each trigger must occur once; else any one suffices
    interrupting: bool = True  #: of a boundary event, or of the start of an event sub-process


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What an instance of a multi-instance activity throws when it completes."""

    triggers: tuple[Trigger, ...]
    condition: str = ""  #: empty: whenever an instance completes
    first_only: bool = False  #: only the first instance that completes
