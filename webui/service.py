"""The engine of this web process: opened at the first request; shared by all threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from flask import Flask, current_app, g

from engine.commands import demonstration
from engine.config import Settings
from engine.core import Engine
from engine.store.database import Database

_NAME = "changxiao"


class Service:
    """Settings, and the engine once somebody has asked for it."""

    def __init__(self, settings: Settings, engine: Engine | None = None) -> None:
        self.settings = settings
        self._engine = engine
        self._lock = threading.Lock()

    @property
    def engine(self) -> Engine:
        """The engine. Raises DatabaseUnfit and the driver's errors while there is no usable database, Refused in live
        mode for one with demonstration data."""
        with self._lock:
            if self._engine is None:
                # One connection per thread, and as many again for what runs beside the requests.
                database = Database.open(self.settings.database_url, pool_size=self.settings.web_threads + 2)
                engine = Engine(self.settings, database)
                if self.settings.mode == "live":
                    _refuse_demonstration(engine, database)
                self._engine = engine
            return self._engine


def _refuse_demonstration(engine: Engine, database: Database) -> None:
    """Its people share one password, which is printed: however the web part was started, live lets none of them in."""
    try:
        demonstration.prepare_live(engine)
    except BaseException:
        database.close()
        raise


def install(app: Flask, service: Service) -> None:
    """Give the application its service."""
    app.extensions[_NAME] = service


def current_service() -> Service:
    return cast(Service, current_app.extensions[_NAME])


def current_settings() -> Settings:
    return current_service().settings


def current_engine() -> Engine:
    """The engine for this request: inside an idempotent request, the one whose commands commit with the answer."""
    joined: Engine | None = g.get("joined_engine")
    return joined if joined is not None else current_service().engine


@contextmanager
def joined(engine: Engine) -> Iterator[None]:
    """Within the block, `current_engine` answers `engine`."""
    g.joined_engine = engine
    try:
        yield
    finally:
        g.joined_engine = None
