"""Accounts, cards, messages, incidents and notices do what their methods say."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest

from engine.errors import Beaten, NotFound
from engine.model.preferences import Preferences
from engine.model.step import InstanceId, PersonId, TaskId, Token
from engine.store.accounts import SessionRow, TokenRow
from engine.store.cards import ObjectionRow
from engine.store.database import Database
from engine.store.incidents import NewIncident
from engine.store.messages import BufferedRow
from engine.store.notify import listen
from engine.store.record import NewCard, NewNotice, NewSubscription
from tests.integration.store.conftest import SYSTEM, a_start, a_task, add_organization, start_case

U101 = PersonId("u101")
NO = "PK-532503GA-2026-0001"


def test_sessions_end_with_the_password_and_with_the_account(database: Database) -> None:
    add_organization(database)
    with database.transaction(actor=SYSTEM) as tx:
        now = tx.wall_now()
        tx.set_password(U101, "hash-1", at=now)
        session = SessionRow(
            token_hash=b"t",
            person_id=U101,
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=12),
            fresh_at=now,
            auth_level=1,
            csrf_secret=b"c",
            address="",
            agent="",
        )
        tx.add_session(session)
        assert tx.session(b"t") == session
        tx.touch_session(b"t", at=now + timedelta(minutes=1))
        tx.refresh_session(b"t", at=now + timedelta(minutes=2), auth_level=2)
        assert [s.auth_level for s in tx.sessions_of(U101)] == [2]
        tx.set_password(U101, "hash-2", at=now, must_change=True)
        assert tx.session(b"t") is None
        account = tx.account("u101")
        assert account is not None
        assert (account.password_hash, account.must_change, account.state) == ("hash-2", True, "active")
        tx.add_session(session)
        tx.set_account_state(U101, "disabled")
        assert tx.sessions_of(U101) == ()
        tx.add_session(session)
        assert tx.purge_sessions(at=now + timedelta(hours=13), idle_since=now - timedelta(hours=1)) == 1
        tx.set_preferences(U101, "en", Preferences(density="dense"))
        tx.note_login(U101, at=now)
        account = tx.account("u101")
        assert account is not None
        assert (account.language, account.last_login_at) == ("en", now)


def test_a_revoked_token_says_so(database: Database) -> None:
    add_organization(database)
    with database.transaction(actor=SYSTEM) as tx:
        now = tx.wall_now()
        token = TokenRow(
            id=uuid4(),
            person_id=U101,
            name="统计",
            token_hash=b"h",
            scopes=["read"],
            created_at=now,
            expires_at=now,
            last_used_at=None,
            revoked_at=None,
        )
        tx.add_token(token)
        tx.touch_token(token.id, at=now)
        tx.revoke_token(token.id, at=now)
        found = tx.token(b"h")
        assert found is not None
        assert (found.scopes, found.last_used_at, found.revoked_at) == (["read"], now, now)
        assert tx.tokens_of(U101) == (found,)


def test_failed_logins_are_counted_by_name_since_the_last_success_and_by_address(database: Database) -> None:
    with database.transaction(actor=SYSTEM) as tx:
        now = tx.wall_now()
        for minute, succeeded in ((1, False), (2, True), (3, False), (4, False)):
            tx.note_attempt("u101", "10.0.0.1", at=now + timedelta(minutes=minute), succeeded=succeeded)
        tx.note_attempt("u102", "10.0.0.1", at=now + timedelta(minutes=5), succeeded=False)
        assert tx.failures_since(now, name="u101", address="10.0.0.1") == (2, 4)
        assert tx.failures_since(now, name="u102", address="10.0.0.2") == (1, 0)
        assert tx.purge_attempts(before=now + timedelta(minutes=4)) == 3


def test_a_card_counts_from_its_day_but_not_while_an_objection_is_open_nor_after_it_is_withdrawn(
    database: Database,
) -> None:
    with database.transaction(actor=SYSTEM) as tx:
        today = tx.now.date()
        card = NewCard(no=NO, level=3, unit="532503-GA", issuer_unit="532503-ZF", issued_on=today, effective_on=today)
        proposal = a_task(form_key="S2_T5", token=Token(8))
        case = a_start(tx, opened=(proposal,), cards=(card,))
        tx.record(case)
        assert tx.card(NO).counts_on(today)
        assert not tx.card(NO).counts_on(today - timedelta(days=1))
        tx.file_objection(ObjectionRow(id=uuid4(), card_no=NO, filed_by=U101, filed_at=tx.now, reason="已按期办结"))
        assert tx.card(NO, lock=True).is_objected
        assert not tx.card(NO).counts_on(today)
        tx.decide_objection(NO, withdrawn=False, on=today + timedelta(days=2), by="u041", reason="不成立")
        assert (tx.card(NO).counts_on(today + timedelta(days=1)), tx.card(NO).counts_on(today + timedelta(days=2))) == (
            False,
            True,
        )
        assert [objection.decision for objection in tx.objections(NO)] == ["rejected"]
        tx.decide_objection(NO, withdrawn=True, on=today, by="u041", reason="")
        assert tx.card(NO).is_withdrawn
        assert [c.no for c in tx.cards_of_unit("532503-GA", since=today - timedelta(days=1))] == [NO]
        tx.answer_card(NO)
        assert tx.card(NO).answered_at == tx.now
        with pytest.raises(NotFound):
            tx.card("PK-0")


def test_the_proposal_of_the_same_day_is_found_by_its_card(database: Database) -> None:
    with database.transaction(actor=SYSTEM) as tx:
        local_today = (tx.now + timedelta(hours=8)).date()
        card = NewCard(no=NO, level=3, unit="532503-GA", issuer_unit="532503-ZF", issued_on=local_today)
        case = a_start(tx, opened=(a_task(form_key="S2_T5", token=Token(8)),), cards=(card,))
        tx.record(case)
        assert tx.same_day_proposals(NO) == ((case.instance_id, 8),)


def test_a_message_reaches_who_waits_for_its_key_or_for_any(database: Database) -> None:
    def waits(key: str) -> InstanceId:
        wait = NewSubscription(token=Token(9), kind="message", name="msg.appeal", correlation_key=key)
        return start_case(database, subscriptions=(wait,)).instance_id

    one, any_key, other = waits("WZ-1"), waits(""), waits("WZ-2")
    with database.reading(actor=SYSTEM) as tx:
        assert [s.instance_id for s in tx.waiting_for("message", "msg.appeal", "WZ-1")] == [one, any_key]
        assert [s.instance_id for s in tx.waiting_for("message", "msg.appeal")] == [one, any_key, other]
        assert tx.waiting_for("signal", "msg.appeal") == ()


def test_a_kept_message_is_taken_by_one_only(database: Database) -> None:
    with database.transaction(actor=SYSTEM) as tx:
        message = BufferedRow(
            id=uuid4(), kind="message", name="msg.clue", payload={"a": 1}, thrown_at=tx.now, correlation_key="x"
        )
        tx.buffer_message(message)
    with database.transaction(actor=SYSTEM) as tx:
        assert tx.take_buffered("message", "msg.clue", "y") == ()
        assert tx.take_buffered("message", "msg.clue", "x") == (message,)
        with database.transaction(actor=SYSTEM) as other:
            assert other.take_buffered("message", "msg.clue") == ()
        tx.mark_delivered(message.id, None)
    with database.transaction(actor=SYSTEM) as tx:
        assert tx.take_buffered("message", "msg.clue") == ()


def test_the_same_failure_is_one_incident_with_its_attempts(database: Database) -> None:
    case = start_case(database)

    def fail() -> object:
        with database.transaction(actor=SYSTEM) as tx:
            return tx.open_incident(
                NewIncident(
                    id=uuid4(),
                    kind="timer",
                    code="step_failed",
                    message="Script failed in line 3.",
                    instance_id=case.instance_id,
                    node_id="G1",
                )
            )

    first = fail()
    with database.transaction(actor="u907") as tx:
        tx.retry_incident(first)  # type: ignore[arg-type]
    assert fail() == first
    with database.transaction(actor="u907") as tx:
        (found,) = tx.open_incidents(case.instance_id)
        assert (found.id, found.attempts, found.state) == (first, 2, "open")
        tx.resolve_incident(found.id, "脚本已更正")
        assert tx.incident(found.id, lock=True).resolved_by == "u907"
    assert fail() != first


def test_notices_are_read_once(database: Database) -> None:
    with database.transaction(actor=SYSTEM) as tx:
        notices = [NewNotice(id=uuid4(), people=(U101,), kind="handover") for _ in range(3)]
        tx.add_notices(notices, instance_id=InstanceId(uuid4()))
        assert tx.inbox_changed == {"u101"}
        assert tx.mark_notices_read(U101, [notices[0].id]) == 1
        assert tx.mark_notices_read(U101) == 2
        assert tx.mark_notices_read(U101) == 0


def test_a_commit_tells_the_inboxes_that_it_changed(database: Database) -> None:
    told: set[str] = set()
    ready = threading.Event()

    def hear() -> None:
        for people in listen(database.url, every_seconds=0.2):
            ready.set()
            told.update(people)
            if told:
                return

    listener = threading.Thread(target=hear)
    listener.start()
    assert ready.wait(5)
    start_case(database)
    listener.join(timeout=5)
    assert told == {"u101"}


def test_the_loser_of_a_deadlock_is_told_to_ask_again(database: Database) -> None:
    one, two = start_case(database).instance_id, start_case(database).instance_id
    meeting = threading.Barrier(2)
    outcomes: list[str] = []

    def meet(first: InstanceId, second: InstanceId) -> None:
        try:
            with database.transaction(actor=SYSTEM) as tx:
                tx.lock_instance(first)
                meeting.wait(5)
                tx.lock_instance(second)
            outcomes.append("done")
        except Beaten:
            outcomes.append("beaten")

    threads = [threading.Thread(target=meet, args=pair) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["beaten", "done"]


def test_what_commands_ask_about_a_case_is_answered(database: Database) -> None:
    child_of = start_case(database)
    with database.transaction(actor=SYSTEM) as tx:
        case = a_start(tx, changes={"unit": "532503-GA", "business_key": "P02:532503-GA:2026H2"})
        tx.record(case)
    with database.transaction(actor="u999") as tx:
        assert tx.has_open_case("S1_RECTIFY", "P02:532503-GA:2026H2")
        assert not tx.has_open_case("S1_RECTIFY", "P02:532503-FY:2026H2")
        assert tx.count_repeats(unit="532503-GA", nature="作风细节", since=tx.now.date()) == 0
    with database.transaction(actor=SYSTEM) as tx:
        assert tx.lock_by_business_key("S1_RECTIFY", "P02:532503-GA:2026H2").id == case.instance_id
        assert [task.assignee for task in tx.open_tasks(case.instance_id)] == ["u101"]
        assert len(tx.open_tasks_of(U101)) == 2
        assert tx.node_actors(case.instance_id) == {}
        assert tx.children(child_of.instance_id) == ()
        assert tx.children_of_task(TaskId(uuid4())) == ()
        assert tx.next_deadline() is None
        tx.set_ladder_level(case.opened[0].id, 2)
        assert tx.user_task(case.opened[0].id).ladder_level == 2
        with pytest.raises(NotFound):
            tx.user_task(TaskId(uuid4()))


def test_an_error_of_the_database_is_not_swallowed(database: Database) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable), database.transaction(actor=SYSTEM) as tx:
        tx.raw.execute("SELECT * FROM no_such_table")
