"""Timers fire once, however many workers come for them; one that cannot fire waits for an operator, alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import psycopg
import pytest

from engine.commands import incidents
from engine.commands.case_step import SYSTEM
from engine.commands.timers import fire_due
from engine.core import Engine
from engine.errors import Conflict
from engine.model.step import InstanceId
from engine.store.database import Database
from engine.store.incidents import IncidentRow
from engine.store.roles import Addresses
from engine.store.step_json import Gathered
from tests.integration.resilience.office import OPERATOR, begin, deploy, only_task, status

CASES, WORKERS = 60, 4


@pytest.fixture
def workers(engine: Engine, db: Addresses) -> Iterator[Sequence[Engine]]:
    """Engines with connections and caches of their own, as the processes of several workers have them."""
    databases = [Database(db.app_url, pool_size=1) for _ in range(WORKERS)]
    yield [Engine(engine.settings, database) for database in databases]
    for database in databases:
        database.close()


def soon(engine: Engine) -> datetime:
    """A time at which all that now waits for a second is due."""
    with engine.transaction(SYSTEM) as tx:
        return tx.now + timedelta(minutes=1)


def waiting(engine: Engine) -> bool:
    with engine.transaction(SYSTEM) as tx:
        return tx.next_due_at() is not None


def open_incidents(engine: Engine, instance_id: InstanceId) -> Sequence[IncidentRow]:
    with engine.transaction(SYSTEM) as tx:
        return tx.open_incidents(instance_id)


def events_at(addresses: Addresses, instance_id: InstanceId, node: str) -> list[str]:
    with psycopg.connect(addresses.admin_url) as connection:
        query = "SELECT event FROM history WHERE instance_id = %s AND node_id = %s ORDER BY seq"
        return [row[0] for row in connection.execute(query, (instance_id, node))]


def exchange_state(addresses: Addresses, instance_id: InstanceId, state: bytes) -> bytes:
    """Put another state of the workflow into the database, behind the service's back; answers the one before."""
    with psycopg.connect(addresses.admin_url) as connection:
        row = connection.execute("SELECT state FROM instance WHERE id = %s", (instance_id,)).fetchone()
        connection.execute("UPDATE instance SET state = %s WHERE id = %s", (state, instance_id))
    assert row is not None
    return bytes(row[0])


def test_timers_that_four_workers_come_for_at_once_fire_exactly_once(
    engine: Engine, workers: Sequence[Engine], db: Addresses
) -> None:
    deploy(engine, "RES_TIMER")
    cases = [begin(engine, "RES_TIMER", divisor=5) for _ in range(CASES)]
    until = soon(engine)

    def work(worker: Engine) -> int:
        fired = 0
        while waiting(worker):
            fired += fire_due(worker, until=until, limit=7)
        return fired

    with ThreadPoolExecutor(WORKERS) as pool:
        fired = list(pool.map(work, workers))

    assert sum(fired) == CASES
    assert {status(engine, case) for case in cases} == {"completed"}
    assert {tuple(events_at(db, case, "PAUSE")) for case in cases} == {("entered", "completed")}


def test_a_timer_whose_process_fails_opens_one_incident_and_the_others_of_its_batch_fire(engine: Engine) -> None:
    deploy(engine, "RES_TIMER")
    good = [begin(engine, "RES_TIMER", divisor=5) for _ in range(4)]
    bad = begin(engine, "RES_TIMER", divisor=0)
    good += [begin(engine, "RES_TIMER", divisor=5) for _ in range(4)]
    until = soon(engine)

    assert fire_due(engine, until=until) == 9
    assert fire_due(engine, until=until) == 0  # what has failed is set aside

    assert [status(engine, case) for case in good] == ["completed"] * 8
    assert status(engine, bad) == "running"
    (incident,) = open_incidents(engine, bad)
    assert (incident.kind, incident.code, incident.node_id) == ("timer", "step_failed", "SHARE")
    assert incident.attempts == 1


