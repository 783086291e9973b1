"""A rehearsed prefecture in which nothing is published yet that begins by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from engine.core import Engine
from engine.model.clock import SHANGHAI
from engine.store.roles import Addresses
from tests.integration.prepared import opened, rehearsed
from tests.shared_cluster import SharedCluster

BEGINS = datetime(2026, 1, 4, 9, tzinfo=SHANGHAI)


@pytest.fixture
def db(cluster: SharedCluster) -> Iterator[Addresses]:
    with rehearsed(cluster, BEGINS) as addresses:
        yield addresses


@pytest.fixture
def engine(db: Addresses, tmp_path: Path) -> Iterator[Engine]:
    with opened(db, "rehearsal", data_dir=tmp_path) as made:
        yield made
