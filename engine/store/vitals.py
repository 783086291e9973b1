"""How the machinery does: what waits in the queues and how far behind it is, workers, the database, backups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import func, select

from engine.model.step import DefinitionId, InstanceId
from engine.store import tables as t
from engine.store.scope import Scope, of

_TIMER = t.timer.c
_JOBS = """
SELECT j.task_name,
    count(*) FILTER (WHERE j.status = 'todo' AND coalesce(j.scheduled_at, now()) > now()),
    count(*) FILTER (WHERE j.status = 'todo' AND coalesce(j.scheduled_at, now()) <= now()),
    count(*) FILTER (WHERE j.status = 'doing'),
    count(*) FILTER (WHERE j.status = 'failed'),
    min(coalesce(j.scheduled_at, e.at)) FILTER (WHERE j.status = 'todo' AND coalesce(j.scheduled_at, now()) <= now()),
    min(j.scheduled_at) FILTER (WHERE j.status = 'todo' AND j.scheduled_at > now())
FROM procrastinate_jobs j
LEFT JOIN LATERAL (
    SELECT max(at) AS at FROM procrastinate_events WHERE job_id = j.id AND j.status = 'todo'
) e ON true
GROUP BY j.task_name ORDER BY j.task_name
"""
_WORKERS = """
SELECT w.id, w.last_heartbeat, count(j.id)
FROM procrastinate_workers w LEFT JOIN procrastinate_jobs j ON j.worker_id = w.id AND j.status = 'doing'
GROUP BY w.id ORDER BY w.last_heartbeat DESC
"""
_DATABASE = """
SELECT current_setting('server_version'), pg_database_size(current_database()),
    (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),
    current_setting('max_connections')::int,
    (SELECT string_agg(version_num, ',' ORDER BY version_num) FROM alembic_version)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCounts:
    """The jobs of one name. Times are wall time."""

    name: str
    planned: int  #: for a moment still to come: the next attempt of one that has failed, among others
    ready: int  #: could run now
    running: int
    failed: int  #: given up; each has an incident
    ready_since: datetime | None  #: since when the oldest of `ready` has waited
    next_at: datetime | None  #: when the first of `planned` is due


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerCounts:
    """The timers of one kind. Times are business time."""

    kind: str  #: bpmn (drawn), reminder, ladder, delivery, stage, handover
    waiting: int
    late: int  #: of those waiting, due before now
    late_since: datetime | None
    next_at: datetime | None
    held: int  #: set aside: by an incident, or with a suspended case


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedTimer:
    """A timer of a case that is not sealed. process: key; node_id: where it hangs."""

    due_at: datetime
    kind: str
    process: str
    definition_id: DefinitionId
    node_id: str
    instance_id: InstanceId
    suspended: bool
    held_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerBeat:
    """A worker process, by its last sign of life (wall time). jobs: that it has in hand."""

    id: int
    last_seen: datetime
    jobs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseState:
    """The server and the schema as they are."""

    version: str
    size_bytes: int
    connections: int
    max_connections: int
    revision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupRow:
    """A backup that was completed. Times are wall time."""

    taken_at: datetime
    finished_at: datetime
    folder: str
    size_bytes: int
    row_count: int
    file_count: int


class Vitals(Scope):
    """Part of Transaction. Counts say nothing of a case; lists leave sealed ones out."""

    __slots__ = ()

    def job_counts(self) -> tuple[JobCounts, ...]:
        """What waits, runs and has failed, by name of the job."""
        names = ("name", "planned", "ready", "running", "failed", "ready_since", "next_at")
        return tuple(JobCounts(**dict(zip(names, row, strict=True))) for row in self._all(_JOBS, ()))

    def timer_counts(self) -> tuple[TimerCounts, ...]:
        """What waits, is late and is held, by kind of timer."""
        free = _TIMER.held_at.is_(None)
        late = free & (_TIMER.due_at <= self.now)
        query = select(
            _TIMER.kind,
            func.count().filter(free).label("waiting"),
            func.count().filter(late).label("late"),
            func.min(_TIMER.due_at).filter(late).label("late_since"),
            func.min(_TIMER.due_at).filter(free & (_TIMER.due_at > self.now)).label("next_at"),
            func.count().filter(~free).label("held"),
        )
        rows = self.connection.execute(query.group_by(_TIMER.kind).order_by(_TIMER.kind))
        return tuple(TimerCounts(**row._asdict()) for row in rows)

    def queued_timers(self, *, held: bool, limit: int) -> tuple[QueuedTimer, ...]:
        """The next timers, or those set aside, earliest first. Asked with the system's eyes; sealed cases are left out.

        An operator is no party of the cases whose machinery he keeps running: place, kind and time are all he is told.
        """
        case = t.instance.c
        query = (
            select(
                *(
                    _TIMER.due_at,
                    _TIMER.kind,
                    case.key.label("process"),
                    case.definition_id,
                    _TIMER.node_id,
                    _TIMER.instance_id,
                ),
                (case.status == "suspended").label("suspended"),
                _TIMER.held_at,
            )
            .join(t.instance, case.id == _TIMER.instance_id)
            .where(~case.sealed, _TIMER.held_at.is_not(None) if held else _TIMER.held_at.is_(None))
            .order_by(_TIMER.due_at, _TIMER.id)
            .limit(limit)
        )
        with self.as_system():
            return tuple(QueuedTimer(**row._asdict()) for row in self.connection.execute(query))

    def worker_beats(self) -> tuple[WorkerBeat, ...]:
        """Workers by their last sign of life, the most recent first."""
        return tuple(WorkerBeat(id=row[0], last_seen=row[1], jobs=row[2]) for row in self._all(_WORKERS, ()))

    def database_state(self) -> DatabaseState:
        row: Any = self._one(_DATABASE, ())
        return DatabaseState(
            version=row[0], size_bytes=row[1], connections=row[2], max_connections=row[3], revision=row[4] or ""
        )

    def backups(self, limit: int) -> tuple[BackupRow, ...]:
        """The last backups, youngest first."""
        return self._list(
            BackupRow, of(BackupRow, t.backup_record).order_by(t.backup_record.c.taken_at.desc()).limit(limit)
        )


@cache
def newest_revision() -> str:
    """The schema that this version of the program was written for."""
    from engine.store.migrate import heads  # 8 MB of Alembic, which the web process needs for nothing else

    return ",".join(sorted(heads()))
