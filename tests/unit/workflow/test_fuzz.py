"""Random processes: reloaded and compacted after every step they must live the life that they live in memory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.model.step import Advance
from engine.workflow import compile_definition
from tests.unit.workflow.random_models import ALL, life, random_model
from tests.unit.workflow.tiny_script import TinyScriptEngine

SOME, MANY = 200, 3000
BATCH = 25


def _compare_with_memory(seed: int) -> tuple[int, bool]:
    definition = replace(compile_definition({"p.bpmn": random_model(seed, ALL)}, "p"), script_engine=TinyScriptEngine())
    steps, ended = 0, False
    stored = life(definition, seed, stored=True)
    kept = life(definition, seed, stored=False)
    for (left, left_tokens), (right, right_tokens) in zip(stored, kept, strict=True):
        steps += 1
        assert _without_state(left) == _without_state(right), f"seed {seed}, step {steps}"
        assert left_tokens == right_tokens, f"seed {seed}, step {steps}"
        ended = isinstance(left, Advance) and left.ended
    return steps, ended


def _without_state(told: Advance | str) -> object:
    return replace(told, state=b"") if isinstance(told, Advance) else told


@pytest.mark.parametrize("first", range(0, SOME, BATCH))
def test_a_stored_life_is_the_life_in_memory(first):
    ended = sum(_compare_with_memory(seed)[1] for seed in range(first, first + BATCH))

    assert ended > BATCH // 2, "most random lives must reach their end, or nothing is tested"


@pytest.mark.long
@pytest.mark.parametrize("first", range(SOME, MANY, 100))
def test_many_stored_lives_are_the_lives_in_memory(first):
    for seed in range(first, first + 100):
        _compare_with_memory(seed)
