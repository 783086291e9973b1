"""S1B_SAMPLE: the monthly sample of second looks."""

from __future__ import annotations

from collections.abc import Callable

from tests.processes.case import Case

Run = Callable[..., Case]


def test_a_sample_is_promised_before_it_is_drawn(run: Run):
    case = run("S1B_SAMPLE", timer="START_MONTH", unit="532503-ZF")

    assert case.called == ["promise_recheck"]
    case.fire("EV_ANCHOR")
    assert case.called[1:] == ["draw_recheck", "record_evidence"]
    assert case.end_node == "END"


def test_a_month_in_which_nothing_was_closed_needs_no_draw(run: Run):
    case = run(
        "S1B_SAMPLE",
        timer="START_MONTH",
        services={"promise_recheck": lambda _data: {"pool_size": 0}},
        unit="532503-ZF",
    )

    assert case.ended
    assert "DRAW" not in case.visited
