"""The worker's side of the queue: runs jobs by the handlers it is given, and takes back those of dead workers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import procrastinate
import structlog
from procrastinate import JobContext, RetryStrategy
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition, Status
from procrastinate.jobs import Job as StalledJob

from engine.errors import ChangxiaoError
from engine.store.queue import QUEUE, STALLED_AFTER_SECONDS, Handler, Job
from engine.store.urls import libpq_url

logger = structlog.get_logger(__name__)

RECOVER = "recover_stalled_jobs"
MAX_ATTEMPTS = 5
_EVERY_MINUTE = "* * * * *"
_RETRY = RetryStrategy(max_attempts=MAX_ATTEMPTS - 1, exponential_wait=2)  # it counts the tries before this one

GiveUp = Callable[[Job, Exception], None]


class WorkerLost(ChangxiaoError):
    """The worker died with the job in its hands, at the last attempt it had."""

    code = "worker_lost"


def _forget(job: Job, error: Exception) -> None:
    """What happens to a job that is given up where nobody wants to know: it stays in the queue as failed."""


def worker_app(url: str, handlers: Mapping[str, Handler], give_up: GiveUp = _forget) -> procrastinate.App:
    """An App of its own for the worker: deferring and working do not share a connector.

    handlers: job name -> what to do. They run in threads; a handler that raises is tried again, five times in all.
    give_up: told once the last attempt has failed too; the job then stays in the queue until somebody retries it.
    """
    connector = procrastinate.PsycopgConnector(conninfo=libpq_url(url), min_size=1, max_size=4)
    app = procrastinate.App(connector=connector)
    for name, handler in handlers.items():
        app.task(name=name, queue=QUEUE, pass_context=True, retry=_RETRY)(_runner(name, handler, give_up))

    async def recover(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
        await recover_stalled_jobs(context.app, give_up)

    app.periodic(cron=_EVERY_MINUTE)(
        app.task(name=RECOVER, queue=QUEUE, queueing_lock=RECOVER, pass_context=True)(recover)
    )
    return app


async def work(app: procrastinate.App, *, concurrency: int = 2, wait: bool = True) -> None:
    """Run jobs until cancelled; with wait=False only those that are ready now. Finished jobs are deleted."""
    async with app.open_async():
        await app.run_worker_async(
            queues=[QUEUE],
            concurrency=concurrency,
            wait=wait,
            delete_jobs=DeleteJobCondition.SUCCESSFUL.value,
            install_signal_handlers=False,
            shutdown_graceful_timeout=5,
            stalled_worker_timeout=STALLED_AFTER_SECONDS,
        )


def drain(url: str, handlers: Mapping[str, Handler], give_up: GiveUp = _forget) -> None:
    """Run what is ready now, and return: for tests and for the rehearsal clock."""
    # In a thread of its own: the caller's may have an event loop running already.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(work(worker_app(url, handlers, give_up), wait=False))).result()


async def recover_stalled_jobs(app: procrastinate.App, give_up: GiveUp = _forget) -> int:
    """Put the jobs of workers that died in their hands back into the queue. Returns how many.

    One that has taken its last worker with it as well is given up: it may be what kills them.
    """
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS))
    recovered = 0
    for job in stalled:
        if job.attempts + 1 >= MAX_ATTEMPTS and job.task_name != RECOVER:
            await _bury(app, job, give_up)
            continue
        try:
            await app.job_manager.retry_job(job)
        except ConnectorException:
            # Its twin waits in the queue under the same lock, or another worker was faster: the others still count.
            logger.warning("stalled job left alone", action="job.recover", job_id=job.id, job=job.task_name)
            continue
        recovered += 1
        logger.warning("stalled job put back", action="job.recover", job_id=job.id, job=job.task_name)
    return recovered


async def _bury(app: procrastinate.App, stalled: StalledJob, give_up: GiveUp) -> None:
    if stalled.id is None:
        return
    job = Job(id=stalled.id, name=stalled.task_name, args=stalled.task_kwargs, attempt=stalled.attempts + 1)
    # In this order: where we die in between, it is found again, and counted at the same incident.
    await asyncio.to_thread(give_up, job, WorkerLost())
    await app.job_manager.finish_job(stalled, status=Status.FAILED, delete_job=False)


def _runner(name: str, handler: Handler, give_up: GiveUp) -> Any:
    def run(context: JobContext, **args: Any) -> None:
        if context.job.id is None:
            raise RuntimeError(f"A job {name} without an id cannot be run.")
        job = Job(id=context.job.id, name=name, args=args, attempt=context.job.attempts + 1)
        try:
            handler(job)
        except Exception as error:
            if job.attempt >= MAX_ATTEMPTS:
                give_up(job, error)
            raise

    return run
