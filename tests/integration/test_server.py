"""The real server: one process, threads, a stop that endless streams do not hold up, a port of its own."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

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
def web(tmp_path: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    (tmp_path / "small_app.py").write_text(APP)
    process = subprocess.Popen(
        [sys.executable, tmp_path / "small_app.py"],
        env=os.environ | {"CHANGXIAO_PORT": str(port), "CHANGXIAO_WEB_THREADS": "4"},
        stderr=subprocess.DEVNULL,
    )
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def get(web: subprocess.Popen[bytes], port: int) -> Iterator[Get]:
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


def test_all_requests_are_served_by_one_process(get: Get) -> None:
    pids: set[bytes] = set()
    askers = [threading.Thread(target=lambda: pids.add(get("/").read())) for _ in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(pids) == 1


def test_streams_end_when_the_service_is_asked_to_stop(web: subprocess.Popen[bytes], get: Get) -> None:
    streams = [get("/stream") for _ in range(3)]

    seconds = stop(web)

    assert [stream.read().endswith(b"end") for stream in streams] == [True] * 3
    assert seconds < 3


def test_a_request_that_never_ends_does_not_hold_up_the_stop(web: subprocess.Popen[bytes], get: Get) -> None:
    get("/deaf")
    assert stop(web) < 6


def test_a_stream_whose_reader_has_gone_ends(get: Get, port: int) -> None:
    get("/")
    with socket.create_connection(("127.0.0.1", port)) as reader:
        reader.sendall(b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
        assert reader.recv(100)
    assert eventually(lambda: get("/left").read() == b"1")


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
        "def made():\n    pathlib.Path('starting').write_text(str(os.getpid()))\n    time.sleep(2)\n    return App()\n"
        "serve(Settings.from_env(os.environ), made)\n"
    )
    (tmp_path / "slow_app.py").write_text(APP.rpartition("serve(")[0] + slow)
    parent = subprocess.Popen(
        [sys.executable, tmp_path / "slow_app.py"],
        cwd=tmp_path,
        env=os.environ | {"CHANGXIAO_PORT": str(port), "PYTHONPATH": str(Path(__file__).parents[2])},
        stderr=subprocess.DEVNULL,
    )
    starting = tmp_path / "starting"
    assert eventually(lambda: starting.exists() and starting.read_text() != "")

    parent.kill()
    parent.wait()

    assert eventually(lambda: not Path(f"/proc/{starting.read_text()}").exists(), seconds=8)


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
