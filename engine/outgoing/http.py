"""Posting JSON: to the origins that the settings name, without following anybody elsewhere."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from engine.config import Settings
from engine.model.channel import may_post_to
from engine.outgoing.message import ChannelFailed, Target

TIMEOUT_SECONDS = 10.0
_MOST_READ = 64 * 1024
_HEADERS = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "changxiao"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    body: bytes

    def json(self) -> Mapping[str, object]:
        """Raises ChannelFailed where it is no JSON object."""
        try:
            found = json.loads(self.body)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise ChannelFailed("answer_unreadable")
        return found


def post(
    settings: Settings, target: Target, body: bytes, *, query: str = "", headers: Mapping[str, str] | None = None
) -> Answer:
    """POST `body` (JSON in UTF-8). Raises ChannelFailed for an address that is not allowed, and where nobody answers.

    query: added to that of the address.

    A redirection is an answer like any other: following it would lead past the list of origins.
    """
    if not may_post_to(target.address, target.kind, settings.outgoing_origins):
        raise ChannelFailed("origin_not_allowed", permanent=True)
    parts = urlsplit(target.address)
    path = parts.path or "/"
    asked = "&".join(filter(None, (parts.query, query)))
    if asked:
        path += f"?{asked}"
    host = parts.hostname or ""
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(host, parts.port, timeout=TIMEOUT_SECONDS, context=context)
    else:
        connection = http.client.HTTPConnection(host, parts.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("POST", path, body, _HEADERS | dict(headers or {}))
        response = connection.getresponse()
        return Answer(status=response.status, body=response.read(_MOST_READ))
    except (OSError, http.client.HTTPException) as failure:
        raise ChannelFailed(_reason(failure)) from failure
    finally:
        connection.close()


def _reason(failure: Exception) -> str:
    """A code without address or key: it is shown and logged."""
    if isinstance(failure, ssl.SSLError):
        return "certificate"
    if isinstance(failure, TimeoutError):
        return "timeout"
    return "unreachable" if isinstance(failure, OSError) else "protocol"


def encoded(value: Mapping[str, object]) -> bytes:
    """JSON as it is sent and signed."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def check_errcode(answer: Answer, *, busy: frozenset[int], wrong: frozenset[int]) -> None:
    """Robots of WeCom and DingTalk answer 200 with `errcode`. Raises ChannelFailed unless it is 0.

    busy: codes of "too many messages", wrong: codes of a key that is not valid, for which trying again is of no use.
    """
    if answer.status >= 300:
        raise ChannelFailed(f"status_{answer.status}", permanent=answer.status in {401, 403, 404, 410})
    code = answer.json().get("errcode")
    if code == 0:
        return
    if not isinstance(code, int):
        raise ChannelFailed("answer_unreadable")
    if code in busy:
        raise ChannelFailed("too_many")
    raise ChannelFailed(f"errcode_{code}", permanent=code in wrong)
