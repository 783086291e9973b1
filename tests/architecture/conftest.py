"""Half a million syntax nodes stand in memory while the rules look at them: not longer, and unseen by the collector."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from tests.architecture import sources


@pytest.fixture(scope="package", autouse=True)
def _trees_come_and_go() -> Iterator[None]:
    gc.disable()  # trees hold no cycles, and walking through them again and again takes most of the time
    yield
    sources.module.cache_clear()
    gc.enable()
