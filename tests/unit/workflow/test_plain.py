"""What may leave the sandbox: plain data, copied under a budget."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from engine.workflow.scripting import ScriptError
from engine.workflow.scripting.plain import MAX_DEPTH, MAX_NODES, MAX_TEXT, plain_copy


def test_results_are_plain_data():
    at = datetime(2026, 12, 1, 9, tzinfo=UTC)
    value = {"a": (1, 2.5, None, True), "d": date(2026, 1, 2), "t": at, "n": Decimal("1.50"), "p": timedelta(days=2)}

    assert plain_copy(value) == {
        "a": [1, 2.5, None, True],
        "d": "2026-01-02",
        "t": "2026-12-01T09:00:00+00:00",
        "n": "1.50",
        "p": "P2D",
    }


def _nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


class Sly(str):
    __slots__ = ()


@pytest.mark.parametrize(
    "value",
    [
        {1, 2},
        b"bytes",
        1j,
        ...,
        object(),
        print,
        int,
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        2**300,
        {1: "key"},
        timedelta(days=-1),
        Sly("text with behaviour"),
        _nested(MAX_DEPTH + 1),
        [None] * MAX_NODES,
        "x" * (MAX_TEXT + 1),
        ["x" * MAX_TEXT] * 200,
    ],
    ids=lambda value: f"{type(value).__name__}",
)
def test_anything_but_plain_data_within_the_budget_is_refused(value):
    with pytest.raises(ScriptError):
        plain_copy(value)


def test_a_list_shared_forty_times_over_is_refused_at_once():
    shared: list[object] = []
    for _ in range(MAX_DEPTH - 1):
        shared = [shared, shared]

    with pytest.raises(ScriptError, match="values"):
        plain_copy(shared)
