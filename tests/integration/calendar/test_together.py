"""Changes of the calendar that meet each other, or a step that is under way."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date

import psycopg
import pytest

from engine.commands import calendar, instances
from engine.commands.case_step import SYSTEM
from engine.core import Engine
from engine.errors import NotFound
from engine.model.holidays import Layer
from engine.model.step import InstanceId
from engine.store.queue import Job
from engine.store.roles import Addresses
from engine.worker import handlers
from tests.integration.calendar.conftest import ADMIN, Begin, Office, People, on
from tests.integration.scenarios.desk import Desk
from tests.integration.scenarios.test_rectification import B_PROBLEM


def test_the_change_is_made_all_the_same_after_a_lost_race(
    desk: Desk, office: Office, begin: Begin, db: Addresses
) -> None:
    desk.go_to("03-02")
    first, second = sorted((begin(), begin(title="另一件问题")))
    with ThreadPoolExecutor(1) as pool, psycopg.connect(db.admin_url) as rival:
        hold(rival, second)
        change = pool.submit(office.holiday, "03-12")
        until_waiting(db)
        # The change has the first case and waits for ours. Now we wait for the first: the database gives up the change,
        # which has waited longer; on a machine that slept in between it gives up us, and the change must stand as well.
        with suppress(psycopg.errors.DeadlockDetected):
            hold(rival, first)
        rival.rollback()
        changed = change.result(timeout=30)

    assert {moved.instance_id for moved in changed.moved} == {first, second}
    assert desk.case(first).variables["limit"] == desk.case(second).variables["limit"] == "2026-03-24"
    assert len(office.ledger(first)) == 2  # the attempt that was given up has left nothing
    with psycopg.connect(db.admin_url) as connection:
        row = connection.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").fetchone()
    assert row is not None
    assert row[0] >= 1


def hold(connection: psycopg.Connection[tuple[object, ...]], case: InstanceId) -> None:
    connection.execute("SELECT 1 FROM instance WHERE id = %s FOR UPDATE", (case,))


def until_waiting(addresses: Addresses) -> None:
    """Until somebody waits for the lock of a row."""
    with psycopg.connect(addresses.admin_url, autocommit=True) as watcher:
        for _ in range(2000):
            row = watcher.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
            if row is not None and row[0]:
                return
            time.sleep(0.002)
    raise AssertionError("nobody waits")


def test_two_administrators_at_once_both_move_the_date(
    desk: Desk, office: Office, people: People, running: InstanceId
) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(office.holiday, ("03-12", "03-13")))

    assert desk.inbox(people.owner)["S1_T5"].due_on == on("03-25")
    assert not office.works_on(on("03-12"))
    assert not office.works_on(on("03-13"))


def test_a_step_under_way_while_the_calendar_changes_is_dated_again_a_minute_later(
    desk: Desk, office: Office, people: People, db: Addresses
) -> None:
    desk.go_to("03-02")
    engine = office.engine
    with engine.transaction(people.inspector) as tx:
        instances.start(engine.within(tx), "S1_RECTIFY", people.inspector, B_PROBLEM)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(office.holiday, "03-03").result(timeout=30).moved == ()
    assert desk.inbox(people.inspector)["S1_T2"].due_on == on("03-03")  # by the calendar as it was

    with psycopg.connect(db.admin_url) as connection:
        query = "SELECT id, args, scheduled_at > now() FROM procrastinate_jobs WHERE task_name = %s"
        (number, args, later), *others = connection.execute(query, (calendar.SETTLE,)).fetchall()
    assert (later, others) == (True, [])
    for attempt in (1, 2):
        job = Job(id=number, name=calendar.SETTLE, args=args, attempt=attempt)
        handlers(engine)[calendar.SETTLE](job)

    task = desk.inbox(people.inspector)["S1_T2"]
    assert task.due_on == on("03-04")
    assert len(office.ledger(task.instance_id)) == 1
    assert len(office.lists(people.inspector)) == 1


def test_a_change_that_is_rolled_back_is_remembered_by_nobody(office: Office) -> None:
    fresh = Engine(office.engine.settings, office.engine.database)  # has read nothing yet

    with pytest.raises(NotFound):
        calendar.drop_day(fresh, ADMIN, Layer.LOCAL, date(2026, 3, 12), reason="通知撤回")
    with pytest.raises(RuntimeError):
        enter_and_break(fresh)

    with fresh.transaction(SYSTEM) as tx:
        assert fresh.reference(tx).calendar.is_working_day(on("03-12"))


def enter_and_break(engine: Engine) -> None:
    with engine.transaction(ADMIN) as tx:
        words = {"name": "州庆", "name_en": "Prefecture Day", "document": "1号"}
        calendar.enter_local_day(engine.within(tx), ADMIN, on("03-12"), **words)
        raise RuntimeError
