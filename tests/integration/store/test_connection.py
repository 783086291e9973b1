"""The short way past the driver's cursors answers, fails and recovers as the long way does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
import pytest

from engine.errors import Unavailable
from engine.store import connection
from engine.store.connection import COMMIT, HotConnection
from engine.store.database import Database
from tests.integration.store.conftest import SYSTEM


@pytest.fixture
def hot(database: Database) -> Iterator[HotConnection]:
    with HotConnection.connect(database.url) as opened:
        yield opened


def names(hot: HotConnection) -> set[str]:
    return {name for (name,) in hot.hot("SELECT name FROM pg_prepared_statements", ()) if name.startswith("cx_")}


@pytest.mark.parametrize(
    "values",
    [(1, "甲%", None), (2**40, "", b"\x00\xff"), (-1, "'; --", uuid4()), (True, "\\", [1, 2]), (0, "x", ["a", None])],
)
def test_rows_are_those_of_a_cursor(hot: HotConnection, values: tuple[object, ...]) -> None:
    statement = "SELECT %s, %s::text, %s, 7 %% 4, now() - now()"
    with hot.cursor(binary=True) as cursor:
        assert hot.hot(statement, values) == cursor.execute(statement, values).fetchall()


def test_a_statement_outside_a_transaction_leaves_none_open(hot: HotConnection) -> None:
    hot.hot("SELECT 1", ())
    assert not hot.is_in_transaction


def test_a_statement_is_prepared_once_and_found_again_after_a_failed_part(hot: HotConnection) -> None:
    hot.begin()
    assert hot.hot("SELECT %s + 1", (1,)) == hot.hot("SELECT %s + 1", (1,)) == [(2,)]
    assert len(names(hot)) == 2
    with pytest.raises(psycopg.errors.DivisionByZero), hot.transaction():
        hot.hot("SELECT 1 / %s", (0,))

    assert hot.hot("SELECT %s + 1", (1,)) == [(2,)]

    hot.rollback()
    assert hot.hot("SELECT %s + 1", (1,)) == [(2,)]


def test_statements_that_are_sent_together_are_answered_in_their_order(hot: HotConnection) -> None:
    begin, asked = ("BEGIN", ()), ("SELECT %s::text, %s", ("甲", 7))
    assert hot.together(begin, asked, ("SELECT 1 WHERE false", ())) == [[], [("甲", 7)], []]
    assert hot.is_in_transaction
    assert hot.together(("SELECT %s + 1", (1,)), COMMIT) == [[(2,)], []]
    assert not hot.is_in_transaction


def test_what_stands_behind_a_statement_that_fails_is_not_run(hot: HotConnection) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        hot.together(("BEGIN", ()), ("SELECT 1 / %s", (0,)), ("SELECT set_config('cx.actor', 'u1', false)", ()), COMMIT)
    assert hot.is_in_transaction
    hot.rollback()
    assert hot.hot("SELECT coalesce(current_setting('cx.actor', true), '')", ()) == [("",)]


def test_what_is_larger_than_the_socket_takes_crosses_both_ways(hot: HotConnection) -> None:
    large = "字" * 2_000_000
    assert hot.together(*[("SELECT %s::text", (large,))] * 3) == [[(large,)]] * 3


def test_other_threads_go_on_while_an_answer_is_awaited(hot: HotConnection) -> None:
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(hot.together, ("BEGIN", ()), ("SELECT pg_sleep(0.2)", ()), COMMIT)
        turns = 0
        while not asked.done():
            time.sleep(0.002)
            turns += 1
    assert turns > 10


def test_no_more_statements_are_kept_than_agreed(hot: HotConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MOST_PREPARED", 3)
    for number in range(8):
        assert hot.hot(f"SELECT %s + {number}", (1,)) == [(1 + number,)]
        assert len(names(hot)) <= 3


def test_a_connection_that_the_server_has_cut_is_not_used_again(database: Database) -> None:
    with database.reading(actor=SYSTEM) as tx:  # of the pool, the connection used last
        ((pid,),) = tx.raw.hot("SELECT pg_backend_pid()", ())
    with psycopg.connect(database.url) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))

    with database.reading(actor=SYSTEM) as tx:
        assert tx.raw.hot("SELECT pg_backend_pid() = %s", (pid,)) == [(False,)]


def test_a_connection_that_is_cut_in_the_middle_is_told_as_unavailable_and_not_used_again(database: Database) -> None:
    def cut() -> object:
        with database.transaction(actor=SYSTEM) as tx, psycopg.connect(database.url) as other:
            cut_ones.extend(tx.raw.hot("SELECT pg_backend_pid()", ()))
            other.execute("SELECT pg_terminate_backend(%s, 5000)", cut_ones[0])
            return tx.now

    cut_ones: list[tuple[object, ...]] = []
    with pytest.raises(Unavailable):
        cut()

    with database.reading(actor=SYSTEM) as tx:
        assert tx.raw.hot("SELECT pg_backend_pid() = %s", cut_ones[0]) == [(False,)]


def test_what_fails_leaves_the_connection_without_a_transaction(database: Database) -> None:
    for _ in range(12):  # more often than the pool has connections
        with pytest.raises(psycopg.errors.UndefinedColumn), database.transaction(actor=SYSTEM) as tx:
            tx.raw.hot("SELECT nothing", ())
    with database.visitors() as visitors:
        assert visitors.of_session(b"nobody") is None


def test_reading_refuses_to_write(database: Database) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction), database.reading(actor=SYSTEM) as tx:
        tx.raw.hot("DELETE FROM notice", ())
