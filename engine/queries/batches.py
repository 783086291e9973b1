"""Several tasks that somebody has ticked, for the page on which they are handed on together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from engine.core import Engine
from engine.model.clock import local_day
from engine.model.step import PersonId, TaskId
from engine.queries.choices import PersonChoice, people_of
from engine.queries.frame import FrameFacts, read_frame
from engine.queries.tasks import TaskRow, find_task


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    """The tasks that the reader may see, in the order asked for, and to whom they may go."""

    frame: FrameFacts
    rows: tuple[TaskRow, ...]
    colleagues: tuple[PersonChoice, ...]  #: others of the reader's unit who are not absent today


def batch_view(engine: Engine, person: PersonId, task_ids: Collection[TaskId]) -> BatchView:
    """What is not there, or not to be seen, is left out."""
    with engine.reading(person) as tx:
        organization, on = engine.reference(tx).organization, local_day(tx.now)
        found = [find_task(engine, tx, task_id) for task_id in dict.fromkeys(task_ids)]
        others = [one for one in people_of(engine, tx, (organization.home_unit(person),)) if one.id != person]
        return BatchView(
            frame=read_frame(engine, tx),
            rows=tuple(row for row in found if row is not None),
            colleagues=tuple(one for one in others if not organization.is_absent(one.id, on)),
        )
