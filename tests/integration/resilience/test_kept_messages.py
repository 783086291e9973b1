"""Messages that come before anybody waits for them, and signals that start cases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest

from engine.commands import messages, tasks
from engine.commands.housekeeping import throw_away_expired
from engine.core import Engine
from engine.errors import NotFound
from engine.model.step import InstanceId
from engine.store.queue_worker import drain
from engine.store.roles import Addresses
from engine.worker import handlers
from tests.integration.resilience.office import INSPECTOR, OFFICERS, begin, deploy, only_task, status
from tests.integration.resilience.service import wait_until
from tests.integration.resilience.test_messages import cases_of, waits_for_a_lock

OFFICER = OFFICERS[0]


def asks(engine: Engine, case: InstanceId) -> None:
    """The officer does the task behind which the case waits for the reply."""
    tasks.complete(engine, only_task(engine, case), OFFICER, {})


def told(db: Addresses, sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(db.admin_url) as connection:
        cursor = connection.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []


def test_a_kept_message_is_delivered_to_the_case_with_its_key_that_begins_to_wait_later(
    engine: Engine, db: Addresses
) -> None:
    deploy(engine, "RES_REPLY")
    one, other = begin(engine, "RES_REPLY", about="甲"), begin(engine, "RES_REPLY", about="乙")
    assert messages.send(engine, OFFICER, "msg.reply", "乙", {"said": "同意"}) == ()

    asks(engine, one)
    assert status(engine, one) == "running"
    asks(engine, other)

    assert status(engine, other) == "completed"
    assert told(db, "SELECT delivered_to FROM buffered_message") == [(other,)]
    with engine.transaction(INSPECTOR) as tx:
        assert tx.instance(other).variables["said"] == "同意"


def test_a_message_that_is_being_kept_just_while_a_case_begins_to_wait_is_delivered_too(
    engine: Engine, db: Addresses
) -> None:
    deploy(engine, "RES_REPLY")
    case = begin(engine, "RES_REPLY", about="甲")
    with ThreadPoolExecutor(1) as pool:
        with engine.transaction(OFFICER) as tx:
            messages.send(engine.within(tx), OFFICER, "msg.reply", "甲", {})
            asking = pool.submit(asks, engine, case)
            wait_until(lambda: waits_for_a_lock(db), "the case waits for the message that is being kept")
        asking.result()

    assert status(engine, case) == "completed"


def test_a_kept_message_is_given_up_in_time_and_what_it_held_is_erased(engine: Engine, db: Addresses) -> None:
    deploy(engine, "RES_REPLY")
    case = begin(engine, "RES_REPLY", about="甲")
    messages.send(engine, OFFICER, "msg.reply", "甲", {"said": "同意"})
    ((kept_for,),) = told(db, "SELECT expires_at - thrown_at FROM buffered_message")
    assert kept_for == timedelta(days=30)

    told(db, "UPDATE buffered_message SET expires_at = thrown_at")
    asks(engine, case)
    throw_away_expired(engine)

    assert status(engine, case) == "running"
    assert told(db, "SELECT payload, delivered_at FROM buffered_message") == [({}, None)]


def test_the_time_of_a_kept_message_runs_only_once_its_process_is_deployed(engine: Engine, db: Addresses) -> None:
    messages.send(engine, OFFICER, "msg.reply", "甲", {})
    assert told(db, "SELECT expires_at FROM buffered_message") == [(None,)]

    deploy(engine, "RES_REPLY")
    drain(db.app_url, handlers(engine))

    assert told(db, "SELECT expires_at > thrown_at FROM buffered_message") == [(True,)]


def test_a_message_that_somebody_left_reaches_no_case_that_he_may_not_see(engine: Engine, db: Addresses) -> None:
    deploy(engine, "RES_REPLY")
    case = begin(engine, "RES_REPLY", about="甲")
    told(db, "INSERT INTO person (id, name, unit) SELECT 'u999', '外单位', code FROM unit WHERE code = '532500-ZF'")
    with pytest.raises(NotFound), engine.transaction("u999") as tx:
        tx.instance(case)
    messages.send(engine, "u999", "msg.reply", "甲", {})

    asks(engine, case)

    assert status(engine, case) == "running"
    assert told(db, "SELECT delivered_at, sent_by FROM buffered_message") == [(None, "u999")]


def test_a_signal_starts_a_case_and_reaches_those_that_wait(engine: Engine) -> None:
    deploy(engine, "RES_REPLY")

    (started,) = messages.broadcast(engine, INSPECTOR, "sig.bell", {"unit": "532503-GA", "about": "丙"})

    assert list(cases_of(engine, "RES_REPLY")) == [started]
    assert status(engine, started) == "running"
