"""`run`: start a case of one of our diagrams, with the services of that process scripted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine.workflow import CompiledDefinition, compile_definition
from tests.processes.case import Case, Service
from tests.processes.scripted import SERVICES

PROCESSES = Path(__file__).parents[2] / "processes"
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@cache
def _definition(key: str) -> CompiledDefinition:
    files = {path.name: path.read_bytes() for path in PROCESSES.glob("*.bpmn")}
    return compile_definition(files, key)


@pytest.fixture
def run() -> Callable[..., Case]:
    """run(key, services={…}, message="…", timer="…", **variables): a case at its first rest, on 2026-03-02 09:00."""

    def start(
        key: str,
        *,
        services: Mapping[str, Service] | None = None,
        message: str | None = None,
        timer: str | None = None,
        **variables: object,
    ) -> Case:
        scripted = {**SERVICES[key], **(services or {})}
        return Case(definition=_definition(key), services=scripted, at=MONDAY).start(
            variables, message=message, timer=timer
        )

    return start
