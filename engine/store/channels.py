"""Channels and the notices on their way through them.

Nothing is added to the step that makes a notice. The worker looks for young notices of everybody who has a channel, by
the index of their own list; it looks back a little further than last time, because a transaction becomes visible only
when it commits, and each notice is written once for each channel.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, delete, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from engine.errors import NotFound
from engine.model.step import InstanceId, PersonId, TaskId
from engine.store import tables as t
from engine.store.scope import Scope, of

#: Longer than any transaction that writes a notice.
LOOK_BACK = timedelta(minutes=15)
_CHANNEL, _WAITING, _NOTICE = t.channel.c, t.channel_notice.c, t.notice.c


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRow:
    """A channel as it is kept. `address` and `secret` are encrypted."""

    id: UUID
    owner_kind: str
    owner: str
    kind: str
    address: bytes
    secret: bytes | None
    groups: Sequence[str]
    rhythm: str
    rests: bool
    language: str
    active: bool
    looked_until: datetime
    failures: int
    failing_since: datetime | None
    next_try_at: datetime | None
    last_reason: str
    last_sent_at: datetime | None
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class YoungNotice:
    """A notice that a channel has not looked at yet."""

    channel_id: UUID
    id: UUID
    person_id: PersonId
    kind: str
    at: datetime
    ladder_profile: str | None  #: of its task; HOUR counts in natural hours


@dataclass(frozen=True, slots=True, kw_only=True)
class DueNotice:
    """A notice that may be sent now, with as much of its case as may be told outside."""

    id: UUID
    person_id: PersonId
    kind: str
    at: datetime
    read_at: datetime | None
    instance_id: InstanceId | None
    task_id: TaskId | None
    number: str | None  #: of the paper it speaks of, else of the case
    due_on: date | None
    sealed: bool


class Channels(Scope):
    """Part of Transaction."""

    __slots__ = ()

    def channels_of(self, owner_kind: str, owners: Iterable[str]) -> tuple[ChannelRow, ...]:
        """The channels of these people or units, in the order of owner and kind."""
        query = of(ChannelRow, t.channel).where(_CHANNEL.owner_kind == owner_kind, _CHANNEL.owner.in_(list(owners)))
        return self._list(ChannelRow, query.order_by(_CHANNEL.owner, _CHANNEL.kind, _CHANNEL.id))

    def channel(self, channel_id: UUID, *, lock: bool = False) -> ChannelRow:
        """Raises NotFound, also for one that the actor may not see."""
        query = of(ChannelRow, t.channel).where(_CHANNEL.id == channel_id)
        found = self._find(ChannelRow, query.with_for_update() if lock else query)
        if found is None:
            raise NotFound(f"There is no channel {channel_id}.", id=str(channel_id))
        return found

    def channels_of_id(self, channel_id: UUID) -> tuple[ChannelRow, ...]:
        """The channel, or nothing: a job may come after it was dropped."""
        return self._list(ChannelRow, of(ChannelRow, t.channel).where(_CHANNEL.id == channel_id))

    def save_channel(self, row: ChannelRow) -> None:
        """Write it, new or in place of the one with its id."""
        new = insert(t.channel).values(asdict(row))
        told = {column.name: new.excluded[column.name] for column in t.channel.columns if column.name != "id"}
        self.connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=told))

    def drop_channel(self, channel_id: UUID) -> None:
        self._run(delete(t.channel).where(_CHANNEL.id == channel_id))

    def active_channels(self) -> tuple[ChannelRow, ...]:
        """All that send, locked; those that another worker looks through are left out."""
        query = of(ChannelRow, t.channel).where(_CHANNEL.active).order_by(_CHANNEL.id)
        return self._list(ChannelRow, query.with_for_update(skip_locked=True))

    def young_notices(
        self, channel: ChannelRow, people: Sequence[str], kinds: Sequence[str], *, limit: int
    ) -> tuple[YoungNotice, ...]:
        """What these people were told of these kinds since the channel last looked, the oldest first."""
        known = select(_WAITING.notice_id).where(
            _WAITING.channel_id == channel.id,
            _WAITING.notice_id == _NOTICE.id,
            _WAITING.person_id == _NOTICE.person_id,
        )
        query = (
            select(
                bindparam("channel", channel.id, t.channel.c.id.type).label("channel_id"),
                *(_NOTICE[name] for name in ("id", "person_id", "kind", "at")),
                t.user_task.c.ladder_profile,
            )
            .select_from(t.notice)
            .outerjoin(t.user_task, t.user_task.c.id == _NOTICE.task_id)
            .where(
                _NOTICE.person_id.in_(list(people)),
                _NOTICE.at > channel.looked_until - LOOK_BACK,
                _NOTICE.kind.in_(list(kinds)),
                _NOTICE.read_at.is_(None),
                ~known.exists(),
            )
            .order_by(_NOTICE.at, _NOTICE.id)
            .limit(limit)
        )
        return self._list(YoungNotice, query)

    def queue_notices(self, rows: Iterable[tuple[YoungNotice, datetime]]) -> None:
        """Let them wait until they may go. What waits already keeps its time."""
        values = [
            {"channel_id": notice.channel_id, "notice_id": notice.id, "person_id": notice.person_id, "may_go_at": at}
            for notice, at in rows
        ]
        if values:
            self.connection.execute(insert(t.channel_notice).on_conflict_do_nothing(), values)

    def looked_through(self, channel_id: UUID, until: datetime) -> None:
        """The channel knows all notices up to `until` (business time)."""
        self._run(update(t.channel).where(_CHANNEL.id == channel_id).values(looked_until=until))

    def channels_with_work(self, *, at: datetime, wall: datetime) -> tuple[UUID, ...]:
        """Channels for which something may go at `at` and which may be tried at `wall`."""
        waits = select(_WAITING.notice_id).where(
            _WAITING.channel_id == _CHANNEL.id, _WAITING.settled_at.is_(None), _WAITING.may_go_at <= at
        )
        ready = or_(_CHANNEL.next_try_at.is_(None), _CHANNEL.next_try_at <= wall)
        query = select(_CHANNEL.id).where(_CHANNEL.active, ready, waits.exists()).order_by(_CHANNEL.id)
        return tuple(self.connection.execute(query).scalars())

    def due_notices(self, channel_id: UUID, *, limit: int) -> tuple[DueNotice, ...]:
        """What may go now, the oldest first."""
        case, task = t.instance.c, t.user_task.c
        number = func.coalesce(func.nullif(_NOTICE.facts["no"].astext, ""), case.business_no).label("number")
        query = (
            select(
                *(_NOTICE[name] for name in ("id", "person_id", "kind", "at", "read_at", "instance_id", "task_id")),
                number,
                task.due_on,
                func.coalesce(case.sealed, False).label("sealed"),
            )
            .select_from(t.channel_notice)
            .join(t.notice, (_NOTICE.id == _WAITING.notice_id) & (_NOTICE.person_id == _WAITING.person_id))
            .outerjoin(t.instance, case.id == _NOTICE.instance_id)
            .outerjoin(t.user_task, task.id == _NOTICE.task_id)
            .where(_WAITING.channel_id == channel_id, _WAITING.settled_at.is_(None), _WAITING.may_go_at <= self.now)
            .order_by(_NOTICE.at, _NOTICE.id)
            .limit(limit)
        )
        return self._list(DueNotice, query)

    def settle_notices(self, channel_id: UUID, notices: Iterable[DueNotice], at: datetime) -> None:
        """They need not be sent any more."""
        known = [(notice.id, notice.person_id) for notice in notices]
        if known:
            mine = tuple_(_WAITING.notice_id, _WAITING.person_id).in_(known)
            this = update(t.channel_notice).where(_WAITING.channel_id == channel_id, mine)
            self._run(this.values(settled_at=at))

    def channel_went(self, channel_id: UUID, at: datetime) -> None:
        """A message has left at `at` (wall time)."""
        values = {"failures": 0, "failing_since": None, "next_try_at": None, "last_reason": "", "last_sent_at": at}
        self._run(update(t.channel).where(_CHANNEL.id == channel_id).values(values))

    def channel_failed(
        self, channel_id: UUID, *, reason: str, at: datetime, next_try_at: datetime | None, active: bool
    ) -> None:
        """A message could not be sent at `at` (wall time)."""
        self._run(
            update(t.channel)
            .where(_CHANNEL.id == channel_id)
            .values(
                failures=_CHANNEL.failures + 1,
                failing_since=func.coalesce(_CHANNEL.failing_since, at),
                next_try_at=next_try_at,
                last_reason=reason,
                active=active,
            )
        )

    def purge_channel_notices(self, *, before: datetime) -> None:
        """Forget what was settled before `before` (wall time): by then nobody looks at those notices again."""
        self._run(delete(t.channel_notice).where(_WAITING.settled_at < before))
