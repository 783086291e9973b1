"""What the worker does from time to time: deliver what was kept, throw away what has expired."""

from __future__ import annotations

from datetime import timedelta

import structlog

from engine.commands.accounts import IDLE, WINDOW
from engine.commands.attempts import again_when_beaten
from engine.commands.case_step import SYSTEM, StartRequest
from engine.commands.cases import begin_now, deliver
from engine.core import Engine
from engine.model.step import ThrownEvent
from engine.store import idempotency

logger = structlog.get_logger(__name__)


@again_when_beaten
def deliver_buffered(engine: Engine, name: str) -> int:
    """Hand over what was kept for a message name or a process key that can be served now. Answers how much."""
    delivered = 0
    with engine.transaction(SYSTEM) as tx:
        if tx.current_definition(name) is not None:
            for kept in tx.take_buffered("start", name):
                unit = str(kept.payload.get("unit", ""))
                request = StartRequest(key=name, variables=kept.payload, unit=unit, parent_task=kept.from_task)
                started = begin_now(engine, tx, request, by=SYSTEM, parent_instance=kept.from_instance)
                tx.mark_delivered(kept.id, started)
                delivered += 1
        if tx.started_by_message(name) is not None:
            for kept in tx.take_buffered("message", name):
                event = ThrownEvent(
                    node_id="",
                    kind="message",
                    name=name,
                    payload=kept.payload,
                    correlation_key=kept.correlation_key,
                )
                reached = deliver(engine, tx, event, by=SYSTEM)
                tx.mark_delivered(kept.id, reached[0] if reached else None)
                delivered += 1
    if delivered:
        logger.info("kept messages delivered", action="message.deliver", name=name, count=delivered)
    return delivered


def throw_away_expired(engine: Engine) -> None:
    """Ended sessions, old sign-in attempts, answers of idempotent requests older than a day."""
    with engine.transaction(SYSTEM) as tx:
        now = tx.wall_now()
        tx.purge_sessions(at=now, idle_since=now - IDLE)
        tx.purge_attempts(before=now - 4 * WINDOW)
        idempotency.purge(tx, now)


HOUSEKEEPING_EVERY = timedelta(minutes=10)
