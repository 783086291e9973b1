"""The business clock of the database: one row that says how business time follows from wall time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from engine.store import tables as t
from engine.store.scope import Scope, of


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    """mode: real, demo, rehearsal. business_at was the business time at the wall time wall_at."""

    mode: str
    business_at: datetime | None
    wall_at: datetime | None
    ticking: bool


_CLOCK = of(ClockRow, t.business_clock)


class Clock(Scope):
    """Part of Transaction."""

    __slots__ = ()

    def clock(self) -> ClockRow:
        """How business time runs here."""
        for row in self.rows(_CLOCK, {}):
            return ClockRow(**row._asdict())
        return ClockRow(mode="real", business_at=None, wall_at=None, ticking=False)

    def set_clock(self, mode: str, business_at: datetime | None, *, ticking: bool = False) -> None:
        """Set the clock from now on; transactions that begin after our commit see it. `tx.now` stays as it is.

        business_at: None only in real mode. Refused by nobody here: commands know in which mode a clock may be set.
        """
        values = {"mode": mode, "business_at": business_at, "ticking": ticking}
        self._run(update(t.business_clock).values(**values, wall_at=func.clock_timestamp()))

    def wall_now(self) -> datetime:
        """Wall time of the database: for sessions and other things that do not follow the business clock."""
        found: datetime = self.connection.execute(select(func.now())).scalar_one()
        return found
