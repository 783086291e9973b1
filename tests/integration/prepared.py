"""Databases in which a prefecture or an office stands already: made once for a whole run, copied for each test."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from engine.commands import demonstration
from engine.commands.builtin import builtin_files
from engine.commands.deployments import deploy_builtin
from engine.config import Mode, Settings
from engine.core import Engine
from engine.store.database import Database
from engine.store.roles import Addresses
from tests.shared_cluster import SharedCluster


@contextmanager
def rehearsed(cluster: SharedCluster, begins: datetime) -> Iterator[Addresses]:
    """The fictional prefecture in rehearsal, its clock at `begins`, with the built-in processes deployed."""

    def fill(engine: Engine) -> None:
        demonstration.prepare(engine, "rehearsal", begins)
        deploy_builtin(engine, builtin_files())

    with prepared(cluster, f"cx_rehearsed_{begins:%m%d}", "rehearsal", fill) as addresses:
        yield addresses


@contextmanager
def prepared(cluster: SharedCluster, name: str, mode: Mode, fill: Callable[[Engine], None]) -> Iterator[Addresses]:
    """A database copied from the one that `fill` made ready; gone afterwards. name: of the one that is copied."""

    def make(addresses: Addresses) -> None:
        with opened(addresses, mode) as engine:
            fill(engine)

    copy, addresses = cluster.clone(cluster.template(name, make))
    yield addresses
    cluster.drop(copy)


@contextmanager
def opened(addresses: Addresses, mode: Mode, *, data_dir: Path | None = None, threads: int = 4) -> Iterator[Engine]:
    """An engine on the database. Not Database.open: the test cluster is not durable."""
    with tempfile.TemporaryDirectory() as somewhere:
        settings = Settings(
            data_dir=data_dir or Path(somewhere), database_url=addresses.app_url, mode=mode, web_threads=threads
        )
        database = Database(addresses.app_url, pool_size=threads + 2)
        yield Engine(settings, database)
        database.close()
