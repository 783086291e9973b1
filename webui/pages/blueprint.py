"""The blueprint that all HTML pages hang on, and where a reader goes who is not signed in."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from engine.errors import NotSignedIn
from webui.auth import PasswordToChange
from webui.pages.framing import here

blueprint = Blueprint("pages", __name__)


@blueprint.errorhandler(NotSignedIn)
def to_login(_error: NotSignedIn) -> BaseResponse:
    """Sign in first, then go on here; a form that was posted is not posted again."""
    wanted = here() if request.method == "GET" else "/inbox"
    target = f"/login?{urlencode({'next': wanted})}"
    if request.headers.get("HX-Request"):
        # A part of a page cannot hold the login: the browser is told to leave.
        return Response(status=204, headers={"HX-Redirect": target})
    return redirect(target, 303)


@blueprint.errorhandler(PasswordToChange)
def to_password(_error: PasswordToChange) -> BaseResponse:
    """Choose a password first."""
    if request.headers.get("HX-Request"):
        return Response(status=204, headers={"HX-Redirect": "/me/password"})
    return redirect("/me/password", 303)
