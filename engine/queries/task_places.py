"""Where a task stands in its reader's own list, and which one comes next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from engine.core import Engine
from engine.model.step import PersonId, TaskId
from engine.queries.inbox import Ask, own_order
from engine.queries.task_brief import find
from engine.store.rows import UserTaskRow
from engine.store.transaction import Transaction

#: Places in the own list are told up to here.
_MOST_PLACES = 500
_UNDATED = datetime.max.replace(tzinfo=UTC)  # a task without a date stands behind all others


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the task stands in the reader's own list, as that was filtered."""

    number: int = 0  #: 0: it is not there
    of: int = 0
    previous: TaskId | None = None
    following: TaskId | None = None  #: behind it
    to_do: TaskId | None = None  #: behind it, else the first one: where to go on once it is done


def place_of(engine: Engine, tx: Transaction, task: UserTaskRow, ask: Ask) -> Place:
    """ask: the list; one that holds no tasks to do (已办, 抄送, 待领取) counts as 待办."""
    wanted = ask if ask.view in {"todo", "soon", "late"} else Ask()
    rows = own_order(engine, tx, replace(wanted, after="", before="", selected=None, also=None), at_most=_MOST_PLACES)
    here = (task.due_at or _UNDATED, task.id)
    places = [(due or _UNDATED, task_id) for due, task_id in rows]
    before = [task_id for due, task_id in places if (due, task_id) < here]
    behind = [task_id for due, task_id in places if (due, task_id) > here]
    return Place(
        number=len(before) + 1 if here in places else 0,
        of=len(places),
        previous=before[-1] if before else None,
        following=behind[0] if behind else None,
        to_do=next(iter(behind or before), None),
    )


def next_to_do(engine: Engine, person: PersonId, task_id: TaskId, ask: Ask) -> TaskId | None:
    """The person's own task to go on with after this one. Raises NotFound for a task that he may not see."""
    with engine.reading(person) as tx:
        _row, task, _case = find(engine, tx, task_id)
        return place_of(engine, tx, task, ask).to_do
