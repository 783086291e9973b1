"""The database server is killed and started again: web and worker wait for it, and go on without being restarted."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

from engine.config import Settings
from engine.core import Engine
from engine.errors import Unavailable
from engine.store import embedded
from engine.store.database import Database
from tests.integration.resilience.office import OFFICERS, deploy
from tests.integration.resilience.service import Client, kill, station, wait_until
from tests.integration.resilience.test_kills import Book, is_quiet, live, violations


def test_web_and_worker_go_on_after_the_database_was_killed_and_started_again(data_dir: Path) -> None:
    book = Book()
    with station(data_dir) as service, Client(service.port, OFFICERS[0]) as client:
        deploy(service.engine, "RES_LIFE")
        live(client, "undisturbed", OFFICERS[0], book)
        (worker,) = service.workers
        before = (service.web.pid, worker.pid)

        kill(service.database.pid)
        wait_until(lambda: not service.database.is_running(), "the database is gone")
        wait_until(lambda: not service.is_ready(), "the web part says so", seconds=15)
        status, content, headers = client.once("GET", "/api/v1/tasks", None, {})
        assert (status, json.loads(content)["code"], headers["Retry-After"]) == (503, "unavailable", "5")
        service.database.launch()
        wait_until(service.is_ready, "the web part has found it again", seconds=15)

        live(client, "afterwards", OFFICERS[0], book)  # its timer is the worker's
        fresh = Database(service.addresses.app_url, pool_size=1)
        deploy(Engine(service.engine.settings, fresh), "RES_LATE")  # asks for jobs
        fresh.close()
        wait_until(lambda: is_quiet(service), "the worker runs jobs again", seconds=30)

        assert (service.web.pid, worker.pid) == before
        assert violations(service, book) == []


def test_connections_that_were_free_while_the_server_went_are_replaced_before_anybody_is_refused(
    settings: Settings,
) -> None:
    server = embedded.start(settings)
    database = Database(server.app_url, pool_size=2)
    try:
        for end in (signal.SIGKILL, signal.SIGINT):
            with database.visitors(), database.visitors():
                pass  # two are free from here on
            os.kill(server.pid, end)
            wait_until(lambda: not server.is_running(), "the server has gone")
            wait_until(lambda: not answers(database), "its last process has gone")
            server.launch()
            assert answers(database)
    finally:
        database.close()
        server.stop()


def answers(database: Database) -> bool:
    try:
        with database._borrowed() as (raw, _):
            return raw.hot("SELECT 1", ()) == [(1,)]
    except Unavailable:
        return False
