"""The web part as it is served, on the database of the run: the server as a child, a client, and what they cost."""

from __future__ import annotations

import atexit
import http.client
import json
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.harness import PEOPLE, bench_engine, server
from engine.commands.accounts import hash_password
from engine.commands.deployments import propose
from engine.config import Settings
from engine.core import Engine
from engine.model.step import PersonId
from webui.keeper import Program
from webui.supervisor import Commands

MODELS = Path(__file__).parent / "models"
PASSWORD = "Changxiao-2026"  # noqa: S105 - of a database that lives for a minute
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@cache
def furnished_engine() -> Engine:
    """The engine of this process, with the models of the benchmarks published and a password for everybody."""
    engine = bench_engine()
    propose(engine, "system", {path.name: path.read_bytes() for path in MODELS.iterdir()}, auto_confirm=True)
    stored = hash_password(PASSWORD)
    with engine.transaction("system") as tx:
        for number in range(PEOPLE):
            tx.set_password(PersonId(f"u{number}"), stored, at=tx.wall_now())
    return engine


class Web:
    """A running web part: the server's processes, and whatever they started."""

    def __init__(self, program: Program, port: int) -> None:
        self._program, self.port = program, port

    @property
    def pids(self) -> tuple[int, ...]:
        return tuple(_tree(self._program.pid))

    @property
    def serving_processes(self) -> tuple[int, ...]:
        """Those that answer requests."""
        return tuple(_children(self._program.pid))


@cache
def web() -> Web:
    """Start it; it goes when this process ends."""
    furnished_engine()
    folder = Path(tempfile.mkdtemp(prefix="changxiao-bench-web-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    settings = Settings(data_dir=folder, database_url=server().app_url, port=port)
    kept = {name: text for name, text in os.environ.items() if not name.startswith("CHANGXIAO_")}
    program = Program(Commands().web, env=kept | settings.to_env(), log=folder / "web.log")
    program.launch()
    atexit.register(_stop, program, folder)
    _wait_for(program, port)
    return Web(program, port)


def _wait_for(program: Program, port: int) -> None:
    give_up_at = time.monotonic() + 60
    while time.monotonic() < give_up_at and program.is_running():
        try:
            with Client(port) as client:
                client.ask("GET", "/readyz")
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The web part did not start:\n{program.last_words()}")


def _stop(program: Program, folder: Path) -> None:
    program.ask_to_stop()
    program.make_stop(time.monotonic() + 5)
    shutil.rmtree(folder)


class Client:
    """One person on one connection that stays open."""

    def __init__(self, port: int, person: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._token = ""
        if person:
            self._token = self.ask("POST", "/api/v1/sessions", {"username": person, "password": PASSWORD})["token"]

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def ask(self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Any:
        """The JSON of the answer. Raises RuntimeError with the problem where the answer is one."""
        data = json.dumps(body).encode() if body is not None else None
        signed = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        content = self._send(method, path, data, {"Content-Type": "application/json", **signed, **(headers or {})})
        return json.loads(content) if content else None

    def get(self, path: str) -> bytes:
        """A page as a browser gets it, or an answer of the API: by the cookie of the session."""
        return self._send("GET", path, None, {"Cookie": f"cx_session={self._token}"})

    def _send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
        self._connection.request(method, path, body=body, headers=dict(headers))
        response = self._connection.getresponse()
        content = response.read()
        if response.status >= 300:
            raise RuntimeError(f"{method} {path}: {response.status} {content[:500].decode(errors='replace')}")
        return content


@dataclass
class Cpu:
    """CPU seconds that a stretch of work took, of the web part and of the database server with all its processes.

    The client's own are not in it: it stands for the browsers.
    """

    web: float = 0.0
    database: float = 0.0

    @property
    def total(self) -> float:
        return self.web + self.database


@contextmanager
def counted(running: Web | None = None) -> Iterator[Cpu]:
    """Measure the block; without `running`, the database only."""
    spent = Cpu()
    web_before, database_before = _cpu(running.pids if running else ()), _cpu(_tree(server().pid))
    yield spent
    spent.web = _cpu(running.pids if running else ()) - web_before
    spent.database = _cpu(_tree(server().pid)) - database_before


def idle_seconds() -> float:
    """How long the cores of this machine have had nothing to do, all together: what others run here counts as busy."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()
    return (int(fields[4]) + int(fields[5])) / _TICKS_PER_SECOND


def resident_bytes(pid: int) -> int:
    """Memory that the process holds, shared pages included: what `ps` shows as RSS."""
    return _memory(pid, "Rss")


def all_resident_bytes(running: Web) -> int:
    """Memory that the web part holds as a whole: what its processes share is counted once (PSS)."""
    return sum(_memory(pid, "Pss") for pid in running.pids)


def _memory(pid: int, kind: str) -> int:
    rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(row.split()[1]) for row in rows if row.startswith(f"{kind}:")) * 1024


def _cpu(pids: Iterable[int]) -> float:
    """CPU seconds of the processes so far, their ended children included."""
    total = 0
    for pid in pids:
        # After the name in brackets, which may hold anything: utime, stime, cutime, cstime are 11 to 14.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += sum(int(ticks) for ticks in fields[11:15])
    return total / _TICKS_PER_SECOND


def _tree(pid: int) -> list[int]:
    """The process and all below it, parents first."""
    found = [pid]
    for parent in found:
        found += _children(parent)
    return found


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
