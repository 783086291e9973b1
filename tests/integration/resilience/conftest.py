"""An engine on a database of its own, with the office in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.config import Settings
from engine.core import Engine
from engine.store.database import Database
from engine.store.roles import Addresses
from tests.integration.resilience.office import furnish


@pytest.fixture
def engine(db: Addresses, tmp_path: Path) -> Iterator[Engine]:
    # Not Database.open: the test cluster is not durable.
    database = Database(db.app_url, pool_size=12)
    engine = Engine(Settings(data_dir=tmp_path, database_url=db.app_url), database)
    furnish(engine)
    yield engine
    database.close()
