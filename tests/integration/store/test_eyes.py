"""Whose eyes a statement sees with: told to the database when a statement needs it, and never left behind."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import pytest

from engine.errors import NotFound
from engine.store.connection import Asked, HotConnection, Row
from engine.store.database import Database
from engine.store.transaction import Transaction
from tests.integration.store.conftest import Undone, add_organization, start_case, undone_part

OUTSIDER = "u201"  # an officer of another unit


def eyes(tx: Transaction) -> str:
    """As whom the database sees us, without asking on our behalf."""
    row = tx._raw.execute("SELECT current_setting('cx.actor')").fetchone()
    return str(row[0]) if row else ""


def test_the_eyes_of_the_system_are_closed_again_before_the_next_statement(database: Database) -> None:
    add_organization(database)
    case = start_case(database)
    with database.transaction(actor=OUTSIDER) as tx:
        with tx.as_system():
            assert tx.instance(case.instance_id).title == "接待群众态度生硬"
        with pytest.raises(NotFound):
            tx.instance(case.instance_id)
        assert eyes(tx) == OUTSIDER


def test_a_part_that_is_undone_does_not_bring_the_eyes_of_the_system_back(database: Database) -> None:
    add_organization(database)
    case = start_case(database)
    with database.transaction(actor=OUTSIDER) as tx:
        with tx.as_system():
            tx.instance(case.instance_id)
        with undone_part(tx), suppress(NotFound):
            tx.instance(case.instance_id)  # says again who asks, inside the part that is undone
        with pytest.raises(NotFound):
            tx.instance(case.instance_id)


def test_a_part_that_the_system_undoes_leaves_the_person_his_own_eyes(database: Database) -> None:
    add_organization(database)
    case = start_case(database)
    with database.transaction(actor=OUTSIDER) as tx:
        with suppress(Undone), tx.savepoint(), tx.as_system():
            assert tx.instance(case.instance_id)
            raise Undone
        assert eyes(tx) == OUTSIDER
        with tx.as_system():
            assert tx.instance(case.instance_id)
        with pytest.raises(NotFound):
            tx.instance(case.instance_id)


def test_inside_the_eyes_of_the_system_an_undone_part_keeps_them(database: Database) -> None:
    add_organization(database)
    case = start_case(database)
    with database.transaction(actor=OUTSIDER) as tx, tx.as_system():
        with undone_part(tx):
            assert tx.instance(case.instance_id)
        assert tx.instance(case.instance_id)
    with database.reading(actor=OUTSIDER) as tx, pytest.raises(NotFound):
        tx.instance(case.instance_id)


def test_the_commit_tells_nobody_who_asks_and_leaves_no_eyes_behind(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_organization(database)
    case = start_case(database)
    sent: list[str] = []
    hot, together = HotConnection.hot, HotConnection.together

    def noted(self: HotConnection, statement: str, values: Sequence[object]) -> list[Row]:
        sent.append(statement)
        return hot(self, statement, values)

    def noted_together(self: HotConnection, *asked: Asked) -> list[list[Row]]:
        sent.extend(statement for statement, _ in asked)
        return together(self, *asked)

    monkeypatch.setattr(HotConnection, "hot", noted)
    monkeypatch.setattr(HotConnection, "together", noted_together)
    with database.transaction(actor=OUTSIDER) as tx, tx.as_system():
        tx.instance(case.instance_id)
        raw = tx._raw
        sent.clear()
    assert sent == []
    (left,) = raw.hot("SELECT coalesce(current_setting('cx.actor', true), '')", ())
    assert left == ("",)
