"""What age costs: the same step after as many cases have ended as are open. Last: the others want no such past."""

from __future__ import annotations

from benchmarks.harness import BURIED, bury, fill
from benchmarks.store import steps, typical

Figures = dict[str, tuple[float, str, float | None]]


def ended_cases() -> Figures:
    """Complete a user task, with 100,000 open cases before and after."""
    fill()
    before = typical(steps())
    bury()
    after = typical(steps())
    return {
        f"durable step among {BURIED:,} ended cases": (after, "CPU ms", None),
        "… against the step before they were": (after / before, "times", 1.3),
    }
