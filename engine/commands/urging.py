"""催办 by hand: a supervisor urges whoever has a task, and its leader is told (domain.md §1.3).

Not a card: those are numbered papers that the ladder issues by its own thresholds, and count. This one only tells.
"""

from __future__ import annotations

from datetime import time

import structlog

from engine.commands.attempts import again_when_beaten
from engine.commands.reasons import checked_reason
from engine.commands.steering import lock_task_to_steer
from engine.core import Engine
from engine.errors import TaskNotOpen
from engine.model.clock import instant, local_day
from engine.model.steering import StandsStill, UrgedToday
from engine.model.step import PersonId, TaskId
from engine.store.record import HistoryFact, NewNotice, StepRecord

logger = structlog.get_logger(__name__)

NOTICE = "urged"


@again_when_beaten
def urge(engine: Engine, person: PersonId, task_id: TaskId, reason: str) -> None:
    """Urge an open task: a notice to whoever has it, a copy to the leaders in charge of the unit that must act.

    Raises NotFound, NotSteering, TaskNotOpen, StandsStill, InputRejected without a reason; UrgedToday where the task
    was urged today as often as it may be (urge_daily_max [L]).
    """
    reason = checked_reason(reason, zh="请填写催办理由。")
    with engine.transaction(person) as tx:
        task, case = lock_task_to_steer(engine, tx, person, task_id)
        if not task.is_open:
            raise TaskNotOpen(f"Task {task.id} is {task.state}.", state=task.state)
        if task.state == "suspended":
            raise StandsStill(f"Task {task.id} is suspended.", state=task.state)
        reference, today = engine.reference(tx), local_day(tx.now)
        since = instant(today, time.min)
        if tx.count_urges(case.id, task.id, since=since) >= reference.params.number("urge_daily_max"):
            raise UrgedToday(f"Task {task.id} was urged today.")
        unit = task.unit or case.unit or ""
        leaders = [PersonId(post.person) for post in reference.organization.holders(unit, "LEAD_DIRECT", today)]
        holders = (task.assignee,) if task.assignee else tx.candidates(task.id)
        facts = {"name": task.name, "by": person, "reason": reason}
        told = tuple(dict.fromkeys((*holders, *leaders)))
        notice = NewNotice(id=engine.ids.v7(tx.now), people=told, kind=NOTICE, task_id=task.id, facts=facts)
        fact = HistoryFact(
            event="urged", node_id=task.node_id, node_type="userTask", task_id=task.id, body={"reason": reason}
        )
        tx.record(
            StepRecord(instance_id=case.id, rev=case.rev, at=tx.now, actor=person, notices=(notice,), history=(fact,))
        )
    logger.info("task urged", action="task.urge", task_id=str(task_id), person_id=person)
