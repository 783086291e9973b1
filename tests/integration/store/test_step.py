"""A step is written whole or not at all, and only onto the revision from which it was computed."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest

from engine.errors import Beaten, NotFound
from engine.model.step import InstanceId, PersonId, TaskId, Token
from engine.store.database import ActorMissing, Database
from engine.store.record import (
    ChangedTask,
    ClosedToken,
    MovedTimer,
    NewCard,
    NewDeadlineEntry,
    NewNotice,
    NewSubmission,
    NewSubscription,
    NewTimer,
)
from tests.integration.store.conftest import (
    SYSTEM,
    Undone,
    a_start,
    a_step,
    a_task,
    start_case,
    undone,
    undone_part,
    written_past_us,
)


def test_a_step_on_an_old_revision_is_refused_and_nothing_of_it_is_written(database: Database) -> None:
    case = start_case(database)
    with database.transaction(actor=SYSTEM) as tx:
        tx.record(a_step(tx, case.instance_id, 1))

    with pytest.raises(Beaten), database.transaction(actor=SYSTEM) as tx:
        tx.record(a_step(tx, case.instance_id, 1, state=b"late"))

    with database.transaction(actor=SYSTEM) as tx:
        assert tx.lock_instance(case.instance_id).state == b"state-2"


def test_the_database_itself_guards_the_revision(database: Database) -> None:
    case = start_case(database)
    with pytest.raises(psycopg.Error) as refused, database.transaction(actor=SYSTEM) as tx:
        tx.raw.execute(*written_past_us(case.instance_id, 5))
    assert refused.value.sqlstate == "CX409"


def test_two_steps_of_one_transaction_follow_each_other(database: Database) -> None:
    case = start_case(database)
    with database.transaction(actor=SYSTEM) as tx:
        rev = tx.record(a_step(tx, case.instance_id, 1))
        rev = tx.record(a_step(tx, case.instance_id, rev, closed=(), state=None))
    with database.transaction(actor=SYSTEM) as tx:
        found = tx.lock_instance(case.instance_id)
    assert (rev, found.rev, found.history_seq, found.state) == (3, 3, 4, b"state-2")


def test_an_error_rolls_the_whole_step_back(database: Database) -> None:
    with undone(database) as tx:
        case = a_start(tx)
        tx.record(case)
        tx.defer("notify", {"a": 1})
    with pytest.raises(NotFound), database.transaction(actor=SYSTEM) as tx:
        tx.lock_instance(case.instance_id)


def test_closing_a_token_closes_its_task_and_takes_away_all_that_hung_on_it(database: Database) -> None:
    task = a_task(state="offered", assignee=None, candidates=(PersonId("u101"), PersonId("u102")))
    with database.transaction(actor=SYSTEM) as tx:
        soon = tx.now + timedelta(days=1)
        case = a_start(
            tx,
            opened=(task,),
            timers=(
                NewTimer(kind="reminder", due_at=soon, task_id=task.id),
                NewTimer(kind="bpmn", due_at=soon, token=Token(9)),
            ),
            subscriptions=(NewSubscription(token=Token(9), kind="message", name="msg.task_done"),),
        )
        tx.record(case)

    with database.transaction(actor=SYSTEM) as tx:
        assert tx.candidates(task.id) == ("u101", "u102")
        closed = (ClosedToken(token=Token(7), outcome="通过", by="u102"), ClosedToken(token=Token(9)))
        tx.record(a_step(tx, case.instance_id, 1, closed=closed))
    assert tx.inbox_changed == {"u101", "u102"}

    with database.transaction(actor=SYSTEM) as tx:
        found, _ = tx.lock_task(task.id)
        assert (found.state, found.done_by, found.outcome, found.is_open) == ("completed", "u102", "通过", False)
        assert tx.timers_of(case.instance_id) == ()
        assert tx.candidates(task.id) == ()
        assert tx.subscriptions_of(case.instance_id) == ()


def test_a_closed_task_is_not_closed_twice(database: Database) -> None:
    case = start_case(database)
    with database.transaction(actor=SYSTEM) as tx:
        tx.record(a_step(tx, case.instance_id, 1))
        tx.record(a_step(tx, case.instance_id, 2, closed=(ClosedToken(token=Token(7), state="cancelled", by="u9"),)))
    with database.transaction(actor=SYSTEM) as tx:
        found, _ = tx.lock_task(case.opened[0].id)
    assert (found.state, found.done_by) == ("completed", "u101")


def test_a_changed_task_keeps_what_is_not_named_and_its_new_assignee_becomes_a_party(database: Database) -> None:
    task = a_task(deadline={"rule": "created+3wd"}, due_on=None)
    case = start_case(database, opened=(task,))
    with database.transaction(actor=SYSTEM) as tx:
        change = ChangedTask(id=task.id, changes={"assignee": PersonId("u201"), "state": "assigned"})
        tx.record(a_step(tx, case.instance_id, 1, state=None, closed=(), changed=(change,)))
    assert tx.inbox_changed == {"u101", "u201"}
    with database.transaction(actor="u201") as tx:
        found, instance = tx.lock_task(task.id)
    assert (found.assignee, found.deadline, instance.state) == ("u201", {"rule": "created+3wd"}, b"state-1")


def test_a_value_can_be_set_to_nothing(database: Database) -> None:
    case = start_case(database)
    with database.transaction(actor=SYSTEM) as tx:
        tx.record(a_step(tx, case.instance_id, 1, changes={"unit": None, "severity": "B"}))
        found = tx.lock_instance(case.instance_id)
    assert (found.unit, found.severity, found.issuer_unit) == (None, "B", "532503-ZF")


def test_a_change_of_an_unknown_task_is_refused(database: Database) -> None:
    case = start_case(database)
    change = ChangedTask(id=TaskId(uuid4()), changes={"ladder_level": 2})
    with pytest.raises(NotFound), database.transaction(actor=SYSTEM) as tx:
        tx.record(a_step(tx, case.instance_id, 1, changed=(change,)))


def test_a_step_of_an_unknown_instance_is_refused(database: Database) -> None:
    with pytest.raises(Beaten), database.transaction(actor=SYSTEM) as tx:
        tx.record(a_step(tx, InstanceId(uuid4()), 1))


def test_papers_of_a_step_are_written_with_it(database: Database) -> None:
    with database.transaction(actor=SYSTEM) as tx:
        case = a_start(tx)
        tx.record(case)
        task_id = case.opened[0].id
        tx.record(
            a_step(
                tx,
                case.instance_id,
                1,
                submissions=(
                    NewSubmission(id=uuid4(), form_key="S1_T5", values={"单位": "甲"}, digest=b"d", task_id=task_id),
                ),
                deadlines=(NewDeadlineEntry(id=uuid4(), kind="set", task_id=task_id, rule="created+3wd"),),
                notices=(NewNotice(id=uuid4(), people=(PersonId("u041"),), kind="copy", task_id=task_id),),
                cards=(
                    NewCard(
                        no="PK-532503GA-2026-0001",
                        level=2,
                        unit="532503-GA",
                        issuer_unit="532503-ZF",
                        issued_on=tx.now.date(),
                        effective_on=tx.now.date() + timedelta(days=3),
                    ),
                ),
            )
        )
    assert tx.inbox_changed == {"u101", "u041"}
    with database.transaction(actor=SYSTEM) as tx:
        card = tx.card("PK-532503GA-2026-0001")
        assert (card.state, card.instance_id, card.counts_on(card.issued_on)) == ("issued", case.instance_id, False)
        assert [entry.kind for entry in tx.deadline_entries(case.instance_id)] == ["set"]
        values = tx.raw.execute("SELECT values, person_id FROM submission").fetchall()
        assert values == [({"单位": "甲"}, "u101")]


def test_the_end_of_a_case_leaves_no_timer_and_no_subscription(database: Database) -> None:
    with database.transaction(actor=SYSTEM) as tx:
        case = a_start(
            tx,
            timers=(NewTimer(kind="bpmn", due_at=tx.now, token=Token(9)),),
            subscriptions=(NewSubscription(token=Token(10), kind="signal", name="sig.x"),),
        )
        tx.record(case)
        tx.record(a_step(tx, case.instance_id, 1, changes={"status": "terminated", "ended_at": tx.now}))
        assert tx.timers_of(case.instance_id) == ()
        assert tx.subscriptions_of(case.instance_id) == ()
        assert tx.lock_instance(case.instance_id).is_over


def test_a_moved_timer_is_held_and_released(database: Database) -> None:
    with database.transaction(actor=SYSTEM) as tx:
        case = a_start(tx, timers=(NewTimer(kind="bpmn", due_at=tx.now, token=Token(9)),))
        tx.record(case)
        (timer,) = tx.timers_of(case.instance_id)
        held = MovedTimer(id=timer.id, due_at=timer.due_at, held_at=tx.now)
        tx.record(a_step(tx, case.instance_id, 1, closed=(), moved=(held,)))
        assert tx.next_due_at() is None
        tx.record(a_step(tx, case.instance_id, 2, closed=(), moved=(MovedTimer(id=timer.id, due_at=timer.due_at),)))
        assert tx.next_due_at() == timer.due_at


def test_a_savepoint_undoes_only_its_own_part(database: Database) -> None:
    case = start_case(database)
    with database.transaction(actor=SYSTEM) as tx:
        with undone_part(tx):
            tx.record(a_step(tx, case.instance_id, 1))
        assert tx.inbox_changed == set()
        assert tx.record(a_step(tx, case.instance_id, 1)) == 2


def test_numbers_have_no_gap_after_a_rollback(database: Database) -> None:
    with database.transaction(actor=SYSTEM) as tx:
        assert tx.next_number("WT", "532503-GA", 2026) == 1
    with undone(database) as tx:
        tx.next_number("WT", "532503-GA", 2026)
    with database.transaction(actor=SYSTEM) as tx:
        assert tx.next_number("WT", "532503-GA", 2026) == 2
        assert tx.next_number("WT", "532503-GA", 2027) == 1


def test_nobody_cannot_open_a_transaction(database: Database) -> None:
    with pytest.raises(ActorMissing), database.transaction(actor=""):
        pass


def test_commands_inside_one_transaction_are_committed_together(database: Database) -> None:
    case = start_case(database)
    with database.transaction(actor=SYSTEM) as outer:
        joined = database.within(outer)
        with joined.transaction(actor=SYSTEM) as tx:
            tx.record(a_step(tx, case.instance_id, 1))
        with suppress(Undone), joined.transaction(actor=SYSTEM) as tx:
            tx.record(a_step(tx, case.instance_id, 2, state=b"failed"))
            raise Undone
        with pytest.raises(ActorMissing), joined.transaction(actor="u101"):
            pass
    with database.reading(actor=SYSTEM) as tx:
        assert tx.instance(case.instance_id).state == b"state-2"


def test_what_reads_cannot_write(database: Database) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction), database.reading(actor=SYSTEM) as tx:
        tx.next_number("WT", "532503-GA", 2026)


def test_nothing_that_every_step_changes_is_indexed_so_updates_may_stay_on_their_page(database: Database) -> None:
    # How many do stay hangs on who else uses the server meanwhile: `make bench` counts them.
    with database.reading(actor=SYSTEM) as tx:
        indexed = {
            row[0]
            for row in tx.raw.execute(
                "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid"
                " AND a.attnum = ANY (i.indkey) WHERE i.indrelid = 'instance'::regclass"
            )
        }
        options = tx.raw.execute("SELECT reloptions FROM pg_class WHERE oid = 'instance'::regclass").fetchone()
    assert "id" in indexed
    assert not indexed & {"rev", "state", "variables", "updated_at", "history_seq", "history_head", "case_state"}
    assert options is not None
    assert "fillfactor=70" in options[0]
