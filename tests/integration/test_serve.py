"""`changxiao serve` as people run it: the real web and worker, Ctrl-C, a second start on the same data, a crash."""

from __future__ import annotations

import http.client
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
from pathlib import Path

import pytest

from tests.integration.test_supervisor import eventually, gone, read_until

CHANGXIAO = str(Path(sys.executable).with_name("changxiao"))


@dataclass(frozen=True, slots=True)
class Served:
    """A running `changxiao serve`."""

    process: subprocess.Popen[str]
    data_dir: Path
    port: int

    def descendants(self) -> dict[str, int]:
        """Every process below it, {command line: process id}, the database server's own and the sandbox included."""
        found, waiting = dict[str, int](), [self.process.pid]
        while waiting:
            for tasks in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
                for child in map(int, tasks.read_text().split()):
                    waiting.append(child)
                    words = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
                    found[f"{child} {words}"] = child
        return found

    def first(self, words: str) -> int:
        """The eldest process below whose command line has these words."""
        return min(pid for line, pid in self.descendants().items() if words in line)

    def is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def start(data_dir: Path, port: int) -> subprocess.Popen[str]:
    outer = {name: text for name, text in os.environ.items() if not name.startswith("CHANGXIAO_")}
    return subprocess.Popen(
        [CHANGXIAO, "serve", "--live", "--port", str(port)],
        env=outer | {"CHANGXIAO_DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # so that it can be sent what a terminal sends, to the whole group
    )


@contextmanager
def serving() -> Iterator[Served]:
    data_dir = Path(tempfile.gettempdir()) / f"changxiao-test-{uuid.uuid4().hex}"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    served = Served(start(data_dir, port), data_dir, port)
    try:
        read_until(served.process, "Ready")
        yield served
    finally:
        served.process.terminate()
        served.process.communicate(timeout=20)
        shutil.rmtree(data_dir, ignore_errors=True)


@pytest.fixture(scope="module")
def shared() -> Iterator[Served]:
    """One that the tests may disturb, but not stop."""
    with serving() as served:
        yield served


def test_ctrl_c_stops_web_worker_database_and_sandbox_within_ten_seconds() -> None:
    with serving() as served, socket.create_connection(("127.0.0.1", served.port)) as slow:
        assert served.is_ready()
        slow.sendall(b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")  # and no more
        family = served.descendants()
        for part in ("webui.server", "engine.worker", "postgres"):
            assert any(part in line for line in family), f"{part} is not among {list(family)}"

        began = time.monotonic()
        os.killpg(served.process.pid, signal.SIGINT)
        said, _ = served.process.communicate(timeout=30)
        seconds = time.monotonic() - began

        assert seconds < 10
        assert served.process.returncode == 0
        assert "已停止。 · Stopped." in said
        assert "Traceback" not in said
        # What was killed with its group may need a moment until the kernel has taken it away.
        assert eventually(lambda: all(map(gone, family.values())), seconds=10 - seconds), family
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", served.port), timeout=5)
        assert not (served.data_dir / "server.json").exists()


def test_a_second_serve_on_the_same_data_is_refused_in_both_languages_and_disturbs_nothing(shared: Served) -> None:
    second = start(shared.data_dir, shared.port + 1)
    said, _ = second.communicate(timeout=30)

    assert second.returncode == 1
    assert f"数据文件夹 {shared.data_dir} 正由进程 {shared.process.pid} 使用，拒绝重复启动" in said
    assert f"The data folder {shared.data_dir} is in use by process {shared.process.pid}" in said
    assert "Traceback" not in said
    assert shared.is_ready()


@pytest.mark.parametrize(
    ("name", "words"), [("web", "webui.server"), ("worker", "engine.worker"), ("postgres", "postgres")]
)
def test_a_part_that_crashes_is_started_again_and_the_service_is_ready_again(
    shared: Served, name: str, words: str
) -> None:
    before = shared.first(words)

    os.kill(before, signal.SIGKILL)

    assert f"{name} ended unexpectedly" in read_until(shared.process, f"{name} restarted")
    assert eventually(lambda: gone(before) and shared.is_ready(), seconds=30)
    assert eventually(lambda: words in " ".join(shared.descendants()))
    assert shared.first(words) != before
