"""Signing in and out of the API: a session that travels as a bearer token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import marshmallow as ma
from flask import Response, request

from engine.commands import accounts
from webui.api.blueprint import Arguments, Nouns, answer
from webui.auth import current_visitor, rule, token_of_request
from webui.service import current_engine

nouns = Nouns("sessions", "Signing in and out")


class Credentials(Arguments):
    username = ma.fields.String(required=True, validate=ma.validate.Length(1, 100))
    password = ma.fields.String(required=True, validate=ma.validate.Length(1, 1000))


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A new session. `token` is shown this once; send it as `Authorization: Bearer …`."""

    token: str
    expires_at: datetime


@nouns.post("/sessions")
@rule("public")
@nouns.takes(Credentials)
@nouns.answers(201, Session)
def sign_in(body: dict[str, str]) -> Response:
    """Sign in. 401 for a wrong name or password, 429 with Retry-After after too many tries."""
    signed_in = accounts.sign_in(
        current_engine(),
        body["username"],
        body["password"],
        address=request.remote_addr or "",
        agent=request.headers.get("User-Agent", ""),
    )
    return answer(Session(token=signed_in.token, expires_at=signed_in.expires_at), 201)


@nouns.delete("/sessions/current")
@rule("signed_in")
@nouns.answers_nothing()
def sign_out() -> Response:
    """End the session of this token. An API token is not a session and stays."""
    visitor = current_visitor()
    if visitor is not None and visitor.token_hash:
        accounts.sign_out(current_engine(), token_of_request())
    return Response(status=204)
