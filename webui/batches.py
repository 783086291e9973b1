"""The same thing done to several tasks: each by itself, and what was not done is told one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from engine.errors import ChangxiaoError, Conflict, InputRejected, NotFound, Refused
from engine.model.step import TaskId
from webui.problems import detail_of

MOST = 50
_OF_ALL = {"reason"}  #: fields that all tasks share: wrong for one, wrong for every one


@dataclass(frozen=True, slots=True, kw_only=True)
class NotDone:
    """A task that stayed as it was, and why: a code, and a sentence in the reader's language."""

    task_id: TaskId
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a batch."""

    done: tuple[TaskId, ...]
    not_done: tuple[NotDone, ...]


def not_done(task_id: TaskId, error: ChangxiaoError) -> NotDone:
    """What stands against it, in the reader's language."""
    code = str(error.facts.get("code") or error.code)
    return NotDone(task_id=task_id, code=code, detail=detail_of(error))


def each(task_ids: Iterable[TaskId], do: Callable[[TaskId], object]) -> Outcome:
    """Do it to each, at most 50, in the order given. Raises InputRejected for what is wrong with all of them."""
    done: list[TaskId] = []
    left: list[NotDone] = []
    for task_id in list(dict.fromkeys(task_ids))[:MOST]:
        try:
            do(task_id)
            done.append(task_id)
        except (Conflict, Refused, NotFound, InputRejected) as error:
            if error.facts.get("field") in _OF_ALL:
                raise
            left.append(not_done(task_id, error))
    return Outcome(done=tuple(done), not_done=tuple(left))
