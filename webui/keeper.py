"""A program that is kept running: when it ends on its own, it is started again, later each time."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from engine.errors import ChangxiaoError
from engine.store.embedded_child import open_log, start_child

#: Seconds to wait before the first, second, … restart in a row.
DELAYS = (0.2, 1.0, 2.0, 5.0, 10.0, 30.0)
#: After this long without an end, a program counts as healthy again.
STEADY_SECONDS = 60.0


class Kept(Protocol):
    """What a Keeper can look after: a program of ours, or the database server."""

    def is_running(self) -> bool: ...
    def launch(self) -> None: ...


class Happening(Enum):
    """What `Keeper.tend` has seen or done."""

    NOTHING = "nothing"
    ENDED = "ended"
    RESTARTED = "restarted"
    FAILED = "failed to restart"


@dataclass(slots=True)
class Keeper:
    """Two states: running (retry_at is None) and waiting (until retry_at). Time is an argument."""

    name: str
    kept: Kept
    failures: int = 0
    launched_at: float = 0.0
    retry_at: float | None = None

    def tend(self, now: float) -> Happening:
        """Look once and do what is due. `now`: seconds of a clock that never goes back."""
        if self.retry_at is None:
            if self.kept.is_running():
                if now - self.launched_at > STEADY_SECONDS:
                    self.failures = 0
                return Happening.NOTHING
            self._wait(now)
            return Happening.ENDED
        if now < self.retry_at:
            return Happening.NOTHING
        return self._relaunch(now)

    def _wait(self, now: float) -> None:
        self.retry_at = now + DELAYS[min(self.failures, len(DELAYS) - 1)]
        self.failures += 1

    def _relaunch(self, now: float) -> Happening:
        try:
            self.kept.launch()
        except (ChangxiaoError, OSError):
            self._wait(now)
            return Happening.FAILED
        self.retry_at, self.launched_at = None, now
        return Happening.RESTARTED


class Program:
    """A child process of the supervisor with a log of its own. It ends when the supervisor ends, however that ends."""

    def __init__(self, argv: Sequence[str], *, env: Mapping[str, str], log: Path) -> None:
        self.argv, self.env, self.log = tuple(argv), dict(env), log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def launch(self) -> None:
        with open_log(self.log) as log:
            self._process = start_child(self.argv, on_parent_death=signal.SIGTERM, output=log, env=self.env)

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def ask_to_stop(self) -> None:
        if self._process is not None and self.is_running():
            self._process.terminate()

    def make_stop(self, give_up_at: float) -> None:
        """Wait until `give_up_at` (of time.monotonic) for the end, then kill it with all that it started."""
        if self._process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, give_up_at - time.monotonic()))
        with suppress(ProcessLookupError):  # it leads a group of its own; usually nobody is left in it
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def last_words(self, lines: int = 15) -> str:
        """The end of the log, for the person who wonders why it ended."""
        try:
            return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
        except FileNotFoundError:
            return ""
