"""Messages that nobody can take yet: kept for a time, or for a case that stands still.

A message that no case waits for is kept, and delivered to the first case that begins to wait for it. It is given up
after the parameter `message_keep_days` (calendar days; 0: never); the time does not run while no process in force can
receive it at all.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.commands.case_step import SYSTEM, CaseStep
from engine.core import Engine
from engine.errors import NotFound
from engine.model.step import InstanceId, ThrownEvent
from engine.store.messages import BufferedRow
from engine.store.transaction import Transaction


def keep(
    engine: Engine,
    tx: Transaction,
    event: ThrownEvent,
    *,
    by: str,
    held_for: InstanceId | None,
    sender: CaseStep | None,
) -> None:
    """Keep a message or signal: for a case that stands still, or until somebody waits for it."""
    received = event.kind == "message" and held_for is None and tx.is_received(event.name)
    tx.buffer_message(
        BufferedRow(
            id=engine.ids.v7(tx.now),
            kind="signal" if event.kind == "signal" else "message",
            name=event.name,
            correlation_key=event.correlation_key,
            payload=event.payload,
            thrown_at=tx.now,
            from_instance=sender.instance_id if sender is not None else None,
            held_for=held_for,
            sent_by=by if sender is None and by != SYSTEM else "",
            expires_at=given_up_at(engine, tx) if received else None,
        )
    )


def given_up_at(engine: Engine, tx: Transaction) -> datetime | None:
    """When a message that is kept from now on is given up; None: never."""
    days = engine.reference(tx).params.number("message_keep_days")
    return tx.now + timedelta(days=days) if days else None


def may_reach(tx: Transaction, kept: BufferedRow, instance_id: InstanceId) -> bool:
    """Nobody moves a case that he may not see, by a message that he left for it either."""
    if not kept.sent_by:
        return True
    with tx.with_eyes_of(kept.sent_by):
        try:
            tx.instance(instance_id)
        except NotFound:
            return False
    return True


def event_of(kept: BufferedRow) -> ThrownEvent:
    """The kept message or signal as it was thrown."""
    return ThrownEvent(
        node_id="",
        kind="signal" if kept.kind == "signal" else "message",
        name=kept.name,
        payload=kept.payload,
        correlation_key=kept.correlation_key,
    )
