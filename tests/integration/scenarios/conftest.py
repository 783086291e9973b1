"""A rehearsed prefecture: people, processes and a clock that only the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from engine.core import Engine
from engine.model.clock import SHANGHAI
from engine.store.roles import Addresses
from tests.integration.prepared import opened, rehearsed
from tests.integration.scenarios.desk import Desk
from tests.integration.scenarios.rest_desk import RestDesk
from tests.shared_cluster import SharedCluster
from webui.app import create_app

BEGINS = datetime(2026, 1, 4, 9, tzinfo=SHANGHAI)


@pytest.fixture
def db(cluster: SharedCluster) -> Iterator[Addresses]:
    with rehearsed(cluster, BEGINS) as addresses:
        yield addresses


@pytest.fixture
def engine(db: Addresses, tmp_path: Path) -> Iterator[Engine]:
    """The rehearsal on 2026-01-04 09:00, with the built-in processes deployed."""
    with opened(db, "rehearsal", data_dir=tmp_path) as made:
        yield made


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


@pytest.fixture(params=["commands", "rest"])
def either_desk(engine: Engine, request: pytest.FixtureRequest) -> Desk:
    """The same, once by commands and once over REST: the acceptance scenarios hold for both."""
    if request.param == "commands":
        return Desk(engine)
    return RestDesk(engine, client=create_app(engine.settings, engine).test_client())
