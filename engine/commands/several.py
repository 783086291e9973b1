"""批量办理: somebody completes many tasks of one step with one submission; read, advanced and written together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from engine.commands.case_step import CaseStep
from engine.commands.cases import finish
from engine.commands.completing import completion
from engine.commands.tasks import check_may_act, complete
from engine.core import Engine
from engine.errors import ChangxiaoError, FormRejected, NotFound, StepFailed
from engine.model.bulk import check_in_bulk
from engine.model.step import InstanceId, PersonId, TaskId
from engine.store.rows import UserTaskRow
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)

#: Tasks of one transaction: a commit costs as much as a task, and their cases are locked for as long as it runs.
CHUNK = 100


@dataclass(slots=True)
class Several:
    """What became of each task: completed, or the error that stands against it."""

    completed: list[TaskId] = field(default_factory=list)
    refused: dict[TaskId, ChangxiaoError] = field(default_factory=dict)


def complete_several(
    engine: Engine, task_ids: Iterable[TaskId], person: PersonId, values: Mapping[str, object]
) -> Several:
    """Complete these tasks, all of the step at which the first of them stands, with the same form values.

    Each is checked as if it came alone, and one that is refused keeps none of the others from being done. Where the
    process of one cannot go on, it leaves draft and incident, as when it came alone. Raises FormRejected where the
    form lets none of them pass: then nothing is written.
    """
    waiting = list(dict.fromkeys(task_ids))
    batch = _Batch(engine, person, values)
    while waiting:
        chunk, waiting = waiting[:CHUNK], waiting[CHUNK:]
        done, refused = len(batch.several.completed), dict(batch.several.refused)
        try:
            again = batch.together(chunk)
        except Exception as failure:
            # One of them cannot go on, and it is not known what of it was written: undone, and each by itself.
            logger.info("tasks not completed together", action="task.apart", kind=type(failure).__name__)
            del batch.several.completed[done:]
            batch.several.refused = refused
            again = ()
            batch.one_by_one(chunk)
        waiting = [*again, *waiting]
    several = batch.several
    if not several.completed and several.refused:
        first = next(iter(several.refused.values()))
        if all(isinstance(error, FormRejected) for error in several.refused.values()):
            raise first
    logger.info("tasks completed", action="task.complete_several", count=len(several.completed), person_id=person)
    return several


class _Batch:
    """Tasks of one step and one submission, on their way."""

    def __init__(self, engine: Engine, person: PersonId, values: Mapping[str, object]) -> None:
        self.engine, self.person, self.values = engine, person, values
        self.several = Several()
        self._step: tuple[str, str] | None = None  #: process and node of the first task

    def together(self, chunk: Sequence[TaskId]) -> tuple[TaskId, ...]:
        """One transaction for all. Answers those that must wait for another task of their own case."""
        steps: dict[InstanceId, CaseStep] = {}
        done: list[TaskId] = []
        later: list[TaskId] = []
        with self.engine.transaction(self.person) as tx:
            found = tx.lock_tasks(chunk)
            for task_id in chunk:
                task, case = found.get(task_id, (None, None))
                if case is not None and case.id in steps:
                    later.append(task_id)
                    continue
                try:
                    if task is None or case is None:
                        raise NotFound(f"There is no user task {task_id}.", id=str(task_id))
                    self._check(tx, task)
                    steps[case.id] = completion(self.engine, tx, task, case, self.person, self.values, in_bulk=True)
                    done.append(task_id)
                except ChangxiaoError as error:
                    self.several.refused[task_id] = error
            for step in steps.values():
                finish(step)
        self.several.completed += done
        return tuple(later)

    def one_by_one(self, chunk: Sequence[TaskId]) -> None:
        """A transaction for each, as if it came alone."""
        for task_id in chunk:
            try:
                with self.engine.reading(self.person) as tx:
                    self._check(tx, tx.user_task(task_id))
                complete(self.engine, task_id, self.person, self.values)
                self.several.completed.append(task_id)
            except ChangxiaoError as error:
                self.several.refused[task_id] = error
                if isinstance(error, StepFailed):
                    self.engine.keep_of_part()

    def _check(self, tx: Transaction, task: UserTaskRow) -> None:
        check_may_act(self.engine, tx, task, self.person)
        form = self.engine.form_version(tx, task.form_version_id).form if task.form_version_id is not None else None
        step = (task.mechanism, task.node_id)
        is_signed = form is not None and bool(form.sign_keys)
        check_in_bulk(protected=task.protected, is_signed=is_signed, step=step, step_of_first=self._step or step)
        self._step = step
