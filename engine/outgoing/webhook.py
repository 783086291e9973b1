"""Web hooks, signed as the Standard Webhooks specification says (github.com/standard-webhooks/standard-webhooks)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from engine.config import Settings
from engine.outgoing.http import encoded, post
from engine.outgoing.message import ChannelFailed, Message, Target

PREFIX = "whsec_"
#: Gone, or it was never there: the receiver has to be set up anew.
_PERMANENT = frozenset({404, 410})


def send(settings: Settings, target: Target, message: Message) -> None:
    """Raises ChannelFailed unless the receiver answers 2xx."""
    body = encoded(
        {
            "type": "changxiao.notices",
            "timestamp": message.sent_at.isoformat(timespec="seconds"),
            "data": {"notices": list(message.notices)},
        }
    )
    seconds = str(int(message.sent_at.timestamp()))
    headers = {
        "webhook-id": message.id,
        "webhook-timestamp": seconds,
        "webhook-signature": signature(target.secret, message.id, seconds, body),
    }
    answer = post(settings, target, body, headers=headers)
    if not 200 <= answer.status < 300:
        raise ChannelFailed(f"status_{answer.status}", permanent=answer.status in _PERMANENT)


def signature(secret: str, message_id: str, seconds: str, body: bytes) -> str:
    """ "v1,…": HMAC-SHA256 over id, time and body, so that neither can be changed or sent again much later."""
    signed = b".".join((message_id.encode(), seconds.encode(), body))
    digest = hmac.new(key_of(secret), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def key_of(secret: str) -> bytes:
    """The key behind "whsec_" and base64. Raises ChannelFailed for another text."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ChannelFailed("secret_unreadable", permanent=True) from None
