"""The seed from which the random models count."""

from __future__ import annotations

import pytest


@pytest.fixture
def models_from(request: pytest.FixtureRequest) -> int:
    """Seed of the first model; printed, so that a failure shows it."""
    first = int(request.config.getoption("--models-from"))
    print(f"models from seed {first}")
    return first
