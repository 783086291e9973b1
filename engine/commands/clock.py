"""Moving the business clock of a demonstration or rehearsal: everything on the way happens in order."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Literal

import structlog

from engine.commands import anchors
from engine.commands.case_step import SYSTEM
from engine.commands.nightly import run_nightly
from engine.commands.starts import fire_starts
from engine.commands.timers import fire_due
from engine.core import Engine
from engine.errors import InputRejected, NotFound
from engine.model.clock import OFFICE_OPENS, instant, local_day
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)

#: A diagram whose timers arm themselves again in no time would never let the clock arrive.
MAX_FIRED = 200_000
FARTHEST = timedelta(days=800)


def advance(
    engine: Engine,
    person: str,
    *,
    by: timedelta | None = None,
    to: datetime | None = None,
    stop: Literal["", "workday", "deadline"] = "",
) -> tuple[datetime, int]:
    """Move the clock and fire everything due on the way, in order. Answers the new time and how much was fired.

    by, to: how far; stop: to 09:00 of the next working day, or to the next open deadline.
    Raises NotFound in live mode, InputRejected for a step back or one of more than 800 days.
    """
    with engine.transaction(SYSTEM) as tx:
        state = tx.clock()
        if state.mode == "real":
            raise NotFound("There is no clock to move in live mode.")
        now = tx.now
        target = _target(engine, tx, now, by=by, to=to, stop=stop)
    if target < now or target - now > FARTHEST:
        raise InputRejected(
            "时钟只能向后推进，且一次不超过800天。",
            "The clock moves forward only, at most 800 days at once.",
            field="to",
            value=target.isoformat(),
        )
    fired = 0
    while fired < MAX_FIRED:
        with engine.transaction(SYSTEM) as tx:
            due_at = tx.next_due_at()
            if due_at is None or due_at > target:
                tx.set_clock(state.mode, max(target, tx.now), ticking=state.ticking)
                break
            tx.set_clock(state.mode, max(due_at, tx.now), ticking=state.ticking)
        # One instant at a time: what a timer sets off may arm another one before the next.
        done = fire_due(engine, until=due_at) or fire_starts(engine, until=due_at)
        if not done and not run_nightly(engine, until=due_at):
            _wait_for_others()
        fired += done
    anchors.take(engine)
    logger.info("clock moved", action="clock.advance", to=target.isoformat(), fired=fired, person_id=person)
    return target, fired


def _target(
    engine: Engine, tx: Transaction, now: datetime, *, by: timedelta | None, to: datetime | None, stop: str
) -> datetime:
    if to is not None:
        return to
    if by is not None:
        return now + by
    if stop == "workday":
        return instant(engine.reference(tx).calendar.next_working_day(local_day(now)), OFFICE_OPENS)
    return tx.next_deadline() or now


def _wait_for_others() -> None:
    """Another process has what is due in hand: give it a moment."""
    time.sleep(0.02)
