"""The web server: Granian, with processes that answer requests in threads and a parent that starts them again.

    make the application -> fork a process for each core -> tend them -> SIGTERM -> stop them (3 s, then killed)

`python -m webui.server`; the settings come from the environment. Why Granian: it reads and writes HTTP in a thread of
its own outside Python, so that a request costs Python nothing but its answer. Why processes: the threads of one take
turns, so that it never keeps more than one core busy. The kernel spreads new connections over those that listen.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import platform
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from engine.config import PREFIX, Settings
from engine.store.embedded_child import bind_to_parent
from webui.port import PortTaken, check_port_is_free

if TYPE_CHECKING:
    from flask import Flask

#: How long an answer that has begun may go on once the service is asked to stop.
GRACE_SECONDS = 3
#: glibc's number for the size from which an allocation is given back to the system as soon as it is freed.
_M_MMAP_THRESHOLD, _MMAP_FROM_BYTES = -3, 1024**2
_M_ARENA_MAX, _ARENAS = -8, 2


def main() -> None:
    settings = Settings.from_env(os.environ)
    try:
        check_port_is_free(settings)
    except PortTaken as error:
        sys.exit(str(error))
    # Where the processes count together, what they count; nobody else can be at this address of this machine.
    counts = settings.data_dir / "metrics" / f"{settings.host}-{settings.port}@{platform.node()}"
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(counts)  # read once, when the library is loaded
    serve(settings, partial(_application, counts), partial(_count_together, counts))


def serve(
    settings: Settings,
    make_application: Callable[[], Flask],
    begin: Callable[[Flask], None] = lambda _application: None,
) -> None:
    """Serve until SIGTERM or SIGINT.

    make_application: called once, before the processes that answer are forked, so that they share what it loads; it
    may start no thread and open no connection. `extensions["stopping"]` of what it makes is set in each of them when
    the service is asked to stop, so that endless streams end and do not hold up the stop.
    begin: called in each of them before its first request.
    """
    _give_memory_back()
    application = make_application()
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]  # they would be in the environ of each request, passwords included
    # The collector would write into every object that the processes share, and each would get a copy of its own.
    gc.collect()
    gc.freeze()
    # Not what is usual from Python 3.14 on: the application cannot be sent to a process that begins with nothing.
    multiprocessing.set_start_method("fork", force=True)
    server = Granian(
        target="",  # what is served is made by the loader
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_processes,
        blocking_threads=settings.web_threads,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,  # requests are logged by the application, without addresses on the reporting pages
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE_SECONDS,
    )
    server.serve(target_loader=partial(_ready, application, begin, os.getpid()), wrap_loader=False)


def _application(counts: Path) -> Flask:
    # structlog would load it for tracebacks that we never write: 4 MB.
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type]
    from webui import metrics  # not before the folder of the counts is named
    from webui.app import create_app

    metrics.clear(counts)
    return create_app()


def _count_together(counts: Path, application: Flask) -> None:
    from webui import metrics

    metrics.share(application, counts)


def _ready(application: Flask, begin: Callable[[Flask], None], parent: int) -> Flask:
    """The application, in a process that is to answer; runs in its main thread, before the first request."""
    # Not SIGTERM: sent before Granian listens for it, it would be lost, and this process would stay and share the port.
    bind_to_parent(parent, signal.SIGKILL)
    begin(application)
    _tell_when_asked_to_stop(application.extensions["stopping"])
    return application


def _give_memory_back() -> None:
    """Give the 19 MiB of each password hash back when it is done.

    glibc raises its threshold to the largest block that was ever freed, so the second hash and all after it would
    stay with the arena of their thread: 160 MB with eight threads. And eight threads, of which one runs at a time, need
    no eight arenas. Other C libraries have no such call and no need.
    """
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_MMAP_THRESHOLD, _MMAP_FROM_BYTES)
        libc.mallopt(_M_ARENA_MAX, _ARENAS)


def _tell_when_asked_to_stop(stopping: threading.Event) -> None:
    """Set `stopping` at SIGTERM or SIGINT, whatever handler the server has for them: Python writes each to a pipe."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)

    def wait() -> None:
        while (number := os.read(reading, 1)) and number[0] not in (signal.SIGTERM, signal.SIGINT):
            pass
        stopping.set()

    threading.Thread(target=wait, name="stopping", daemon=True).start()


if __name__ == "__main__":
    main()
