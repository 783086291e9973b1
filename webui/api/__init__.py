"""The REST interface under /api/v1, one module per noun, with its OpenAPI description."""

from __future__ import annotations

from flask import Flask

from webui.api import (
    attachments,
    calendar,
    cards,
    clock,
    definitions,
    designs,
    incidents,
    instances,
    me,
    messages,
    sessions,
    tasks,
)
from webui.api.description import describe

_MODULES = (
    sessions,
    me,
    definitions,
    designs,
    instances,
    tasks,
    attachments,
    messages,
    cards,
    incidents,
    calendar,
    clock,
)


def install(app: Flask) -> None:
    """Register every noun and the description of the whole."""
    describe(app, [module.nouns for module in _MODULES])
