"""The clock through REST: how far it moves, and who may move it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.config import Mode
from engine.core import Engine
from tests.integration.api.conftest import Caller, Sign
from webui.app import create_app


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"by": "P1D"}, 200),
        ({"by": "PT30M"}, 200),
        ({"stop": "workday"}, 200),
        ({"by": "tomorrow"}, 422),
        ({"by": "P1D", "stop": "workday"}, 422),
        ({}, 422),
        ({"to": "2020-01-01T00:00:00Z"}, 422),
        ({"to": "2026-06-01"}, 422),
        ({"by": "P9Y"}, 422),
    ],
)
def test_the_clock_moves_forward_only_and_by_what_can_be_read(nobody: Caller, body: object, status: int) -> None:
    nobody.post("/clock/advance", body, status=status)


@pytest.mark.parametrize(("mode", "anonymous", "signed_in"), [("live", 404, 404), ("demo", 401, 200)])
def test_outside_rehearsal_the_clock_is_shut_to_strangers_and_in_live_mode_to_all(
    engine: Engine, sign_in: Sign, mode: Mode, anonymous: int, signed_in: int
) -> None:
    app = create_app(replace(engine.settings, mode=mode), engine)
    caller = Caller(app.test_client(use_cookies=False))
    caller.get("/clock", status=anonymous)
    caller.post("/clock/advance", {"by": "PT1M"}, status=anonymous)
    caller.token = sign_in("u041").token
    caller.get("/clock", status=signed_in)
