"""A person completes a user task: what of the submission goes into the step, before the process goes on."""

from __future__ import annotations

from collections.abc import Mapping

from engine.commands import documents
from engine.commands.case_step import CaseStep
from engine.commands.cases import load_case
from engine.commands.delivery import deliver_notice, waits_for_delivery
from engine.commands.filling import fill
from engine.core import Engine
from engine.model.step import PersonId
from engine.store.rows import InstanceRow, UserTaskRow
from engine.store.transaction import Transaction


def completion(
    engine: Engine,
    tx: Transaction,
    task: UserTaskRow,
    case: InstanceRow,
    person: PersonId,
    values: Mapping[str, object],
    *,
    signed: bool = False,
    in_bulk: bool = False,
) -> CaseStep:
    """A step of a locked case in which `person`, who may, completes the task; to be finished. Nothing is written yet.

    Raises what `tasks.complete` raises.
    """
    step = load_case(engine, tx, case, by=person)
    data = step.workflow.data_of(task.token) if task.element is not None else None
    filled = fill(engine, tx, task, case, person, values, signed=signed, data=data)
    if task.assignee is None:  # completing an offered task claims it
        step.takers[task.token] = person
    step.task_ids[task.token] = task.id
    if filled.outcome:
        step.outcomes[task.token] = filled.outcome
    if filled.submission is not None:
        step.submit(filled.submission, filled.attachments, in_bulk=in_bulk)
        if signed and filled.is_signature:
            step.history += documents.sign(engine, tx, task, person, filled.submission)
    if case.delivered_at is None and waits_for_delivery(task):
        deliver_notice(step, task)
    if task.ladder_level:
        step.done_with_ladder.append(task.id)
    step.workflow.complete(task.token, filled.process_values)
    return step
