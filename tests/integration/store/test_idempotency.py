"""The same key gives the same answer, and the work is done once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.errors import IdempotencyMismatch
from engine.store.database import Database
from engine.store.idempotency import RequestKey, StoredAnswer, claim, keep, purge


def request(key: str = "k1", *, actor: str = "u101", content: bytes = b"same") -> RequestKey:
    return RequestKey(actor=actor, route="POST /tasks/{id}/complete", key=key, request_hash=content)


def ask(database: Database, key: RequestKey, work: Callable[[], bytes] = lambda: b"done") -> StoredAnswer:
    with database.transaction(actor=key.actor) as tx:
        answer = claim(tx, key)
        if answer is None:
            tx.next_number("effect", "", 2026)
            answer = StoredAnswer(status=200, body=work())
            keep(tx, key, answer)
    return answer


def effects(database: Database) -> int:
    with database.reading(actor="system") as tx:
        row = tx.raw.execute("SELECT coalesce(max(last), 0) FROM number_counter WHERE kind = 'effect'").fetchone()
    return int(row[0]) if row else 0


def test_eight_threads_on_a_hundred_keys_have_a_hundred_effects(database: Database) -> None:
    answers: list[StoredAnswer] = []

    def work() -> None:
        answers.extend(ask(database, request(f"k{number}"), lambda n=number: b"%d" % n) for number in range(100))  # type: ignore[misc]

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert effects(database) == 100
    assert sorted(answer.body for answer in answers) == sorted([b"%d" % n for n in range(100)] * 8)


def test_a_key_with_another_request_is_refused(database: Database) -> None:
    ask(database, request())
    with pytest.raises(IdempotencyMismatch):
        ask(database, request(content=b"other"))
    assert effects(database) == 1


def test_the_same_key_of_somebody_else_is_another_key(database: Database) -> None:
    ask(database, request())
    ask(database, request(actor="u102"))
    assert effects(database) == 2


def test_a_request_that_failed_may_be_tried_again(database: Database) -> None:
    def fail() -> bytes:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask(database, request(), fail)
    assert ask(database, request()).body == b"done"
    assert effects(database) == 1


def test_answers_live_a_day(database: Database) -> None:
    ask(database, request())
    with database.transaction(actor="system") as tx:
        assert purge(tx, tx.wall_now() + timedelta(hours=23)) == 0
        assert purge(tx, tx.wall_now() + timedelta(hours=25)) == 1
