"""A job exists if the transaction that asked for it commits, and is not lost with its worker."""

from __future__ import annotations

import asyncio

from engine.store.database import Database
from engine.store.queue import Job
from engine.store.queue_worker import MAX_ATTEMPTS, WorkerLost, drain, recover_stalled_jobs, worker_app
from engine.store.roles import Addresses
from tests.integration.store.conftest import SYSTEM, undone


def states(database: Database) -> list[tuple[str, str, int]]:
    with database.reading(actor=SYSTEM) as tx:
        rows = tx.raw.execute("SELECT task_name, status::text, attempts FROM procrastinate_jobs ORDER BY id")
        return [(str(name), str(state), int(attempts)) for name, state, attempts in rows]


def test_a_rolled_back_transaction_leaves_no_job(database: Database) -> None:
    with undone(database) as tx:
        assert tx.defer("notify", {"case": "a"}) is not None
    assert states(database) == []


def test_a_committed_job_is_run_with_its_arguments_and_then_gone(db: Addresses, database: Database) -> None:
    seen: list[Job] = []
    with database.transaction(actor="u101") as tx:
        job_id = tx.defer("notify", {"case": "甲", "n": 2})

    drain(db.app_url, {"notify": seen.append})

    assert [(job.id, job.name, job.args, job.attempt) for job in seen] == [
        (job_id, "notify", {"case": "甲", "n": 2}, 1)
    ]
    assert states(database) == []


def test_a_refused_duplicate_leaves_the_transaction_usable(database: Database) -> None:
    with database.transaction(actor="u101") as tx:
        assert tx.defer("digest", {}, queueing_lock="digest") is not None
        assert tx.defer("digest", {}, queueing_lock="digest") is None
        assert tx.next_number("WT", "532503-GA", 2026) == 1
    assert states(database) == [("digest", "todo", 0)]


def test_a_job_that_fails_waits_for_its_next_attempt(db: Addresses, database: Database) -> None:
    def fail(job: Job) -> None:
        raise ConnectionError(job.name)

    with database.transaction(actor="u101") as tx:
        tx.defer("send", {})
    drain(db.app_url, {"send": fail})
    assert states(database) == [("send", "todo", 1)]


def test_the_job_of_a_dead_worker_is_put_back_and_run(db: Addresses, database: Database) -> None:
    seen: list[Job] = []
    with database.transaction(actor="u101") as tx:
        tx.defer("notify", {})
    with database.transaction(actor=SYSTEM) as tx:  # what kill -9 leaves behind
        worker = tx.raw.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute') RETURNING id"
        ).fetchone()
        assert worker is not None
        tx.raw.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", worker)

    app = worker_app(db.app_url, {"notify": seen.append})

    async def recover() -> int:
        async with app.open_async():
            return await recover_stalled_jobs(app)

    assert asyncio.run(recover()) == 1
    drain(db.app_url, {"notify": seen.append})
    assert len(seen) == 1
    assert states(database) == []


def die_with_jobs(database: Database) -> None:
    """What kill -9 of a worker leaves behind that had taken all that waits."""
    with database.transaction(actor=SYSTEM) as tx:
        worker = tx.raw.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute') RETURNING id"
        ).fetchone()
        assert worker is not None
        tx.raw.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE status = 'todo'", worker)


def recovered(addresses: Addresses, given_up: list[tuple[Job, Exception]]) -> int:
    app = worker_app(addresses.app_url, {})

    async def recover() -> int:
        async with app.open_async():
            return await recover_stalled_jobs(app, lambda job, error: given_up.append((job, error)))

    return asyncio.run(recover())


def test_a_lost_job_whose_twin_waits_does_not_keep_the_others_from_coming_back(
    db: Addresses, database: Database
) -> None:
    with database.transaction(actor="u101") as tx:
        tx.defer("digest", {}, queueing_lock="digest")
        tx.defer("notify", {})
    die_with_jobs(database)
    with database.transaction(actor="u101") as tx:
        tx.defer("digest", {}, queueing_lock="digest")

    assert recovered(db, []) == 1
    assert [(name, state) for name, state, _ in states(database)] == [
        ("digest", "doing"),
        ("notify", "todo"),
        ("digest", "todo"),
    ]


def test_a_job_whose_workers_die_again_and_again_is_given_up_once(db: Addresses, database: Database) -> None:
    given_up: list[tuple[Job, Exception]] = []
    with database.transaction(actor="u101") as tx:
        job_id = tx.defer("deadly", {"n": 1})
    for _ in range(MAX_ATTEMPTS):
        assert not given_up
        die_with_jobs(database)
        recovered(db, given_up)

    ((job, error),) = given_up
    assert (job.id, job.name, job.args, job.attempt) == (job_id, "deadly", {"n": 1}, MAX_ATTEMPTS)
    assert isinstance(error, WorkerLost)
    assert states(database) == [("deadly", "failed", MAX_ATTEMPTS)]
    assert recovered(db, given_up) == 0
    assert len(given_up) == 1


def test_a_failed_job_is_not_put_back_beside_its_twin_and_the_transaction_goes_on(database: Database) -> None:
    with database.transaction(actor="u101") as tx:
        job_id = tx.defer("digest", {}, queueing_lock="digest")
        assert job_id is not None
        tx.raw.execute("UPDATE procrastinate_jobs SET status = 'failed'")
        tx.defer("digest", {}, queueing_lock="digest")
        assert tx.retry_job(job_id) is False
        assert tx.next_number("WT", "532503-GA", 2026) == 1
    assert [state for _, state, _ in states(database)] == ["failed", "todo"]


def test_a_job_of_a_worker_that_lives_is_left_alone(db: Addresses, database: Database) -> None:
    with database.transaction(actor="u101") as tx:
        tx.defer("notify", {})
    with database.transaction(actor=SYSTEM) as tx:
        worker = tx.raw.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id").fetchone()
        assert worker is not None
        tx.raw.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", worker)
    app = worker_app(db.app_url, {})

    async def recover() -> int:
        async with app.open_async():
            return await recover_stalled_jobs(app)

    assert asyncio.run(recover()) == 0


def test_draining_works_where_an_event_loop_is_running_already(db: Addresses, database: Database) -> None:
    seen: list[Job] = []
    with database.transaction(actor="u101") as tx:
        tx.defer("notify", {})

    async def caller() -> None:
        drain(db.app_url, {"notify": seen.append})

    asyncio.run(caller())

    assert len(seen) == 1
