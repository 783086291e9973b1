"""督办: the red tasks of a supervisor's subtree, the latest first, with the level of their ladders (domain.md §7.1)."""

from __future__ import annotations

from dataclasses import dataclass

from engine.core import Engine
from engine.model.clock import local_day
from engine.model.steering import may_steer
from engine.model.step import PersonId
from engine.queries.frame import FrameFacts, UnitName, names_of_unit, read_frame
from engine.queries.paging import Page
from engine.queries.tasks import InboxFilter, TaskRow, count_tasks, tasks

#: A suspended task is not late: its clock stands still.
RUNNING = ("offered", "assigned", "started")
PAGE = 50
MOST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class LateTasks:
    """One page of them."""

    frame: FrameFacts
    rows: tuple[TaskRow, ...]
    next_cursor: str
    total: int  #: counted up to MOST
    units: tuple[UnitName, ...]  #: to choose from: the reader's own and those below
    steered: frozenset[str]  #: codes of the units above which the reader stands


def late_tasks(
    engine: Engine, person: PersonId, *, unit: str = "", level: int | None = None, cursor: str = "", limit: int = PAGE
) -> LateTasks:
    """Raises InputRejected for a foreign cursor."""
    with engine.reading(person) as tx:
        organization, on = engine.reference(tx).organization, local_day(tx.now)
        frame = read_frame(engine, tx)
        wanted = InboxFilter(view="unit", states=RUNNING, unit=unit, level=level, due_before=tx.now)
        total = count_tasks(tx, person, wanted, at_most=MOST)
        active = [found for found in organization.units if found.is_active(on)]
        steered = frozenset(found.code for found in active if may_steer(organization, person, found.code, on))
    page: Page[TaskRow] = tasks(engine, person, wanted, cursor=cursor, limit=limit)
    return LateTasks(
        frame=frame,
        rows=page.rows,
        next_cursor=page.next_cursor,
        total=total,
        units=tuple(names_of_unit(found) for found in active if found.code in steered | {frame.unit.code}),
        steered=steered,
    )
