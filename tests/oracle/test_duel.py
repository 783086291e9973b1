"""Random processes: at every rest the engine stands where the standard says.

`--models-from N` begins at another seed; what is found is shrunk and told as BPMN with the way that leads there.
"""

from __future__ import annotations

from collections import Counter

import pytest

from engine.errors import DefinitionRejected
from tests.oracle.duel import Difference, lives
from tests.oracle.generate import model
from tests.oracle.model import Model
from tests.oracle.shrink import shrink

SOME, MANY = 300, 5300
BATCH, LONG_BATCH = 30, 200
LIVES = 2


def told(found: Difference) -> str:
    """The difference on the smallest model that shows one."""
    smallest = shrink(found.model, _differs)
    again = _lives(smallest, 12)
    return f"first seen on seed {found.model.seed}\n{again if isinstance(again, Difference) else found}"


def _differs(candidate: Model) -> bool:
    return isinstance(_lives(candidate, 12), Difference)


def _lives(candidate: Model, count: int) -> object:
    try:
        return lives(candidate, count)
    except DefinitionRejected:
        return None  # what shrinking left over is no drawing that may be published


def compare(seeds: range) -> Counter[str]:
    """Live every model; answers how often everything was done."""
    seen: Counter[str] = Counter()
    for seed in seeds:
        found = lives(model(seed), LIVES)
        if isinstance(found, Difference):
            pytest.fail(told(found), pytrace=False)
        seen += found.deeds
        seen.update({"steps": found.steps, "ended": found.ended, "stuck": found.stuck})
    return seen


@pytest.mark.parametrize("batch", range(0, SOME, BATCH))
def test_the_engine_rests_where_the_standard_says(batch, models_from):
    seen = compare(range(models_from + batch, models_from + batch + BATCH))

    assert seen["ended"] > BATCH // 2, "most lives must reach their end, or nothing is tested"
    assert seen["steps"] > BATCH * LIVES


@pytest.mark.long
@pytest.mark.parametrize("batch", range(SOME, MANY, LONG_BATCH))
def test_the_engine_rests_where_the_standard_says_many_times(batch, models_from):
    seen = compare(range(models_from + batch, models_from + batch + LONG_BATCH))

    assert {"complete", "finish", "fail", "fire", "message", "signal", "cancel", "stuck"} <= seen.keys()
