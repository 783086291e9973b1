"""Incidents: an operator lets what gave up try again. He sees node and reason, never a value, never a sealed case."""

from __future__ import annotations

from uuid import UUID

import structlog

from engine.commands import documents, redating, starts
from engine.commands.attempts import again_when_beaten
from engine.commands.case_step import SYSTEM
from engine.commands.failures import START, keep_failed_timer
from engine.commands.reasons import checked_reason
from engine.commands.services.documents import order_again
from engine.commands.timers import fire_one
from engine.core import Engine
from engine.errors import Beaten, Conflict, NotFound
from engine.model.step import InstanceId, PersonId
from engine.store.incidents import TIMER, IncidentRow
from engine.store.record import NewNotice
from engine.store.timers import TimerRow
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)

RETRY = "retry"  #: kind of the notice to a person whose draft waits


@again_when_beaten
def retry(engine: Engine, person: PersonId, incident_id: UUID) -> IncidentRow:
    """Try again what gave up; answers the incident as it then stands: resolved, or open with one attempt more.

    A step of a person is not repeated without him: he is told that his draft waits, and sends it again. A timer fires
    now. A job is put back into the queue. A case that could not be dated again is dated, a process that could not begin
    for some units is begun for them.
    Raises NotFound (also for one of a sealed case), Conflict for one that is resolved.
    """
    with engine.transaction(person) as tx:
        found = retry_within(engine, tx, incident_id)
    logger.info("incident retried", action="incident.retry", incident_id=str(incident_id), state=found.state)
    return found


def note(engine: Engine, person: PersonId, incident_id: UUID, text: str) -> IncidentRow:
    """Mark it as noted: the other operators see who knows of it, and what he has written. It stays open.

    Raises NotFound (also for one of a sealed case), Conflict for one that is resolved, InputRejected without words.
    """
    text = checked_reason(
        text, zh="请写明已知情况或处理安排。", en="Say what is known, or what is being done.", field="note"
    )
    with engine.transaction(person) as tx:
        _open_one(tx, incident_id)
        tx.note_incident(incident_id, text)
        tx.access("incident.note", body={"incident": str(incident_id)})
        found = tx.incident(incident_id)
    logger.info("incident noted", action="incident.note", incident_id=str(incident_id))
    return found


def retry_within(engine: Engine, tx: Transaction, incident_id: UUID) -> IncidentRow:
    """What `retry` does, as a part of the open transaction `tx`."""
    incident = _open_one(tx, incident_id)
    tx.access("incident.retry", body={"incident": str(incident_id), "kind": incident.kind})
    with tx.as_system():
        resolution = _try_again(engine, tx, incident)
    if resolution:
        tx.resolve_incident(incident_id, resolution)
    return tx.incident(incident_id)


def _open_one(tx: Transaction, incident_id: UUID) -> IncidentRow:
    """The incident, ours until the commit. Raises NotFound, Conflict."""
    incident = tx.incident(incident_id, lock=True)
    if incident.sealed:
        raise NotFound(f"There is no incident {incident_id}.", id=str(incident_id))
    if incident.state == "resolved":
        raise Conflict(f"The incident {incident_id} is resolved.", code="incident_resolved", state=incident.state)
    return incident


def _try_again(engine: Engine, tx: Transaction, incident: IncidentRow) -> str:
    """How the incident was resolved; empty: it was not."""
    match incident.kind:
        case "timer":
            return _fire_again(engine, tx, incident)
        case "job" if incident.job_id is not None:
            return "queued" if tx.retry_job(incident.job_id) else "gone"
        case kind if kind == START:
            starts.start_failed(engine, tx, incident.key)
            return "" if tx.failed_starts(incident.key) else "started"
        case redating.INCIDENT if incident.instance_id is not None:
            return _date_again(engine, tx, incident, incident.instance_id)
        case documents.INCIDENT if incident.instance_id is not None:
            return _draw_up_again(engine, tx, incident, incident.instance_id)
        case _:
            return _hand_back(engine, tx, incident)


def _fire_again(engine: Engine, tx: Transaction, incident: IncidentRow) -> str:
    timer = _timer_of(tx, incident)
    if timer is None or incident.instance_id is None:
        return "gone"
    case = tx.lock_instance(incident.instance_id)
    if case.status == "suspended":
        raise Conflict(f"The case {case.id} is suspended.", code="case_suspended", state=case.status)
    try:
        with tx.savepoint():
            fire_one(engine, tx, case, timer)
    except Beaten:
        raise
    except Exception as failure:
        # As when it fired first: whatever it was, it is counted here and not thrown at the operator.
        keep_failed_timer(engine, tx, case, timer, failure, node_id=incident.node_id)
        return ""
    return "fired"


def _date_again(engine: Engine, tx: Transaction, incident: IncidentRow, instance_id: InstanceId) -> str:
    reason = str(incident.details.get("reason", ""))
    try:
        with tx.savepoint():
            redating.redate_case(engine, tx, instance_id, reason=reason, by=SYSTEM)
    except Beaten:
        raise
    except Exception as failure:
        redating.keep_failure(engine, tx, instance_id, failure, reason)
        return ""
    return "redated"


def _draw_up_again(engine: Engine, tx: Transaction, incident: IncidentRow, instance_id: InstanceId) -> str:
    case = tx.lock_instance(instance_id)
    order = order_again(engine, tx, case, incident.node_id, incident.details)
    try:
        with tx.savepoint():
            documents.again(engine, tx, order, case)
    except Beaten:
        raise
    except Exception as failure:
        kept = documents.Incidental(definition_id=case.definition_id, key=case.key, sealed=case.sealed)
        documents.keep_failure(engine, tx, order, kept, failure)
        return ""
    return "drawn up"


def _timer_of(tx: Transaction, incident: IncidentRow) -> TimerRow | None:
    if incident.instance_id is None:
        return None
    wanted = incident.details.get(TIMER)
    return next((timer for timer in tx.timers_of(incident.instance_id) if timer.id == wanted), None)


def _hand_back(engine: Engine, tx: Transaction, incident: IncidentRow) -> str:
    """Tell those whose drafts wait for this task that it can be sent again."""
    if incident.task_id is None:
        return "closed"
    task = tx.user_task(incident.task_id)
    people = tx.draft_holders(incident.task_id) if task.is_open else ()
    facts = {"name": task.name}
    notice = NewNotice(id=engine.ids.v7(tx.now), people=tuple(people), kind=RETRY, task_id=task.id, facts=facts)
    tx.add_notices([notice], instance_id=incident.instance_id)
    return "handed back" if people else "closed"
