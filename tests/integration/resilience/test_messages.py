"""Messages between cases: kept for those who come later, and never lost to a deadlock."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import psycopg
from sqlalchemy import select

from engine.commands import instances, tasks
from engine.commands.case_step import SYSTEM
from engine.core import Engine
from engine.errors import Beaten
from engine.model.step import InstanceId, PersonId, TaskId
from engine.store import tables as t
from engine.store.queue_worker import drain
from engine.store.roles import Addresses
from engine.worker import handlers
from tests.integration.resilience.office import OFFICERS, begin, deploy, open_tasks, status
from tests.integration.resilience.service import wait_until

PAIRS = 6


def kept(engine: Engine) -> list[tuple[str, UUID | None]]:
    """(name, case that got it) of every message that nobody could take at once."""
    with engine.transaction(SYSTEM) as tx:
        query = select(t.buffered_message.c.name, t.buffered_message.c.delivered_to)
        return [tuple(row) for row in tx.connection.execute(query)]


def cases_of(engine: Engine, key: str) -> dict[InstanceId, str]:
    with engine.transaction(SYSTEM) as tx:
        query = select(t.instance.c.id, t.instance.c.status).where(t.instance.c.key == key)
        return dict(tuple(row) for row in tx.connection.execute(query))


def test_a_message_to_a_process_that_is_not_deployed_is_kept_and_delivered_by_the_worker_afterwards(
    engine: Engine, db: Addresses
) -> None:
    deploy(engine, "RES_LETTER")
    senders = [begin(engine, "RES_LETTER") for _ in range(3)]
    assert [status(engine, sender) for sender in senders] == ["completed"] * 3
    assert kept(engine) == [("msg.late", None)] * 3

    deploy(engine, "RES_LATE")
    assert cases_of(engine, "RES_LATE") == {}
    drain(db.app_url, handlers(engine))
    arrived = cases_of(engine, "RES_LATE")
    assert list(arrived.values()) == ["completed"] * 3
    assert {to for _, to in kept(engine)} == set(arrived)

    drain(db.app_url, handlers(engine))
    assert cases_of(engine, "RES_LATE") == arrived


def test_a_message_that_is_being_kept_just_while_its_process_is_published_is_delivered_too(
    engine: Engine, db: Addresses
) -> None:
    deploy(engine, "RES_LETTER")

    def publish() -> None:
        deploy(engine, "RES_LATE")
        drain(db.app_url, handlers(engine))

    with ThreadPoolExecutor(1) as pool:
        with engine.transaction(OFFICERS[0]) as tx:
            instances.start(engine.within(tx), "RES_LETTER", OFFICERS[0], {})
            publishing = pool.submit(publish)
            wait_until(lambda: publishing.done() or waits_for_a_lock(db), "the publication waits, or is through")
        publishing.result()

    assert list(cases_of(engine, "RES_LATE").values()) == ["completed"]
    assert [to for _, to in kept(engine)] == list(cases_of(engine, "RES_LATE"))


def waits_for_a_lock(addresses: Addresses) -> bool:
    with psycopg.connect(addresses.admin_url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            " WHERE d.datname = current_database() AND NOT l.granted"
        ).fetchone()
    return row is not None and row[0] > 0


def test_two_cases_that_message_each_other_at_the_same_moment_both_get_through(engine: Engine) -> None:
    deploy(engine, "RES_PAIR")
    with ThreadPoolExecutor(2) as pool:
        for number in range(PAIRS):
            names = (f"甲{number}", f"乙{number}")
            pair = [begin(engine, "RES_PAIR", to=name) for name in names]
            gate = threading.Barrier(2)
            tasks_of_pair = [open_tasks(engine, case)[0].id for case in pair]
            done = pool.map(
                lambda task, to, officer, gate=gate: _write(engine, task, to, officer, gate),
                tasks_of_pair,
                reversed(names),
                OFFICERS,
            )
            list(done)
            assert [status(engine, case) for case in pair] == ["completed"] * 2
    assert kept(engine) == []


def _write(engine: Engine, task: TaskId, to: str, officer: PersonId, gate: threading.Barrier) -> None:
    gate.wait(timeout=10)
    tasks.complete(engine, task, officer, {"to": to})


def test_who_asks_for_an_earlier_case_while_holding_a_later_one_gives_way_and_is_told_when_the_other_is_through(
    engine: Engine,
) -> None:
    deploy(engine, "RES_PAIR")
    earlier, later = sorted(begin(engine, "RES_PAIR", to=name) for name in ("甲", "乙"))
    given_way = threading.Event()

    def against_the_order() -> bool:
        with engine.transaction(OFFICERS[1]) as tx:
            tx.lock_instance(later)
            try:
                tx.lock_instance(earlier)
            except Beaten:
                given_way.set()
                raise
        return False

    with ThreadPoolExecutor(1) as pool:
        with engine.transaction(OFFICERS[0]) as tx:
            tx.lock_instance(earlier)
            asking = pool.submit(against_the_order)
            assert given_way.wait(timeout=10)
            tx.lock_instance(later)  # free at once: the other has let go of it
            assert not asking.done()
        assert isinstance(asking.exception(timeout=10), Beaten)
