"""Brings a database to the newest schema, as its owner."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import command, op
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from procrastinate.schema import SchemaManager
from sqlalchemy import create_engine, pool

from engine.store.urls import sqlalchemy_url

_HERE = Path(__file__).parent


def migrate(owner_url: str, revision: str = "head") -> None:
    """Run the missing migrations in one transaction: all or none. `owner_url`: the database as cx_owner.

    Two that start at once wait for each other; the second finds nothing left to do.
    """
    engine = create_engine(sqlalchemy_url(owner_url), poolclass=pool.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('changxiao.migrate'))")
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def pending(url: str) -> tuple[str, ...]:
    """Revisions that the database at `url` still lacks, oldest first; empty when it is up to date."""
    engine = create_engine(sqlalchemy_url(url), poolclass=pool.NullPool)
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_heads()
    engine.dispose()
    script = ScriptDirectory.from_config(_config())
    found = script.iterate_revisions("heads", current or "base")
    return tuple(reversed([revision.revision for revision in found]))


def heads() -> tuple[str, ...]:
    """The newest revisions that this version of the program has."""
    return tuple(ScriptDirectory.from_config(_config()).get_heads())


def run_script(name: str) -> None:
    """Run a file of sql/ on the connection of the running migration. For migrations only."""
    _driver_connection().execute((_HERE / "sql" / name).read_bytes())


def queue_schema() -> None:
    """Install Procrastinate's own schema, as it is shipped with the pinned version. For migrations only."""
    _driver_connection().execute(SchemaManager.get_schema().encode())


def _driver_connection() -> psycopg.Connection:
    connection = op.get_bind().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)  # noqa: S101 - the only driver we install
    return connection


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE / "migrations").replace("%", "%%"))
    return config
