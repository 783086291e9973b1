"""The database server is killed and started again: web and worker wait for it, and go on without being restarted."""

from __future__ import annotations

from pathlib import Path

from engine.core import Engine
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
        service.database.launch()
        wait_until(service.is_ready, "the web part has found it again", seconds=15)

        live(client, "afterwards", OFFICERS[0], book)  # its timer is the worker's
        fresh = Database(service.addresses.app_url, pool_size=1)
        deploy(Engine(service.engine.settings, fresh), "RES_LATE")  # asks for jobs
        fresh.close()
        wait_until(lambda: is_quiet(service), "the worker runs jobs again", seconds=30)

        assert (service.web.pid, worker.pid) == before
        assert violations(service, book) == []
