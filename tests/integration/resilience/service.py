"""The service as it really runs: a durable database, web and worker as processes of their own, and clients."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.config import PREFIX, Settings
from engine.core import Engine
from engine.store import embedded, migrate
from engine.store.database import Database
from engine.store.roles import Addresses
from tests.integration.resilience.office import PASSWORD, furnish
from webui.keeper import Program

CHANGXIAO = str(Path(sys.executable).with_name("changxiao"))
PATIENCE_SECONDS = 90.0
WEB_PROCESSES = 2


@dataclass(slots=True)
class Station:
    """A running service. Its database stands throughout; web and worker may be killed."""

    engine: Engine
    database: embedded.Server
    port: int
    web: Program
    workers: tuple[Program, ...]
    sessions: set[int] = field(default_factory=set)  #: process sessions of all that was ever launched

    @property
    def addresses(self) -> Addresses:
        return self.database.addresses

    def is_ready(self) -> bool:
        """Does the web part say that it can do its work?"""
        try:
            with Client(self.port) as client:
                return client.once("GET", "/readyz", None, {})[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def tend(self) -> None:
        """Start again what has ended."""
        for program in (self.web, *self.workers):
            if not program.is_running():
                program.launch()
                self.sessions.add(program.pid)

    def serving_processes(self) -> list[int]:
        """Those that answer requests, below their parent; there may be none just now."""
        with suppress(OSError):
            return [int(pid) for pid in Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children").read_text().split()]
        return []

    def stop(self) -> None:
        for program in (self.web, *self.workers):
            program.ask_to_stop()
        for program in (self.web, *self.workers):
            program.make_stop(time.monotonic() + 5)

    def left_over(self) -> list[str]:
        """Processes that belong to something launched here and still run."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                # After the name in brackets: state, parent, group, session.
                state, _, _, session = stat.read_text().rpartition(")")[2].split()[:4]
                if int(session) in self.sessions and state != "Z":
                    found.append(f"{stat.parent.name} of session {session}")
        return found


@contextmanager
def station(data_dir: Path, *, workers: int = 1, way: Callable[[str], str] | None = None) -> Iterator[Station]:
    """The service on a durable database of its own, with the office in it; everything goes when the block ends.

    way: from the address of the database to the one at which web and worker look for it; None: they find it themselves.
    """
    server = embedded.start(Settings(data_dir=data_dir))
    try:
        migrate.migrate(server.owner_url)
        database = Database.open(server.app_url, pool_size=4)
        url = way(server.app_url) if way else ""
        settings = Settings(data_dir=data_dir, port=_free_port(), web_processes=WEB_PROCESSES, database_url=url)
        made = Station(
            engine=Engine(settings, database),
            database=server,
            port=settings.port,
            web=program_of(settings, "web", log="web"),
            workers=tuple(program_of(settings, "worker", log=f"worker-{number}") for number in range(workers)),
        )
        furnish(made.engine)
        try:
            made.tend()
            wait_until(made.is_ready, "the web part is ready")
            yield made
        finally:
            made.stop()
            database.close()
    finally:
        server.stop()


def program_of(settings: Settings, command: str, *, log: str) -> Program:
    """`changxiao COMMAND` with these settings, not launched yet."""
    outer = {name: text for name, text in os.environ.items() if not name.startswith(PREFIX)}
    path = settings.data_dir / "log" / f"{log}.log"
    return Program((CHANGXIAO, command), env=outer | settings.to_env(), log=path)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], bool], what: str, *, seconds: float = PATIENCE_SECONDS) -> None:
    give_up_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up_at, f"waited {seconds:.0f} s in vain until {what}"
        time.sleep(0.05)


def kill(pid: int) -> None:
    assert pid > 0  # 0 would be this process and all its kin
    os.kill(pid, signal.SIGKILL)


class Client:
    """One person on one connection, who asks again under the same key while the service is away."""

    def __init__(self, port: int, person: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._signed: dict[str, str] = {}
        self.retries = 0
        self.slowest_refusal = 0.0  #: seconds until a 503
        if person:
            credentials = {"username": person, "password": PASSWORD}
            token = self.ask("POST", "/api/v1/sessions", credentials, expect=201)["token"]
            self._signed = {"Authorization": f"Bearer {token}"}

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def ask(self, method: str, path: str, body: object = None, *, key: str = "", expect: int = 200) -> Any:
        """The JSON of the answer. Without one, or put off (503), the request is repeated, which its key makes safe."""
        headers = {"Idempotency-Key": key} if key else {}
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while True:
            began = time.monotonic()
            try:
                status, content, _ = self.once(method, path, body, headers)
            except (OSError, http.client.HTTPException):
                if time.monotonic() > give_up_at:
                    raise
                status = 0
            if status == 503 and time.monotonic() < give_up_at:
                self.slowest_refusal = max(self.slowest_refusal, time.monotonic() - began)
            elif status:
                assert status == expect, f"{method} {path}: {status} {content.decode()[:1000]}"
                return json.loads(content)
            self.retries += 1
            time.sleep(0.05)

    def once(
        self, method: str, path: str, body: object, headers: dict[str, str]
    ) -> tuple[int, bytes, http.client.HTTPMessage]:
        """Status, content and headers of one try. Raises what the network raises."""
        data = json.dumps(body).encode() if body is not None else None
        try:
            self._connection.request(
                method, path, body=data, headers={"Content-Type": "application/json", **self._signed, **headers}
            )
            response = self._connection.getresponse()
            return response.status, response.read(), response.headers
        except BaseException:
            self._connection.close()
            raise
