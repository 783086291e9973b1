"""What is kept when a process cannot go on: typed values as a draft, a timer aside, an Incident for the operator."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from engine.commands.case_step import SYSTEM
from engine.core import Engine
from engine.errors import ChangxiaoError, StepFailed
from engine.model.step import PersonId, TaskId
from engine.store.drafts import DraftRow
from engine.store.incidents import TIMER, NewIncident
from engine.store.queue import Job
from engine.store.rows import InstanceRow
from engine.store.timers import TimerRow
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)


def keep_failed(
    engine: Engine, failure: StepFailed, *, person: PersonId, task_id: TaskId, values: Mapping[str, object]
) -> None:
    """After a roll-back: keep what was typed and open an incident, in a transaction of their own.

    The incident names element and reason, never a value: an operator reads it.
    """
    with engine.transaction(person) as tx:
        task, case = tx.lock_task(task_id)
        tx.save_draft(
            DraftRow(
                id=engine.ids.v7(tx.now),
                person_id=person,
                form_key=task.form_key or "",
                values=values,
                saved_at=tx.now,
                task_id=task_id,
                form_version_id=task.form_version_id,
            )
        )
        with tx.as_system():
            incident = tx.open_incident(
                NewIncident(
                    id=engine.ids.v7(tx.now),
                    kind="step",
                    code=failure.code,
                    message=str(failure),
                    instance_id=case.id,
                    definition_id=case.definition_id,
                    key=case.key,
                    sealed=case.sealed,
                    node_id=failure.node_id or task.node_id,
                    token=task.token,
                    task_id=task_id,
                )
            )
    failure.facts["incident"] = str(incident)
    logger.warning("step failed", action="incident.open", instance_id=str(case.id), incident_id=str(incident))


def keep_failed_timer(
    engine: Engine, tx: Transaction, case: InstanceRow, timer: TimerRow, failure: Exception, *, node_id: str = ""
) -> None:
    """After a roll-back to before the timer fired: set it aside, and open an incident with which it can fire again.

    node_id: of the incident that is open for it already; "" = where it has failed now.
    """
    if not isinstance(failure, StepFailed):
        logger.error("timer failed unexpectedly", action="timer.fire", instance_id=str(case.id), exc_info=failure)
    tx.hold([timer.id])
    incident = tx.open_incident(
        NewIncident(
            id=engine.ids.v7(tx.now),
            kind="timer",
            code=_code_of(failure),
            message=_words_of(failure),
            instance_id=case.id,
            definition_id=case.definition_id,
            key=case.key,
            sealed=case.sealed,
            node_id=node_id or getattr(failure, "node_id", "") or timer.node_id,
            token=timer.token,
            task_id=timer.task_id,
            details={"timer": timer.kind, TIMER: timer.id, "due_at": timer.due_at.isoformat()},
        )
    )
    logger.warning("timer failed", action="incident.open", instance_id=str(case.id), incident_id=str(incident))


def keep_failed_job(engine: Engine, job: Job, error: Exception) -> None:
    """A job has failed as often as it may: an incident lets an operator put it back into the queue."""
    with engine.transaction(SYSTEM) as tx:
        incident = tx.open_incident(
            NewIncident(
                id=engine.ids.v7(tx.now),
                kind="job",
                code=_code_of(error),
                message=_words_of(error),
                node_id=error.node_id if isinstance(error, StepFailed) else "",
                job_id=job.id,
                details={"job": job.name, "attempts": job.attempt},
            )
        )
    logger.warning("job failed", action="incident.open", job=job.name, job_id=job.id, incident_id=str(incident))


def _code_of(error: Exception) -> str:
    return error.code if isinstance(error, ChangxiaoError) else "unexpected"


def _words_of(error: Exception) -> str:
    # The words of a foreign error may quote the data that it met.
    return str(error) if isinstance(error, ChangxiaoError) else type(error).__name__
