"""The robot of a DingTalk group (钉钉自定义机器人, open.dingtalk.com/document/robots/custom-robot-access)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from urllib.parse import urlencode

from engine.config import Settings
from engine.outgoing.http import check_errcode, encoded, post
from engine.outgoing.message import Message, Target
from engine.outgoing.wecom import cut

MOST_BYTES = 18_000
#: Sent too fast; no such token, or the check of signature, key word or address fails.
_BUSY, _WRONG = frozenset({130101}), frozenset({300001, 310000})


def send(settings: Settings, target: Target, message: Message) -> None:
    """Raises ChannelFailed unless DingTalk answers errcode 0. With a secret the address is signed (加签)."""
    query = urlencode(signed(target.secret, message.sent_at)) if target.secret else ""
    body = encoded({"msgtype": "text", "text": {"content": cut(f"{message.subject}\n{message.text}", MOST_BYTES)}})
    check_errcode(post(settings, target, body, query=query), busy=_BUSY, wrong=_WRONG)


def signed(secret: str, at: datetime) -> dict[str, str]:
    """timestamp in milliseconds, and sign: HMAC-SHA256 of "timestamp\\nsecret" with the secret as key, in base64."""
    milliseconds = str(int(at.timestamp() * 1000))
    digest = hmac.new(secret.encode(), f"{milliseconds}\n{secret}".encode(), hashlib.sha256).digest()
    return {"timestamp": milliseconds, "sign": base64.b64encode(digest).decode()}
