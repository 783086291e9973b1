"""Queues, health and backups of the service, for operators and for what watches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response

from engine.queries import health as health_queries
from engine.queries import queues as queue_queries
from engine.store.vitals import QueuedTimer
from webui.api.blueprint import Nouns, answer
from webui.auth import current_person, rule
from webui.service import current_engine

nouns = Nouns("operations", "Queues and health of the service, for operators")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobQueue:
    """Jobs of one name; times are wall time."""

    name: str
    planned: int
    ready: int
    running: int
    failed: int
    ready_since: datetime | None
    next_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerQueue:
    """Timers of one kind; times are business time."""

    kind: str  #: bpmn, reminder, ladder, delivery, stage, handover
    waiting: int
    late: int
    late_since: datetime | None
    next_at: datetime | None
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    due_at: datetime
    kind: str
    process: str
    element_id: str
    instance_id: UUID
    suspended: bool
    held_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    id: int
    last_seen: datetime
    alive: bool
    jobs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Messages, or starts of a process that is not deployed yet, which nobody takes yet."""

    kind: str  #: message, signal, start
    name: str
    count: int
    since: datetime
    expires_at: datetime | None  #: business time at which the first is given up


@dataclass(frozen=True, slots=True, kw_only=True)
class Queues:
    now: datetime
    wall_now: datetime
    jobs: tuple[JobQueue, ...]
    jobs_behind_seconds: float
    timers: tuple[TimerQueue, ...]
    timers_behind_seconds: float
    workers: tuple[Worker, ...]
    kept: tuple[Kept, ...]  #: what it says is for its receiver alone
    next_timers: tuple[Timer, ...]  #: of cases that are not sealed
    held_timers: tuple[Timer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    key: str  #: database, schema, workers, jobs, timers, incidents, sandbox, disk, backup, calendar, clock, …
    state: str  #: good, watch, bad, off (does not apply)
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    taken_at: datetime
    finished_at: datetime
    folder: str
    size_bytes: int
    row_count: int
    file_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    state: str  #: of the worst part
    parts: tuple[Part, ...]
    backups: tuple[Backup, ...]  #: the last ones, youngest first


@nouns.get("/operations/queues")
@rule("role:operator")
@nouns.answers(200, Queues)
def queues() -> Response:
    """What waits, runs, is late and has failed; the next timers, those set aside, and the workers."""
    found = queue_queries.queues(current_engine(), current_person())
    return answer(
        Queues(
            now=found.now,
            wall_now=found.wall_now,
            jobs=tuple(JobQueue(**asdict(jobs)) for jobs in found.jobs),
            jobs_behind_seconds=found.jobs_behind.total_seconds(),
            timers=tuple(TimerQueue(**asdict(timers)) for timers in found.timers),
            timers_behind_seconds=found.timers_behind.total_seconds(),
            workers=tuple(
                Worker(id=w.id, last_seen=w.last_seen, alive=found.lives(w), jobs=w.jobs) for w in found.workers
            ),
            kept=tuple(Kept(**asdict(kept)) for kept in found.kept),
            next_timers=tuple(_timer(timer) for timer in found.next_timers),
            held_timers=tuple(_timer(timer) for timer in found.held_timers),
        )
    )


@nouns.get("/operations/health")
@rule("role:operator")
@nouns.answers(200, Health)
def health() -> Response:
    """The light of every part with its figures, and the last backups."""
    found = health_queries.health(current_engine(), current_person())
    return answer(
        Health(
            state=found.worst,
            parts=tuple(Part(**asdict(part)) for part in found.parts),
            backups=tuple(Backup(**asdict(backup)) for backup in found.backups),
        )
    )


def _timer(row: QueuedTimer) -> Timer:
    return Timer(
        due_at=row.due_at,
        kind=row.kind,
        process=row.process,
        element_id=row.node_id,
        instance_id=row.instance_id,
        suspended=row.suspended,
        held_at=row.held_at,
    )
