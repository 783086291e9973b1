"""Backup and restore of an installation: the database, in one consistent moment, and the attachments.

A backup is a folder. It holds people's data in the clear, so it is closed to others (0700) and belongs in a safe place:

    manifest.json    what is inside: rows per table, SHA-256 of each file, revision of the schema
    database.dump    pg_dump's custom format, compressed
    attachments/     the files as they lie in the data folder

Passwords are not part of it: a new installation makes its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from engine.config import Settings
from engine.errors import ChangxiaoError
from engine.store import embedded
from engine.store.embedded_account import wheel_programs

FORMAT = 1
_MANIFEST, _DUMP, _ATTACHMENTS = "manifest.json", "database.dump", "attachments"
_BLOCK_BYTES = 1024**2
_RECORD = (
    "INSERT INTO backup_record (id, taken_at, finished_at, folder, size_bytes, row_count, file_count)"
    " VALUES (%s, %s, clock_timestamp(), %s, %s, %s, %s)"
)
# One line per table while it is written or read: "dumping contents of table "public.x"", "processing data for table …".
_TABLE_LINE = re.compile(rb"(?:contents of|data for) table")

#: Called with the number of tables and files done and their total, for a progress bar.
Progress = Callable[[int, int], None]


class BackupFailed(ChangxiaoError):
    """A backup could not be written or read. The message says why, in Chinese and English."""

    code = "backup_failed"

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh}\n{en}")
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says about itself."""

    format: int
    taken_at: str  #: RFC 3339
    revision: str  #: of the schema (Alembic); empty: the database had none yet
    server_version: int
    rows: Mapping[str, int]  #: per table, counted in the moment of the dump
    sha256: Mapping[str, str]  #: per file, path relative to the backup

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Raises BackupFailed when there is none, or one of a format that this version does not know."""
        try:
            found = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            raise BackupFailed(
                f"{folder} 不是备份：缺少 {_MANIFEST}。", f"{folder} is no backup: it has no {_MANIFEST}."
            ) from None
        if found.get("format") != FORMAT:
            raise BackupFailed("备份格式不受支持。", f"Unknown backup format {found.get('format')!r}.")
        return cls(**found)


def backup(
    settings: Settings, target: Path, *, at: datetime, progress: Progress = lambda _done, _total: None
) -> Manifest:
    """Write a backup of the database and the attachments to the new folder `target`, also while the service runs.

    at: the moment to note in the manifest. `target` appears when it is complete. Raises BackupFailed.
    """
    if target.exists():
        raise BackupFailed(f"{target} 已存在，请指定新的文件夹。", f"{target} exists; name a new folder.")
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700, parents=True)
    attachments = _files(settings.data_dir / _ATTACHMENTS)
    with embedded.opened(settings) as addresses, psycopg.connect(addresses.admin_url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        rows = _count_rows(connection)
        meter = _Meter(progress, len(rows) + len(attachments))
        _dump(connection, addresses.admin_url, partial / _DUMP, meter)
        # After the dump: a file is written before its row, so each row in the dump has its file here.
        manifest = Manifest(
            format=FORMAT,
            taken_at=at.isoformat(),
            revision=_revision(connection),
            server_version=connection.info.server_version,
            rows=rows,
            sha256={_DUMP: _sha256(partial / _DUMP)} | _copy_attachments(settings, partial, meter),
        )
        (partial / _MANIFEST).write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1), encoding="utf-8")
        partial.rename(target)
        connection.rollback()
        _record(connection, target, manifest, at)
    return manifest


def _copy_attachments(settings: Settings, partial: Path, meter: _Meter) -> dict[str, str]:
    """SHA-256 by name of the copies."""
    folder, sums = settings.data_dir / _ATTACHMENTS, {}
    for source in _files(folder):
        name = f"{_ATTACHMENTS}/{source.relative_to(folder).as_posix()}"
        sums[name] = _copy(source, partial / name)
        meter.advance()
    return sums


def _record(connection: psycopg.Connection, target: Path, manifest: Manifest, at: datetime) -> None:
    """Let the operators see how old the last backup is. A schema from before has no place for it."""
    if connection.execute("SELECT to_regclass('public.backup_record')").fetchone() == (None,):
        return
    size = sum(file.stat().st_size for file in _files(target))
    values = (uuid4(), at, str(target.resolve()), size, sum(manifest.rows.values()), len(manifest.sha256))
    connection.execute(_RECORD, values)
    connection.commit()


def restore(settings: Settings, source: Path, *, progress: Progress = lambda _done, _total: None) -> Manifest:
    """Fill an empty installation from the backup `source`.

    Everything is checked before anything is written: the files against their sums, the database and the attachments
    for being empty. Rows are only inserted, before the triggers exist that guard the history; those come last, with the
    mode in which they were dumped. All or nothing in the database. Raises BackupFailed.
    """
    manifest = Manifest.read(source)
    _check_sums(source, manifest)
    attachments = settings.data_dir / _ATTACHMENTS
    if _files(attachments):
        raise BackupFailed(f"{attachments} 不是空的，拒绝恢复。", f"{attachments} is not empty; nothing was restored.")
    meter = _Meter(progress, len(manifest.rows) + len(manifest.sha256) - 1)
    with embedded.opened(settings) as addresses, psycopg.connect(addresses.admin_url, autocommit=True) as connection:
        _check_empty(connection)
        options = ["--exit-on-error", "--single-transaction", "--verbose", str(source / _DUMP)]
        _run("pg_restore", addresses.admin_url, options, meter)
        with connection.transaction():
            found = _count_rows(connection)
    if found != manifest.rows:
        raise BackupFailed(
            "恢复后的行数与备份清单不一致。", "The restored tables have other numbers of rows than the manifest."
        )
    for name in manifest.sha256:
        if name != _DUMP:
            _copy(source / name, settings.data_dir / name)
            meter.advance()
    return manifest


class _Meter:
    """Counts towards a known total."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._done, self._total = progress, 0, total
        progress(0, total)

    def advance(self) -> None:
        self._done = min(self._done + 1, self._total)
        self._progress(self._done, self._total)


