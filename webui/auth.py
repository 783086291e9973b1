"""Who is asking, and may they? Sessions by cookie, tokens by header, one declared rule per route; no rule, no way in.

A route says its rule with a decorator: @rule("public"), "signed_in", "role:operator|auditor" (one of them), "clock".
A route that says nothing answers 500 to everybody (test_routes.py finds it before that). What a person may do with a
case is decided in the commands and by row security, never here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from flask import Flask, Response, current_app, g, request

from engine.commands import accounts
from engine.commands.accounts import Visitor
from engine.core import Engine
from engine.errors import ChangxiaoError, NotFound, NotSignedIn, Refused
from engine.model.clock import local_day
from engine.model.step import PersonId
from engine.queries.people import roles_of
from webui import csrf
from webui.service import current_service, current_settings

logger = structlog.get_logger(__name__)

COOKIE, SECURE_COOKIE = "cx_session", "__Host-cx"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ROLES = frozenset(
    {"officer", "unit_leader", "inspector", "reviewer", "intake", "analyst", "admin", "auditor", "operator"}
)
_RULE, _BY_ITSELF, _FOR_NEW = "access_rule", "asked_by_the_browser_itself", "for_new_passwords"
View = TypeVar("View", bound=Callable[..., Any])


class RuleMissing(ChangxiaoError):
    """A route was reached that does not say who may use it."""

    code = "rule_missing"


class RoleMissing(Refused):
    """This needs a role that the caller does not have. Facts: roles."""

    code = "role_missing"


class PasswordToChange(Refused):
    """The password was given by an administrator: the person chooses another one before anything else."""

    code = "password_to_change"


class CredentialsTwice(Refused):
    """A bearer token and a session cookie came together: which one is meant?"""

    code = "credentials_twice"


def rule(name: str) -> Callable[[View], View]:
    """Declare who may use a route. Raises ValueError for a rule that does not exist."""
    if name not in {"public", "signed_in", "clock"} and not _roles_of_rule(name) <= ROLES:
        raise ValueError(f"{name!r} is not a rule.")

    def declare(view: View) -> View:
        setattr(view, _RULE, name)
        return view

    return declare


def asked_by_itself(view: View) -> View:
    """Mark a route that open pages ask again and again without anybody's doing: it keeps no session awake."""
    setattr(view, _BY_ITSELF, True)
    return view


def for_new_passwords(view: View) -> View:
    """Mark a route that is open to somebody who must choose a password first."""
    setattr(view, _FOR_NEW, True)
    return view


def declare(app: Flask, endpoint: str, name: str) -> None:
    """Declare the rule of a route that a library made."""
    rule(name)(app.view_functions[endpoint])


def route_rules(app: Flask) -> dict[str, str]:
    """{endpoint: rule} of every route; "" where none is declared."""
    return {endpoint: getattr(view, _RULE, "") for endpoint, view in app.view_functions.items()}


def install(app: Flask) -> None:
    """Check every request before it reaches its route, and note refusals after it."""
    app.before_request(_guard)
    app.after_request(_note_refusal)
    app.after_request(csrf.keep_nonce)


def current_visitor() -> Visitor | None:
    """Who is asking; None: nobody we know."""
    visitor: Visitor | None = g.get("visitor")
    return visitor


def current_person() -> PersonId:
    """Who is asking. Raises NotSignedIn."""
    visitor = current_visitor()
    if visitor is None:
        raise NotSignedIn
    return visitor.person_id


def csrf_token() -> str:
    """The token that a form of this page must carry: of the session, or of the browser while nobody is signed in."""
    visitor = current_visitor()
    return visitor.csrf if visitor is not None else csrf.anonymous_token()


def token_of_request() -> str:
    """The session or API token of this request, "" for none. Raises CredentialsTwice."""
    header = request.headers.get("Authorization", "")
    cookie = request.cookies.get(cookie_name(), "") if "HTTP_COOKIE" in request.environ else ""
    if not header:
        return cookie
    if cookie:
        raise CredentialsTwice
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn
    return token.strip()


