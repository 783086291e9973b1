"""History is append-only for everybody, chained, and verified without a database."""

from __future__ import annotations

import io
import threading
import time

import psycopg
import pytest

from engine.errors import InputRejected
from engine.model.history import ExportedEvent, Verification
from engine.store.database import Database
from engine.store.history import erase, export_history
from engine.store.record import HistoryFact
from engine.store.roles import Addresses
from engine.store.verify import verify
from tests.integration.store.conftest import SYSTEM, a_start, a_step, start_case, undone, undone_part

CHAINED = ("history", "history_body", "access_log", "access_log_body")
TAMPERING = ("UPDATE {} SET seq = seq", "DELETE FROM {}", "TRUNCATE {}", "UPDATE {} SET seq = seq WHERE false")


def exported(db: Addresses) -> list[bytes]:
    with psycopg.connect(db.owner_url) as connection:
        out = io.BytesIO()
        export_history(connection, out)
    return out.getvalue().splitlines()


def check(db: Addresses) -> Verification:
    return verify(exported(db))


def tamper(db: Addresses, statement: str, *values: object) -> None:
    """As somebody who has the whole server: the triggers out of the way."""
    with psycopg.connect(db.admin_url) as connection:
        for table in CHAINED:
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only".encode())
        connection.execute(statement.encode(), values)
        for table in CHAINED:
            connection.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only".encode())


@pytest.mark.parametrize("table", CHAINED)
@pytest.mark.parametrize("statement", TAMPERING)
def test_the_application_can_change_nothing_in_the_history(module_db: Addresses, table: str, statement: str) -> None:
    with psycopg.connect(module_db.app_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.format(table).encode())


@pytest.mark.parametrize("table", CHAINED)
def test_the_application_cannot_switch_the_triggers_off(module_db: Addresses, table: str) -> None:
    with psycopg.connect(module_db.app_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL".encode())


@pytest.mark.parametrize("table", CHAINED)
@pytest.mark.parametrize("statement", TAMPERING)
@pytest.mark.parametrize("replica", [False, True])
def test_triggers_refuse_even_the_superuser(module_db: Addresses, table: str, statement: str, replica: bool) -> None:
    with psycopg.connect(module_db.admin_url) as connection:
        if replica:
            connection.execute("SET session_replication_role = replica")
        with pytest.raises(psycopg.Error) as refused:
            connection.execute(statement.format(table).encode())
    assert refused.value.sqlstate == "CX001"


def test_the_application_cannot_erase(db: Addresses, database: Database) -> None:
    case = start_case(database)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        erase(db.app_url, case.instance_id, [1], reason="x", actor="u903")


def test_history_written_by_many_at_once_is_one_sound_chain_per_case(db: Addresses, database: Database) -> None:
    cases = [start_case(database) for _ in range(4)]

    def work(number: int) -> None:
        for turn in range(10):
            with database.transaction(actor=SYSTEM) as tx:
                case = tx.lock_instance(cases[(number + turn) % 4].instance_id)
                tx.record(a_step(tx, case.id, case.rev, closed=()))
                tx.access("read", address=f"10.0.0.{number}", body={"case": str(case.id)})

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = check(db)
    assert found.is_sound
    assert found.events == 4 * 2 + 80 + 80
    assert sorted(found.heads[str(case.instance_id)][0] for case in cases) == [22, 22, 22, 22]


def test_the_head_of_the_chain_stands_on_the_case(db: Addresses, database: Database) -> None:
    case = start_case(database)
    with database.reading(actor=SYSTEM) as tx:
        row = tx.instance(case.instance_id)
    assert check(db).heads[str(case.instance_id)] == (row.history_seq, row.history_head)


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE history_body SET body = replace(body, '通过', '退回') WHERE instance_id = %s AND seq = 3", "body"),
        ("UPDATE history SET actor = 'u999' WHERE instance_id = %s AND seq = 3", "hash"),
        ("UPDATE history SET at = at - interval '1 day' WHERE instance_id = %s AND seq = 3", "hash"),
        ("UPDATE history SET digest = sha256('x') WHERE instance_id = %s AND seq = 3", "hash"),
        ("DELETE FROM history WHERE instance_id = %s AND seq = 2", "gap"),
        ("DELETE FROM history_body WHERE instance_id = %s AND seq = 3", "missing_body"),
    ],
)
def test_the_verifier_finds_what_was_changed_and_where(
    db: Addresses, database: Database, statement: str, kind: str
) -> None:
    case, other = start_case(database), start_case(database)
    for each in (case, other):
        with database.transaction(actor=SYSTEM) as tx:
            tx.record(a_step(tx, each.instance_id, 1))
    assert check(db).is_sound

    tamper(db, statement, case.instance_id)

    found = check(db)
    assert {finding.chain for finding in found.findings} == {str(case.instance_id)}
    assert found.findings[0].kind == kind
    assert all(finding.zh and finding.en for finding in found.findings)


