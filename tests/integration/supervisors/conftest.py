"""A running problem of 532503-GA and the people above it."""

from tests.integration.calendar.conftest import begin, office, people, running
from tests.integration.scenarios.conftest import db, desk, engine

__all__ = ["begin", "db", "desk", "engine", "office", "people", "running"]
