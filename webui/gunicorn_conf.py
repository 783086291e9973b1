"""How gunicorn serves the web part: one process, threads for requests, an orderly end.

Loaded as `gunicorn --config python:webui.gunicorn_conf webui.app:create_app()`; the settings come from the environment.
"""

from __future__ import annotations

import os
import signal
import tempfile
import threading
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
