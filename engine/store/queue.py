"""Jobs: machine work outside the step, deferred on the connection of the transaction that asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

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
#: As Procrastinate asks for a job itself. The library is for workers: loaded only to ask, it costs the web part 3 MB.
_DEFER = (
    "SELECT unnest(procrastinate_defer_jobs_v1(ARRAY["
    "ROW(%s::text, %s::text, 0, NULL, %s::text, %s::jsonb, %s::timestamptz)::procrastinate_job_to_defer_v1]))"
)
_ONE_WAITS = "procrastinate_jobs_queueing_lock_idx_v1"
Handler = Callable[[Job], None]


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
    values = (QUEUE, name, queueing_lock, Jsonb(args), run_after)
    if queueing_lock is None:
        return _written(connection, values)
    try:
        # A refused duplicate aborts the transaction around it; the savepoint takes the blow.
        with connection.transaction():
            return _written(connection, values)
    except psycopg.errors.UniqueViolation as error:
        if error.diag.constraint_name != _ONE_WAITS:
            raise
        return None


def _written(connection: psycopg.Connection[Any], values: Sequence[object]) -> int:
    """The id of the new job."""
    row = connection.execute(_DEFER, values).fetchone()
    assert row is not None  # noqa: S101 - one job was asked for
    return int(row[0])


def retry(connection: psycopg.Connection[Any], job_id: int) -> bool:
    """Put a job that has failed for good back into the queue.

    False: there is none such any more, or another one with its lock waits already and will do its work.
    """
    try:
        with connection.transaction():  # as above
            return connection.execute(_RETRY, (job_id,)).rowcount == 1
    except psycopg.errors.UniqueViolation:
        return False
