"""Incidents: work that gave up and waits for an operator. Node, ids and codes only, never a value of the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update

from engine.errors import NotFound
from engine.model.step import DefinitionId, InstanceId, TaskId, Token
from engine.store import tables as t
from engine.store.scope import Scope, of

TIMER = "timer_id"  #: in the details of an incident: the timer that is set aside


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIncident:
    """Something to hand to an operator. kind: step, timer, job, assignment, message, calendar, start."""

    id: UUID
    kind: str
    code: str
    message: str  #: no value of the case: an operator reads this
    instance_id: InstanceId | None = None
    definition_id: DefinitionId | None = None
    key: str = ""
    sealed: bool = False
    node_id: str = ""
    token: Token | None = None
    task_id: TaskId | None = None
    job_id: int | None = None
    details: Mapping[str, object] | None = None  #: line of a script, name of a timer


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """An incident as it stands. state: open, retrying, resolved; noted: an operator knows of it and says what."""

    id: UUID
    state: str
    kind: str
    code: str
    message: str
    instance_id: InstanceId | None
    definition_id: DefinitionId | None
    key: str
    sealed: bool
    node_id: str
    token: Token | None
    task_id: TaskId | None
    job_id: int | None
    details: Mapping[str, object]
    attempts: int
    opened_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None
    resolution: str
    noted_at: datetime | None = None
    noted_by: str | None = None
    note: str = ""


class Incidents(Scope):
    """Part of Transaction."""

    __slots__ = ()

    def open_incident(self, incident: NewIncident) -> UUID:
        """Keep the incident; where the same thing gave up before and is still open, count it there.

        Returns the id of the incident that is now open.
        """
        open_one, timer = t.incident.c, (incident.details or {}).get(TIMER)
        query = of(IncidentRow, t.incident).where(
            open_one.state != "resolved",
            open_one.instance_id.is_not_distinct_from(incident.instance_id),
            open_one.kind == incident.kind,
            open_one.key == incident.key,
            open_one.node_id == incident.node_id,
            open_one.token.is_not_distinct_from(incident.token),
            open_one.job_id.is_not_distinct_from(incident.job_id),
            # Reminder and threshold of one task have node and token in common; each must be fired again by itself.
            open_one.details[TIMER].astext.is_not_distinct_from(str(timer) if timer is not None else None),
        )
        found = self._find(IncidentRow, query.order_by(open_one.opened_at).limit(1).with_for_update())
        if found is None:
            row = asdict(incident) | {"details": incident.details or {}, "opened_at": self.now, "attempts": 1}
            self._insert(t.incident, row)
            return incident.id
        self._run(
            update(t.incident)
            .where(open_one.id == found.id)
            .values(state="open", code=incident.code, message=incident.message, attempts=found.attempts + 1)
        )
        return found.id

    def incident(self, incident_id: UUID, *, lock: bool = False) -> IncidentRow:
        """The incident. lock: nobody else can retry it until we commit. Raises NotFound."""
        query = of(IncidentRow, t.incident).where(t.incident.c.id == incident_id)
        found = self._find(IncidentRow, query.with_for_update() if lock else query)
        if found is None:
            raise NotFound(f"There is no incident {incident_id}.", id=str(incident_id))
        return found

    def open_incidents(self, instance_id: InstanceId) -> tuple[IncidentRow, ...]:
        """Incidents of the instance that are not resolved."""
        incident = t.incident.c
        query = of(IncidentRow, t.incident).where(incident.instance_id == instance_id, incident.state != "resolved")
        return self._list(IncidentRow, query.order_by(incident.opened_at))

    def close_incidents_at(self, instance_id: InstanceId, tokens: Sequence[Token]) -> None:
        """Close what is open at these tokens of the instance: there is nothing left to try again."""
        incident = t.incident.c
        values = {"state": "resolved", "resolved_at": self.now, "resolved_by": self.actor, "resolution": "gone"}
        here = incident.token.in_(tuple(tokens))
        open_ones = (incident.instance_id == instance_id) & (incident.state != "resolved")
        self._run(update(t.incident).where(open_ones, here).values(**values))

    def retry_incident(self, incident_id: UUID) -> None:
        """A new attempt is under way; where it fails, open_incident counts it here."""
        self._run(update(t.incident).where(t.incident.c.id == incident_id).values(state="retrying"))

    def count_open_incidents(self) -> int:
        """Of cases that are not sealed."""
        open_one = (t.incident.c.state != "resolved") & ~t.incident.c.sealed
        return int(self.connection.execute(select(func.count()).where(open_one)).scalar_one())

    def note_incident(self, incident_id: UUID, note: str) -> None:
        """Write down in the actor's name what he knows of it. The incident stays open."""
        values = {"noted_at": self.now, "noted_by": self.actor, "note": note}
        self._run(update(t.incident).where(t.incident.c.id == incident_id).values(**values))

    def resolve_incident(self, incident_id: UUID, resolution: str) -> None:
        """Close the incident in the actor's name."""
        values = {"state": "resolved", "resolved_at": self.now, "resolved_by": self.actor, "resolution": resolution}
        self._run(update(t.incident).where(t.incident.c.id == incident_id).values(**values))
