"""`serve` as a whole: starts, restarts what crashes, stops in time, leaves nothing behind. Web, worker: stand-ins."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.config import Settings
from engine.store import migrate
from engine.store.roles import Addresses, DatabaseUnfit
from tests.integration.conftest import data_folder
from webui import supervisor

SERVE = """
import sys
from pathlib import Path
from engine.config import Settings
from engine.errors import ChangxiaoError
from webui import supervisor

WEB = '''
import http.server, os, sys
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
        owner = "CHANGXIAO_OWNER_DATABASE_URL" in os.environ
        self.wfile.write(f"{os.getpid()} {os.environ['CHANGXIAO_MODE']} {owner}".encode())
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["CHANGXIAO_PORT"])), Page).serve_forever()
'''
BROKEN = "raise SystemExit('no such thing')"
WORKER = '''
import os, signal, sys, time
if sys.argv[1:] == ["deaf"]:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("worker", os.getpid(), flush=True)
time.sleep(600)
'''
data_dir, port, mode, *how = sys.argv[1:]
commands = supervisor.Commands(
    web=(sys.executable, "-c", BROKEN if "broken" in how else WEB),
    worker=(sys.executable, "-c", WORKER, *how),
)
def prepare(settings, clock):
    print("prepared", settings.mode, settings.data_dir, flush=True)
try:
    supervisor.run(Settings(data_dir=Path(data_dir), port=int(port)), mode, prepare=prepare, commands=commands)
except ChangxiaoError as error:
    sys.exit(str(error))
