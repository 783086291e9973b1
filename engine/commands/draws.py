"""What people may do about a draw: withdraw the plan behind it while it is not made."""

from __future__ import annotations

from uuid import UUID

import structlog

from engine.commands.attempts import again_when_beaten
from engine.commands.cases import deliver
from engine.core import Engine
from engine.errors import Conflict, NotFound
from engine.model.step import PersonId, ThrownEvent

logger = structlog.get_logger(__name__)

WITHDRAW = "msg.withdraw_plan"


@again_when_beaten
def withdraw(engine: Engine, person: PersonId, draw_id: UUID, reason: str) -> None:
    """撤回方案: what was promised stays in the log as cancelled, with who, when and why.

    Raises NotFound for a draw of a case that the person may not see; Conflict for one that is made or cancelled.
    """
    with engine.transaction(person) as tx:
        row = tx.promised_draw(draw_id)
        if row is None:
            raise NotFound(f"There is no draw {draw_id}.", id=str(draw_id))
        tx.instance(row.instance_id)  # NotFound: not his
        event = ThrownEvent(
            node_id="",
            kind="message",
            name=WITHDRAW,
            payload={"withdraw_reason": reason},
            correlation_key=str(draw_id),
        )
        with tx.as_system():
            if tx.has_ended(draw_id) or not deliver(engine, tx, event, by=person):
                raise Conflict(f"The draw {draw_id} is made or cancelled already.", code="draw_ended")
    logger.info("draw withdrawn", action="draw.withdraw", instance_id=str(row.instance_id), person_id=person)
