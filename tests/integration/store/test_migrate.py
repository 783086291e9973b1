"""The migrated database is the one that the tables module describes, and nobody has more rights than needed."""

from __future__ import annotations

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, pool

from engine.store.database import Database
from engine.store.migrate import migrate, pending
from engine.store.roles import Addresses, DatabaseUnfit
from engine.store.tables import metadata
from engine.store.urls import libpq_url, sqlalchemy_url


def test_the_migrated_schema_is_the_one_the_queries_are_written_for(module_db: Addresses) -> None:
    engine = create_engine(sqlalchemy_url(module_db.owner_url), poolclass=pool.NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: kind != "table" or name in metadata.tables,
            },
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_an_up_to_date_database_has_nothing_pending_and_migrating_again_does_nothing(module_db: Addresses) -> None:
    assert pending(module_db.app_url) == ()
    migrate(module_db.owner_url)


@pytest.mark.parametrize("statement", ["CREATE TABLE x (n int)", "DROP TABLE notice", "ALTER TABLE notice ADD n int"])
def test_the_application_cannot_change_the_schema(module_db: Addresses, statement: str) -> None:
    with psycopg.connect(module_db.app_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.encode())


def test_a_database_that_may_lose_what_it_acknowledged_is_refused(module_db: Addresses) -> None:
    with pytest.raises(DatabaseUnfit, match="fsync"):  # the cluster of the tests runs without it
        Database.open(module_db.app_url)


def test_the_state_of_a_case_is_never_compressed_again(module_db: Addresses) -> None:
    with psycopg.connect(module_db.owner_url) as connection:
        row = connection.execute(
            "SELECT attstorage FROM pg_attribute WHERE attrelid = 'instance'::regclass AND attname = 'state'"
        ).fetchone()
    assert row is not None
    assert row[0] in {"e", b"e"}


def test_an_address_is_spelled_for_each_reader() -> None:
    assert sqlalchemy_url("postgres://a@/b") == "postgresql+psycopg://a@/b"
    assert libpq_url("postgresql+psycopg://a@/b") == "postgresql://a@/b"
    with pytest.raises(ValueError, match="postgresql"):
        libpq_url("mysql://a")
