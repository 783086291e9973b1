"""The settings of gunicorn, with the real one: one process, threads, a stop that endless streams do not hold up."""

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
from pathlib import Path

import pytest

APP = """
import os, threading, time

class App:
    def __init__(self):
        self.extensions = {"stopping": threading.Event()}

    def __call__(self, environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        if environ["PATH_INFO"] == "/stream":
            return self.stream()
        if environ["PATH_INFO"] == "/deaf":
            return self.deaf()
        return [f"{os.getpid()}".encode()]

    def stream(self):
        while not self.extensions["stopping"].wait(0.05):
            yield b"tick "
        yield b"end"

    def deaf(self):
        while True:
            time.sleep(0.05)
            yield b"tick "

def create_app():
    return App()
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
        [sys.executable, "-m", "gunicorn", "--config", "python:webui.gunicorn_conf", "small_app:create_app()"],
        env=os.environ | {"PYTHONPATH": str(tmp_path), "CHANGXIAO_PORT": str(port), "CHANGXIAO_WEB_THREADS": "4"},
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
