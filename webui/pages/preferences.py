"""How a reader wants pages to look: theme, size of text, single-key shortcuts. Kept in a cookie of the browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Response, request

from webui.pages.parts import Theme

COOKIE = "cx_view"
_THEMES = ("system", "light", "dark")
_MAX_AGE_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Of this browser, not of the account: a dark room is not taken along to the office."""

    theme: Theme = "system"
    large_text: bool = False
    shortcuts: bool = True


def preferences() -> Preferences:
    """What this browser has chosen; an unreadable cookie counts as none."""
    theme, _, rest = request.cookies.get(COOKIE, "").partition(".")
    if theme not in _THEMES:
        return Preferences()
    return Preferences(theme=cast("Theme", theme), large_text="large" in rest, shortcuts="nokeys" not in rest)


def keep(response: Response, chosen: Preferences, *, secure: bool) -> None:
    """Remember the choice. Scripts have no business with it, so they cannot read it."""
    marks = [mark for mark, on in (("large", chosen.large_text), ("nokeys", not chosen.shortcuts)) if on]
    response.set_cookie(
        COOKIE,
        f"{chosen.theme}.{'-'.join(marks)}",
        max_age=_MAX_AGE_SECONDS,
        path="/",
        secure=secure,
        httponly=True,
        samesite="Lax",
    )
