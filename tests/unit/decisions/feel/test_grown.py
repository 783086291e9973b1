"""Expressions grown from the grammar: all are read, none brings anything but a value or the end of its limits."""

from __future__ import annotations

import random

import pytest

from engine.decisions.feel import (
    FeelError,
    FeelLimitExceeded,
    FeelSyntaxError,
    from_feel,
    parse,
    parse_unary_tests,
    to_feel,
)
from engine.decisions.feel.builtins.conversion import text_of
from engine.decisions.feel.reads import reads
from engine.decisions.feel.values import Value, equal, kind_of
from tests.unit.decisions.feel.grown import NAMES, Grown
from tests.unit.decisions.feel.telling import NOW

ROWS = [{"n": 1, "who": "u1"}, {"n": None, "who": "u2"}, {"who": "整改"}]
CONTEXT: dict[str, Value] = {
    "x": to_feel(3),
    "y": to_feel("甲"),
    "整改 期限": to_feel(15),
    "rows": to_feel(ROWS),
    "who": to_feel("u1"),
    "n": None,
}
MAX_STEPS = 20_000


def judged(text: str) -> str:
    """What is wrong with this expression; "" for nothing."""
    try:
        expression = parse(text, NAMES)
        reads(expression.tree)
    except FeelSyntaxError as error:
        return f"was not read: {error}"
    try:
        value = expression.evaluate(CONTEXT, now=NOW, max_steps=MAX_STEPS).value
        again = expression.evaluate(CONTEXT, now=NOW, max_steps=MAX_STEPS).value
    except FeelLimitExceeded:
        return ""
    from_feel(value)
    kind_of(value)
    if text_of(value, quoted=True) != text_of(again, quoted=True):
        return "gave another value the second time"
    return "" if equal(value, value) is not False else "is not equal to itself"


def run(rounds: int, depth: int, seed: int) -> list[tuple[str, str]]:
    grown = Grown(random.Random(seed))  # noqa: S311 - repeatable
    found = []
    for _ in range(rounds):
        text = grown.expression(depth)
        wrong = judged(text)
        if wrong:
            found.append((text, wrong))
        cells = grown.tests()
        try:
            parse_unary_tests(cells, {*NAMES, "?"}).evaluate(to_feel(3), CONTEXT, now=NOW)
        except FeelLimitExceeded:
            continue
        except FeelError as error:
            found.append((cells, str(error)))
    return found


def test_whatever_grows_from_the_grammar_is_read_and_answered():
    seed = random.randrange(2**32)  # noqa: S311 - repeatable

    assert run(400, 3, seed) == [], f"seed {seed}"


@pytest.mark.long
def test_so_is_very_much_of_it():
    for seed in random.sample(range(2**32), 20):
        assert run(1_000, 4, seed) == [], f"seed {seed}"
