"""A Flask application on a port of this machine for as long as it is needed; none of its threads outlives it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server


class _Handler(WSGIRequestHandler):
    #: A browser connects ahead of need: such a thread would wait for a request for ever, and be waited for.
    timeout = 2


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Its address. At the end every thread is joined: one that still wrote while Python stops would kill it."""
    server: BaseWSGIServer = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Handler)
    server.daemon_threads = False  # type: ignore[attr-defined]  # of the threaded kind: closing joins them
    thread = threading.Thread(target=server.serve_forever, name="served")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        if (stopping := app.extensions.get("stopping")) is not None:
            stopping.set()  # ends streams
        server.shutdown()
        thread.join()
        server.server_close()
