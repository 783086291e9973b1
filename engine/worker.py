"""The worker process: fires timers, runs jobs, keeps house. Calls commands only; any number may run at once."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Mapping
from datetime import date
from functools import partial
from uuid import UUID

import structlog

from engine.commands import calendar, channels, housekeeping, migrations, nightly, retries
from engine.commands.failures import keep_failed_job
from engine.commands.starts import fire_starts
from engine.commands.timers import BATCH, fire_due
from engine.config import Settings
from engine.core import Engine
from engine.logs import configure_logging
from engine.store.database import Database
from engine.store.queue import Handler, Job
from engine.store.queue_worker import work, worker_app

logger = structlog.get_logger(__name__)

#: How long nothing may be due before we look again. A new timer is never due sooner than a person could notice.
LOOK_EVERY_SECONDS = 1.0
RETRY_AFTER_SECONDS = 3.0


def handlers(engine: Engine) -> Mapping[str, Handler]:
    """Job name -> what to do. Each may run twice, so each is a no-op the second time."""

    def deliver_buffered(job: Job) -> None:
        housekeeping.deliver_buffered(engine, str(job.args["name"]))

    def settle_calendar(job: Job) -> None:
        calendar.settle(engine, date.fromisoformat(str(job.args["first"])), str(job.args["reason"]))

    def retry_incidents(job: Job) -> None:
        retries.work_off(engine, UUID(str(job.args["run"])))

    def migrate_cases(job: Job) -> None:
        migrations.work_off(engine, UUID(str(job.args["run"])))

    def undo_migration(job: Job) -> None:
        migrations.undo_off(engine, UUID(str(job.args["run"])))

    def send_notices(job: Job) -> None:
        channels.send_waiting(engine, UUID(str(job.args["channel"])))

    def try_channel(job: Job) -> None:
        channels.send_trial(engine, UUID(str(job.args["channel"])))

    return {
        channels.SEND: send_notices,
        channels.TRY: try_channel,
        "deliver_buffered": deliver_buffered,
        calendar.SETTLE: settle_calendar,
        migrations.MIGRATE: migrate_cases,
        migrations.UNDO: undo_migration,
        retries.RETRY: retry_incidents,
    }


def run_timers(engine: Engine, stop: threading.Event) -> None:
    """Fire what is due until `stop` is set. A database that is away for a while is waited for."""
    next_cleaning = next_look = 0.0
    while not stop.is_set():
        try:
            taken = fire_due(engine)
            begun = fire_starts(engine) or nightly.run_nightly(engine)
            if time.monotonic() >= next_look:
                channels.look(engine)
                next_look = time.monotonic() + channels.LOOK_EVERY.total_seconds()
            if time.monotonic() >= next_cleaning:
                housekeeping.throw_away_expired(engine)
                nightly.begin_live(engine)
                next_cleaning = time.monotonic() + housekeeping.HOUSEKEEPING_EVERY.total_seconds()
        except Exception:
            # Whatever it was, the next round finds the same timers: giving up would stop every deadline.
            logger.exception("timer round failed", action="timer.round")
            stop.wait(RETRY_AFTER_SECONDS)
            continue
        if taken < BATCH and not begun:
            stop.wait(LOOK_EVERY_SECONDS)


async def run(engine: Engine, url: str, stop: threading.Event) -> None:
    """Run jobs until `stop` is set."""
    app = worker_app(url, handlers(engine), partial(keep_failed_job, engine))
    working = asyncio.create_task(work(app))
    while not stop.is_set() and not working.done():
        await asyncio.sleep(0.2)
    if working.done():
        working.result()  # the queue gave up: the caller must hear why
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)


def main() -> None:
    """`python -m engine.worker`: settings from the environment, until SIGTERM."""
    settings = Settings.from_env(os.environ)
    configure_logging(settings)
    database = Database.open(settings.database_url, pool_size=4)
    engine = Engine(settings, database)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    timers = threading.Thread(target=run_timers, args=(engine, stop), name="timers")
    timers.start()
    try:
        while not stop.is_set():
            try:
                asyncio.run(run(engine, settings.database_url, stop))
            except Exception:
                # Mostly the database is away for a while; whatever it is, jobs must go on afterwards.
                logger.exception("job queue away", action="worker.round")
                stop.wait(RETRY_AFTER_SECONDS)
    finally:
        stop.set()
        timers.join(timeout=5)
        database.close()


if __name__ == "__main__":
    main()
