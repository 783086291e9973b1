"""Puts into a new database what demo and rehearsal begin with; keeps live installations apart from both."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from engine.commands import nightly, starts
from engine.commands.case_step import SYSTEM
from engine.commands.demonstration.cases import FIRST_DAY, Progress, add_cases
from engine.commands.demonstration.people import SINCE, add_people
from engine.commands.demonstration.plans import TODAY
from engine.config import Mode
from engine.core import Engine
from engine.errors import Refused
from engine.model.clock import OFFICE_OPENS, instant

#: The ticking clock of a demonstration stands still while the service is down: it goes on where it stopped.
_LONGEST_GAP = timedelta(minutes=2)
REHEARSAL_BEGINS = instant(date(2026, 1, 4), OFFICE_OPENS)


def prepare(
    engine: Engine,
    mode: Mode,
    clock: datetime | None,
    progress: Progress | None = None,
    *,
    units: Collection[str] = (),
) -> None:
    """People, cases and clock of a demo; people and clock of a rehearsal. Does nothing twice.

    units: codes of those whose people a rehearsal has; none: all of them.

    Raises Refused for a database that was used in another mode.
    """
    with engine.transaction(SYSTEM) as tx:
        state = tx.clock()
        is_new = not engine.reference(tx).organization.units
        if not is_new and state.mode != mode:
            raise Refused(f"This database was used in {state.mode} mode.", code="other_mode", mode=state.mode)
        if not is_new and state.business_at is not None and state.wall_at is not None:
            gone = min(tx.wall_now() - state.wall_at, _LONGEST_GAP)
            tx.set_clock(
                mode, state.business_at + gone if mode == "demo" else state.business_at, ticking=mode == "demo"
            )
    if not is_new:
        return
    begins = clock or (REHEARSAL_BEGINS if mode == "rehearsal" else instant(TODAY, OFFICE_OPENS))
    with engine.transaction(SYSTEM) as tx:
        tx.set_clock(mode, begins if mode == "rehearsal" else instant(FIRST_DAY, OFFICE_OPENS))
        nightly.stop(tx)
        starts.disarm_all(tx)  # they were armed by the clock of the machine
    add_people(engine, units)
    if mode == "demo":
        add_cases(engine, progress)
        with engine.transaction(SYSTEM) as tx:
            tx.set_clock("demo", begins, ticking=True)
    with engine.transaction(SYSTEM) as tx:
        starts.rearm(engine, tx, since=begins)
    nightly.begin(engine, since=SINCE)


def prepare_live(engine: Engine) -> None:
    """Refuse to serve a database with demonstration data in live mode."""
    with engine.transaction(SYSTEM) as tx:
        mode = tx.clock().mode
    if mode != "real":
        raise Refused("This database holds demonstration data.", code="other_mode", mode=mode)
