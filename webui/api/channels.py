"""Channels by which notices leave this system: a person's own mail, and those of a unit for its administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response

from engine.commands import channels as commands
from engine.commands.channels import Wanted
from engine.errors import NotFound
from engine.model.channel import GROUPS, KINDS, RHYTHMS, Habits
from engine.queries.channels import ChannelLine, channels_of
from webui.api.blueprint import Arguments, Nouns, Query, answer
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.service import current_engine

nouns = Nouns("channels", "Mail, signed web hooks and group robots that tell of notices")
CHANNEL = "/channels/<uuid:channel_id>"


class ChannelsQuery(Query):
    unit = ma.fields.String(load_default="", metadata={"description": "Those of this unit; else the caller's own."})


class Wishes(Arguments):
    groups = ma.fields.List(ma.fields.String(validate=ma.validate.OneOf(GROUPS)), load_default=lambda: list(GROUPS))
    rhythm = ma.fields.String(validate=ma.validate.OneOf(RHYTHMS), load_default="at_once")
    rests = ma.fields.Boolean(
        load_default=True, metadata={"description": "Nothing on days off and outside office hours."}
    )
    language = ma.fields.String(validate=ma.validate.OneOf(("zh", "en")), load_default="zh")
    active = ma.fields.Boolean(load_default=True)
    secret = ma.fields.String(
        load_default="",
        validate=ma.validate.Length(max=200),
        metadata={"description": "Of a DingTalk robot that signs. That of a web hook is made by the service."},
    )


class NewChannel(Wishes):
    unit = ma.fields.String(load_default="", metadata={"description": "For this unit; else for the caller."})
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(KINDS))
    address = ma.fields.String(required=True, validate=ma.validate.Length(min=1, max=500))


class ChannelChange(Wishes):
    unit = ma.fields.String(load_default="")
    address = ma.fields.String(
        load_default="", validate=ma.validate.Length(max=500), metadata={"description": "Empty: as it is."}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel. address: of robots and web hooks only the origin, since the rest is a key."""

    id: UUID
    kind: str
    address: str
    groups: tuple[str, ...]
    rhythm: str
    rests: bool
    language: str
    active: bool
    failures: int  #: in a row
    failing_since: datetime | None
    last_reason: str
    last_sent_at: datetime | None
    secret: str  #: of a web hook, in the answer to its making only


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelList:
    items: tuple[Channel, ...]


@nouns.get("/channels")
@rule("signed_in")
@nouns.takes(ChannelsQuery, location="query")
@nouns.answers(200, ChannelList)
def own_channels(query: dict[str, str]) -> Response:
    """The caller's channels, or those of a unit that the caller administers."""
    found = channels_of(current_engine(), current_person(), query["unit"])
    return answer(ChannelList(items=tuple(_channel(line) for line in found)))


@nouns.post("/channels")
@rule("signed_in")
@idempotent
@nouns.takes(NewChannel)
@nouns.answers(201, Channel)
def make(body: dict[str, Any]) -> Response:
    """A new channel: mail for the caller; for a unit any kind, by its administrator."""
    return _save(body, body["kind"], None, 201)


@nouns.put(CHANNEL)
@rule("signed_in")
@idempotent
@nouns.takes(ChannelChange)
@nouns.answers(200, Channel)
def change(body: dict[str, Any], channel_id: UUID) -> Response:
    """What is told by it, and when. A channel that was given up begins anew."""
    return _save(body, _one(channel_id, body["unit"]).kind, channel_id, 200)


@nouns.post(f"{CHANNEL}/trial")
@rule("signed_in")
@idempotent
@nouns.answers_nothing()
def try_out(channel_id: UUID) -> Response:
    """Send a message that says only that the channel works; last_sent_at or last_reason tell what came of it."""
    commands.try_out(current_engine(), current_person(), channel_id)
    return Response(status=204)


@nouns.delete(CHANNEL)
@rule("signed_in")
@nouns.answers_nothing()
def remove(channel_id: UUID) -> Response:
    """Forget it, with what still waits in it."""
    commands.drop(current_engine(), current_person(), channel_id)
    return Response(status=204)


def _save(body: dict[str, Any], kind: Any, channel_id: UUID | None, status: int) -> Response:
    habits = Habits(
        groups=frozenset(body["groups"]), rhythm=body["rhythm"], rests=body["rests"], language=body["language"]
    )
    wanted = Wanted(kind=kind, address=body["address"], habits=habits, secret=body["secret"], active=body["active"])
    engine, person, unit = current_engine(), current_person(), body["unit"]
    if unit:
        kept = commands.save_for_unit(engine, person, unit, wanted, channel_id)
    else:
        kept = commands.save_own(engine, person, wanted, channel_id)
    return answer(_channel(_one(kept.id, unit), kept.secret), status)


def _one(channel_id: UUID, unit: str) -> ChannelLine:
    found = channels_of(current_engine(), current_person(), unit)
    for line in found:
        if line.id == channel_id:
            return line
    raise NotFound(f"There is no channel {channel_id}.", id=str(channel_id))


def _channel(line: ChannelLine, secret: str = "") -> Channel:
    return Channel(
        id=line.id,
        kind=line.kind,
        address=line.address,
        groups=line.groups,
        rhythm=line.rhythm,
        rests=line.rests,
        language=line.language,
        active=line.active,
        failures=line.failures,
        failing_since=line.failing_since,
        last_reason=line.last_reason,
        last_sent_at=line.last_sent_at,
        secret=secret,
    )
