"""Nobody sees a case that is not theirs: by row-level security, and by the same rule in the queries."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import select

from engine.errors import NotFound
from engine.model.step import PersonId
from engine.store import tables as t
from engine.store.database import Database
from engine.store.drafts import AttachmentRow, DraftRow
from engine.store.record import NewDeadlineEntry, NewSubmission
from engine.store.roles import Addresses
from engine.store.visibility import nothing_visible, oversees, visible_instances, visible_tasks, ways_to_instances
from tests.integration.store.conftest import (
    SYSTEM,
    a_start,
    a_step,
    a_task,
    add_organization,
    start_case,
    written_past_us,
)

GUARDED = ("instance", "user_task", "submission", "attachment", "history", "history_body", "deadline_entry", "draft")
NO_CASE_CONTENT = ("u901", "u903", "u905", "u907")  # analyst, admin, auditor, operator


def fill(database: Database) -> None:
    """At least one row in every guarded table."""
    with database.transaction(actor="u101") as tx:
        tx.add_attachment(_upload(tx.now, uuid4()))
        draft = DraftRow(id=uuid4(), person_id=PersonId("u101"), form_key="S1_T0", values={}, saved_at=tx.now)
        tx.save_draft(draft)
        sent = NewSubmission(id=uuid4(), form_key="S1_T0", values={}, digest=b"")
        tx.record(a_start(tx, submissions=(sent,), deadlines=(NewDeadlineEntry(id=uuid4(), kind="set"),)))


def test_without_an_actor_every_guarded_table_is_closed(db: Addresses, database: Database) -> None:
    fill(database)
    for table in GUARDED:
        with psycopg.connect(db.app_url) as connection, pytest.raises(psycopg.Error) as refused:
            connection.execute(f"SELECT * FROM {table}".encode())  # noqa: S608
        assert refused.value.sqlstate == "CX403", table


def test_an_actor_of_an_earlier_transaction_does_not_open_the_next(db: Addresses, database: Database) -> None:
    fill(database)
    for table in GUARDED:
        with psycopg.connect(db.app_url) as connection:
            with connection.transaction():
                connection.execute("SELECT set_config('cx.actor', 'system', true)")
                assert connection.execute(f"SELECT * FROM {table}".encode()).fetchall(), table  # noqa: S608
            with pytest.raises(psycopg.Error) as refused:
                connection.execute(f"SELECT * FROM {table}".encode())  # noqa: S608
        assert refused.value.sqlstate == "CX403", table


@pytest.mark.parametrize("table", GUARDED)
def test_row_security_binds_even_the_owner_of_a_guarded_table(db: Addresses, table: str) -> None:
    with psycopg.connect(db.owner_url) as connection:
        row = connection.execute(
            "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = %s", (table,)
        ).fetchone()
    assert row == (True, True)


def seen_by(database: Database, actor: str) -> tuple[int, int, int]:
    """Cases, user tasks and history rows that row-level security shows; the queries' own rule must say the same."""
    with database.reading(actor=actor) as tx:
        cases = tx.connection.execute(select(t.instance.c.id)).all()
        tasks = tx.connection.execute(select(t.user_task.c.id)).all()
        events = tx.connection.execute(select(t.history.c.seq)).all()
    with database.reading(actor=SYSTEM) as tx:
        by_rule = tx.connection.execute(select(t.instance.c.id).where(visible_instances(actor))).all()
        units = tx.connection.execute(oversees(actor)).scalars().one()
        ways = [select(t.instance.c.id).where(way) for way in ways_to_instances(actor, units)]
        by_ways = {row for way in ways for row in tx.connection.execute(way).all()}
        tasks_by_rule = tx.connection.execute(select(t.user_task.c.id).where(visible_tasks(actor))).all()
    assert set(by_rule) == by_ways == set(cases)
    assert set(tasks_by_rule) == set(tasks)
    return len(cases), len(tasks), len(events)


def test_a_case_is_seen_by_its_unit_its_issuer_and_those_above_and_by_nobody_else(database: Database) -> None:
    add_organization(database)
    start_case(database)  # of 532503-GA, issued by 532503-ZF, task of u101
    for actor in ("u101", "u102", "u041", "u001", SYSTEM):
        assert seen_by(database, actor) == (1, 1, 2), actor
    for actor in ("u201", "nobody", *NO_CASE_CONTENT):
        assert seen_by(database, actor) == (0, 0, 0), actor


def test_a_sealed_case_is_seen_by_its_parties_only(database: Database) -> None:
    add_organization(database)
    changes = {"unit": "532503-GA", "issuer_unit": "532503-ZF", "title": "线索", "sealed": True}
    start_case(database, changes=changes, parties=(PersonId("u041"),))
    for actor in ("u101", "u041", SYSTEM):  # u101 has the task
        assert seen_by(database, actor) == (1, 1, 2), actor
    for actor in ("u102", "u001", "u201", *NO_CASE_CONTENT):
        assert seen_by(database, actor) == (0, 0, 0), actor


