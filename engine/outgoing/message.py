"""One message to one channel: which adapter sends it, and how a failure is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import cast

from engine.config import Settings
from engine.errors import ChangxiaoError
from engine.model.channel import ChannelKind


class ChannelFailed(ChangxiaoError):
    """A message could not be sent. Facts: cause (a short code), permanent (trying again is of no use)."""

    code = "channel_failed"

    def __init__(self, cause: str, *, permanent: bool = False) -> None:
        super().__init__(f"The message could not be sent: {cause}.", cause=cause, permanent=permanent)
        self.cause = cause
        self.permanent = permanent


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is sent. `id` is the same at every attempt, so that a receiver knows a repetition."""

    id: str
    subject: str
    text: str
    sent_at: datetime  #: wall time, for headers and signatures
    notices: tuple[Mapping[str, object], ...] = ()  #: for machines: kind, number, person, at of each


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where to. secret: what a web hook is signed with, or the key of a robot that signs."""

    kind: ChannelKind
    address: str
    secret: str = ""


Adapter = Callable[[Settings, Target, Message], None]

#: Imported when first needed: a web process never sends.
_ADAPTERS: Mapping[ChannelKind, str] = {
    "email": "engine.outgoing.mail",
    "webhook": "engine.outgoing.webhook",
    "wecom": "engine.outgoing.wecom",
    "dingtalk": "engine.outgoing.dingtalk",
}


def send(settings: Settings, target: Target, message: Message) -> None:
    """Hand the message over, or raise ChannelFailed. Takes as long as the time limit of the adapter allows."""
    adapter = cast("Adapter", import_module(_ADAPTERS[target.kind]).send)
    adapter(settings, target, message)
