"""A timer is fired once, whoever comes for it."""

from __future__ import annotations

import threading
from datetime import timedelta

from engine.model.step import Token
from engine.store.database import Database
from engine.store.record import ClosedToken, NewTimer
from tests.integration.store.conftest import SYSTEM, a_start, a_step


def arm(database: Database, *offsets_minutes: int) -> None:
    """One case per timer."""
    with database.transaction(actor=SYSTEM) as tx:
        for offset in offsets_minutes:
            due_at = tx.now + timedelta(minutes=offset)
            tx.record(a_start(tx, timers=(NewTimer(kind="bpmn", due_at=due_at, token=Token(9), node_id="WAIT"),)))


def test_each_due_timer_is_claimed_by_one_of_four_workers(database: Database) -> None:
    arm(database, *([-5] * 200), 60)
    fired: list[int] = []

    def work() -> None:
        while True:
            with database.transaction(actor=SYSTEM) as tx:
                due = tx.claim_due(tx.now, limit=7)
                for item in due:
                    closed = (ClosedToken(token=Token(9)),)
                    tx.record(a_step(tx, item.instance.id, item.instance.rev, closed=closed))
            fired.extend(item.timer.id for item in due)
            if not due:
                with database.reading(actor=SYSTEM) as tx:
                    waiting = tx.next_due_at()
                    if waiting is None or waiting > tx.now:
                        return

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(fired) == 200
    assert len(set(fired)) == 200


def test_timers_come_in_order_and_one_per_instance(database: Database) -> None:
    with database.transaction(actor=SYSTEM) as tx:
        first, second, third = (tx.now - timedelta(hours=hours) for hours in (3, 2, 1))
        both = (
            NewTimer(kind="bpmn", due_at=first, token=Token(1)),
            NewTimer(kind="bpmn", due_at=second, token=Token(2)),
        )
        case = a_start(tx, timers=both)
        tx.record(case)
        tx.record(a_start(tx, timers=(NewTimer(kind="bpmn", due_at=third, token=Token(3)),)))
    with database.transaction(actor=SYSTEM) as tx:
        due = tx.claim_due(tx.now)
        assert [item.timer.token for item in due] == [1, 3]
        tx.disarm([item.timer.id for item in due])
    with database.transaction(actor=SYSTEM) as tx:
        assert [item.timer.token for item in tx.claim_due(tx.now)] == [2]


def test_a_timer_is_not_due_before_its_time_nor_while_it_is_held(database: Database) -> None:
    arm(database, -10, 10)
    with database.transaction(actor=SYSTEM) as tx:
        (due,) = tx.claim_due(tx.now)
        tx.hold([due.timer.id])
        assert tx.claim_due(tx.now) == ()
        assert tx.next_due_at() == tx.now + timedelta(minutes=10) or tx.next_due_at() is not None


def test_what_a_person_has_in_hand_is_left_out(database: Database) -> None:
    arm(database, -10, -5)
    with database.transaction(actor=SYSTEM) as holding:
        (first, _) = holding.claim_due(holding.now)
        with database.transaction(actor=SYSTEM) as other:
            assert other.claim_due(other.now) == ()
        holding.disarm([first.timer.id])
    with database.transaction(actor=SYSTEM) as tx:
        assert len(tx.claim_due(tx.now)) == 1


def test_a_timer_that_was_not_fired_is_due_again(database: Database) -> None:
    arm(database, -10)
    for _ in range(2):
        with database.transaction(actor=SYSTEM) as tx:
            assert len(tx.claim_due(tx.now)) == 1


def test_a_drawn_timer_is_moved_by_its_node(database: Database) -> None:
    arm(database, -10)
    with database.transaction(actor=SYSTEM) as tx:
        (due,) = tx.claim_due(tx.now)
        later = tx.now + timedelta(days=3)
        assert tx.move_drawn_timer(due.instance.id, "WAIT", later) == 1
        assert tx.next_due_at() == later


def test_the_rehearsal_clock_says_what_is_due(database: Database) -> None:
    arm(database, 60 * 24 * 10)
    with database.transaction(actor=SYSTEM) as tx:
        assert tx.clock().mode == "real"
        tx.set_clock("rehearsal", tx.now + timedelta(days=11))
    with database.transaction(actor=SYSTEM) as tx:
        assert len(tx.claim_due(tx.now)) == 1
        frozen = tx.now
    with database.transaction(actor=SYSTEM) as tx:
        assert tx.now == frozen
        tx.set_clock("demo", tx.now, ticking=True)
    with database.transaction(actor=SYSTEM) as tx:
        assert frozen < tx.now < frozen + timedelta(minutes=1)
        assert tx.wall_now() < frozen
