"""Messages and signals from outside to cases that wait for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response

from engine.commands import messages
from webui.api.blueprint import Arguments, Nouns, answer
from webui.api.idempotent import idempotent
from webui.auth import current_person, rule
from webui.service import current_engine

nouns = Nouns("messages", "Messages and signals")
_NAME = ma.validate.Length(1, 200)


class Signal(Arguments):
    name = ma.fields.String(required=True, validate=_NAME)
    variables = ma.fields.Dict(keys=ma.fields.String(), load_default=dict)


class Message(Signal):
    correlation_key = ma.fields.String(load_default="", validate=ma.validate.Length(max=200))


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """Who got it. Empty after a message: nobody waits yet, so it is kept for the first case that will."""

    instances: tuple[UUID, ...]


@nouns.post("/messages")
@rule("signed_in")
@idempotent
@nouns.takes(Message)
@nouns.answers(200, Delivered)
def send(body: dict[str, Any]) -> Response:
    """Send a message to the one instance that waits for it, or starts with it. 403 for a case of others."""
    reached = messages.send(
        current_engine(), current_person(), body["name"], body["correlation_key"], body["variables"]
    )
    return answer(Delivered(instances=reached))


@nouns.post("/signals")
@rule("signed_in")
@idempotent
@nouns.takes(Signal)
@nouns.answers(200, Delivered)
def broadcast(body: dict[str, Any]) -> Response:
    """Send a signal to every instance that waits for it. 403 when one of them is a case of others.

    sig.case_bulletin is for leaders and inspectors of a committee; its variables are bulletin_no, bulletin_title and
    bulletin_on (default: today), without any person's name.
    """
    reached = messages.broadcast(current_engine(), current_person(), body["name"], body["variables"])
    return answer(Delivered(instances=reached))
