"""What one condition and one script cost, from process data to result, through the locked worker."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from engine.workflow.scripting import MontyEnvironment, script_engine, step_context

ROUNDS, CALLS = 7, 200
CONDITION = "severity in ['C', 'D'] and not to_p07 and returns < 3"
SCRIPT = """
total = sum(item['count'] for item in items if item['kind'] == 'open')
limit = (date.today() + timedelta(days=total)).isoformat()
level = 'C' if total > 3 else 'B'
"""


def condition() -> dict[str, tuple[float, str, float | None]]:
    data: dict[str, object] = {"severity": "C", "to_p07": False, "returns": 2}
    large = data | {"rows": [{"name": f"单位{n}", "count": n} for n in range(2_000)]}
    return {
        "condition": (_microseconds(lambda env: env.evaluate(CONDITION, data)), "µs", 300.0),
        "condition, 200 kB of process data": (_microseconds(lambda env: env.evaluate(CONDITION, large)), "µs", 300.0),
        "literal": (_microseconds(lambda env: env.evaluate('"P15D"', data)), "µs", 5.0),
    }


def script() -> dict[str, tuple[float, str, float | None]]:
    data: dict[str, object] = {"items": [{"kind": "open", "count": 1}, {"kind": "done", "count": 2}] * 3}
    return {"script": (_microseconds(lambda env: env.execute(SCRIPT, data)), "µs", 450.0)}


def _microseconds(work: Callable[[MontyEnvironment], object]) -> float:
    """Wall time of one call, from the best of several rounds: waiting for the worker is part of the price."""
    environment = script_engine().environment
    best = float("inf")
    with step_context(datetime(2026, 12, 1, 1, tzinfo=UTC), seed=7):
        work(environment)
        for _ in range(ROUNDS):
            began = time.perf_counter()
            for _ in range(CALLS):
                work(environment)
            best = min(best, (time.perf_counter() - began) / CALLS)
    return best * 1e6