def test_timers_that_are_due_together_are_written_by_one_call(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    deploy(engine, "RES_TIMER")
    cases = [begin(engine, "RES_TIMER", divisor=5) for _ in range(9)]
    written: list[int] = []
    argument = Gathered.argument

    def counted(self: Gathered) -> str:
        written.append(len(self.ids))
        return argument(self)

    monkeypatch.setattr(Gathered, "argument", counted)
    assert fire_due(engine, until=soon(engine)) == 9
    assert written == [9]
    assert {status(engine, case) for case in cases} == {"completed"}


def test_an_operator_fires_it_again_in_vain_while_the_cause_lasts_and_once_it_is_gone(
    engine: Engine, db: Addresses
) -> None:
    deploy(engine, "RES_TIMER")
    good, bad = (begin(engine, "RES_TIMER", divisor=5) for _ in range(2))
    state = exchange_state(db, bad, b"no state at all")
    assert fire_due(engine, until=soon(engine)) == 2
    assert status(engine, good) == "completed"
    (first,) = open_incidents(engine, bad)

    again = incidents.retry(engine, OPERATOR, first.id)
    assert (first.code, again.state, again.attempts) == ("state_unreadable", "open", 2)
    assert [incident.id for incident in open_incidents(engine, bad)] == [first.id]

    exchange_state(db, bad, state)
    resolved = incidents.retry(engine, OPERATOR, first.id)
    assert (resolved.state, resolved.resolution, resolved.resolved_by) == ("resolved", "fired", OPERATOR)
    assert status(engine, bad) == "completed"
    assert events_at(db, bad, "PAUSE") == ["entered", "completed"]
    with pytest.raises(Conflict):
        incidents.retry(engine, OPERATOR, first.id)


def test_two_timers_of_one_task_that_fail_have_an_incident_each(engine: Engine, db: Addresses) -> None:
    deploy(engine, "RES_RACE")
    case = begin(engine, "RES_RACE")
    task = only_task(engine, case)
    with psycopg.connect(db.admin_url) as connection:  # as a younger version of the service would arm them
        connection.execute(
            "INSERT INTO timer (instance_id, kind, task_id, node_id, due_at)"
            " SELECT %s, kind, %s, 'WORK', now() FROM unnest(ARRAY['unheard_of', 'unheard_of_too']) AS kind",
            (case, task),
        )
        connection.execute("DELETE FROM timer WHERE instance_id = %s AND kind NOT LIKE 'unheard%%'", (case,))
    until = soon(engine)
    with engine.transaction(SYSTEM) as tx:
        monday = tx.now + timedelta(days=(7 - tx.now.weekday()) % 7)
        tx.set_clock("rehearsal", monday)  # on a day off they would only be put off

    assert [fire_due(engine, until=max(until, monday)) for _ in range(3)] == [1, 1, 0]

    found = open_incidents(engine, case)
    assert sorted(str(incident.details["timer"]) for incident in found) == ["unheard_of", "unheard_of_too"]
    assert {incident.code for incident in found} == {"unexpected"}
    # The words of a foreign error may quote the data that it met.
    assert {incident.message for incident in found} == {"KeyError"}
    again = incidents.retry(engine, OPERATOR, found[0].id)
    assert (again.state, again.attempts) == ("open", 2)


def test_a_timer_of_a_suspended_case_is_not_fired_by_an_operator(engine: Engine, db: Addresses) -> None:
    deploy(engine, "RES_TIMER")
    case = begin(engine, "RES_TIMER", divisor=0)
    fire_due(engine, until=soon(engine))
    (incident,) = open_incidents(engine, case)
    with psycopg.connect(db.admin_url) as connection:
        connection.execute("UPDATE instance SET status = 'suspended' WHERE id = %s", (case,))
    with pytest.raises(Conflict):
        incidents.retry(engine, OPERATOR, incident.id)
    assert [left.state for left in open_incidents(engine, case)] == ["open"]
