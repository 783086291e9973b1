"""Signing in and out of the API: a session that travels as a bearer token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import marshmallow as ma
from flask import Response, request

from engine.commands import accounts
from engine.queries import accounts as queries
from webui.api.blueprint import Arguments, Nouns, answer
from webui.auth import current_person, current_visitor, rule, token_of_request
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


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSession:
    """A session of the caller. `is_current`: the one that asks."""

    id: str
    is_current: bool
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    address: str
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionList:
    items: tuple[OwnSession, ...]


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


@nouns.get("/sessions")
@rule("signed_in")
@nouns.answers(200, SessionList)
def own_sessions() -> Response:
    """Where the caller is signed in, the youngest first."""
    visitor = current_visitor()
    current = visitor.token_hash.hex() if visitor is not None else ""
    rows = queries.sessions(current_engine(), current_person(), idle=accounts.IDLE)
    return answer(
        SessionList(
            items=tuple(
                OwnSession(
                    id=row.id,
                    is_current=bool(current) and current.startswith(row.id),
                    created_at=row.created_at,
                    last_seen_at=row.last_seen_at,
                    expires_at=row.expires_at,
                    address=row.address,
                    agent=row.agent,
                )
                for row in rows
            )
        )
    )


@nouns.delete("/sessions/<string:session_id>")
@rule("signed_in")
@nouns.answers_nothing()
def end_session(session_id: str) -> Response:
    """End another session of the caller: the one of a browser left open elsewhere."""
    accounts.end_session(current_engine(), current_person(), session_id)
    return Response(status=204)
