"""The sandbox workers of this process: started when first needed, one set for each process after a fork."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from pydantic_monty import Monty, MontyError, MontySession, OSPolicy, ResourceLimits

from engine.workflow.scripting.errors import SandboxUnavailable
from engine.workflow.scripting.launcher import Launcher, SandboxLevel, make_launcher

MAX_WORKERS = 4
CHECKOUT_SECONDS = 10.0
CHECKOUTS_PER_WORKER = 5_000  #: a fresh worker now and then bounds whatever an interpreter may leak
GRACE_SECONDS = 1.0  #: added to a script's own limit before the worker is killed from outside


@dataclass(frozen=True, slots=True)
class _Running:
    pid: int
    launcher: Launcher
    monty: Monty

    def stop(self) -> None:
        # Never after a fork: the parent's workers speak with the parent over pipes that the child only inherited.
        if self.pid == os.getpid():
            self.monty.__exit__(None, None, None)
            self.launcher.remove()


class SandboxPool:
    """Sessions with sandbox workers. Safe on any number of threads; a forked child gets workers of its own."""

    def __init__(self, max_workers: int = 0) -> None:
        self._max_workers = max_workers or min(MAX_WORKERS, os.cpu_count() or 1)
        self._lock = threading.Lock()
        self._running: _Running | None = None
        self._inherited: list[_Running] = []
        os.register_at_fork(after_in_child=self._forked)
        atexit.register(self.close)

    def level(self) -> SandboxLevel:
        """The locks on the workers. Raises SandboxUnavailable when they cannot be had: then nothing may start."""
        return self._get().launcher.level

    @contextmanager
    def checkout(self, limits: ResourceLimits, at: datetime, seed: int) -> Iterator[MontySession]:
        """A fresh session with frozen clock and chance, alone in its worker. Raises SandboxUnavailable."""
        offset = at.utcoffset()
        policy: OSPolicy = {
            "datetime": at,
            "timezone": {"offset_seconds": int(offset.total_seconds()) if offset else 0, "name": at.tzname() or "UTC"},
            "sleep": "zero",
            "random_start": {"seed": seed},
        }
        session = self._get().monty.checkout(script_name="script", limits=limits, os_policy=policy)
        try:
            session.__enter__()
        except (MontyError, OSError, RuntimeError) as error:
            raise SandboxUnavailable(f"No sandbox worker can be had: {error}") from error
        try:
            yield session
        finally:
            session.__exit__(None, None, None)

    def close(self) -> None:
        """Stop the workers of this process. The next checkout starts new ones."""
        with self._lock:
            running, self._running = self._running, None
        if running is not None:
            running.stop()

    def _get(self) -> _Running:
        running = self._running
        if running is not None:
            return running
        with self._lock:
            if self._running is None:
                self._running = self._start()
            return self._running

    def _start(self) -> _Running:
        launcher = make_launcher()
        monty = Monty(
            binary_path=launcher.path,
            min_processes=0,
            max_processes=self._max_workers,
            checkout_timeout=CHECKOUT_SECONDS,
            max_checkouts_per_worker=CHECKOUTS_PER_WORKER,
            feed_duration_limit_grace=GRACE_SECONDS,
        )
        monty.__enter__()
        return _Running(os.getpid(), launcher, monty)

    def _forked(self) -> None:
        # Keep the parent's pool alive: its destructor would close pipes and break the parent's conversation.
        if self._running is not None:
            self._inherited.append(self._running)
        self._running = None
        self._lock = threading.Lock()
