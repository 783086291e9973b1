"""The robot of a WeCom group (企业微信群机器人, developer.work.weixin.qq.com/document/path/91770)."""

from __future__ import annotations

from engine.config import Settings
from engine.outgoing.http import check_errcode, encoded, post
from engine.outgoing.message import Message, Target

MOST_BYTES = 2048  #: of a text in UTF-8
_BUSY, _WRONG = frozenset({45009}), frozenset({93000})  # too many calls; no such robot


def send(settings: Settings, target: Target, message: Message) -> None:
    """Raises ChannelFailed unless WeCom answers errcode 0."""
    body = encoded({"msgtype": "text", "text": {"content": cut(f"{message.subject}\n{message.text}", MOST_BYTES)}})
    check_errcode(post(settings, target, body), busy=_BUSY, wrong=_WRONG)


def cut(text: str, most: int) -> str:
    """As much of `text` as fits into `most` bytes of UTF-8, with an ellipsis where something is left out."""
    whole = text.encode()
    if len(whole) <= most:
        return text
    return whole[: most - 3].decode(errors="ignore") + "…"
