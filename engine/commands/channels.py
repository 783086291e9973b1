"""Channels: somebody chooses by which ways he is told outside this system; the worker sends. A case never waits for it.

The worker looks for young notices of those who have a channel, lets each wait until it may go, and sends what may go in
one message. Sending happens outside any transaction; what has left is written down afterwards, so a message may arrive
twice after a crash, with the same id, and is never lost.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID, uuid5

import structlog

from engine.commands.case_step import SYSTEM
from engine.commands.organization.rights import check_admin, known_unit
from engine.core import Engine
from engine.errors import InputRejected, TooMany
from engine.keyring import CannotDecrypt
from engine.model.channel import (
    KINDS,
    ChannelKind,
    Habits,
    NoticeFacts,
    Rhythm,
    body,
    check_mailbox,
    may_go_at,
    may_post_to,
    subject,
)
from engine.model.clock import local_day
from engine.model.step import PersonId
from engine.outgoing import ChannelFailed, Message, Target, send
from engine.outgoing.addresses import hidden, revealed
from engine.store.channels import ChannelRow, DueNotice
from engine.store.transaction import Transaction

logger = structlog.get_logger(__name__)

SEND, TRY = "send_notices", "try_channel"  #: names of the jobs
MOST_PER_OWNER = 5
LOOK_EVERY = timedelta(seconds=20)
MOST_AT_A_TIME = 500  #: notices in one look at one channel, and in one message
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=3)
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A channel as somebody wants it."""

    kind: ChannelKind
    address: str
    habits: Habits
    secret: str = ""  #: DingTalk: the key of a robot that signs. Of a web hook it is made here
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The channel that was saved. secret: of a new web hook, told this once."""

    id: UUID
    secret: str = ""


def save_own(engine: Engine, person: PersonId, wanted: Wanted, channel_id: UUID | None = None) -> Kept:
    """A person's own channel, which is mail: new, or in place of `channel_id`.

    Raises InputRejected for an address that is none, or not of an allowed domain; NotFound; TooMany.
    """
    if wanted.kind != "email":
        raise InputRejected(
            "个人只能设置邮件提醒；群机器人和网络回调由系统管理员为单位设置。",
            "A person's own channel is mail; robots and web hooks are set up by administrators for a unit.",
            field="kind",
            value=wanted.kind,
        )
    with engine.transaction(person) as tx:
        return _save(engine, tx, "person", person, wanted, channel_id)


def save_for_unit(engine: Engine, by: PersonId, unit: str, wanted: Wanted, channel_id: UUID | None = None) -> Kept:
    """A channel of a unit: what its people are told, nothing of sealed cases.

    Raises OnlyAdministrators beside what `save_own` raises.
    """
    with engine.transaction(by) as tx:
        organization = check_admin(engine, tx, by, unit)
        known_unit(organization, unit, local_day(tx.now))
        kept = _save(engine, tx, "unit", unit, wanted, channel_id)
        tx.access("channel.save", body={"channel": str(kept.id), "unit": unit, "kind": wanted.kind})
    return kept


def drop(engine: Engine, by: PersonId, channel_id: UUID) -> None:
    """Forget a channel and what still waits in it. Raises NotFound."""
    with engine.transaction(by) as tx:
        row = tx.channel(channel_id, lock=True)
        tx.drop_channel(channel_id)
        if row.owner_kind == "unit":
            tx.access("channel.drop", body={"channel": str(channel_id), "unit": row.owner, "kind": row.kind})


def try_out(engine: Engine, by: PersonId, channel_id: UUID) -> None:
    """Ask the worker for a message that says only that the channel works. Raises NotFound."""
    with engine.transaction(by) as tx:
        tx.channel(channel_id)
        tx.defer(TRY, {"channel": str(channel_id)}, queueing_lock=f"try:{channel_id}")


def look(engine: Engine) -> int:
    """Queue young notices, and ask for the sending of what may go. Answers how many channels have something to send."""
    with engine.transaction(SYSTEM) as tx:
        organization, calendar = engine.reference(tx).organization, engine.reference(tx).calendar
        for row in tx.active_channels():
            of_unit = row.owner_kind == "unit"
            people = [one.id for one in organization.people if one.unit == row.owner] if of_unit else [row.owner]
            habits = _habits(row)
            young = tx.young_notices(row, people, habits.kinds, limit=MOST_AT_A_TIME)
            tx.queue_notices(
                (notice, may_go_at(notice.at, habits, calendar, urgent=notice.ladder_profile == "HOUR"))
                for notice in young
            )
            tx.looked_through(row.id, young[-1].at if len(young) == MOST_AT_A_TIME else tx.now)
        ready = tx.channels_with_work(at=tx.now, wall=tx.wall_now())
        for channel_id in ready:
            tx.defer(SEND, {"channel": str(channel_id)}, queueing_lock=f"send:{channel_id}")
    return len(ready)


def send_waiting(engine: Engine, channel_id: UUID) -> int:
    """Send what may go now in one message. Answers how many notices it told of.

    A failure is written at the channel, which is tried again later and given up after three days; it is not raised.
    """
    with engine.transaction(SYSTEM) as tx:
        found = [row for row in tx.channels_of_id(channel_id) if row.active]
        if not found:
            return 0
        row, wall = found[0], tx.wall_now()
        due = tx.due_notices(channel_id, limit=MOST_AT_A_TIME)
        in_group = row.owner_kind == "unit"
        gone = tuple(notice for notice in due if notice.read_at is not None or (in_group and notice.sealed))
        tx.settle_notices(channel_id, gone, wall)
    waiting = tuple(notice for notice in due if notice not in gone)
    if waiting and _send(engine, row, _message(engine, row, waiting, wall)):
        with engine.transaction(SYSTEM) as tx:
            tx.settle_notices(channel_id, waiting, tx.wall_now())
            tx.channel_went(channel_id, tx.wall_now())
        logger.info("notices sent", action="channel.send", channel_id=str(channel_id), count=len(waiting))
        return len(waiting)
    return 0


def send_trial(engine: Engine, channel_id: UUID) -> bool:
    """Send the message of `try_out`. Answers whether it has left."""
    with engine.transaction(SYSTEM) as tx:
        found = tx.channels_of_id(channel_id)
        wall = tx.wall_now()
    if not found:
        return False
    english = found[0].language == "en"
    message = Message(
        id=str(uuid5(channel_id, wall.isoformat())),
        subject="[changxiao] Test message" if english else "【长效】测试消息",
        text="This channel works." if english else "此渠道可以正常接收消息。",
        sent_at=wall,
    )
    if not _send(engine, found[0], message):
        return False
    with engine.transaction(SYSTEM) as tx:
        tx.channel_went(channel_id, tx.wall_now())
    return True


def _save(
    engine: Engine, tx: Transaction, owner_kind: str, owner: str, wanted: Wanted, channel_id: UUID | None
) -> Kept:
    before = tx.channel(channel_id, lock=True) if channel_id is not None else None
    if before is not None and (before.owner_kind, before.owner, before.kind) != (owner_kind, owner, wanted.kind):
        raise InputRejected(
            "不能更改渠道的归属和类型，请另建一个。",
            "Owner and kind of a channel stay as they are: make another one.",
            field="kind",
        )
    if before is None and len(tx.channels_of(owner_kind, [owner])) >= MOST_PER_OWNER:
        raise TooMany(f"At most {MOST_PER_OWNER} channels.", most=MOST_PER_OWNER)
    # A robot's address is not shown again, so a change of habits leaves it empty.
    address = before.address if before is not None and not wanted.address else _address(engine, wanted)
    secret = wanted.secret
    if wanted.kind == "webhook" and before is None:
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    kept_secret = hidden(engine.settings, secret) if secret else before.secret if before is not None else None
    wall = tx.wall_now()
    row = ChannelRow(
        id=before.id if before is not None else engine.ids.v4(),
        owner_kind=owner_kind,
        owner=owner,
        kind=wanted.kind,
        address=address,
        secret=kept_secret,
        groups=sorted(wanted.habits.groups),
        rhythm=wanted.habits.rhythm,
        rests=wanted.habits.rests,
        language=wanted.habits.language,
        active=wanted.active,
        looked_until=before.looked_until if before is not None and before.active else tx.now,
        failures=0,
        failing_since=None,
        next_try_at=None,
        last_reason="",
        last_sent_at=before.last_sent_at if before is not None else None,
        changed_by=tx.actor,
        changed_at=wall,
    )
    tx.save_channel(row)
    logger.info("channel saved", action="channel.save", channel_id=str(row.id), kind=row.kind)
    return Kept(id=row.id, secret=secret if wanted.kind == "webhook" and before is None else "")


def _address(engine: Engine, wanted: Wanted) -> bytes:
    """Checked and encrypted. Raises InputRejected."""
    if wanted.kind not in KINDS:
        raise InputRejected("没有这种渠道。", "There is no such kind of channel.", field="kind", value=wanted.kind)
    if wanted.kind == "email":
        text = check_mailbox(wanted.address)
        domains = [domain.strip().lower() for domain in engine.settings.mail_domains.split(",") if domain.strip()]
        if domains and text.rpartition("@")[2].lower() not in domains:
            allowed = "、".join(domains)
            raise InputRejected(
                f"只能使用以下域名的邮箱：{allowed}。",
                f"Only mailboxes of these domains may be used: {', '.join(domains)}.",
                field="address",
            )
    else:
        text = wanted.address.strip()
        if not may_post_to(text, wanted.kind, engine.settings.outgoing_origins):
            raise InputRejected(
                "不允许向该地址发送。机器人须使用官方地址；"
                "其他地址须由运行维护人员在 CHANGXIAO_OUTGOING_ORIGINS 中列出。",
                "Nothing may be sent there. A robot has the address of its maker; others are to be listed in"
                " CHANGXIAO_OUTGOING_ORIGINS by whoever runs this service.",
                field="address",
            )
    return hidden(engine.settings, text)


def _habits(row: ChannelRow) -> Habits:
    return Habits(
        groups=frozenset(row.groups),
        rhythm=cast("Rhythm", row.rhythm),
        rests=row.rests,
        language="en" if row.language == "en" else "zh",
    )


def _message(engine: Engine, row: ChannelRow, notices: tuple[DueNotice, ...], wall: datetime) -> Message:
    facts = [
        NoticeFacts(kind=n.kind, at=n.at, number=n.number or "", due_on=n.due_on, sealed=n.sealed) for n in notices
    ]
    link = f"{engine.settings.public_url.rstrip('/')}/messages" if engine.settings.public_url else ""
    return Message(
        # The same notices have the same id at every attempt.
        id=str(uuid5(row.id, " ".join(f"{notice.id}/{notice.person_id}" for notice in notices))),
        subject=subject(facts, row.language),
        text=body(facts, row.language, link),
        sent_at=wall,
        notices=tuple(
            {
                "id": str(notice.id),
                "person": notice.person_id,
                "kind": notice.kind,
                "at": notice.at.isoformat(timespec="seconds"),
                "number": notice.number,
                "due_on": notice.due_on.isoformat() if notice.due_on is not None else None,
                "task_id": str(notice.task_id) if notice.task_id is not None else None,
                "instance_id": str(notice.instance_id) if notice.instance_id is not None else None,
            }
            for notice in notices
        ),
    )


def _send(engine: Engine, row: ChannelRow, message: Message) -> bool:
    """Send it, outside any transaction; a failure is written at the channel."""
    kind = cast("ChannelKind", row.kind)
    try:
        address = revealed(engine.settings, row.address)
        secret = revealed(engine.settings, row.secret) if row.secret is not None else ""
        send(engine.settings, Target(kind=kind, address=address, secret=secret), message)
    except CannotDecrypt:
        _failed(engine, row, ChannelFailed("other_key", permanent=True))
        return False
    except ChannelFailed as failure:
        _failed(engine, row, failure)
        return False
    return True


def _failed(engine: Engine, row: ChannelRow, failure: ChannelFailed) -> None:
    with engine.transaction(SYSTEM) as tx:
        wall = tx.wall_now()
        since = row.failing_since or wall
        hopeless = failure.permanent or wall - since >= GIVE_UP_AFTER
        wait = min(FIRST_WAIT * 2 ** min(row.failures, 10), LONGEST_WAIT)
        tx.channel_failed(
            row.id, reason=failure.cause, at=wall, next_try_at=None if hopeless else wall + wait, active=not hopeless
        )
    logger.warning(
        "channel failed",
        action="channel.send",
        channel_id=str(row.id),
        kind=row.kind,
        state=failure.cause,
    )
