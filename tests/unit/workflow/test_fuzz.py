"""Random processes: reloaded and compacted after every step they must live the life that they live in memory."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from engine.model.step import Advance
from engine.workflow import compile_definition
from tests.unit.workflow.models import Case
from tests.unit.workflow.random_models import ALL, JOINED, STOCK, life, random_model, variables
from tests.unit.workflow.stock import stock_choices
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


def _compare_with_stock(seed: int) -> int:
    xml = random_model(seed, STOCK, joins_in_loops=False)
    steps = 0
    for ours, stock in stock_choices(xml, seed):
        steps += 1
        assert ours == stock, f"seed {seed}, step {steps}"
    return steps


@pytest.mark.parametrize("first", range(0, SOME, BATCH))
def test_a_stored_life_is_the_life_in_memory(first):
    ended = sum(_compare_with_memory(seed)[1] for seed in range(first, first + BATCH))

    assert ended > BATCH // 2, "most random lives must reach their end, or nothing is tested"


@pytest.mark.parametrize("first", range(0, SOME // 2, BATCH))
def test_what_stock_gets_right_runs_the_same_here(first):
    for seed in range(first, first + BATCH):
        _compare_with_stock(seed)


def _passes(seed: int) -> Counter[str]:
    """How often each node was completed in a life in which people only complete tasks."""
    definition = replace(
        compile_definition({"p.bpmn": random_model(seed, JOINED)}, "p"), script_engine=TinyScriptEngine()
    )
    case, random = Case(definition, variables(seed)), Random(seed)  # noqa: S311
    while not case.ended:
        case.complete(random.choice(case.open()))
    return Counter(entry.split()[1] for entry in case.trail if entry.startswith("completed "))


@pytest.mark.parametrize("first", range(0, SOME, BATCH))
def test_a_join_fires_as_often_as_its_split_whatever_stands_between(first):
    """Each split is named g, the join that closes it j and the next number (random_models.py)."""
    for seed in range(first, first + BATCH):
        passes = _passes(seed)
        joins = [node for node in passes if node.startswith("j")]
        for join in joins:
            assert passes[join] == passes[f"g{int(join[1:]) - 1}"], f"seed {seed}, join {join}"


@pytest.mark.long
@pytest.mark.parametrize("first", range(SOME, MANY, 100))
def test_many_stored_lives_are_the_lives_in_memory(first):
    for seed in range(first, first + 100):
        _compare_with_memory(seed)


@pytest.mark.long
@pytest.mark.parametrize("first", range(SOME, MANY // 2, 100))
def test_what_stock_gets_right_runs_the_same_here_many_times(first):
    for seed in range(first, first + 100):
        _compare_with_stock(seed)
