"""Jobs: machine work outside the step, deferred on the connection of the transaction that asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import procrastinate
import psycopg
from procrastinate.exceptions import AlreadyEnqueued

QUEUE = "work"
STALLED_AFTER_SECONDS = 30  #: a worker that gave no sign of life for so long has lost its jobs


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One call of a job handler. `id` is the same at every attempt: it is the idempotency key of what the job does."""

    id: int
    name: str
    args: Mapping[str, Any]
    attempt: int  #: 1, 2, 3 …


_RETRY = (
    "SELECT procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL) FROM procrastinate_jobs"
    " WHERE id = %s AND status = 'failed'"
)
Handler = Callable[[Job], None]

# Never opened: it only ever writes on a connection that it is given.
_app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())


def defer(
    connection: psycopg.Connection[Any],
    name: str,
    args: Mapping[str, object],
    *,
    queueing_lock: str | None = None,
    run_after: datetime | None = None,
) -> int | None:
    """Write the job into the open transaction of `connection`: it exists if that commits, and only then.

    queueing_lock: where a job with this lock still waits, nothing is written and None is returned.
    run_after: wall time. Not for deadlines: those are timers.
    """
    job = _app.configure_task(
        name, queue=QUEUE, queueing_lock=queueing_lock, schedule_at=run_after, connection=connection
    )
    if queueing_lock is None:
        return job.defer(**args)  # type: ignore[arg-type]
    try:
        # A refused duplicate aborts the transaction around it; the savepoint takes the blow.
        with connection.transaction():
            return job.defer(**args)  # type: ignore[arg-type]
    except AlreadyEnqueued:
        return None


def retry(connection: psycopg.Connection[Any], job_id: int) -> bool:
    """Put a job that has failed for good back into the queue.

    False: there is none such any more, or another one with its lock waits already and will do its work.
    """
    try:
        with connection.transaction():  # as above
            return connection.execute(_RETRY, (job_id,)).rowcount == 1
    except psycopg.errors.UniqueViolation:
        return False
