"""A rehearsed prefecture: people, processes and a clock that only the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from engine.commands import demonstration
from engine.commands.deployments import deploy_builtin
from engine.config import Settings
from engine.core import Engine
from engine.model.clock import SHANGHAI
from engine.store.database import Database
from engine.store.roles import Addresses
from tests.integration.scenarios.desk import Desk
from tests.integration.scenarios.rest_desk import RestDesk
from webui.app import create_app

ROOT = Path(__file__).parents[3]


def builtin_files() -> dict[str, bytes]:
    found = [*ROOT.glob("processes/*.bpmn"), *ROOT.glob("forms/*.json")]
    return {path.name: path.read_bytes() for path in found}


@pytest.fixture
def engine(db: Addresses, tmp_path: Path) -> Iterator[Engine]:
    database = Database(db.app_url, pool_size=6)
    engine = Engine(Settings(data_dir=tmp_path, database_url=db.app_url, mode="rehearsal"), database)
    yield engine
    database.close()


@pytest.fixture
def desk(engine: Engine) -> Desk:
    """The rehearsal on 2026-01-04 09:00, with the built-in processes deployed."""
    rehearse(engine)
    return Desk(engine)


@pytest.fixture(params=["commands", "rest"])
def either_desk(engine: Engine, request: pytest.FixtureRequest) -> Desk:
    """The same, once by commands and once over REST: the acceptance scenarios hold for both."""
    rehearse(engine)
    if request.param == "commands":
        return Desk(engine)
    return RestDesk(engine, client=create_app(engine.settings, engine).test_client())


def rehearse(engine: Engine) -> None:
    demonstration.prepare(engine, "rehearsal", datetime(2026, 1, 4, 9, tzinfo=SHANGHAI))
    deploy_builtin(engine, builtin_files())
