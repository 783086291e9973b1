"""Backup and restore: what went in comes out, guarded as before; and what is refused before anything is written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from engine.config import Settings
from engine.store import embedded
from engine.store.backup import BackupFailed, Manifest, backup, restore
from engine.store.migrate import migrate, pending
from engine.store.roles import Addresses
from tests.shared_cluster import SharedCluster

AT = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
FILL = """
INSERT INTO unit (code, name, level, type, region, active_from)
VALUES ('532503-GA', '蒙自市公安局', '县', '公安', '532503', '2026-01-01');
INSERT INTO history (instance_id, seq, at, event, actor, digest, hash)
SELECT '01890000-0000-7000-8000-000000000001', n, now(), 'started', 'u101', 'x', 'y' FROM generate_series(1, 500) n;
INSERT INTO history_body (instance_id, seq, salt, body)
SELECT '01890000-0000-7000-8000-000000000001', n, 's', '{"说明": "正文"}' FROM generate_series(1, 500) n;
"""


@pytest.fixture
def empty_db(cluster: SharedCluster) -> Iterator[Addresses]:
    name, addresses = cluster.clone("template0")
    yield addresses
    cluster.drop(name)


@pytest.fixture
def filled(db: Addresses, tmp_path: Path) -> Settings:
    """An installation on an external database, with rows and two attachments."""
    with psycopg.connect(db.admin_url) as connection:
        connection.execute(FILL)
    folder = tmp_path / "filled"
    (folder / "attachments" / "ab").mkdir(parents=True)
    (folder / "attachments" / "ab" / "one").write_bytes(b"1" * 3_000_000)
    (folder / "attachments" / "two").write_bytes(b"")
    return Settings(data_dir=folder, database_url=db.app_url, owner_database_url=db.owner_url)


@pytest.fixture
def empty(empty_db: Addresses, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "empty", database_url=empty_db.app_url, owner_database_url=empty_db.owner_url)


def rows_of(url: str) -> list[object]:
    with psycopg.connect(url) as connection:
        return [connection.execute(f"TABLE {name}").fetchall() for name in ("unit", "history", "history_body")]  # type: ignore[call-overload]


def trigger_modes(url: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger"
            " WHERE NOT tgisinternal ORDER BY 1, 2"
        ).fetchall()


def rights(url: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT relname, relowner::regrole::text, relacl::text, relrowsecurity, relforcerowsecurity FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace ORDER BY relname"
        ).fetchall()


def test_what_went_in_comes_out_with_owners_rights_and_triggers(
    filled: Settings, empty: Settings, db: Addresses, empty_db: Addresses, tmp_path: Path
) -> None:
    made = backup(filled, tmp_path / "b", at=AT)
    read = restore(empty, tmp_path / "b")

    assert made == read == Manifest.read(tmp_path / "b")
    assert made.taken_at == "2026-12-01T01:00:00+00:00"
    assert made.rows["history"] == 500
    assert rows_of(empty_db.admin_url) == rows_of(db.admin_url)
    assert trigger_modes(empty_db.admin_url) == trigger_modes(db.admin_url)
    assert rights(empty_db.admin_url) == rights(db.admin_url)
    assert pending(empty_db.owner_url) == ()
    for name in ("ab/one", "two"):
        copied = empty.data_dir / "attachments" / name
        assert copied.read_bytes() == (filled.data_dir / "attachments" / name).read_bytes()


def test_the_restored_history_refuses_change_even_as_a_replica(
    filled: Settings, empty: Settings, empty_db: Addresses, tmp_path: Path
) -> None:
    backup(filled, tmp_path / "b", at=AT)
    restore(empty, tmp_path / "b")
    with psycopg.connect(empty_db.admin_url) as connection:
        connection.execute("SET session_replication_role = replica")
        with pytest.raises(psycopg.Error, match="append-only"):
            connection.execute("UPDATE history SET actor = 'nobody'")


def test_progress_ends_at_its_total(filled: Settings, empty: Settings, tmp_path: Path) -> None:
    written: list[tuple[int, int]] = []
    read: list[tuple[int, int]] = []
    manifest = backup(filled, tmp_path / "b", at=AT, progress=lambda done, total: written.append((done, total)))
    restore(empty, tmp_path / "b", progress=lambda done, total: read.append((done, total)))
    total = len(manifest.rows) + 2
    assert written == read == [(done, total) for done in range(total + 1)]


def test_a_database_that_is_not_empty_is_refused_and_left_alone(
    filled: Settings, db: Addresses, tmp_path: Path
) -> None:
    backup(filled, tmp_path / "b", at=AT)
    before = rows_of(db.admin_url)
    with pytest.raises(BackupFailed, match="not empty"):
        restore(replace(filled, data_dir=tmp_path / "other"), tmp_path / "b")
    assert rows_of(db.admin_url) == before
    assert not (tmp_path / "other").exists()


def test_attachments_that_are_already_there_are_not_overwritten(
    filled: Settings, empty: Settings, tmp_path: Path
) -> None:
    backup(filled, tmp_path / "b", at=AT)
    (empty.data_dir / "attachments").mkdir(parents=True)
    (empty.data_dir / "attachments" / "mine").write_text("mine")
    with pytest.raises(BackupFailed, match="not empty"):
        restore(empty, tmp_path / "b")


@pytest.mark.parametrize("name", ["database.dump", "attachments/ab/one"])
def test_a_damaged_file_is_found_before_anything_is_written(
    filled: Settings, empty: Settings, empty_db: Addresses, tmp_path: Path, name: str
) -> None:
    backup(filled, tmp_path / "b", at=AT)
    with (tmp_path / "b" / name).open("r+b") as file:
        file.seek(100)
        file.write(b"!")
    with pytest.raises(BackupFailed, match=name):
        restore(empty, tmp_path / "b")
    assert rights(empty_db.admin_url) == []


def test_a_manifest_cannot_point_outside_the_attachments(filled: Settings, empty: Settings, tmp_path: Path) -> None:
    backup(filled, tmp_path / "b", at=AT)
    path = tmp_path / "b" / "manifest.json"
    manifest = json.loads(path.read_text())
    (tmp_path / "b" / "credentials.json").write_text("{}")
    manifest["sha256"]["attachments/../credentials.json"] = (
        "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    )
    path.write_text(json.dumps(manifest))
    with pytest.raises(BackupFailed, match="credentials"):
        restore(empty, tmp_path / "b")


def test_a_backup_never_replaces_one_that_exists(filled: Settings, tmp_path: Path) -> None:
    backup(filled, tmp_path / "b", at=AT)
    with pytest.raises(BackupFailed, match="exists"):
        backup(filled, tmp_path / "b", at=AT)


def test_a_folder_that_is_no_backup_is_named(empty: Settings, tmp_path: Path) -> None:
    with pytest.raises(BackupFailed, match=r"manifest\.json"):
        restore(empty, tmp_path)


def test_a_role_bound_by_row_security_cannot_make_a_backup_with_rows_missing(filled: Settings, tmp_path: Path) -> None:
    bound = replace(filled, owner_database_url=filled.database_url)
    with pytest.raises(psycopg.Error, match="row-level security"):
        backup(bound, tmp_path / "b", at=AT)
    assert not (tmp_path / "b").exists()


def test_the_embedded_server_is_backed_up_while_it_serves_and_restored_into_a_new_folder(
    settings: Settings, tmp_path: Path
) -> None:
    server = embedded.start(settings)
    try:
        migrate(server.owner_url)
        with psycopg.connect(server.url("cx_admin")) as connection:
            connection.execute(FILL)
        before = rows_of(server.url("cx_admin"))
        backup(settings, tmp_path / "b", at=AT)
    finally:
        server.stop()

    elsewhere = replace(settings, data_dir=settings.data_dir.with_name(settings.data_dir.name + "-new"))
    try:
        restore(elsewhere, tmp_path / "b")
        with embedded.opened(elsewhere) as addresses:
            assert rows_of(addresses.admin_url) == before
            assert pending(addresses.owner_url) == ()
    finally:
        shutil.rmtree(elsewhere.data_dir, ignore_errors=True)
