"""The history is evidence: what the owner of the database changes in it behind the service's back is found."""

from __future__ import annotations

from io import BytesIO

import psycopg
import pytest

from engine.commands import tasks
from engine.core import Engine
from engine.model.history import Verification
from engine.model.step import InstanceId
from engine.store.history import export_history
from engine.store.roles import Addresses
from engine.store.verify import verify
from tests.integration.resilience.office import OFFICERS, begin, deploy, only_task


def verified(addresses: Addresses) -> Verification:
    """What the verifier, which sees no database, says to an export."""
    out = BytesIO()
    with psycopg.connect(addresses.admin_url) as connection:
        export_history(connection, out)
    return verify(out.getvalue().splitlines())


@pytest.fixture
def case(engine: Engine, db: Addresses) -> InstanceId:
    deploy(engine, "RES_RACE")
    instance_id = begin(engine, "RES_RACE")
    tasks.complete(engine, only_task(engine, instance_id), OFFICERS[2], {"note": "已办理"})
    assert verified(db).is_sound
    return instance_id


def tamper(addresses: Addresses, statement: str, *values: object) -> None:
    """As superuser, with the triggers that guard the table switched off."""
    with psycopg.connect(addresses.admin_url) as connection:
        for name in ("history", "history_body"):
            connection.execute(f"ALTER TABLE {name} DISABLE TRIGGER ALL".encode())
        assert connection.execute(statement.encode(), values).rowcount == 1
        for name in ("history", "history_body"):
            connection.execute(f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER {name}_append_only".encode())


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE history SET actor = 'u108' WHERE instance_id = %s AND event = 'completed' AND node_id = 'WORK'",
        "UPDATE history SET at = at - interval '1 day' WHERE instance_id = %s AND event = 'submitted'",
        "UPDATE history_body SET body = replace(body, 'RES_NOTE', 'RES_OTHER') WHERE instance_id = %s AND seq ="
        " (SELECT h.seq FROM history h WHERE h.instance_id = history_body.instance_id AND h.event = 'submitted')",
        "DELETE FROM history_body WHERE instance_id = %s AND seq = 1",
        "DELETE FROM history WHERE instance_id = %s AND seq = 2",
    ],
    ids=["another actor", "another day", "another body", "no body", "no event"],
)
def test_one_changed_row_of_history_is_found_by_chain_and_number(db: Addresses, case: InstanceId, change: str) -> None:
    tamper(db, change, case)
    found = verified(db)
    assert not found.is_sound
    assert {finding.chain for finding in found.findings} == {str(case)}


def test_the_service_itself_cannot_change_a_row_of_history(db: Addresses, case: InstanceId) -> None:
    with psycopg.connect(db.app_url) as connection:
        connection.execute("SELECT set_config('cx.actor', 'system', true)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("UPDATE history SET actor = 'u108' WHERE instance_id = %s", [case])


def test_not_even_the_owner_of_the_table_changes_a_row_while_its_trigger_stands(
    db: Addresses, case: InstanceId
) -> None:
    with psycopg.connect(db.owner_url) as connection, pytest.raises(psycopg.Error, match="append-only"):
        connection.execute("UPDATE history SET actor = 'u108' WHERE instance_id = %s", [case])
