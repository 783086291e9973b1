"""Jobs that fail are tried again, then wait for an operator; those of a killed worker come back by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import psycopg
import pytest

from engine.commands import incidents, messages
from engine.commands.failures import keep_failed_job
from engine.core import Engine
from engine.model.step import PersonId
from engine.queries.incidents import IncidentFilter
from engine.queries.incidents import incidents as listed
from engine.store.incidents import IncidentRow
from engine.store.queue_worker import MAX_ATTEMPTS, drain
from engine.store.roles import Addresses
from engine.worker import handlers
from tests.integration.resilience.office import OFFICERS, OPERATOR, deploy
from tests.integration.resilience.service import kill, station, wait_until

KEPT = "SELECT count(*) FROM buffered_message WHERE delivered_at IS NULL"


def number(addresses: Addresses, query: str) -> int:
    with psycopg.connect(addresses.admin_url) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])


def work(engine: Engine, addresses: Addresses) -> None:
    """Run what is in the queue, as if the time until its next attempt had passed."""
    with psycopg.connect(addresses.admin_url) as connection:
        connection.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
    drain(addresses.app_url, handlers(engine), partial(keep_failed_job, engine))


def open_incidents(engine: Engine) -> Sequence[IncidentRow]:
    return listed(engine, PersonId(OPERATOR), IncidentFilter()).rows


def send(engine: Engine, *divisors: int) -> None:
    for divisor in divisors:
        messages.send(engine, OFFICERS[0], "msg.strict", "", {"divisor": divisor})


def test_a_job_that_always_fails_opens_one_incident_and_the_rest_of_its_work_is_done(
    engine: Engine, db: Addresses
) -> None:
    send(engine, 5, 0, 4)
    deploy(engine, "RES_STRICT")

    work(engine, db)
    assert number(db, KEPT) == 1  # the others have not waited for it
    assert open_incidents(engine) == ()  # it will be tried again

    for _ in range(MAX_ATTEMPTS + 2):
        work(engine, db)
    (incident,) = open_incidents(engine)
    assert (incident.kind, incident.code, incident.node_id) == ("job", "step_failed", "SHARE")
    cause = {"cause": "script", "line": 1, "error": "ZeroDivisionError"}
    assert incident.details == cause | {"job": "deliver_buffered", "attempts": MAX_ATTEMPTS}
    assert number(db, "SELECT count(*) FROM instance") == 2


def test_an_operator_puts_it_back_into_the_queue_once_the_cause_is_gone(engine: Engine, db: Addresses) -> None:
    send(engine, 0)
    deploy(engine, "RES_STRICT")
    for _ in range(MAX_ATTEMPTS):
        work(engine, db)
    (incident,) = open_incidents(engine)
    with psycopg.connect(db.admin_url) as connection:
        connection.execute("UPDATE buffered_message SET payload = '{\"divisor\": 5}'")

    resolved = incidents.retry(engine, OPERATOR, incident.id)
    work(engine, db)

    assert (resolved.state, resolved.resolution) == ("resolved", "queued")
    assert number(db, KEPT) == 0
    assert number(db, "SELECT count(*) FROM instance WHERE status = 'completed'") == 1
    assert number(db, "SELECT count(*) FROM procrastinate_jobs") == 0
    assert open_incidents(engine) == ()


def test_put_back_too_early_it_fails_again_and_is_an_incident_again(engine: Engine, db: Addresses) -> None:
    send(engine, 0)
    deploy(engine, "RES_STRICT")
    for _ in range(MAX_ATTEMPTS):
        work(engine, db)
    (first,) = open_incidents(engine)

    incidents.retry(engine, OPERATOR, first.id)
    work(engine, db)

    (second,) = open_incidents(engine)
    assert second.id != first.id
    assert second.job_id == first.job_id


def test_where_a_younger_job_does_the_same_work_the_older_need_not_be_put_back(engine: Engine, db: Addresses) -> None:
    send(engine, 0)
    deploy(engine, "RES_STRICT")
    for _ in range(MAX_ATTEMPTS):
        work(engine, db)
    (incident,) = open_incidents(engine)
    deploy(engine, "RES_STRICT")  # asks for the same delivery

    resolved = incidents.retry(engine, OPERATOR, incident.id)

    assert (resolved.state, resolved.resolution) == ("resolved", "gone")
    assert (
        number(db, "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND args ->> 'name' = 'msg.strict'")
        == 1
    )


@pytest.mark.long
def test_the_job_of_a_worker_that_was_killed_is_done_by_the_next_one_within_two_minutes(data_dir: Path) -> None:
    with station(data_dir) as service:
        send(service.engine, 5)
        with psycopg.connect(service.addresses.admin_url) as connection:
            connection.execute("LOCK TABLE buffered_message IN ACCESS EXCLUSIVE MODE")
            deploy(service.engine, "RES_STRICT")
            doing = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing' AND args ->> 'name' = 'msg.strict'"
            wait_until(lambda: number(service.addresses, doing) == 1, "the worker has the job in hand")
            (worker,) = service.workers
            kill(worker.pid)
            wait_until(lambda: not worker.is_running(), "the worker is dead")
        service.tend()

        wait_until(lambda: number(service.addresses, KEPT) == 0, "the job is done", seconds=120)

        completed = "SELECT count(*) FROM instance WHERE status = 'completed'"
        assert number(service.addresses, completed) == 1
        left = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'deliver_buffered'"
        wait_until(lambda: number(service.addresses, left) == 0, "no job is left", seconds=70)
