"""What the instances of a multi-instance activity throw when they complete (BPMN 2.0, table 10.29: behavior)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.workflow.task import LiveTask
from engine.workflow.throwing import climb, throw
from engine.workflow.triggers import Announcement

_TOLD = "told"  #: on the token of the activity: what only the first instance throws was thrown


@dataclass(frozen=True, slots=True)
class Announcing:
    """The announcements of one activity."""

    announcements: tuple[Announcement, ...]

    def tell(self, body: LiveTask, holds: Callable[[str], bool]) -> bool:
        """An instance of `body` is complete. False when whoever caught what it throws has called the activity off.

        holds: judges a condition with what the instance and the counters are now.
        """
        for announcement in self.announcements:
            if announcement.first_only and body.internal_data.get(_TOLD):
                continue
            if announcement.condition and not holds(announcement.condition):
                continue
            body.internal_data[_TOLD] = True
            for trigger in announcement.triggers:
                if trigger.kind == "escalation":
                    climb(body, trigger.kind, trigger.code, body.data, at_host=True)
                else:
                    throw(body, trigger)
                if not body.is_open:
                    return False
        return True
