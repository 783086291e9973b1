"""The REST interface under /api/v1, one module per noun, with its OpenAPI description."""

from __future__ import annotations

from flask import Flask

from webui.api import clock, instances, me, sessions, tasks
from webui.api.description import describe

NOUNS = (sessions.nouns, me.nouns, instances.nouns, tasks.nouns, clock.nouns)


def install(app: Flask) -> None:
    """Register every noun and the description of the whole."""
    describe(app, NOUNS)
