"""How gunicorn serves the web part: one process, threads for requests, an orderly end.

Loaded as `gunicorn --config python:webui.gunicorn_conf webui.app:create_app()`; the settings come from the environment.
"""

from __future__ import annotations

import ctypes
import os
import signal
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

from engine.config import Settings

_settings = Settings.from_env(os.environ)

bind = f"[{_settings.host}]:{_settings.port}" if ":" in _settings.host else f"{_settings.host}:{_settings.port}"
# One process: the caches of compiled definitions and the one LISTEN connection are per process. More: `changxiao web`.
workers = 1
worker_class = "gthread"
threads = _settings.web_threads
preload_app = False  # connections and the script sandbox may not be carried over a fork
timeout = 60
graceful_timeout = 3
keepalive = 15
control_socket_disable = True
errorlog = "-"
accesslog = None  # requests are logged by the application, without addresses on the reporting pages
# The heartbeat is a file that is touched all the time: in memory, if there is such a place, not on a busy disk.
worker_tmp_dir = next((path for path in ("/dev/shm", tempfile.gettempdir()) if Path(path).is_dir()), None)  # noqa: S108


#: glibc's number for the size from which an allocation is given back to the system as soon as it is freed.
_M_MMAP_THRESHOLD, _MMAP_FROM_BYTES = -3, 1024**2


def post_fork(_server: Any, _worker: Any) -> None:
    """Give the 19 MiB of each password hash back when it is done.

    glibc raises its threshold to the largest block that was ever freed, so the second hash and all after it would
    stay with the arena of their thread: 160 MB with eight threads. Other C libraries have no such call and no need.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _MMAP_FROM_BYTES)


def post_worker_init(worker: Any) -> None:
    """Tell the application when it is asked to stop, so that endless streams end and do not hold up the stop.

    The application may keep a threading.Event in `app.extensions["stopping"]`; its streams end once it is set.
    """
    stopping = getattr(worker.wsgi, "extensions", {}).get("stopping")
    if not isinstance(stopping, threading.Event):
        return
    graceful = signal.getsignal(signal.SIGTERM)

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()
        if callable(graceful):
            graceful(number, frame)

    signal.signal(signal.SIGTERM, stop)
