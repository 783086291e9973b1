"""The servers of the browser tests leave nothing behind that runs."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from urllib.parse import urlsplit

from flask import Flask

from tests.e2e.served import served


def test_no_thread_of_a_server_outlives_it_however_idle_its_connections() -> None:
    app = Flask(__name__)
    started, before = threading.Event(), set(threading.enumerate())

    @app.get("/slow")
    def slow() -> str:
        started.set()
        time.sleep(0.3)
        return "done"

    with served(app) as address:
        idle = socket.create_connection(("127.0.0.1", urlsplit(address).port or 0))
        asking = threading.Thread(target=lambda: _ask(urlsplit(address).port or 0))
        asking.start()
        assert started.wait(5)

    asking.join()
    idle.close()
    assert set(threading.enumerate()) - before == set()


def _ask(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/slow")
    assert connection.getresponse().read() == b"done"
    connection.close()