def test_sealing_a_case_takes_its_tasks_out_of_sight(database: Database) -> None:
    add_organization(database)
    case = start_case(database)
    with database.transaction(actor=SYSTEM) as tx:
        tx.record(a_step(tx, case.instance_id, 1, changes={"sealed": True}))
    assert seen_by(database, "u102") == (0, 0, 0)
    assert seen_by(database, "u101") == (1, 1, 3)


def test_moving_a_case_to_another_unit_moves_who_sees_its_tasks(database: Database) -> None:
    add_organization(database)
    case = start_case(database)
    with database.transaction(actor=SYSTEM) as tx:
        tx.record(a_step(tx, case.instance_id, 1, changes={"unit": "532503-FY"}))
    assert seen_by(database, "u201") == (1, 1, 3)
    assert seen_by(database, "u102") == (0, 0, 0)


def test_candidates_see_the_case_of_the_task_that_is_offered_to_them(database: Database) -> None:
    add_organization(database)
    task = a_task(state="offered", assignee=None, candidates=(PersonId("u201"),))
    start_case(database, opened=(task,))
    assert seen_by(database, "u201") == (1, 1, 2)


def test_an_outsider_can_neither_lock_nor_write_a_case(database: Database) -> None:
    add_organization(database)
    case = start_case(database)
    with pytest.raises(NotFound), database.transaction(actor="u201") as tx:
        tx.lock_instance(case.instance_id)
    with pytest.raises(NotFound), database.transaction(actor="u201") as tx:
        tx.lock_task(case.opened[0].id)
    with pytest.raises(psycopg.Error) as refused, database.transaction(actor="u201") as tx:
        tx.raw.execute(*written_past_us(case.instance_id, 1))
    assert refused.value.sqlstate == "CX409"  # for them there is no such instance at any revision


def test_an_officer_completes_a_task_under_his_own_eyes(database: Database) -> None:
    add_organization(database)
    case = start_case(database)
    with database.transaction(actor="u101") as tx:
        tx.record(a_step(tx, case.instance_id, 1, opened=(a_task(token=8, assignee=PersonId("u041")),)))
    assert seen_by(database, "u041") == (1, 2, 3)


def test_a_role_counts_only_while_it_is_held(database: Database) -> None:
    add_organization(database)
    start_case(database)
    with database.transaction(actor=SYSTEM) as tx:
        grant = next(g for g in tx.organization().grants if g.person == "u041")
        assert tx.end_grant(grant, tx.now.date().replace(year=2021)) == 1
    assert seen_by(database, "u041") == (0, 0, 0)


def test_as_system_widens_the_view_and_gives_it_back(database: Database) -> None:
    add_organization(database)
    case = start_case(database)
    with database.transaction(actor="u201") as tx:
        with tx.as_system():
            assert tx.lock_instance(case.instance_id).id == case.instance_id
        assert tx.actor == "u201"
        with pytest.raises(NotFound):
            tx.instance(case.instance_id)


def test_submissions_and_attachments_follow_their_case(database: Database) -> None:
    add_organization(database)
    upload = uuid4()
    with database.transaction(actor="u101") as tx:
        tx.add_attachment(_upload(tx.now, upload))
    with database.transaction(actor="u102") as tx, pytest.raises(NotFound):
        tx.attachment(upload)  # still its uploader's own
    with database.transaction(actor="u101") as tx:
        sent = NewSubmission(id=uuid4(), form_key="S1_T0", values={}, digest=b"")
        case = a_start(tx, actor="u101", submissions=(sent,), attachments=(upload,))
        tx.record(case)
    for actor, expected in (("u102", 1), ("u041", 1), ("u201", 0), ("u907", 0)):
        with database.reading(actor=actor) as tx:
            assert len(tx.attachments([upload])) == expected, actor
            assert len(tx.attachments_of(case.instance_id)) == expected, actor
            assert len(tx.connection.execute(select(t.submission.c.id)).all()) == expected, actor
    with database.transaction(actor="u101") as tx:
        assert not tx.drop_attachment(upload)  # it belongs to the case now


def test_a_draft_is_its_writers_own(database: Database) -> None:
    with database.transaction(actor="u101") as tx:
        draft = DraftRow(id=uuid4(), person_id=PersonId("u101"), form_key="S1_T0", values={"a": 1}, saved_at=tx.now)
        tx.save_draft(draft)
        tx.save_draft(draft)
        assert tx.drafts_of(PersonId("u101")) == (draft,)
    with database.transaction(actor="u102") as tx, pytest.raises(NotFound):
        tx.draft(draft.id)


def test_nothing_visible_is_nothing(database: Database) -> None:
    start_case(database)
    with database.reading(actor=SYSTEM) as tx:
        assert tx.connection.execute(select(t.instance.c.id).where(nothing_visible())).all() == []


def _upload(at: object, upload: object) -> AttachmentRow:
    return AttachmentRow(
        id=upload,  # type: ignore[arg-type]
        instance_id=None,
        task_id=None,
        field="attachments",
        name="签到表.pdf",
        media_type="application/pdf",
        size_bytes=3,
        sha256=b"s",
        storage_name="x",
        uploaded_by=PersonId("u101"),
        uploaded_at=at,  # type: ignore[arg-type]
    )
