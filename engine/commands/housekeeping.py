"""What the worker does from time to time: deliver what was kept, throw away what has expired."""

from __future__ import annotations

from datetime import timedelta

import structlog

from engine.commands import channels
from engine.commands.accounts import IDLE, WINDOW
from engine.commands.attempts import again_when_beaten
from engine.commands.case_step import SYSTEM, StartRequest
from engine.commands.cases import begin_now, deliver
from engine.commands.keeping import event_of, given_up_at
from engine.commands.migrations import UNDO_WITHIN
from engine.core import Engine
from engine.errors import Beaten
from engine.model.step import InstanceId
from engine.store import idempotency
from engine.store.messages import BufferedRow
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)


@again_when_beaten
def deliver_buffered(engine: Engine, name: str) -> int:
    """Hand over what was kept for a message name or a process key that can be served now. Answers how much.

    What fails stays kept and does not hold up the rest: its error is raised once that is committed.
    """
    delivered, failures = 0, list[Exception]()
    with engine.transaction(SYSTEM) as tx:
        if tx.is_received(name) and (expires_at := given_up_at(engine, tx)) is not None:
            tx.date_kept(name, expires_at)
        kept = tx.take_buffered("start", name) if tx.current_definition(name) is not None else ()
        if tx.started_by_message(name) is not None:
            kept += tx.take_buffered("message", name)
        for item in kept:
            try:
                with tx.savepoint():
                    tx.mark_delivered(item.id, _hand_over(engine, tx, item))
                delivered += 1
            except Beaten:
                raise
            except Exception as failure:
                failures.append(failure)
    if delivered:
        logger.info("kept messages delivered", action="message.deliver", name=name, count=delivered)
    if failures:
        raise failures[0]
    return delivered


def _hand_over(engine: Engine, tx: Transaction, kept: BufferedRow) -> InstanceId | None:
    """The case that got it."""
    if kept.kind == "start":
        unit = str(kept.payload.get("unit", ""))
        request = StartRequest(key=kept.name, variables=kept.payload, unit=unit, parent_task=kept.from_task)
        return begin_now(engine, tx, request, by=SYSTEM, parent_instance=kept.from_instance)
    reached = deliver(engine, tx, event_of(kept), by=SYSTEM)
    return reached[0] if reached else None


def throw_away_expired(engine: Engine) -> None:
    """Ended sessions, old sign-in attempts, answers of idempotent requests older than a day, try-outs, and the states
    from before a migration that nobody can take back any more."""
    with engine.transaction(SYSTEM) as tx:
        now = tx.wall_now()
        tx.purge_sessions(at=now, idle_since=now - IDLE)
        tx.purge_attempts(before=now - 4 * WINDOW)
        idempotency.purge(tx, now)
        tx.purge_trials(at=now)
        tx.purge_channel_notices(before=now - channels.KEPT)
        tx.forget_expired_messages()
        tx.forget_migrated_states(before=tx.now - UNDO_WITHIN)


HOUSEKEEPING_EVERY = timedelta(minutes=10)
