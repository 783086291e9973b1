"""How a program is kept running: when it is started again, and when its past is forgotten."""

from __future__ import annotations

from engine.errors import ChangxiaoError
from webui.keeper import DELAYS, STEADY_SECONDS, Happening, Keeper


class Fragile:
    """A stand-in for a program: runs until told otherwise."""

    def __init__(self) -> None:
        self.running = True
        self.launches = 0
        self.refuses = False

    def is_running(self) -> bool:
        return self.running

    def launch(self) -> None:
        if self.refuses:
            raise ChangxiaoError("not now")
        self.launches += 1
        self.running = True


def crash(keeper: Keeper, program: Fragile, now: float) -> float:
    """Let it end at `now`; the seconds until it is started again."""
    program.running = False
    assert keeper.tend(now) is Happening.ENDED
    assert keeper.retry_at is not None
    delay = keeper.retry_at - now
    assert keeper.tend(keeper.retry_at) is Happening.RESTARTED
    return delay


def test_a_running_program_is_left_alone() -> None:
    program = Fragile()
    keeper = Keeper("web", program)
    assert [keeper.tend(now) for now in (0.0, 1.0, 2.0)] == [Happening.NOTHING] * 3
    assert program.launches == 0


def test_nothing_is_started_before_the_delay_is_over() -> None:
    program = Fragile()
    keeper = Keeper("web", program)
    program.running = False
    keeper.tend(10.0)
    assert keeper.tend(10.0 + DELAYS[0] / 2) is Happening.NOTHING
    assert program.launches == 0


def test_each_crash_in_a_row_waits_longer_up_to_a_limit() -> None:
    program = Fragile()
    keeper = Keeper("web", program)
    delays = [round(crash(keeper, program, float(now)), 3) for now in range(100, 100 + 40 * (len(DELAYS) + 2), 40)]
    assert delays == [*DELAYS, DELAYS[-1], DELAYS[-1]]


def test_after_a_steady_while_the_past_is_forgotten() -> None:
    program = Fragile()
    keeper = Keeper("web", program)
    for now in (0.0, 20.0, 40.0):
        crash(keeper, program, now)
    keeper.tend(50.0 + STEADY_SECONDS)
    assert round(crash(keeper, program, 200.0), 3) == DELAYS[0]


def test_a_restart_that_fails_is_tried_again_later() -> None:
    program = Fragile()
    keeper = Keeper("postgres", program)
    program.running, program.refuses = False, True
    keeper.tend(0.0)
    assert keeper.tend(1.0) is Happening.FAILED
    program.refuses = False
    assert keeper.tend(1.5) is Happening.NOTHING
    assert keeper.tend(1.0 + DELAYS[1]) is Happening.RESTARTED
