"""How pages look for this reader: as the account says; before signing in, as this browser last looked."""

from __future__ import annotations

from typing import cast

from flask import Response, request

from engine.model.preferences import Preferences, Theme
from webui.auth import current_visitor

COOKIE = "cx_view"
_THEMES = ("system", "light", "dark")
_MAX_AGE_SECONDS = 365 * 24 * 3600


def preferences() -> Preferences:
    """Of the account that is signed in; else of this browser, where an unreadable cookie counts as none."""
    visitor = current_visitor()
    if visitor is not None:
        return visitor.preferences
    theme, _, rest = request.cookies.get(COOKIE, "").partition(".")
    if theme not in _THEMES:
        return Preferences()
    return Preferences(theme=cast("Theme", theme), large_text=rest == "large")


def keep(response: Response, chosen: Preferences, *, secure: bool) -> None:
    """Let the login page look like the others. Scripts have no business with the cookie, so they cannot read it."""
    response.set_cookie(
        COOKIE,
        f"{chosen.theme}.{'large' if chosen.large_text else ''}",
        max_age=_MAX_AGE_SECONDS,
        path="/",
        secure=secure,
        httponly=True,
        samesite="Lax",
    )
