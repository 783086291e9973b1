"""What tests on a real PostgreSQL share beyond tests/conftest.py: embedded servers on data folders of their own."""

from __future__ import annotations

import json
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from engine.config import Settings


@contextmanager
def data_folder() -> Iterator[Path]:
    """The name of a data folder that does not exist yet, in a place that the account of the database can reach."""
    folder = Path(tempfile.gettempdir()) / f"changxiao-test-{uuid.uuid4().hex}"
    yield folder
    with suppress(FileNotFoundError):  # only a server that was killed leaves it behind
        shutil.rmtree(json.loads((folder / "server.json").read_text())["socket_dir"], ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """The name of a data folder that does not exist yet."""
    with data_folder() as folder:
        yield folder


@pytest.fixture
def settings(data_dir: Path) -> Settings:
    return Settings(data_dir=data_dir)