def cookie_name() -> str:
    return SECURE_COOKIE if _is_https() else COOKIE


def set_session_cookie(response: Response, signed_in: accounts.SignedIn) -> None:
    """Give the browser its session. A new session gets a new cookie: none is ever taken over."""
    response.set_cookie(cookie_name(), signed_in.token, **_cookie_manners())
    csrf.forget_nonce(response)


def clear_session_cookie(response: Response) -> None:
    response.delete_cookie(cookie_name(), **_cookie_manners())


def _guard() -> None:
    if request.url_rule is None:  # no such page: 404 or 405 is told to everybody
        return
    view = current_app.view_functions[request.endpoint or ""]
    wanted = getattr(view, _RULE, "")
    if not wanted:
        raise RuleMissing(f"The route {request.endpoint} declares no rule.")
    token = token_of_request()
    by_itself = getattr(view, _BY_ITSELF, False)
    visitor = accounts.visitor_of(current_service().engine, token, by_itself=by_itself) if token else None
    g.visitor = visitor
    if visitor is not None:
        structlog.contextvars.bind_contextvars(person_id=visitor.person_id)
    _check_forgery(visitor)
    _check_rule(wanted, visitor)
    if visitor is not None and visitor.must_change and wanted != "public" and not getattr(view, _FOR_NEW, False):
        raise PasswordToChange


def _roles_of_rule(name: str) -> frozenset[str]:
    """ "role:analyst|auditor": one of them will do."""
    return frozenset(name.removeprefix("role:").split("|"))


def _check_forgery(visitor: Visitor | None) -> None:
    """Unsafe requests with a cookie come from our own pages; those with a bearer token cannot be forged."""
    if request.method in SAFE_METHODS:
        return
    if "Authorization" in request.headers:
        if visitor is not None and visitor.scopes and "write" not in visitor.scopes:
            raise Refused("This token reads only.", code="scope_missing")
        return
    if visitor is not None:
        csrf.check(visitor.csrf)


def _check_rule(wanted: str, visitor: Visitor | None) -> None:
    if wanted == "public":
        return
    mode = current_settings().mode
    if wanted == "clock":
        if mode == "live":
            raise NotFound("There is no clock to move in live mode.")
        if mode == "rehearsal":
            return
    if visitor is None:
        raise NotSignedIn
    roles = _roles_of_rule(wanted) if wanted.startswith("role:") else frozenset()
    if roles and not roles & roles_today(current_service().engine, visitor.person_id):
        raise RoleMissing(f"{visitor.person_id} is no {' or '.join(sorted(roles))}.", roles=sorted(roles))


def roles_today(engine: Engine, person: PersonId) -> frozenset[str]:
    """Roles that the person has anywhere today."""
    with engine.reading(person) as tx:
        return roles_of(engine.reference(tx).organization, person, local_day(tx.now))


def _note_refusal(response: Response) -> Response:
    """Failed authorisation is logged; of people we know, it goes to the access log as well."""
    if response.status_code not in (401, 403):
        return response
    visitor = current_visitor()
    logger.warning("refused", action="access.refuse", status=response.status_code, endpoint=request.endpoint)
    if visitor is not None and response.status_code == 403:
        try:
            with current_service().engine.transaction(visitor.person_id) as tx:
                body = {"method": request.method, "path": request.path}
                tx.access("access.refused", address=request.remote_addr or "", body=body)
        except Exception:
            # The refusal stands even where it cannot be written down.
            logger.exception("refusal not written down", action="access.refuse")
    return response


def _is_https() -> bool:
    return current_settings().public_url.startswith("https://") or request.is_secure


def _cookie_manners() -> dict[str, Any]:
    return {"path": "/", "secure": _is_https(), "httponly": True, "samesite": "Lax"}
