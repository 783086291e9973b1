"""The health of each part of the service, as codes and figures."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

import structlog

from engine.core import Engine
from engine.model.clock import local_day
from engine.model.step import PersonId
from engine.queries.frame import FrameFacts, read_frame
from engine.queries.queues import Queues, read_queues
from engine.store.transaction import Transaction
from engine.store.vitals import BackupRow, newest_revision
from engine.version import VERSION
from engine.workflow import SandboxUnavailable, sandbox_level

logger = structlog.get_logger(__name__)

State = Literal["good", "watch", "bad", "off"]  #: off: does not apply here

#: How far behind a queue may be before somebody should look, and before people are waiting.
BEHIND_WATCH, BEHIND_BAD = timedelta(minutes=1), timedelta(minutes=5)
DISK_WATCH, DISK_BAD = 0.15, 0.05  #: free part of the disk
CONNECTIONS_WATCH = 0.8  #: used part of the connections
BACKUPS_SHOWN = 10
_NEXT_TABLE_WANTED = (11, 15)  #: the State Council publishes next year's holidays in November


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the service. key names it; facts are figures for its sentence; state: good, watch, bad, off."""

    key: str
    state: State
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The parts in the order in which one depends on the other, and the last backups."""

    now: datetime
    wall_now: datetime
    parts: tuple[Part, ...]
    backups: tuple[BackupRow, ...]

    @property
    def worst(self) -> State:
        states = {part.state for part in self.parts}
        return "bad" if "bad" in states else "watch" if "watch" in states else "good"


def health(engine: Engine, person: PersonId) -> Health:
    """The light of every part."""
    with engine.reading(person) as tx:
        return read_health(engine, tx)


def framed_health(engine: Engine, person: PersonId) -> tuple[FrameFacts, Health]:
    """For the page."""
    with engine.reading(person) as tx:
        return read_frame(engine, tx), read_health(engine, tx)


def read_health(engine: Engine, tx: Transaction) -> Health:
    found, backups = read_queues(tx), tx.backups(BACKUPS_SHOWN)
    parts = (
        *_database(engine, tx),
        _workers(found),
        _jobs(found),
        _timers(found),
        _incidents(tx),
        _sandbox(),
        _disk(engine),
        _backup(engine, tx, found.wall_now, backups),
        _calendar(engine, tx),
        _clock(tx),
        Part(key="version", state="good", facts={"version": VERSION}),
    )
    return Health(now=found.now, wall_now=found.wall_now, parts=parts, backups=backups)


def _database(engine: Engine, tx: Transaction) -> tuple[Part, ...]:
    found = tx.database_state()
    share = found.connections / found.max_connections
    facts = {
        "version": found.version,
        "size_bytes": found.size_bytes,
        "connections": found.connections,
        "max_connections": found.max_connections,
    }
    newest = newest_revision()
    return (
        Part(key="database", state="good" if share < CONNECTIONS_WATCH else "watch", facts=facts),
        _server(engine),
        Part(
            key="schema",
            state="good" if found.revision == newest else "bad",
            facts={"revision": found.revision, "newest": newest},
        ),
    )


def _server(engine: Engine) -> Part:
    """Embedded or external. The embedded one guards its files against nobody who runs it: fine to try, not to work."""
    embedded = (engine.settings.data_dir / "server.json").is_file()
    if not embedded:
        return Part(key="server", state="good", facts={"kind": "external"})
    return Part(key="server", state="watch" if engine.settings.mode == "live" else "good", facts={"kind": "embedded"})


def _workers(found: Queues) -> Part:
    alive = [worker for worker in found.workers if found.lives(worker)]
    return Part(key="workers", state="good" if alive else "bad", facts={"alive": len(alive)})


def _jobs(found: Queues) -> Part:
    failed = sum(jobs.failed for jobs in found.jobs)
    state = behind(found.jobs_behind)
    facts = {
        "ready": sum(jobs.ready for jobs in found.jobs),
        "running": sum(jobs.running for jobs in found.jobs),
        "failed": failed,
        "behind_seconds": int(found.jobs_behind.total_seconds()),
    }
    return Part(key="jobs", state="watch" if state == "good" and failed else state, facts=facts)


def _timers(found: Queues) -> Part:
    facts = {
        "waiting": sum(timers.waiting for timers in found.timers),
        "late": sum(timers.late for timers in found.timers),
        "held": sum(timers.held for timers in found.timers),
        "behind_seconds": int(found.timers_behind.total_seconds()),
    }
    return Part(key="timers", state=behind(found.timers_behind), facts=facts)


def behind(late: timedelta) -> State:
    """How bad it is that a queue is so far behind."""
    return "bad" if late >= BEHIND_BAD else "watch" if late >= BEHIND_WATCH else "good"


def _incidents(tx: Transaction) -> Part:
    count = tx.count_open_incidents()
    return Part(key="incidents", state="watch" if count else "good", facts={"open": count})


def _sandbox() -> Part:
    try:
        level = sandbox_level()
    except SandboxUnavailable:
        logger.exception("sandbox not ready", action="health.sandbox")
        return Part(key="sandbox", state="bad")
    strong = level.no_new_privs and level.seccomp
    return Part(key="sandbox", state="good" if strong else "bad", facts=level.as_dict())


def _disk(engine: Engine) -> Part:
    folder = engine.settings.data_dir  # made with the first attachment, where the database is external
    usage = shutil.disk_usage(next(place for place in (folder, *folder.parents) if place.exists()))
    free = usage.free / usage.total
    state: State = "bad" if free < DISK_BAD else "watch" if free < DISK_WATCH else "good"
    return Part(key="disk", state=state, facts={"free_bytes": usage.free, "total_bytes": usage.total})


def _backup(engine: Engine, tx: Transaction, wall_now: datetime, backups: tuple[BackupRow, ...]) -> Part:
    longest = timedelta(hours=engine.reference(tx).params.number("backup_age_nh"))
    facts: dict[str, object] = {"longest_hours": int(longest.total_seconds() // 3600)}
    if not backups:
        return Part(key="backup", state="bad", facts=facts)
    last = backups[0]
    age = wall_now - last.taken_at
    facts |= {"taken_at": last.taken_at, "age_seconds": int(age.total_seconds()), "size_bytes": last.size_bytes}
    return Part(key="backup", state="watch" if age > longest else "good", facts=facts)


def _calendar(engine: Engine, tx: Transaction) -> Part:
    today, known = local_day(tx.now), engine.reference(tx).calendar.national_years
    missing = [year for year in (today.year, today.year + 1) if year not in known]
    wanted = today.year in missing or (bool(missing) and today >= date(today.year, *_NEXT_TABLE_WANTED))
    state: State = "bad" if today.year in missing else "watch" if wanted else "good"
    return Part(key="calendar", state=state, facts={"missing": missing})


def _clock(tx: Transaction) -> Part:
    clock = tx.clock()
    return Part(key="clock", state="good" if clock.mode == "real" else "off", facts={"mode": clock.mode, "now": tx.now})
