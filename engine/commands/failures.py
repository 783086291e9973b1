"""What is kept when a process cannot go on: typed values as a draft, a timer aside, an Incident for the operator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import structlog

from engine.commands.case_step import SYSTEM
from engine.core import Engine
from engine.errors import ChangxiaoError, StepFailed
from engine.model.step import PersonId, TaskId
from engine.store.drafts import DraftRow
from engine.store.incidents import TIMER, NewIncident
from engine.store.messages import BufferedRow
from engine.store.queue import Job
from engine.store.rows import InstanceRow
from engine.store.starts import ArmedStart
from engine.store.timers import TimerRow
from engine.store.transaction import Transaction

START = "start"  #: kind of the incident of a process that could not begin by the calendar

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
                    details=cause_of(failure),
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
    details = {"timer": timer.kind, TIMER: timer.id, "due_at": timer.due_at.isoformat()}
    incident = _new(engine, tx, "timer", failure, case, **details)
    place = node_id or incident.node_id or timer.node_id
    _open(tx, replace(incident, node_id=place, token=timer.token, task_id=timer.task_id))


def keep_failed_message(
    engine: Engine, tx: Transaction, case: InstanceRow, message: BufferedRow, failure: StepFailed
) -> None:
    """After a roll-back to before a kept message was delivered: the case goes on without it; an operator sees why."""
    _open(tx, _new(engine, tx, "message", failure, case, message=message.name))


def keep_failed_start(engine: Engine, tx: Transaction, start: ArmedStart, unit: str, failure: Exception) -> None:
    """After a roll-back to before a process began for a unit: it is tried again every night, and by an operator."""
    if not isinstance(failure, StepFailed):
        logger.error("process not begun", action="start.fire", key=start.key, exc_info=failure)
    incident = _new(engine, tx, START, failure, None, unit=unit)
    place = incident.node_id or start.node_id
    _open(tx, replace(incident, node_id=place, key=start.key, definition_id=start.definition_id))


def keep_failed_job(engine: Engine, job: Job, error: Exception) -> None:
    """A job has failed as often as it may: an incident lets an operator put it back into the queue."""
    with engine.transaction(SYSTEM) as tx:
        incident = _new(engine, tx, "job", error, None, job=job.name, attempts=job.attempt)
        _open(tx, replace(incident, job_id=job.id))


def _new(
    engine: Engine, tx: Transaction, kind: str, failure: Exception, case: InstanceRow | None, **details: object
) -> NewIncident:
    """What every incident says: what gave up, of which case, where and why."""
    return NewIncident(
        id=engine.ids.v7(tx.now),
        kind=kind,
        code=_code_of(failure),
        message=words_of(failure),
        node_id=failure.node_id if isinstance(failure, StepFailed) else "",
        instance_id=case.id if case is not None else None,
        definition_id=case.definition_id if case is not None else None,
        key=case.key if case is not None else "",
        sealed=case.sealed if case is not None else False,
        details=cause_of(failure) | details,
    )


def _open(tx: Transaction, incident: NewIncident) -> None:
    opened = tx.open_incident(incident)
    logger.warning(
        "incident opened",
        action="incident.open",
        kind=incident.kind,
        instance_id=str(incident.instance_id or ""),
        job_id=incident.job_id,
        incident_id=str(opened),
    )


def _code_of(error: Exception) -> str:
    return error.code if isinstance(error, ChangxiaoError) else "unexpected"


def cause_of(error: Exception) -> dict[str, object]:
    """What an operator is told in his language: the cause of a failed step, the line and kind of a script's error."""
    facts = error.facts if isinstance(error, StepFailed) else {}
    return {name: facts[name] for name in ("cause", "line", "error", "waiting_at", "inputs") if facts.get(name)}


def words_of(error: Exception) -> str:
    """For the message of an incident. Only a failed step is known to quote nothing that it met."""
    if isinstance(error, StepFailed) or not isinstance(error, ChangxiaoError):
        return str(error) if isinstance(error, StepFailed) else type(error).__name__
    return (type(error).__doc__ or "").strip().partition("\n")[0]
