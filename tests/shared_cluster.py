"""One throw-away PostgreSQL for a test run, shared by all its processes, and databases cloned from a template in it.

The first process that needs the cluster starts it, with fsync off; the others join. It lives as long as the process
that started it (the kernel sees to that), so that one leaves last.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from engine.config import Settings
from engine.store import embedded, roles
from engine.store.migrate import migrate
from engine.store.roles import Addresses, Credentials

TEMPLATE = "cx_template"
_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "autovacuum": "off",  # it would hold the template just when somebody clones it
}


@dataclass
class SharedCluster:
    """This process's membership in the cluster of the test run `run`."""

    run: str
    _started: embedded.Server | None = None
    _made: int = field(default=0)

    @property
    def data_dir(self) -> Path:
        # Not pytest's own tmp_path: that is closed to the account which PostgreSQL needs when root runs the tests.
        return Path(tempfile.gettempdir()) / f"changxiao-test-{self.run}"

    def join(self) -> None:
        with self._members() as members:
            if not members:
                self._start()
            members.add(os.getpid())

    def leave(self) -> None:
        """Leave the cluster; whoever started it waits for the others, then takes everything away."""
        while True:
            with self._members() as members:
                members.discard(os.getpid())
                if self._started is None:
                    return
                if not any(Path(f"/proc/{pid}").exists() for pid in members):
                    members.clear()
                    self._started.stop()
                    shutil.rmtree(self.data_dir, ignore_errors=True)
                    self._members_file.unlink(missing_ok=True)
                    return
            time.sleep(0.1)

    def addresses(self, database: str) -> Addresses:
        socket_dir = json.loads((self.data_dir / "server.json").read_text())["socket_dir"]
        return Credentials.read(self.data_dir / "credentials.json").addresses(Path(socket_dir), database)

    def clone(self, template: str = TEMPLATE) -> tuple[str, Addresses]:
        """A new database like the template, of (name, addresses)."""
        self._made += 1
        name = f"cx_{os.getpid()}_{self._made}"
        return name, self._copy(template, name)

    def template(self, name: str, fill: Callable[[Addresses], None]) -> str:
        """A database to clone, made ready by `fill` once for all processes of the run. Returns `name`."""
        with self._members(), self._admin() as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return name
            filled = self._copy(TEMPLATE, f"{name}_new")
            fill(filled)
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            connection.execute(rename.format(sql.Identifier(f"{name}_new"), sql.Identifier(name)))
        return name

    def drop(self, name: str) -> None:
        with self._admin() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _admin(self) -> psycopg.Connection:
        return psycopg.connect(self.addresses("postgres").admin_url, autocommit=True)

    def _copy(self, template: str, name: str) -> Addresses:
        # Copying files takes a third of the time that writing the copy to the log does; nothing here must survive.
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        with self._admin() as connection:
            connection.execute(copy.format(sql.Identifier(name), sql.Identifier(template)))
        found = self.addresses(name)
        roles.set_up_database(found.admin_url)  # the rights of a database are not copied from its template
        return found

    @property
    def _members_file(self) -> Path:
        return self.data_dir.with_suffix(".members")

    @contextmanager
    def _members(self) -> Iterator[set[int]]:
        """The processes that use the cluster, read and written under a lock."""
        with self._members_file.open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            members = set(map(int, file.read().split()))
            yield members
            file.seek(0)
            file.truncate()
            file.write(" ".join(map(str, members)))

    def _make_template(self) -> None:
        roles.create_database(self.addresses("postgres").admin_url, TEMPLATE)
        template = self.addresses(TEMPLATE)
        roles.set_up_database(template.admin_url)
        migrate(template.owner_url)

    def _start(self) -> None:
        _remove_abandoned()
        self._started = embedded.start(Settings(data_dir=self.data_dir), _unsafe_settings=_FAST)
        try:
            self._make_template()
        except BaseException:  # a migration that fails: the next test may try again, on nothing
            self._started.stop()
            shutil.rmtree(self.data_dir, ignore_errors=True)
            raise


def _remove_abandoned() -> None:
    """Take away what test runs have left that were killed more than an hour ago."""
    for file in Path(tempfile.gettempdir()).glob("changxiao-test-*.members"):
        with suppress(OSError):  # another run's clean-up, or another user's folder
            pids = file.read_text().split()
            if time.time() - file.stat().st_mtime > 3600 and not any(Path(f"/proc/{pid}").exists() for pid in pids):
                shutil.rmtree(file.with_suffix(""), ignore_errors=True)
                file.unlink()
