"""Questions answered in forks of a process that is kept: what ends a fork ends neither the server nor the asker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.workflow.fork_server import Broken, ForkServer, Killed

MEMORY = 1024**3


def told(question: bytes) -> bytes:
    """What these tests ask: a name of the functions below."""
    return str(globals()[f"_{question.decode()}"]()).encode()


def _who() -> str:
    return f"{os.getpid()} {os.getppid()}"


def _environment() -> str:
    return json.dumps(sorted(os.environ))


def _spin() -> None:
    while True:
        pass


def _sleep() -> None:
    time.sleep(60)


def _hoard() -> None:
    hoard = []
    while True:
        hoard.append(bytearray(64 * 1024**2))


def _fail() -> None:
    raise TypeError("secret of a case")


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _write() -> None:
    Path("/tmp/fork_server_wrote").write_text("x")  # noqa: S108 - it is refused


@pytest.fixture
def server() -> Iterator[ForkServer]:
    made = ForkServer(__name__, "told")
    yield made
    made.close()


def ask(server: ForkServer, question: str, seconds: float = 20) -> str:
    return server.ask(question.encode(), seconds=seconds, memory=MEMORY).decode()


def test_each_question_has_a_fork_of_one_server(server: ForkServer):
    first, second = (ask(server, "who").split() for _ in range(2))

    assert first[0] != second[0]
    assert first[1] == second[1]


def test_questions_of_several_threads_are_answered_together(server: ForkServer):
    with ThreadPoolExecutor(4) as pool:
        forks = list(pool.map(lambda _: ask(server, "who"), range(12)))

    assert len(set(forks)) == 12


def test_the_server_gets_no_secrets(server: ForkServer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHANGXIAO_SECRET_KEY", "secret")

    assert set(json.loads(ask(server, "environment"))) <= {"PYTHONPATH", "PYTHONIOENCODING", "LC_CTYPE"}


@pytest.mark.parametrize("question", ["spin", "sleep", "hoard", "die"])
def test_what_runs_over_its_limits_is_killed_and_the_next_is_answered(server: ForkServer, question: str):
    ask(server, "who")

    with pytest.raises(Killed):
        ask(server, question, seconds=1)

    assert ask(server, "who")


def test_an_error_is_told_by_its_class_alone(server: ForkServer):
    with pytest.raises(Broken) as caught:
        ask(server, "fail")

    assert caught.value.args == ("TypeError",)


def test_a_fork_writes_no_file(server: ForkServer):
    with pytest.raises((Broken, Killed)):
        ask(server, "write")


def test_a_server_that_died_or_idled_away_is_begun_again():
    server = ForkServer(__name__, "told", idle=0.05)
    before = ask(server, "who").split()[1]
    time.sleep(0.2)

    assert ask(server, "who").split()[1] != before

    os.kill(int(ask(server, "who").split()[1]), signal.SIGKILL)
    assert ask(server, "who")
    server.close()


def test_the_server_ends_with_its_asker():
    script = (
        "from tests.unit.workflow.test_fork_server import ForkServer, ask\n"
        "print(ask(ForkServer('tests.unit.workflow.test_fork_server', 'told'), 'who'), flush=True)\n"
        "import os; os._exit(1)\n"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False).stdout
    server = Path(f"/proc/{said.split()[1]}")

    deadline = time.monotonic() + 10
    while server.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not server.exists()
