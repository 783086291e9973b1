"""Who logs in to the database and as what: roles, their passwords, and what is checked before the service starts."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from engine.errors import ChangxiaoError

DATABASE = "changxiao"
OLDEST_SERVER = 15
_SQL = Path(__file__).parent / "sql"
# remote_apply waits for more than `on`; every other value may acknowledge what a crash then loses.
_DURABLE_COMMIT = {"on", "remote_apply"}


class DatabaseUnfit(ChangxiaoError):
    """The database may not be used as it is. The message says what is wrong and what to change, in both languages."""

    code = "database_unfit"

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh}\n{en}")
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Addresses:
    """Where the database of an installation is, as seen by each role. They hold passwords: never log them."""

    app_url: str  #: web and worker
    owner_url: str  #: migrate
    admin_url: str  #: backup and restore: superuser of the embedded server, cx_owner of an external one
    sealed_url: str = ""  #: empty where the installation names none
    retention_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Credentials:
    """One password per role of the embedded server; the field is the name of the role. `cx_admin` is its superuser."""

    cx_admin: str
    cx_owner: str
    cx_app: str
    cx_sealed: str
    cx_retention: str

    @classmethod
    def generate(cls) -> Credentials:
        return cls(**{field.name: secrets.token_urlsafe(24) for field in fields(cls)})

    @classmethod
    def read(cls, path: Path) -> Credentials:
        return cls(**json.loads(path.read_text(encoding="utf-8")))

    def write(self, path: Path) -> None:
        """Write them for nobody else to read; whole or not at all."""
        partial = path.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(self), file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)

    def url(self, role: str, socket_dir: Path, database: str = DATABASE) -> str:
        """The address of `database` as `role`, over the socket in `socket_dir`: for libpq and SQLAlchemy alike."""
        return f"postgresql://{role}:{getattr(self, role)}@/{database}?host={quote(str(socket_dir), safe='')}"

    def addresses(self, socket_dir: Path, database: str = DATABASE) -> Addresses:
        return Addresses(
            app_url=self.url("cx_app", socket_dir, database),
            owner_url=self.url("cx_owner", socket_dir, database),
            admin_url=self.url("cx_admin", socket_dir, database),
            sealed_url=self.url("cx_sealed", socket_dir, database),
            retention_url=self.url("cx_retention", socket_dir, database),
        )


def set_up_cluster(admin_url: str, credentials: Credentials) -> None:
    """Make the roles, where they are missing: all four or none. `admin_url`: any database, as superuser."""
    with psycopg.connect(admin_url) as connection:
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'cx_app'").fetchone() is None:
            passwords = {f":'{role}_password'": sql.Literal(text) for role, text in asdict(credentials).items()}
            _run_script(connection, "roles.sql", passwords)


def create_database(admin_url: str, name: str = DATABASE, *, template: str = "template0") -> bool:
    """Make the database `name` with its rights, unless it exists. True when it was made now.

    admin_url: the database `postgres`, as superuser. The rights of a database are not copied from its template.
    """
    with psycopg.connect(admin_url, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return False
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    return True


def set_up_database(admin_url: str) -> None:
    """Give the database in `admin_url` to cx_owner and let the other roles in. Idempotent."""
    with psycopg.connect(admin_url) as connection:
        _run_script(connection, "database.sql", {':"DBNAME"': sql.Identifier(connection.info.dbname)})


def _run_script(connection: psycopg.Connection, name: str, values: Mapping[str, sql.Composable]) -> None:
    """Run a script of sql/ with psql's variables filled in: people with a server of their own run the same text."""
    text = (_SQL / name).read_text(encoding="utf-8")
    for variable, value in values.items():
        text = text.replace(variable, value.as_string(connection))
    connection.execute(text.encode())


def check_fit(app_url: str) -> None:
    """Refuse a database that is too old, that may lose what it acknowledged, or whose role may do too much.

    Asked over the very role that the service uses, because settings can be changed per role and per database.
    Raises DatabaseUnfit; psycopg.OperationalError when nobody answers.
    """
    with psycopg.connect(app_url) as connection:
        _check_version(connection.info.server_version)
        settings = connection.execute(
            "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')"
        )
        _check_durable(dict(settings.fetchall()))
        row = connection.execute(
            "SELECT r.rolsuper OR r.rolbypassrls OR pg_has_role(r.oid, d.datdba, 'MEMBER')"
            " FROM pg_roles r, pg_database d WHERE r.rolname = current_user AND d.datname = current_database()"
        ).fetchone()
        if row is None or row[0]:
            raise DatabaseUnfit(
                f"运行账户 {connection.info.user} 权限过大（超级用户、绕过行级安全或数据库属主），请改用 cx_app。",
                f"The role {connection.info.user} is superuser, passes row security or owns the database. "
                "Log in as cx_app instead (engine/store/sql/roles.sql).",
            )


def _check_version(server_version: int) -> None:
    if server_version < OLDEST_SERVER * 10_000:
        raise DatabaseUnfit(
            f"数据库版本过低（{server_version // 10_000}），需要 PostgreSQL {OLDEST_SERVER} 或更新版本。",
            f"PostgreSQL {server_version // 10_000} is too old; {OLDEST_SERVER} or newer is needed.",
        )


def _check_durable(settings: dict[str, str]) -> None:
    wrong = [name for name in ("fsync", "full_page_writes") if settings[name] != "on"]
    if settings["synchronous_commit"] not in _DURABLE_COMMIT:
        wrong.append("synchronous_commit")
    if wrong:
        shown = ", ".join(f"{name}={settings[name]}" for name in wrong)
        raise DatabaseUnfit(
            f"数据库设置 {shown} 会在断电或崩溃时丢失已确认的办理结果，拒绝启动。请改为 on。",
            f"With {shown} a crash loses work that was already acknowledged; not started. Set it to on.",
        )
