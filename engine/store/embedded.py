"""The embedded PostgreSQL: started below the data folder, found again by other commands, stopped.

It protects against the network and against other users of the machine: no TCP, a socket in a folder of its own, a
password per role. It does not protect against root, nor against the operating-system user that runs it.

    data folder/            0700, as root 0711: the account of the database must pass through
        pg/                 the cluster, 0700, of that account
        credentials.json    0600: a password per role
        server.json         0600: where the running server is
        lock                held by the process that started it
        log/                postgresql.log (no statements, no values)
        postgresql-18.6.3/  the programs, only where the account cannot reach the installed ones
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from engine.config import Settings
from engine.store import roles
from engine.store.embedded_account import Account, EmbeddedUnavailable, choose_account, programs
from engine.store.embedded_child import stop_child
from engine.store.embedded_cluster import SUPERUSER, Cluster, end_orphan, init_cluster, make_socket_dir
from engine.store.roles import Addresses, Credentials, DatabaseUnfit


class AlreadyRunning(DatabaseUnfit):
    """Another process runs on the same data folder."""

    code = "already_running"

    def __init__(self, data_dir: Path, pid: int) -> None:
        super().__init__(
            f"数据文件夹 {data_dir} 正由进程 {pid} 使用，拒绝重复启动。请先停止它，或用 CHANGXIAO_DATA_DIR 另选。",
            f"The data folder {data_dir} is in use by process {pid}, so this start is refused. "
            "Stop that process, or choose another folder with CHANGXIAO_DATA_DIR.",
        )
        self.pid = pid


@dataclass(frozen=True, slots=True)
class _Folder:
    """The names inside a data folder."""

    top: Path

    @property
    def data(self) -> Path:
        return self.top / "pg"

    @property
    def credentials(self) -> Path:
        return self.top / "credentials.json"

    @property
    def running(self) -> Path:
        return self.top / "server.json"

    @property
    def log(self) -> Path:
        return self.top / "log"


class Server:
    """A running embedded PostgreSQL, bound to the process that started it: it stops when that process ends."""

    def __init__(self, folder: _Folder, cluster: Cluster, credentials: Credentials, lock: IO[str]) -> None:
        self._folder, self._cluster, self._lock = folder, cluster, lock
        self.addresses: Addresses = credentials.addresses(cluster.socket_dir)
        self._credentials = credentials
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def app_url(self) -> str:
        return self.addresses.app_url

    @property
    def owner_url(self) -> str:
        return self.addresses.owner_url

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def url(self, role: str, database: str = roles.DATABASE) -> str:
        """The address of any database of this server, as any role."""
        return self._credentials.url(role, self._cluster.socket_dir, database)

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def launch(self) -> None:
        """Start it, also again after a crash: the addresses stay the same. Raises EmbeddedUnavailable."""
        end_orphan(self._cluster.data)
        self._process = self._cluster.launch()
        running = {"pid": self._process.pid, "socket_dir": str(self._cluster.socket_dir)}
        self._folder.running.unlink(missing_ok=True)
        with os.fdopen(os.open(self._folder.running, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(running, file)

    def stop(self, *, patience: float = 5) -> None:
        """Shut down cleanly; after `patience` seconds at once, which costs a recovery at the next start and no data."""
        if self._process is not None:
            stop_child(self._process, ask=signal.SIGINT, patience=patience, insist=signal.SIGQUIT)
            self._process = None
        self._folder.running.unlink(missing_ok=True)
        shutil.rmtree(self._cluster.socket_dir, ignore_errors=True)
        self._lock.close()


def start(settings: Settings, *, _unsafe_settings: dict[str, str] | None = None) -> Server:
    """Start PostgreSQL on `settings.data_dir`, making the cluster, the roles and the empty database where missing.

    Raises AlreadyRunning; EmbeddedUnavailable when it cannot run here; DatabaseUnfit when it might lose acknowledged
    work. Those names in `_unsafe_settings` are for the throw-away clusters of our own tests, and skip that last check.
    """
    account = choose_account()
    folder = _Folder(settings.data_dir)
    _make_data_folder(folder.top, account)
    lock = _take_lock(folder.top)
    try:
        return _start(folder, account, lock, settings, _unsafe_settings)
    except BaseException:
        lock.close()
        raise


def _start(
    folder: _Folder, account: Account, lock: IO[str], settings: Settings, unsafe_settings: dict[str, str] | None
) -> Server:
    found = programs(account, folder.top)
    credentials = _credentials(folder)
    if not folder.data.exists():
        sync = unsafe_settings is None
        init_cluster(folder.data, programs=found, account=account, password=credentials.cx_admin, sync=sync)
    end_orphan(folder.data)
    account.own_tree(folder.data)
    _forget_last_socket(folder)
    cluster = Cluster(
        data=folder.data,
        log=folder.log / "postgresql.log",
        programs=found,
        account=account,
        socket_dir=make_socket_dir(account),
        settings={"max_connections": str(_connections(settings))} | (unsafe_settings or {}),
    )
    server = Server(folder, cluster, credentials, lock)
    try:
        server.launch()
        roles.set_up_cluster(server.url(SUPERUSER, "postgres"), credentials)
        roles.create_database(server.url(SUPERUSER, "postgres"))
        roles.set_up_database(server.url(SUPERUSER))
        if unsafe_settings is None:
            roles.check_fit(server.app_url)
    except BaseException:
        server.stop()
        raise
    return server


def _connections(settings: Settings) -> int:
    """Enough for the web part (in each process a pool, LISTEN and NOTIFY), the worker, the command line, and more."""
    return max(60, settings.web_processes * (settings.web_threads + 4) + 32)


def attach(settings: Settings) -> Addresses | None:
    """The addresses of the embedded server that another process runs on this data folder, or None when none does."""
    folder = _Folder(settings.data_dir)
    try:
        lock = _take_lock(folder.top)
    except FileNotFoundError:
        return None
    except AlreadyRunning:
        try:
            running = json.loads(folder.running.read_text())
            return Credentials.read(folder.credentials).addresses(Path(running["socket_dir"]))
        except FileNotFoundError:
            return None  # it is just starting or just stopping
    lock.close()
    return None


@contextmanager
def opened(settings: Settings) -> Iterator[Addresses]:
    """The database of this installation for one block: the external one, the one being served, or one started now."""
    if settings.database_url:
        owner_url = settings.owner_database_url
        yield Addresses(app_url=settings.database_url, owner_url=owner_url, admin_url=owner_url)
        return
    served = attach(settings)
    if served:
        yield served
        return
    server = start(settings)
    try:
        yield server.addresses
    finally:
        server.stop()


def _make_data_folder(top: Path, account: Account) -> None:
    if not top.exists():
        top.mkdir(parents=True)
        top.chmod(0o711 if account.switch else 0o700)  # whatever the umask is; a folder that was there is left as it is
    if not account.may_enter(top):
        raise EmbeddedUnavailable(
            f"账户 {account.name} 进不了数据文件夹 {top}（它或上级不对其他用户开放）。请用 CHANGXIAO_DATA_DIR 另选。",
            f"Account {account.name} cannot enter the data folder {top}: it or a folder above it is closed to others. "
            "Choose another place with CHANGXIAO_DATA_DIR.",
        )
    (top / "log").mkdir(mode=0o700, exist_ok=True)


def _take_lock(top: Path) -> IO[str]:
    """Lock the data folder for this process. The kernel lets go of it when the process ends, however it ends."""
    file = os.fdopen(os.open(top / "lock", os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = file.read().strip()
        file.close()
        raise AlreadyRunning(top, int(holder) if holder.isdecimal() else 0) from None
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def _credentials(folder: _Folder) -> Credentials:
    if not folder.credentials.exists():
        if folder.data.exists():
            raise EmbeddedUnavailable(
                f"{folder.data} 有数据，但缺少口令文件 {folder.credentials}。请从备份中恢复该文件。",
                f"{folder.data} holds data, but the passwords in {folder.credentials} are missing. Put that file back.",
            )
        Credentials.generate().write(folder.credentials)
    return Credentials.read(folder.credentials)


def _forget_last_socket(folder: _Folder) -> None:
    """Remove the socket folder that a killed server has left behind."""
    try:
        left = Path(json.loads(folder.running.read_text())["socket_dir"])
    except FileNotFoundError:
        return
    if left.name.startswith("changxiao-"):
        shutil.rmtree(left, ignore_errors=True)
    folder.running.unlink(missing_ok=True)