def _dump(connection: psycopg.Connection, url: str, target: Path, meter: _Meter) -> None:
    """Dump what the transaction of `connection` sees: the counts of the manifest hold for exactly this."""
    row = connection.execute("SELECT pg_export_snapshot()").fetchone()
    assert row is not None  # noqa: S101 - a function without FROM gives one row
    options = ["--format=custom", f"--snapshot={row[0]}", "--lock-wait-timeout=60s", "--verbose", f"--file={target}"]
    _run("pg_dump", url, options, meter)


def _run(program: str, url: str, options: Sequence[str], meter: _Meter) -> None:
    """Run a PostgreSQL program of the wheel on the database at `url`, counting the tables that it names."""
    parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    password = parts.pop("password", "")
    # The password goes by the environment: a command line can be read by everybody on the machine.
    process = subprocess.Popen(  # noqa: S603  (argv is ours, no shell)
        [str(wheel_programs() / program), "--no-password", f"--dbname={make_conninfo('', **parts)}", *options],
        env={"PATH": os.defpath, "LC_ALL": "C", "PGPASSWORD": password},
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    said: list[bytes] = []
    assert process.stderr is not None  # noqa: S101 - asked for above
    with process.stderr:
        for line in process.stderr:
            said = [*said[-9:], line]
            if _TABLE_LINE.search(line):
                meter.advance()
    if process.wait() != 0:
        raise BackupFailed(f"{program} 执行失败。", f"{program} failed:\n{b''.join(said).decode(errors='replace')}")


def _count_rows(connection: psycopg.Connection) -> dict[str, int]:
    # Row security would leave rows out without a word; like this, a role that is bound by it gets an error instead.
    connection.execute("SET LOCAL row_security = off")
    tables = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname"
    ).fetchall()
    counts = {}
    for (table,) in tables:
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", table))).fetchone()
        counts[table] = row[0] if row else 0
    return counts


def _revision(connection: psycopg.Connection) -> str:
    if connection.execute("SELECT to_regclass('public.alembic_version')").fetchone() == (None,):
        return ""
    row = connection.execute("SELECT string_agg(version_num, ',' ORDER BY version_num) FROM alembic_version").fetchone()
    return row[0] or "" if row else ""


def _check_empty(connection: psycopg.Connection) -> None:
    row = connection.execute(
        "SELECT min(format('%I.%I', nspname, relname)) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
        " WHERE nspname NOT IN ('pg_catalog', 'information_schema') AND nspname NOT LIKE 'pg_toast%'"
    ).fetchone()
    if row and row[0]:
        raise BackupFailed(
            f"目标数据库不是空的（已有 {row[0]}），拒绝恢复。请先换一个空的数据文件夹或数据库。",
            f"The database is not empty (it has {row[0]}); nothing was restored. Use an empty data folder or database.",
        )


def _check_sums(source: Path, manifest: Manifest) -> None:
    attachments = (source / _ATTACHMENTS).resolve()
    for name, expected in manifest.sha256.items():
        path = source / name
        # A manifest from elsewhere must not make us read or write outside the backup and the attachments.
        known = name == _DUMP or path.resolve().is_relative_to(attachments)
        if not known or not path.is_file() or _sha256(path) != expected:
            raise BackupFailed(
                f"备份文件 {name} 缺失或已损坏。", f"The file {name} of the backup is missing or damaged."
            )


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []


def _copy(source: Path, target: Path) -> str:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o600)
    return _sha256(target)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()
