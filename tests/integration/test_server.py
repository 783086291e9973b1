"""The real server: processes and their threads, a stop that endless streams do not hold up, a port of its own."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

APP = """
import os, threading, time
from engine.config import Settings
from webui.server import serve

class App:
    def __init__(self):
        self.extensions = {"stopping": threading.Event()}
        self.left = 0

    def __call__(self, environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        if environ["PATH_INFO"] == "/stream":
            return self.stream()
        if environ["PATH_INFO"] == "/deaf":
            return self.deaf()
        if environ["PATH_INFO"] == "/secrets":
            return [" ".join(name for name in environ if name.startswith("CHANGXIAO")).encode()]
        if environ["PATH_INFO"] == "/left":
            return [b"%d" % self.left]
        return [f"{os.getpid()}".encode()]

    def stream(self):
        try:
            while not self.extensions["stopping"].wait(0.05):
                yield b"tick "
            yield b"end"
        finally:
            self.left += 1

    def deaf(self):
        while True:
            time.sleep(0.05)
            yield b"tick "

serve(Settings.from_env(os.environ), App)
"""

Get = Callable[[str], http.client.HTTPResponse]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def web(request: pytest.FixtureRequest, tmp_path: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server of the small application, with as many processes as the parameter says, else one."""
    (tmp_path / "small_app.py").write_text(APP)
    with running([str(tmp_path / "small_app.py")], port, processes=getattr(request, "param", 1)) as process:
        yield process


@contextmanager
def running(argv: list[str], port: int, *, processes: int, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    numbers = {"CHANGXIAO_WEB_PROCESSES": str(processes), "CHANGXIAO_WEB_THREADS": "4"}
    environment = os.environ | {"CHANGXIAO_PORT": str(port)} | numbers | more
    process = subprocess.Popen([sys.executable, *argv], env=environment, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def get(port: int) -> Iterator[Get]:
    """Asks for a path, as soon as the web part listens; connections stay open until the test is over."""
    opened: list[http.client.HTTPConnection | http.client.HTTPResponse] = []

    def ask(path: str) -> http.client.HTTPResponse:
        give_up_at = time.monotonic() + 20
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
            opened.append(connection)
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
            except ConnectionRefusedError:
                if time.monotonic() > give_up_at:
                    raise
                time.sleep(0.05)
            else:
                opened.append(answer)
                return answer

    yield ask
    for each in opened:
        each.close()


def stop(process: subprocess.Popen[bytes]) -> float:
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.wait(15)
    return time.monotonic() - began


def pids_of(get: Get, *, of: int) -> set[int]:
    """The processes that answer; each new connection meets any of them."""
    found: set[int] = set()
    assert eventually(lambda: found.add(int(get("/").read())) or len(found) >= of)
    return found | {int(get("/").read()) for _ in range(20)}


@pytest.mark.parametrize("web", [1, 3], indirect=True)
@pytest.mark.usefixtures("web")
def test_requests_are_answered_by_as_many_processes_as_the_settings_say(
    request: pytest.FixtureRequest, get: Get
) -> None:
    wanted = request.node.callspec.params["web"]
    assert len(pids_of(get, of=wanted)) == wanted


@pytest.mark.parametrize("web", [2], indirect=True)
def test_of_several_processes_one_that_dies_is_replaced_and_all_end_with_their_parent(
    web: subprocess.Popen[bytes], get: Get
) -> None:
    before = pids_of(get, of=2)
    victim = min(before)
    os.kill(victim, signal.SIGKILL)
    assert eventually(lambda: len({int(get("/").read()) for _ in range(20)} - {victim}) == 2)

    after = pids_of(get, of=2)
    assert len(after) == 2
    assert len(after & before) == 1
    web.kill()
    assert eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in before | after))


def test_whichever_process_is_asked_tells_what_all_have_counted(port: int, get: Get, tmp_path: Path) -> None:
    def counted() -> dict[str, float]:
        families = text_string_to_metric_families(get("/metrics").read().decode())
        samples = [sample for family in families for sample in family.samples]
        asked = sum(s.value for s in samples if s.name.endswith("requests_total") and s.labels["route"] == "/healthz")
        timed = sum(s.value for s in samples if s.name.endswith("seconds_count") and s.labels["route"] == "/healthz")
        cpu = {f"cpu {s.labels['process']}": s.value for s in samples if s.name == "process_cpu_seconds_total"}
        return {"asked": asked, "timed": timed} | cpu

    nowhere = {"CHANGXIAO_DATABASE_URL": "postgresql://127.0.0.1:1/none", "CHANGXIAO_DATA_DIR": str(tmp_path)}
    with running(["-m", "webui.server"], port, processes=2, **nowhere) as web:
        assert eventually(lambda: {"cpu 1", "cpu 2"} <= counted().keys())
        for _ in range(30):
            get("/healthz").read()
        found = [counted() for _ in range(10)]
        assert {(one["asked"], one["timed"]) for one in found} == {(30, 30)}
        assert all(one.keys() == {"asked", "timed", "cpu 1", "cpu 2"} for one in found)

        for pid in Path(f"/proc/{web.pid}/task/{web.pid}/children").read_text().split():
            os.kill(int(pid), signal.SIGKILL)
        assert eventually(lambda: counted()["asked"] == 30), "what the dead have counted goes on"
        for _ in range(30):
            get("/healthz").read()
        assert counted()["asked"] == 60
    files = {path.name for path in tmp_path.glob("metrics/*/*.db")}
    assert files == {f"{kind}_{number}.db" for kind in ("counter", "histogram") for number in (1, 2)}


def test_streams_end_when_the_service_is_asked_to_stop(web: subprocess.Popen[bytes], get: Get) -> None:
    streams = [get("/stream") for _ in range(3)]

    seconds = stop(web)

    assert [stream.read().endswith(b"end") for stream in streams] == [True] * 3
    assert seconds < 3


def test_a_request_that_never_ends_does_not_hold_up_the_stop(web: subprocess.Popen[bytes], get: Get) -> None:
    get("/deaf")
    assert stop(web) < 6


@pytest.mark.usefixtures("web")
def test_a_stream_whose_reader_has_gone_ends(get: Get, port: int) -> None:
    get("/")
    with socket.create_connection(("127.0.0.1", port)) as reader:
        reader.sendall(b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
        assert reader.recv(100)
    assert eventually(lambda: get("/left").read() == b"1")


@pytest.mark.usefixtures("web")
def test_the_settings_are_in_the_environ_of_no_request(get: Get) -> None:
    assert get("/secrets").read() == b""


def test_the_process_that_answers_is_started_again_when_it_dies_and_ends_with_its_parent(
    web: subprocess.Popen[bytes], get: Get
) -> None:
    first = int(get("/").read())
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: int(get("/").read()) != first)

    second = int(get("/").read())
    web.kill()
    assert eventually(lambda: not Path(f"/proc/{second}").exists())


def test_a_process_that_is_still_starting_ends_with_its_parent(tmp_path: Path, port: int) -> None:
    """A signal that it may lose while it starts would leave it behind, sharing the port with the next one."""
    slow = (
        "import pathlib\n"
        "def begin(app):\n    pathlib.Path('starting').write_text(str(os.getpid()))\n    time.sleep(2)\n"
        "serve(Settings.from_env(os.environ), App, begin)\n"
    )
    (tmp_path / "slow_app.py").write_text(APP.rpartition("serve(")[0] + slow)
    parent = subprocess.Popen(
        [sys.executable, tmp_path / "slow_app.py"],
        cwd=tmp_path,
        env=os.environ
        | {"CHANGXIAO_PORT": str(port), "CHANGXIAO_WEB_PROCESSES": "1", "PYTHONPATH": str(Path(__file__).parents[2])},
        stderr=subprocess.DEVNULL,
    )
    starting = tmp_path / "starting"
    assert eventually(lambda: starting.exists() and starting.read_text() != "")

    parent.kill()
    parent.wait()

    assert eventually(lambda: not Path(f"/proc/{starting.read_text()}").exists(), seconds=8)


@pytest.mark.usefixtures("web")
def test_a_second_server_on_the_port_is_refused_in_both_languages(get: Get, port: int, tmp_path: Path) -> None:
    get("/")
    second = subprocess.run(
        [sys.executable, "-m", "webui.server"],
        env=os.environ | {"CHANGXIAO_PORT": str(port), "CHANGXIAO_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert second.returncode == 1
    assert f"不能监听 127.0.0.1:{port}" in second.stderr
    assert f"Cannot listen on 127.0.0.1:{port}" in second.stderr
    assert "Traceback" not in second.stderr


def eventually(holds: Callable[[], bool], *, seconds: float = 20) -> bool:
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        with suppress(OSError, http.client.HTTPException):
            if holds():
                return True
        time.sleep(0.05)
    return False
