"""The PostgreSQL cluster of the embedded mode as files and as a process: made, launched, awaited, found again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.store.embedded_account import Account, EmbeddedUnavailable
from engine.store.embedded_child import open_log, start_child

SUPERUSER = "cx_admin"
# The kernel allows 107 bytes for the whole name of a socket, which PostgreSQL makes as FOLDER/.s.PGSQL.5432.
MAX_SOCKET_DIR_BYTES = 92
_RECOVERY_SECONDS = 300
_RETRY_SECONDS = 20
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
# What a start right after `kill -9` may meet: the files or the shared memory of the server that is just going.
_PASSING_TROUBLE = (b"already exists", b"pre-existing shared memory", b"is still in use")

# Two cores and a few gigabytes of memory. The first five are not a matter of taste and win over every file.
SETTINGS = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    # The first change of a page after a checkpoint writes the whole page. To press it first saves disk and costs four
    # times the CPU of the step that changed it; this server has pglz only.
    "wal_compression": "off",
    "min_wal_size": "256MB",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u ",
    "log_checkpoints": "off",
    # Statements, parameters and the DETAIL of a broken constraint show people's data, so they stay out of the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """What stays the same from one launch to the next."""

    data: Path  #: PGDATA
    log: Path
    programs: Path
    account: Account
    socket_dir: Path
    settings: dict[str, str]

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the server and wait until it accepts connections, recovery after a crash included.

        Raises EmbeddedUnavailable with the last lines of the log.
        """
        give_up_at = time.monotonic() + _RETRY_SECONDS
        while True:
            with open_log(self.log) as log:
                written_before = log.tell()
                process = start_child(
                    [self.programs / "postgres", "-D", self.data, *self._options()],
                    on_parent_death=signal.SIGINT,
                    output=log,
                    env=_ENVIRONMENT,
                    cwd=self.data,
                    user=self.account.switch,
                )
            try:
                if self._becomes_ready(process):
                    return process
            except BaseException:  # Ctrl-C while it recovers: it must not run on without anybody who knows of it
                process.send_signal(signal.SIGQUIT)
                process.wait()
                raise
            said = self.log.read_bytes()[written_before:]
            if time.monotonic() > give_up_at or not any(trouble in said for trouble in _PASSING_TROUBLE):
                raise _failed("内置数据库未能启动", "The embedded database did not start", said)
            time.sleep(0.3)

    def _options(self) -> Iterator[str]:
        for name, value in (SETTINGS | self.settings).items():
            yield from ("-c", f"{name}={value}")
        yield from ("-c", f"unix_socket_directories={self.socket_dir}")

    def _becomes_ready(self, process: subprocess.Popen[bytes]) -> bool:
        give_up_at = time.monotonic() + _RECOVERY_SECONDS
        while process.poll() is None and time.monotonic() < give_up_at:
            lines = _pid_file_lines(self.data)
            if len(lines) > 7 and lines[0] == str(process.pid) and lines[7].strip() == "ready":
                return True
            time.sleep(0.01)
        if process.poll() is None:
            process.send_signal(signal.SIGQUIT)
            process.wait()
        return False


def make_socket_dir(account: Account) -> Path:
    """A new folder that only the account (and root) may enter, with a name short enough for a socket."""
    for parent in (tempfile.gettempdir(), "/tmp", "/run"):  # noqa: S108  (mkdtemp makes the name unguessable)
        if len(os.fsencode(parent)) + len("/changxiao-12345678") <= MAX_SOCKET_DIR_BYTES and "," not in parent:
            folder = Path(tempfile.mkdtemp(prefix="changxiao-", dir=parent))
            account.own(folder)
            if account.may_enter(folder):
                return folder
            folder.rmdir()
    raise EmbeddedUnavailable(
        "找不到可放置数据库套接字的临时文件夹，请设置 TMPDIR。", "No temporary folder fits a socket; set TMPDIR."
    )


def init_cluster(data: Path, *, programs: Path, account: Account, password: str, sync: bool = True) -> None:
    """Make an empty cluster at `data`: UTF-8, sorted by code point, every login by scram-sha-256, checksums on.

    `data` appears whole or not at all: a start cut short begins anew.
    """
    partial = data.with_name(data.name + ".partial")
    if partial.exists():
        shutil.rmtree(partial)
    partial.mkdir(mode=0o700)
    account.own(partial)
    password_file = partial.with_suffix(".password")
    password_file.unlink(missing_ok=True)
    try:
        descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(password)
        account.own(password_file)
        words = "--auth=scram-sha-256 --encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8"
        argv = [programs / "initdb", "-D", partial, "-U", SUPERUSER, f"--pwfile={password_file}", *words.split()]
        uid, gid = account.switch or (None, None)
        done = subprocess.run(  # noqa: S603  (argv is ours, no shell)
            [*map(str, argv), *([] if sync else ["--no-sync"])],
            env=_ENVIRONMENT,
            cwd="/",
            user=uid,
            group=gid,
            extra_groups=[] if account.switch else None,
            capture_output=True,
            check=False,
        )
    finally:
        password_file.unlink(missing_ok=True)
    if done.returncode != 0:
        raise _failed("数据库初始化失败", "initdb failed", done.stdout + done.stderr)
    partial.rename(data)


def end_orphan(data: Path, *, patience: float = 10) -> int | None:
    """Stop a server that still runs on `data` although nobody holds our lock, and clear a pid file that lies.

    Returns the number of the process that was stopped. Call only while holding the lock.
    """
    lines = _pid_file_lines(data)
    if not lines or not lines[0].isdecimal():
        return None
    pid = int(lines[0])
    if not _serves(pid, data):
        # Its number may by now belong to somebody else, and PostgreSQL would then refuse to start. Removing the file is
        # safe: whatever still hangs on to the old shared memory is found by that memory.
        (data / "postmaster.pid").unlink(missing_ok=True)
        return None
    for ask in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        _kill(pid, ask)
        give_up_at = time.monotonic() + patience
        while time.monotonic() < give_up_at:
            if not _serves(pid, data):
                return pid
            time.sleep(0.02)
    return pid


def _serves(pid: int, data: Path) -> bool:
    """Is `pid` a process at work in the folder `data`? The server changes into its data folder."""
    try:
        return Path(f"/proc/{pid}/cwd").samefile(data)
    except OSError:
        return False


def _kill(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _pid_file_lines(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _failed(zh: str, en: str, said: bytes) -> EmbeddedUnavailable:
    tail = "\n".join(said.decode(errors="replace").strip().splitlines()[-5:])
    return EmbeddedUnavailable(f"{zh}。", f"{en}:\n{tail}")