"""

Serve = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def used_dir() -> Iterator[Path]:
    """A data folder that one test leaves to the next, as one start leaves it to the next."""
    with data_folder() as folder:
        yield folder


@pytest.fixture
def serve(used_dir: Path, port: int) -> Iterator[Serve]:
    started: list[subprocess.Popen[str]] = []
    (used_dir / "log" / "worker.log").unlink(missing_ok=True)

    def start(*how: str, mode: str = "demo", port: int = port, data_dir: Path = used_dir) -> subprocess.Popen[str]:
        argv = [sys.executable, "-c", SERVE, str(data_dir), str(port), mode, *how]
        started.append(subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def read_until(process: subprocess.Popen[str], text: str) -> str:
    """All lines up to the first one with `text`."""
    assert process.stdout is not None
    seen = ""
    for line in process.stdout:
        seen += line
        if text in line:
            return seen
    raise AssertionError(f"{text!r} never came:\n{seen}")


def page(port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def stop(process: subprocess.Popen[str], number: signal.Signals = signal.SIGINT) -> tuple[float, str]:
    """Seconds that stopping took, and what was said meanwhile."""
    began = time.monotonic()
    process.send_signal(number)
    said, _ = process.communicate(timeout=20)
    return time.monotonic() - began, said


def eventually(condition: Callable[[], bool], seconds: float = 15) -> bool:
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        if condition():
            return True
        time.sleep(0.05)
    return False


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def worker_pids(data_dir: Path) -> list[int]:
    return [int(line.split()[1]) for line in (data_dir / "log" / "worker.log").read_text().splitlines()]


def postgres_pid(data_dir: Path) -> int:
    return int((data_dir / "pg" / "postmaster.pid").read_text().splitlines()[0])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_prepares_serves_and_stops_cleanly_within_ten_seconds(
    serve: Serve, used_dir: Path, port: int, number: signal.Signals
) -> None:
    process = serve()
    said = read_until(process, "Ready")
    web = int(page(port).split()[0])
    pids = [web, *worker_pids(used_dir), postgres_pid(used_dir)]

    seconds, last = stop(process, number)

    assert said.index("Schema up to date") < said.index(f"prepared demo {used_dir}") < said.index(f":{port}")
    assert process.returncode == 0
    assert "已停止。 · Stopped." in last
    assert seconds < 10
    assert all(map(gone, pids))


def test_children_know_the_mode_and_not_the_owner(serve: Serve, port: int) -> None:
    read_until(serve(mode="live"), "Ready")
    assert page(port).split()[1:] == ["live", "False"]


def test_a_worker_that_will_not_stop_is_killed_in_time(serve: Serve, used_dir: Path) -> None:
    process = serve("deaf")
    read_until(process, "Ready")
    assert eventually(lambda: bool(worker_pids(used_dir)))

    seconds, _ = stop(process)

    assert seconds < 10
    assert all(map(gone, worker_pids(used_dir)))


def test_what_is_killed_comes_back(serve: Serve, used_dir: Path, port: int) -> None:
    process = serve()
    read_until(process, "Ready")
    assert eventually(lambda: bool(worker_pids(used_dir)))
    parts: dict[str, Callable[[], int]] = {
        "web": lambda: int(page(port).split()[0]),
        "worker": lambda: worker_pids(used_dir)[-1],
        "postgres": lambda: postgres_pid(used_dir),
    }

    for name, find in parts.items():
        before = find()
        os.kill(before, signal.SIGKILL)

        assert "意外退出" in read_until(process, f"{name} restarted")
        assert eventually(lambda find=find, before=before: is_another(find, before)), name


def is_another(find: Callable[[], int], before: int) -> bool:
    try:
        return find() != before
    except OSError:
        return False


def test_nothing_outlives_a_supervisor_that_is_killed(serve: Serve, used_dir: Path, port: int) -> None:
    process = serve()
    read_until(process, "Ready")
    assert eventually(lambda: bool(worker_pids(used_dir)))
    pids = [int(page(port).split()[0]), *worker_pids(used_dir), postgres_pid(used_dir)]

    process.kill()

    assert eventually(lambda: all(map(gone, pids)))
    read_until(serve(), "Ready")  # and the next start is none the worse


def test_a_second_start_on_the_same_data_is_refused_in_words(serve: Serve, port: int) -> None:
    first = serve()
    read_until(first, "Ready")

    second = serve(port=port + 1)
    said, _ = second.communicate(timeout=20)

    assert second.returncode == 1
    assert f"正由进程 {first.pid} 使用" in said
    assert f"in use by process {first.pid}" in said
    assert page(port)


def test_a_port_in_use_is_named_with_the_way_out(serve: Serve, port: int, used_dir: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        process = serve()
        said, _ = process.communicate(timeout=20)

    assert process.returncode == 1
    assert f"127.0.0.1:{port}" in said
    assert "PORT=8001" in said
    assert not (used_dir / "pg" / "postmaster.pid").exists()


def test_a_web_part_that_cannot_start_ends_with_its_last_words(serve: Serve) -> None:
    process = serve("broken")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "no such thing" in said
    assert "网页服务未能启动" in said


def test_a_rehearsal_leaves_no_data_behind(serve: Serve, data_dir: Path) -> None:
    process = serve(mode="rehearsal", data_dir=data_dir)
    said = read_until(process, "Ready")
    folder = Path(next(line for line in said.splitlines() if line.startswith("prepared")).split()[-1])
    assert folder.is_dir()

    stop(process)

    assert not folder.exists()
    assert not data_dir.exists()


def test_ctrl_c_while_it_starts_leaves_nothing_running(serve: Serve, data_dir: Path) -> None:
    process = serve(data_dir=data_dir)
    assert eventually(lambda: (data_dir / "lock").exists())

    stop(process)

    with_a_server = [p for p in Path("/proc").glob("[0-9]*") if runs_in(p, data_dir / "pg")]
    assert with_a_server == []


def runs_in(process: Path, folder: Path) -> bool:
    try:
        return (process / "cwd").resolve() == folder
    except OSError:
        return False


def test_an_external_database_that_may_lose_work_is_refused(db: Addresses, data_dir: Path) -> None:
    with pytest.raises(DatabaseUnfit, match="fsync"):
        supervisor.run(Settings(data_dir=data_dir, database_url=db.app_url), "live")


def test_a_rehearsal_never_runs_on_an_external_database(db: Addresses, data_dir: Path) -> None:
    with pytest.raises(supervisor.StartFailed, match="CHANGXIAO_DATABASE_URL"):
        supervisor.run(Settings(data_dir=data_dir, database_url=db.app_url), "rehearsal")


def test_the_service_role_can_tell_whether_the_schema_is_current(db: Addresses) -> None:
    assert migrate.pending(db.app_url) == ()
