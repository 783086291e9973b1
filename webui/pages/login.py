"""Signing in and out in the browser."""

from __future__ import annotations

from typing import Literal

from flask import make_response, redirect, request
from werkzeug.wrappers import Response

from engine.commands import accounts, demonstration
from engine.errors import NotSignedIn, TooMany
from engine.model.preloaded import preloaded_units, role_labels
from engine.queries.frame import names_of_unit
from webui.auth import clear_session_cookie, current_visitor, rule, set_session_cookie, token_of_request
from webui.csrf import check_anonymous
from webui.pages.blueprint import blueprint
from webui.pages.framing import anonymous_frame, local_path
from webui.pages.rendering import render
from webui.pages.views import DemoLogin, LoginPage
from webui.pages.words import say, unit_name
from webui.service import current_engine, current_settings

LANGUAGE_COOKIE = "cx_language"
_YEAR_SECONDS = 365 * 24 * 3600
#: Enough to try every role; all 485 accounts are listed by `changxiao demo --logins`.
_SHOWN = 14


@blueprint.get("/login")
@rule("public")
def login() -> Response | str:
    if current_visitor() is not None:
        return redirect(local_path(request.args.get("next")), 303)
    chosen = request.args.get("lang")
    if chosen in {"zh", "en"}:
        back = redirect(request.path, 303)
        back.set_cookie(LANGUAGE_COOKIE, chosen, max_age=_YEAR_SECONDS, httponly=True, samesite="Lax", path="/")
        return back
    error: Literal["", "expired"] = "expired" if request.args.get("expired") else ""
    return render(_page(username=request.args.get("username", ""), next_url=request.args.get("next"), error=error))


@blueprint.post("/login")
@rule("public")
def sign_in() -> Response | tuple[str, int]:
    """A new session for the right name and password; else the form again, with what was typed but the password."""
    if current_visitor() is None:
        check_anonymous()
    username, next_url = request.form.get("username", "").strip(), request.form.get("next")
    try:
        signed_in = accounts.sign_in(
            current_engine(),
            username,
            request.form.get("password", ""),
            address=request.remote_addr or "",
            agent=request.headers.get("User-Agent", ""),
        )
    except TooMany as refused:
        minutes = -(-int(str(refused.facts.get("retry_after", 60))) // 60)
        return render(_page(username=username, next_url=next_url, error="locked", retry_minutes=minutes)), 429
    except NotSignedIn:
        return render(_page(username=username, next_url=next_url, error="wrong")), 401
    response = make_response(redirect(local_path(next_url), 303))
    set_session_cookie(response, signed_in)
    return response


@blueprint.post("/logout")
@rule("public")
def sign_out() -> Response:
    """End the session. Whose session has ended already lands on the login page as well."""
    if current_visitor() is not None:
        accounts.sign_out(current_engine(), token_of_request())
    response = make_response(redirect("/login", 303))
    clear_session_cookie(response)
    return response


def _page(
    *,
    username: str,
    next_url: str | None,
    error: Literal["", "wrong", "locked", "expired"] = "",
    retry_minutes: int = 0,
) -> LoginPage:
    is_demo = current_settings().mode in {"demo", "rehearsal"}
    return LoginPage(
        frame=anonymous_frame(),
        username=username[:100],
        next_url=local_path(next_url),
        error=error,
        retry_minutes=retry_minutes,
        demo_logins=_demo_logins() if is_demo else (),
        demo_password=demonstration.PASSWORD if is_demo else "",
    )


def _demo_logins() -> tuple[DemoLogin, ...]:
    units = {unit.code: unit_name(names_of_unit(unit)) for unit in preloaded_units()}
    roles = {label.code: say(label.zh, label.en) for label in role_labels()}
    return tuple(
        DemoLogin(
            username=found["username"],
            name=found["name"],
            role=roles[found["role"]],
            unit=units[found["unit"]],
        )
        for found in demonstration.logins()[:_SHOWN]
    )
