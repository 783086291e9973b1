"""The queues of the service: what waits, runs, is late and has failed, as figures without a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from engine.core import Engine
from engine.model.step import DefinitionId, PersonId
from engine.queries.frame import FrameFacts, read_frame
from engine.queries.incidents import Element, element_of, process_names
from engine.store.messages import KeptCounts
from engine.store.scope import SYSTEM
from engine.store.transaction import Transaction
from engine.store.vitals import JobCounts, QueuedTimer, TimerCounts, WorkerBeat

#: A worker says every ten seconds that it lives.
WORKER_SILENT = timedelta(seconds=30)
TIMERS_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Queues:
    """What waits, runs, is late and has failed. Jobs run by wall time, timers by business time."""

    now: datetime
    wall_now: datetime
    jobs: tuple[JobCounts, ...]
    timers: tuple[TimerCounts, ...]
    workers: tuple[WorkerBeat, ...]
    kept: tuple[KeptCounts, ...] = ()  #: messages and starts that nobody takes yet
    next_timers: tuple[QueuedTimer, ...] = ()
    held_timers: tuple[QueuedTimer, ...] = ()

    @property
    def jobs_behind(self) -> timedelta:
        """How long the oldest job that could run has waited."""
        waiting = [self.wall_now - jobs.ready_since for jobs in self.jobs if jobs.ready_since is not None]
        return max(waiting, default=timedelta(0))

    @property
    def timers_behind(self) -> timedelta:
        """How long the oldest timer that is due has waited."""
        waiting = [self.now - timers.late_since for timers in self.timers if timers.late_since is not None]
        return max(waiting, default=timedelta(0))

    def lives(self, worker: WorkerBeat) -> bool:
        return self.wall_now - worker.last_seen <= WORKER_SILENT


@dataclass(frozen=True, slots=True, kw_only=True)
class FramedQueues:
    """The queues with the names of what waits in them."""

    frame: FrameFacts
    queues: Queues
    processes: Mapping[str, Element]  #: by key
    elements: Mapping[tuple[DefinitionId, str], Element | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vital:
    """One figure for whoever watches the service from outside."""

    name: str  #: "timers"; seconds and bytes are named at the end
    help: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


def queues(engine: Engine, person: PersonId) -> Queues:
    """With the next timers and those set aside, of cases that are not sealed."""
    with engine.reading(person) as tx:
        return read_queues(tx, lists=True)


def framed_queues(engine: Engine, person: PersonId) -> FramedQueues:
    """For the page."""
    with engine.reading(person) as tx:
        found = read_queues(tx, lists=True)
        timers = (*found.next_timers, *found.held_timers)
        elements = {
            (at.definition_id, at.node_id): element_of(engine, tx, at.definition_id, at.node_id) for at in timers
        }
        return FramedQueues(frame=read_frame(engine, tx), queues=found, processes=process_names(tx), elements=elements)


def vitals(engine: Engine) -> tuple[Vital, ...]:
    """Counts and ages, without a case and without a name."""
    with engine.reading(SYSTEM) as tx:
        found, backups, incidents = read_queues(tx), tx.backups(1), tx.count_open_incidents()
    timers = {"waiting": 0, "late": 0, "held": 0}
    for line in found.timers:
        timers = {name: count + int(getattr(line, name)) for name, count in timers.items()}
    jobs = {"planned": 0, "ready": 0, "running": 0, "failed": 0}
    for queue in found.jobs:
        jobs = {name: count + int(getattr(queue, name)) for name, count in jobs.items()}
    ages = [
        Vital(
            name="backup_age_seconds",
            help="Age of the last backup; absent: there is none",
            value=(found.wall_now - backup.taken_at).total_seconds(),
        )
        for backup in backups
    ]
    return (
        *(Vital(name="timers", help="Timers", value=n, labels={"state": state}) for state, n in timers.items()),
        Vital(name="timers_behind_seconds", help="Oldest due timer", value=found.timers_behind.total_seconds()),
        *(Vital(name="jobs", help="Jobs", value=n, labels={"state": state}) for state, n in jobs.items()),
        Vital(name="jobs_behind_seconds", help="Oldest ready job", value=found.jobs_behind.total_seconds()),
        Vital(name="workers", help="Workers alive", value=sum(found.lives(worker) for worker in found.workers)),
        Vital(name="incidents_open", help="Incidents not resolved", value=incidents),
        *ages,
    )


def read_queues(tx: Transaction, *, lists: bool = False) -> Queues:
    return Queues(
        now=tx.now,
        wall_now=tx.wall_now(),
        jobs=tx.job_counts(),
        timers=tx.timer_counts(),
        workers=tx.worker_beats(),
        kept=tx.kept_counts() if lists else (),
        next_timers=tx.queued_timers(held=False, limit=TIMERS_SHOWN) if lists else (),
        held_timers=tx.queued_timers(held=True, limit=TIMERS_SHOWN) if lists else (),
    )
