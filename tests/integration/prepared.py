"""Databases in which a prefecture or an office stands already: made once for a whole run, copied for each test."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from engine.commands import demonstration, nightly
from engine.commands.builtin import builtin_files
from engine.commands.deployments import deploy_builtin
from engine.config import Mode, Settings
from engine.core import Engine
from engine.store.database import Database
from engine.store.roles import Addresses
from tests.shared_cluster import SharedCluster

#: A period that begins starts seventy cases of each mechanism: who is not about them does without.
MECHANISM = re.compile(r"(P\d|S5|S1B)")


@contextmanager
def rehearsed(cluster: SharedCluster, begins: datetime, *, mechanisms: bool | str = False) -> Iterator[Addresses]:
    """The fictional prefecture in rehearsal, its clock at `begins`, with the shared processes (S1, S2, S4) deployed.

    mechanisms: True deploys the mechanisms P01… and S5 too, "P02 P03" those alone.
    """
    wanted = mechanisms.split() if isinstance(mechanisms, str) else []

    def fill(engine: Engine) -> None:
        demonstration.prepare(engine, "rehearsal", begins)
        deploy_builtin(engine, {n: d for n, d in builtin_files().items() if mechanisms is True or is_wanted(n, wanted)})
        if mechanisms:
            nightly.begin(engine)

    named = "_".join(wanted) or ("all" if mechanisms else "shared")
    with prepared(cluster, f"cx_rehearsed_{begins:%y%m%d%H%M}_{named.lower()}", "rehearsal", fill) as addresses:
        yield addresses


def is_wanted(name: str, mechanisms: Sequence[str]) -> bool:
    """Is the file of the shared processes, or of one of these mechanisms?"""
    return not MECHANISM.match(name) or any(name.startswith(f"{wanted}_") for wanted in mechanisms)


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
