"""An engine on a database of its own, with the office in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.core import Engine
from engine.store.roles import Addresses
from tests.integration.prepared import opened, prepared
from tests.integration.resilience.office import furnish
from tests.shared_cluster import SharedCluster


@pytest.fixture
def db(cluster: SharedCluster) -> Iterator[Addresses]:
    with prepared(cluster, "cx_office", "live", furnish) as addresses:
        yield addresses


@pytest.fixture
def engine(db: Addresses, tmp_path: Path) -> Iterator[Engine]:
    with opened(db, "live", data_dir=tmp_path, threads=10) as made:
        yield made
