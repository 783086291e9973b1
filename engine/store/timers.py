"""Timers: what is due, claimed in batches; several workers never get the same one, none is ever fired twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.model.step import InstanceId, PersonId, TaskId, Token
from engine.store.cases import TASKS_WITH_CANDIDATES, Cases
from engine.store.record import TimerId
from engine.store.rows import INSTANCE_NAMES, InstanceRow, UserTaskRow, task_row

_TIMER_NAMES = ("id", "instance_id", "kind", "token", "task_id", "node_id", "due_at", "rule", "payload", "held_at")
_TIMER = " ".join(("SELECT", ", ".join(_TIMER_NAMES), "FROM timer"))
_BOTH = [*(f"t.{name}" for name in _TIMER_NAMES), *(f"i.{name}" for name in INSTANCE_NAMES)]
# Instance first, timer second: whoever touches the timers of an instance holds its row, so nobody waits in a circle.
# The timer is locked as well, because a worker that comes just after another's commit still sees the old timers.
_CLAIM = " ".join(
    (
        "SELECT",
        ", ".join(_BOTH),
        "FROM timer t JOIN instance i ON i.id = t.instance_id",
        "WHERE t.held_at IS NULL AND t.due_at <= %s ORDER BY t.due_at, t.id LIMIT %s FOR UPDATE OF i, t SKIP LOCKED",
    )
)
_NEXT_DUE = (
    "SELECT least((SELECT min(due_at) FROM timer WHERE held_at IS NULL), (SELECT min(due_at) FROM armed_start),"
    " (SELECT min(due_at) FROM nightly))"
)
_OF_INSTANCE = _TIMER + " WHERE instance_id = %s ORDER BY due_at, id"
_OF_TASK = _TIMER + " WHERE task_id = %s ORDER BY due_at, id"
_DISARM = "DELETE FROM timer WHERE id = ANY(%s)"
_HOLD = "UPDATE timer SET held_at = %s WHERE id = ANY(%s)"
_MOVE_DRAWN = "UPDATE timer SET due_at = %s WHERE instance_id = %s AND node_id = %s AND kind = 'bpmn'"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerRow:
    """Something to do at `due_at`. kind: bpmn (drawn, has a token) or what a command called it."""

    id: TimerId
    instance_id: InstanceId
    kind: str
    token: Token | None
    task_id: TaskId | None
    node_id: str
    due_at: datetime
    rule: Mapping[str, Any]
    payload: Mapping[str, Any]
    held_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTimer:
    """A timer that is ours to fire, with its instance, locked and as it stands."""

    timer: TimerRow
    instance: InstanceRow


class Timers(Cases):
    """Part of Transaction."""

    __slots__ = ()

    def claim_due(self, until: datetime, *, limit: int = 50) -> tuple[DueTimer, ...]:
        """Timers due at business time `until` or before, earliest first, at most one per instance.

        They are ours until the commit; what another worker or a person has in hand is left out. Firing one = a step
        that closes its token or disarms its id; whatever is not fired is due again afterwards.
        """
        rows = self._all(_CLAIM, (until, limit))
        cut = len(_TIMER_NAMES)
        instances = self._locked([row[cut:] for row in rows])
        found: dict[InstanceId, DueTimer] = {}
        for row, instance in zip(rows, instances, strict=True):
            # A second timer of the same instance would be fired on a state that the first has already changed.
            found.setdefault(instance.id, DueTimer(timer=_timer(row[:cut]), instance=instance))
        return tuple(found.values())

    def tasks_of(self, due: Iterable[DueTimer]) -> Mapping[TaskId, tuple[UserTaskRow, tuple[PersonId, ...]]]:
        """The user tasks on which these timers hang, each with the people to whom it is offered, in one statement."""
        wanted = [item.timer.task_id for item in due if item.timer.task_id is not None]
        rows = self._all(TASKS_WITH_CANDIDATES, (wanted,)) if wanted else []
        return {TaskId(row[0]): (task_row(row[:-1]), tuple(row[-1])) for row in rows}

    def next_due_at(self) -> datetime | None:
        """Business time at which the next timer is due, or a process begins; None when nothing waits."""
        row = self._one(_NEXT_DUE, ())
        return row[0] if row else None

    def timers_of(self, instance_id: InstanceId) -> tuple[TimerRow, ...]:
        """Every timer of the instance, held ones too, earliest first."""
        return tuple(_timer(row) for row in self._all(_OF_INSTANCE, (instance_id,)))

    def timers_of_task(self, task_id: TaskId) -> tuple[TimerRow, ...]:
        """Reminders and thresholds that hang on the user task."""
        return tuple(_timer(row) for row in self._all(_OF_TASK, (task_id,)))

    def disarm(self, timers: list[TimerId]) -> None:
        """Remove timers that were done without a step. The caller holds their instances."""
        self.raw.execute(_DISARM, (timers,))

    def hold(self, timers: list[TimerId]) -> None:
        """Set timers aside (suspension, incident): never due until StepRecord.moved gives them a date."""
        self.raw.execute(_HOLD, (self.now, timers))

    def move_drawn_timer(self, instance_id: InstanceId, node_id: str, due_at: datetime) -> int:
        """Give the drawn timer at this node another date. Returns how many moved. The caller holds the instance."""
        return self.raw.execute(_MOVE_DRAWN, (due_at, instance_id, node_id)).rowcount


def _timer(values: tuple[Any, ...]) -> TimerRow:
    return TimerRow(**dict(zip(_TIMER_NAMES, values, strict=True)))
