"""Forged requests are refused: token and origin of every unsafe request that a cookie would sign."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from flask import Response, g, request

from engine.errors import Refused
from engine.keyring import installation_key
from webui.service import current_settings

HEADER, FIELD = "X-CSRF-Token", "csrf_token"
NONCE_COOKIE = "cx_form"


class Forged(Refused):
    """The request does not come from one of our own pages."""

    code = "forged_request"


def check(expected: str) -> None:
    """Raises Forged unless this request carries the token and comes from our own origin."""
    sent = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if not expected or not hmac.compare_digest(sent.encode(), expected.encode()):
        raise Forged("The CSRF token is missing or wrong.")
    _check_origin()


def check_anonymous() -> None:
    """The same for the form of somebody who is not signed in yet (signing in itself can be forged too)."""
    nonce = request.cookies.get(NONCE_COOKIE, "")
    check(_sign(nonce) if nonce else "")


def anonymous_token() -> str:
    """The token for this browser's forms before anybody is signed in; `keep_nonce` sets the cookie it is tied to."""
    nonce = request.cookies.get(NONCE_COOKIE) or g.get("csrf_nonce")
    if not nonce:
        nonce = g.csrf_nonce = secrets.token_urlsafe(24)
    return _sign(nonce)


def keep_nonce(response: Response) -> Response:
    """After the request: give the browser the nonce that a form of this answer was signed with."""
    nonce = g.get("csrf_nonce")
    if nonce:
        secure = current_settings().public_url.startswith("https://") or request.is_secure
        response.set_cookie(NONCE_COOKIE, nonce, path="/", secure=secure, httponly=True, samesite="Lax")
    return response


def forget_nonce(response: Response) -> None:
    response.delete_cookie(NONCE_COOKIE, path="/")


def _check_origin() -> None:
    """Browsers name the origin of every unsafe request; older ones at least the page it came from."""
    named = request.headers.get("Origin") or request.headers.get("Referer") or ""
    if not named and request.headers.get("Sec-Fetch-Site") == "same-origin":
        return
    parts = urlsplit(named)
    if f"{parts.scheme}://{parts.netloc}" != _own_origin():
        raise Forged(f"The request comes from {named or 'nowhere'}.")


def _own_origin() -> str:
    parts = urlsplit(current_settings().public_url or request.host_url)
    return f"{parts.scheme}://{parts.netloc}"


def _sign(nonce: str) -> str:
    return hmac.new(installation_key(current_settings()), nonce.encode(), hashlib.sha256).hexdigest()
