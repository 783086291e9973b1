"""The sandbox workers of this process: started when first needed, never before a fork."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.util import find_spec
from typing import ClassVar

from pydantic_monty import Monty, MontyCrashedError, MontyError, MontySession, OSPolicy, ResourceLimits

from engine.workflow.scripting.errors import SandboxUnavailable
from engine.workflow.scripting.launcher import Launcher, SandboxLevel, make_launcher

MAX_WORKERS = 4
CHECKOUT_SECONDS = 10.0
CHECKOUTS_PER_WORKER = 5_000  #: a fresh worker now and then bounds whatever an interpreter may leak
GRACE_SECONDS = 0.5  #: added to a script's own limit before the worker is killed from outside
_TRACING = "opentelemetry"
if find_spec(_TRACING) is None:
    # Monty asks for it with every script. Where it is not, Python searches every folder of its path each time, which
    # takes a fifth as long as the script; told that there is none, it answers at once.
    sys.modules.setdefault(_TRACING, None)  # type: ignore[arg-type]


class SandboxPool:
    """Sessions with sandbox workers, for any number of threads.

    Asking for the level starts nothing that a fork would break, so a server may ask before it forks; running a script
    does, so it may not. A child of a process that has run scripts is refused: Monty's threads did not come along, and
    it would wait for them for ever.
    """

    #: Process in which Monty's threads live; they are one set for all pools.
    _threads_in: ClassVar[int] = 0

    def __init__(self, max_workers: int = 0) -> None:
        self._max_workers = max_workers or min(MAX_WORKERS, os.cpu_count() or 1)
        self._lock = threading.Lock()
        self._launcher: Launcher | None = None
        self._monty: Monty | None = None
        self._inherited: list[object] = []
        os.register_at_fork(after_in_child=self._after_fork)
        atexit.register(self.close)

    def level(self) -> SandboxLevel:
        """The locks on the workers. Raises SandboxUnavailable when they cannot be had: then nothing may start."""
        with self._lock:
            return self._get_launcher().level

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
        session = self._enter(limits, policy)
        try:
            yield session
        finally:
            session.__exit__(None, None, None)

    def _enter(self, limits: ResourceLimits, policy: OSPolicy) -> MontySession:
        monty = self._get_monty()
        died: Exception | None = None
        for _ in range(self._max_workers + 1):  # idle workers that were killed are found out one by one, and replaced
            session = monty.checkout(script_name="script", limits=limits, os_policy=policy)
            try:
                return session.__enter__()
            except MontyCrashedError as error:
                died = error
            except (MontyError, OSError, RuntimeError) as error:
                raise SandboxUnavailable(f"No sandbox worker can be had: {error}") from error
        raise SandboxUnavailable(f"Sandbox workers die as they start: {died}") from died

    def close(self) -> None:
        """Stop the workers of this process. The next checkout starts new ones."""
        with self._lock:
            launcher, monty = self._launcher, self._monty
            self._launcher = self._monty = None
        if monty is not None:
            monty.__exit__(None, None, None)
        if launcher is not None:
            launcher.remove()

    def _get_monty(self) -> Monty:
        monty = self._monty
        if monty is not None:
            return monty
        with self._lock:
            if self._monty is None:
                self._monty = self._start(self._get_launcher())
            return self._monty

    def _get_launcher(self) -> Launcher:
        if self._launcher is None:
            self._launcher = make_launcher()
        return self._launcher

    def _start(self, launcher: Launcher) -> Monty:
        if SandboxPool._threads_in not in (0, os.getpid()):
            raise SandboxUnavailable(
                "This process was forked from one that had already run scripts. Fork first, then run scripts."
            )
        SandboxPool._threads_in = os.getpid()
        monty = Monty(
            binary_path=launcher.path,
            min_processes=0,
            max_processes=self._max_workers,
            checkout_timeout=CHECKOUT_SECONDS,
            max_checkouts_per_worker=CHECKOUTS_PER_WORKER,
            feed_duration_limit_grace=GRACE_SECONDS,
        )
        monty.__enter__()
        return monty

    def _after_fork(self) -> None:
        # Keep the parent's objects alive in the child: their destructors would close pipes that the parent talks over.
        self._inherited += [self._launcher, self._monty]
        self._lock = threading.Lock()
        self._launcher = self._monty = None