def test_a_repeated_event_is_found(db: Addresses, database: Database) -> None:
    start_case(database)
    lines = exported(db)
    assert [finding.kind for finding in verify([lines[0], lines[0], *lines[1:]]).findings][:1] == ["gap"]


def test_an_erased_body_is_accepted_with_its_record_and_the_record_cannot_be_erased(
    db: Addresses, database: Database
) -> None:
    case = start_case(database)
    with database.transaction(actor=SYSTEM) as tx:
        tx.record(a_step(tx, case.instance_id, 1))

    assert erase(db.retention_url, case.instance_id, [1, 3], reason="保管期满", actor="u903") == 2
    assert erase(db.retention_url, case.instance_id, [1, 4], reason="again", actor="u903") == 0

    found = check(db)
    assert found.is_sound
    assert found.events == 4
    with database.transaction(actor=SYSTEM) as tx:  # and the chain goes on after it
        tx.record(a_step(tx, case.instance_id, 2))
    assert check(db).is_sound


def test_erasing_by_hand_is_refused_to_the_retention_role(db: Addresses, database: Database) -> None:
    case = start_case(database)
    refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
    with psycopg.connect(db.retention_url, options="-c cx.erasing=on") as connection, refused:
        connection.execute("DELETE FROM history_body WHERE instance_id = %s", (case.instance_id,))


def test_a_line_that_is_no_event_is_named() -> None:
    with pytest.raises(InputRejected) as rejected:
        verify([b"", b"{}"])
    assert rejected.value.facts["line"] == 2


def test_an_access_fact_is_chained_and_a_rolled_back_one_is_not_there(db: Addresses, database: Database) -> None:
    with database.transaction(actor="u905") as tx:
        tx.access("export", address="10.0.0.1", body={"rows": 12})
        with undone_part(tx):
            tx.access("read")
    with undone(database) as tx:
        tx.access("read")
    (line,) = exported(db)
    assert b'"event":"export"' in line
    assert b'"actor":"u905"' in line
    assert check(db).is_sound


def test_the_verifier_takes_at_most_10_microseconds_an_event(db: Addresses, database: Database) -> None:
    with database.transaction(actor=SYSTEM) as tx:
        case = a_start(tx)
        tx.record(case)
        facts = tuple(HistoryFact(event="state", node_id=f"T{n}", body={"to": "整改中", "n": n}) for n in range(2000))
        tx.record(a_step(tx, case.instance_id, 1, history=facts))
    lines = exported(db) * 5
    began = time.process_time()
    verify(lines)
    per_event = (time.process_time() - began) / len(lines)
    assert per_event < 20e-6  # the figure itself is a benchmark; here only that it has not grown a power


def test_an_export_reads_back_as_it_was_written(db: Addresses, database: Database) -> None:
    case = start_case(database)
    with database.reading(actor=SYSTEM) as tx:
        out = io.BytesIO()
        assert export_history(tx.raw, out) == 2
    assert out.getvalue().splitlines() == exported(db)
    assert ExportedEvent.__dataclass_fields__.keys() >= {"chain", "seq"}
    assert str(case.instance_id).encode() in out.getvalue()
