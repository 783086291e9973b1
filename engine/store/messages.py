"""Messages and signals between instances: who waits for one, and those that nobody could take yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from engine.model.step import InstanceId, TaskId, Token
from engine.store import tables as t
from engine.store.scope import Scope, of


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionRow:
    """A token that waits for a message or signal; correlation_key "" takes any."""

    instance_id: InstanceId
    token: Token
    kind: str
    name: str
    correlation_key: str
    node_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BufferedRow:
    """A message nobody waits for yet (kind "message"), or the start of a process not deployed yet (kind "start").

    With `held_for`: a message or signal for a case that stands still, which gets it when it goes on.
    """

    id: UUID
    kind: Literal["message", "signal", "start"]
    name: str  #: message name or process key
    payload: Mapping[str, object]
    thrown_at: datetime
    correlation_key: str = ""
    from_instance: InstanceId | None = None
    from_task: TaskId | None = None
    held_for: InstanceId | None = None
    sent_by: str = ""  #: the person who sent it by hand, and to no case that he may not see; "": a process did
    expires_at: datetime | None = None  #: business time at which it is given up; None: it is not


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCounts:
    """How much is kept of one name that nobody takes yet. What it says is for its receiver alone."""

    kind: str  #: message, signal, start
    name: str  #: message name or process key
    count: int
    since: datetime  #: of the oldest
    expires_at: datetime | None  #: the first that is given up; None: none is


class Messages(Scope):
    """Part of Transaction."""

    __slots__ = ()

    def kept_counts(self) -> tuple[KeptCounts, ...]:
        """What is kept, by kind and name; what is held for a case that stands still among it."""
        kept = t.buffered_message.c
        query = (
            select(
                kept.kind,
                kept.name,
                func.count().label("count"),
                func.min(kept.thrown_at).label("since"),
                func.min(kept.expires_at).label("expires_at"),
            )
            .where(kept.delivered_at.is_(None))
            .group_by(kept.kind, kept.name)
            .order_by(kept.kind, kept.name)
        )
        return self._list(KeptCounts, query)

    def waiting_for(self, kind: str, name: str, correlation_key: str = "") -> tuple[SubscriptionRow, ...]:
        """Tokens that would take this message or signal, in the order in which they began to wait.

        A subscription without a key takes every message; a message without a key reaches every subscription of its
        name. No lock: lock the instance, then deliver; Workflow.message says whether it still waits.
        """
        waiting = t.subscription.c
        query = of(SubscriptionRow, t.subscription).where(waiting.kind == kind, waiting.name == name)
        if correlation_key:
            query = query.where(waiting.correlation_key.in_(("", correlation_key)))
        return self._list(SubscriptionRow, query.order_by(waiting.since, waiting.instance_id, waiting.token))

    def subscriptions_of(self, instance_id: InstanceId) -> tuple[SubscriptionRow, ...]:
        """What the instance waits for."""
        waiting = t.subscription.c
        query = of(SubscriptionRow, t.subscription).where(waiting.instance_id == instance_id)
        return self._list(SubscriptionRow, query.order_by(waiting.token, waiting.name))

    def wait_for_publication(self, name: str) -> None:
        """Before something is kept for a key or start message: let a publication under way finish, hold up the next.

        Afterwards ask again whether the process is there. Without it, what is kept just while the process is
        published is overlooked by the job that delivers, and waits for ever.
        """
        self.connection.execute(select(func.pg_advisory_xact_lock_shared(_kept(name))))

    def hold_up_keeping(self, names: Iterable[str]) -> None:
        """Before a process is made current: wait for those who just keep something for these keys or messages."""
        for name in sorted(names):
            self.connection.execute(select(func.pg_advisory_xact_lock(_kept(name))))

    def buffer_message(self, message: BufferedRow) -> None:
        """Keep what nobody can take yet; it is shown, and delivered when somebody can."""
        self._insert(t.buffered_message, asdict(message))

    def take_buffered(self, kind: str, name: str, correlation_key: str = "") -> tuple[BufferedRow, ...]:
        """What was kept for this name, oldest first, locked: nobody else delivers it. "" takes every key."""
        kept = t.buffered_message.c
        query = of(BufferedRow, t.buffered_message).where(
            kept.kind == kind, kept.name == name, kept.held_for.is_(None), self._is_due_to_somebody()
        )
        if correlation_key:
            query = query.where(kept.correlation_key.in_(("", correlation_key)))
        return self._list(BufferedRow, query.order_by(kept.thrown_at, kept.id).with_for_update(skip_locked=True))

    def next_kept_for(self, instance_id: InstanceId, *, but: Collection[UUID]) -> BufferedRow | None:
        """The oldest kept message that the instance waits for, locked; `but` are not asked again."""
        kept, waiting = t.buffered_message.c, t.subscription.c
        fits = select(waiting.token).where(
            waiting.instance_id == instance_id,
            waiting.kind == "message",
            waiting.name == kept.name,
            or_(waiting.correlation_key.in_(("", kept.correlation_key)), kept.correlation_key == ""),
        )
        query = of(BufferedRow, t.buffered_message).where(
            kept.kind == "message", kept.held_for.is_(None), self._is_due_to_somebody(), fits.exists()
        )
        if but:
            query = query.where(kept.id.not_in(tuple(but)))
        query = query.order_by(kept.thrown_at, kept.id).limit(1)
        return self._find(BufferedRow, query.with_for_update(skip_locked=True))

    def _is_due_to_somebody(self) -> ColumnElement[bool]:
        kept = t.buffered_message.c
        return and_(kept.delivered_at.is_(None), or_(kept.expires_at.is_(None), kept.expires_at > self.now))

    def begin_to_wait(self, names: Iterable[str]) -> None:
        """After the waits for these messages are written: let those finish who just keep one of them.

        Whoever keeps a message holds up the next who begins to wait, asks again who waits, and only then keeps it:
        so it is either seen by this transaction in the buffer, or has seen the wait.
        """
        for name in sorted(names):
            self.connection.execute(select(func.pg_advisory_xact_lock_shared(_awaited(name))))

    def hold_up_waiting(self, name: str) -> None:
        """Before a message is kept: wait for those who have just begun to wait for it, hold up the next."""
        self.connection.execute(select(func.pg_advisory_xact_lock(_awaited(name))))

    def date_kept(self, name: str, expires_at: datetime) -> None:
        """From now on what is kept of this message has an end."""
        kept = t.buffered_message.c
        self._run(
            update(t.buffered_message)
            .where(kept.kind == "message", kept.name == name, kept.held_for.is_(None), kept.expires_at.is_(None))
            .where(kept.delivered_at.is_(None))
            .values(expires_at=expires_at)
        )

    def forget_expired_messages(self) -> None:
        """What a message held that nobody took in time is erased; that there was one stays to be seen."""
        kept = t.buffered_message.c
        self._run(
            update(t.buffered_message)
            .where(kept.expires_at <= self.now, kept.delivered_at.is_(None), kept.payload != {})
            .values(payload={})
        )

    def held_messages(self, instance_id: InstanceId) -> tuple[BufferedRow, ...]:
        """What reached the instance while it stood still, oldest first."""
        kept = t.buffered_message.c
        query = of(BufferedRow, t.buffered_message).where(kept.held_for == instance_id, kept.delivered_at.is_(None))
        return self._list(BufferedRow, query.order_by(kept.thrown_at, kept.id))

    def mark_delivered(self, message_id: UUID, to: InstanceId | None) -> None:
        self._run(
            update(t.buffered_message)
            .where(t.buffered_message.c.id == message_id)
            .values(delivered_at=self.now, delivered_to=to)
        )


def _awaited(name: str) -> ColumnElement[int]:
    """The number of the advisory lock between who keeps a message and who begins to wait for it."""
    return func.hashtext(f"awaited:{name}")


def _kept(name: str) -> ColumnElement[int]:
    """The number of the advisory lock between who keeps and who publishes."""
    return func.hashtext(f"kept:{name}")
