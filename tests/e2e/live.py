"""The real service for the browser: web, worker and database as `changxiao serve --rehearsal` starts them."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from engine.commands import demonstration
from engine.commands.builtin import builtin_files
from engine.commands.deployments import deploy_builtin
from engine.config import PREFIX, Settings
from engine.core import Engine
from engine.model.clock import local_time
from engine.store import embedded, migrate
from engine.store.database import Database
from tests.integration.prepared import MECHANISM, is_wanted
from tests.integration.resilience.service import program_of, wait_until
from tests.integration.scenarios.desk import day

#: A moment after the year, its half and its quarter have begun: their cases of seventy units would be in the way.
BEGINS = "2026-01-04T09:00:01+08:00"
_CLI = "from webui.cli import main; main()"
_STOP_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Service:
    """A rehearsal that runs. Its clock stands still but for `go_to`."""

    port: int

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def is_ready(self) -> bool:
        """Does the web part say that it can do its work?"""
        try:
            return bool(self.ask("GET", "/readyz"))
        except (OSError, AssertionError, http.client.HTTPException):
            return False

    def go_to(self, text: str, at: str = "10:00") -> None:
        """ "03-02": move the clock there; everything due on the way happens before this returns."""
        self.ask("POST", "/api/v1/clock/advance", {"to": day(text, at).isoformat()})

    def today(self) -> str:
        """The business day, as "2026-03-02"."""
        now = datetime.fromisoformat(str(self.ask("GET", "/api/v1/clock")["now"]))
        return local_time(now).date().isoformat()

    def ask(
        self, method: str, path: str, body: object = None, *, token: str = "", expect: int = 200
    ) -> dict[str, object]:
        """A call to the REST interface by somebody who is not in front of a browser."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Content-Type": "application/json", "Idempotency-Key": os.urandom(16).hex()}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        assert answer.status == expect, f"{method} {path}: {answer.status} {text}"
        found: dict[str, object] = json.loads(text or "{}")
        return found


@contextmanager
def prepared_folder() -> Iterator[Path]:
    """A data folder in which a rehearsal stands since BEGINS, with the shared processes: copied for each module.

    Made once for a run, because a database and a prefecture cost ten seconds. The mechanisms are left out: periods that
    begin would start their cases for seventy units, in the way of everybody's inbox.
    """
    folder = Path(tempfile.gettempdir()) / f"changxiao-e2e-{uuid.uuid4().hex}"
    settings = Settings(data_dir=folder, mode="rehearsal")
    try:
        server = embedded.start(settings)
        try:
            migrate.migrate(server.owner_url)
            database = Database.open(server.app_url, pool_size=2)
            engine = Engine(settings, database)
            demonstration.prepare(engine, "rehearsal", datetime.fromisoformat(BEGINS))
            shared = {name: text for name, text in builtin_files().items() if not MECHANISM.match(name)}
            deploy_builtin(engine, shared)
            database.close()
        finally:
            server.stop()
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def working(prepared: Path, *, mechanisms: str = "") -> Iterator[Service]:
    """Web, worker and database on a copy of a prepared folder, each a process of its own, as `serve` runs them.

    mechanisms: "P02 P05", published as well before anybody comes.
    """
    folder = Path(tempfile.gettempdir()) / f"changxiao-e2e-{uuid.uuid4().hex}"
    subprocess.run(["cp", "-a", str(prepared), str(folder)], check=True)  # keeps the owner of the database
    settings = Settings(data_dir=folder, mode="rehearsal", port=_free_port())
    server = embedded.start(settings)
    programs = [program_of(settings, name, log=name) for name in ("web", "worker")]
    if mechanisms:
        _publish(settings, server.app_url, mechanisms.split())
    try:
        for program in programs:
            program.launch()
        wait_until(Service(settings.port).is_ready, "the service is ready")
        yield Service(settings.port)
    finally:
        for program in programs:
            program.ask_to_stop()
        for program in programs:
            program.make_stop(time.monotonic() + _STOP_SECONDS)
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _publish(settings: Settings, address: str, mechanisms: list[str]) -> None:
    database = Database.open(address, pool_size=2)
    deploy_builtin(Engine(settings, database), {n: d for n, d in builtin_files().items() if is_wanted(n, mechanisms)})
    database.close()


@contextmanager
def serving() -> Iterator[Service]:
    """Start it on a free port with a data folder of its own, and take everything away afterwards."""
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="changxiao-e2e-") as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        environment |= {f"{PREFIX}DATA_DIR": str(Path(folder) / "data"), "PYTHONUNBUFFERED": "1"}
        argv = [sys.executable, "-c", _CLI, "serve", "--rehearsal", "--clock", BEGINS, "--port", str(port)]
        process = subprocess.Popen(
            argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, env=environment
        )
        try:
            _wait_until_ready(process)
            yield Service(port)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.communicate(timeout=_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "Ready" in line:
            return
    raise AssertionError(f"The service did not start:\n{said}")
