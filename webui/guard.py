"""What every request and answer must keep to: body limits per route, a request id, security headers."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from flask import Flask, current_app, g, request
from werkzeug.exceptions import RequestEntityTooLarge

MIB = 1024**2
DEFAULT_BODY_BYTES = 1 * MIB
#: A refused body up to this size is read and thrown away, so that the sender gets to read why.
_DRAIN_BYTES = 64 * MIB
_BLOCK_BYTES = 256 * 1024
_LIMIT = "body_limit_bytes"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

#: frontend.md §4: nothing from elsewhere, no inline script or style, no frame around us.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
#: The editors of the analysts measure text by styles that they write themselves (frontend.md §4): only there.
DESIGN_CSP = CSP.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
DESIGN = "/design/"
#: Uploads are shown to nobody as a page: even one that slips through the allow-list runs nothing.
SANDBOX_CSP = "default-src 'none'; sandbox"
_HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: browsers then send "Origin: null" with a form, and the check of the origin needs a real one.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_LOWER = frozenset(name.lower() for name in _HEADERS)
_OF_DESIGN = _HEADERS | {"Content-Security-Policy": DESIGN_CSP}
_OURS = frozenset({"x-request-id", "cache-control"})  #: whatever a view has said
_FOREVER = "public, max-age=31536000, immutable"
_SHORTLY = "public, max-age=3600"

View = TypeVar("View", bound=Callable[..., Any])


class BodyTooLarge(RequestEntityTooLarge):
    """The body of a request is larger than its route takes."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__()
        self.limit_bytes = limit_bytes


def body_limit(limit_bytes: int) -> Callable[[View], View]:
    """Declare how large the body of a request to this route may be; 1 MiB where nothing is declared."""

    def declare(view: View) -> View:
        setattr(view, _LIMIT, limit_bytes)
        return view

    return declare


def install(app: Flask) -> None:
    """Register the hooks; before those of webui.auth, so that a huge body is refused before anything reads it."""
    app.before_request(_begin)
    app.before_request(_limit_body)


def secure(headers: list[tuple[str, str]]) -> None:
    """Add what every answer carries, just before it goes out. What a view says itself of its content stays."""
    given = {name.lower() for name, _ in headers}
    if not given.isdisjoint(_OURS):
        headers[:] = [item for item in headers if item[0].lower() not in _OURS]
    path = request.path
    wanted = _OF_DESIGN if path.startswith(DESIGN) else _HEADERS
    if given.isdisjoint(_LOWER):
        headers += wanted.items()
    else:
        headers += [(name, value) for name, value in wanted.items() if name.lower() not in given]
    headers += (("X-Request-ID", g.get("request_id", "")), ("Cache-Control", _keeping(path)))


def elapsed_seconds() -> float:
    """Since this request came in."""
    began: float = g.get("began", time.perf_counter())
    return time.perf_counter() - began


def _begin() -> None:
    g.began = time.perf_counter()
    named = request.headers.get("X-Request-ID", "")
    g.request_id = named if _REQUEST_ID.fullmatch(named) else secrets.token_hex(16)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _limit_body() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    limit = getattr(view, _LIMIT, DEFAULT_BODY_BYTES)
    request.max_content_length = limit
    if request.content_length is not None and request.content_length > limit:
        _drain(min(request.content_length, _DRAIN_BYTES))
        raise BodyTooLarge(limit)


def _drain(count: int) -> None:
    stream = request.environ["wsgi.input"]
    while count > 0:
        block = stream.read(min(count, _BLOCK_BYTES))
        if not block:
            return
        count -= len(block)


def _keeping(path: str) -> str:
    """How long a browser may keep the answer."""
    if not path.startswith("/static/"):
        return "no-store"
    return _FOREVER if path.startswith("/static/dist/assets/") else _SHORTLY
