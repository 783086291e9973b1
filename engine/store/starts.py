"""Start events that come true by the calendar or a clock, and the cases that began by them: one per key, ever."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from engine.model.step import DefinitionId, InstanceId
from engine.store import tables as t
from engine.store.scope import Scope, of


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmedStart:
    """A start event of a process in force, and when it comes true next."""

    key: str
    node_id: str
    definition_id: DefinitionId
    kind: str  #: schedule, date, duration, cycle
    expression: str
    owners: str
    period: str
    since: datetime  #: nothing before is made up for
    due_at: datetime | None = None  #: None: it does not come true any more
    due_period: str = ""  #: code of the period that the cases are about; "" of ISO timers
    left: int = 0
    every: str = ""
    last_at: datetime | None = None
    last_period: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodicCase:
    """That a process has begun for a unit and period. instance_id None: it could not, and is tried again."""

    key: str
    business_key: str
    unit: str
    period: str
    node_id: str
    instance_id: InstanceId | None
    at: datetime


class Starts(Scope):
    """Part of Transaction."""

    __slots__ = ()

    def armed_starts(self) -> tuple[ArmedStart, ...]:
        """All of them, locked: nobody fires one until we commit."""
        armed = t.armed_start.c
        return self._list(
            ArmedStart, of(ArmedStart, t.armed_start).order_by(armed.key, armed.node_id).with_for_update()
        )

    def arm_start(self, start: ArmedStart) -> None:
        """Arm it, in place of what was armed for this start event."""
        row = asdict(start)
        new = insert(t.armed_start).values(**row)
        self.connection.execute(new.on_conflict_do_update(index_elements=["key", "node_id"], set_=row))

    def disarm_starts(self, key: str, *, but: Collection[str] = ()) -> None:
        """Forget the start events of this process, save those named."""
        armed = t.armed_start.c
        self._run(delete(t.armed_start).where(armed.key == key, armed.node_id.not_in(tuple(but))))

    def claim_start(self, until: datetime) -> ArmedStart | None:
        """The start event that has been due longest, ours until the commit; what another worker has is left out."""
        armed = t.armed_start.c
        query = of(ArmedStart, t.armed_start).where(armed.due_at <= until)
        query = query.order_by(armed.due_at, armed.key, armed.node_id).limit(1)
        return self._find(ArmedStart, query.with_for_update(skip_locked=True))

    def begun_units(self, key: str, business_keys: Iterable[str]) -> frozenset[str]:
        """Of these business keys those for which the process has begun, or has failed to."""
        wanted = tuple(business_keys)
        begun, cases = t.periodic_case.c, t.instance.c
        periodic = select(begun.business_key).where(begun.key == key, begun.business_key.in_(wanted))
        by_hand = select(cases.business_key).where(cases.key == key, cases.business_key.in_(wanted))
        return frozenset(self.connection.execute(periodic.union(by_hand)).scalars())

    def note_start(self, case: PeriodicCase) -> None:
        """Write down that it has begun, or could not."""
        row = asdict(case)
        new = insert(t.periodic_case).values(**row)
        self.connection.execute(new.on_conflict_do_update(index_elements=["key", "business_key"], set_=row))

    def failed_starts(self, key: str) -> tuple[PeriodicCase, ...]:
        """What could not begin and has not since."""
        table = t.periodic_case
        query = of(PeriodicCase, table).where(table.c.key == key, table.c.instance_id.is_(None))
        return self._list(PeriodicCase, query.order_by(table.c.business_key))

    def keys_of_failed_starts(self) -> tuple[str, ...]:
        """Processes of which something could not begin."""
        table = t.periodic_case.c
        query = select(table.key).where(table.instance_id.is_(None)).distinct().order_by(table.key)
        return tuple(self.connection.execute(query).scalars())

    def resolve_start_incidents(self, key: str) -> None:
        """Everything of this process has begun now."""
        incident = t.incident.c
        values = {"state": "resolved", "resolved_at": self.now, "resolved_by": self.actor, "resolution": "started"}
        open_one = (incident.kind == "start") & (incident.key == key) & (incident.state != "resolved")
        self._run(update(t.incident).where(open_one).values(**values))
