"""Signing in, tokens, cookies, forged requests, roles: who gets in, and who does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.commands import accounts
from engine.core import Engine
from engine.model.step import PersonId
from tests.integration.api.conftest import API, PASSWORD, Caller, Sign
from webui.auth import COOKIE

OWN = {"Origin": "http://localhost"}
BODY = {"variables": {}}


def test_the_right_password_opens_a_session_and_the_wrong_one_says_no_more_than_an_unknown_name(
    nobody: Caller, sign_in: Sign
) -> None:
    assert sign_in("u041").get("/me")["roles"] == ["inspector"]
    wrong = nobody.post("/sessions", {"username": "u041", "password": "wrong"}, status=401)
    unknown = nobody.post("/sessions", {"username": "nobody", "password": "wrong"}, status=401)
    assert wrong == unknown
    assert wrong["code"] == "not_signed_in"


def test_five_wrong_passwords_shut_the_door_for_a_while_with_retry_after(nobody: Caller) -> None:
    body = {"username": "u230", "password": "wrong"}
    for _ in range(5):
        nobody.post("/sessions", body, status=401)
    refused = nobody.call("POST", "/sessions", body | {"password": PASSWORD})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "900")
    assert refused.get_json()["code"] == "too_many_attempts"


def test_a_session_ends_when_it_is_closed(nobody: Caller) -> None:
    nobody.token = nobody.post("/sessions", {"username": "u102", "password": PASSWORD}, status=201)["token"]
    nobody.get("/me")
    assert nobody.call("DELETE", "/sessions/current").status_code == 204
    assert nobody.get("/me", status=401)["code"] == "not_signed_in"


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Basic dTA0MTp4", "Bearer nonsense"])
def test_a_header_that_is_no_token_of_ours_opens_nothing(app: Flask, header: str) -> None:
    assert app.test_client().get(f"{API}/me", headers={"Authorization": header}).status_code == 401


def test_an_api_token_works_until_it_is_revoked_and_a_reading_one_never_writes(engine: Engine, nobody: Caller) -> None:
    person = PersonId("u041")
    _, nobody.token = accounts.issue_token(engine, person, "report", life=timedelta(days=1), scopes=("read",))
    nobody.get("/tasks")
    assert nobody.post("/process-definitions/S1_RECTIFY/instances", BODY, status=403)["code"] == "scope_missing"

    token_id, nobody.token = accounts.issue_token(engine, person, "robot", life=timedelta(days=1))
    nobody.post("/process-definitions/S1_RECTIFY/instances", BODY, status=422)
    with engine.transaction("system") as tx:
        tx.revoke_token(token_id, at=tx.wall_now())
    nobody.get("/me", status=401)


@pytest.fixture
def browser(app: Flask, engine: Engine) -> tuple[FlaskClient, str]:
    """A browser with the cookie of a session, and the CSRF token of that session."""
    signed_in = accounts.sign_in(engine, "u041", PASSWORD, address="127.0.0.1")
    client = app.test_client()
    client.set_cookie(COOKIE, signed_in.token)
    return client, signed_in.csrf


def test_a_cookie_reads_without_more_and_writes_only_with_token_and_own_origin(
    browser: tuple[FlaskClient, str],
) -> None:
    client, csrf = browser
    path = f"{API}/process-definitions/S1_RECTIFY/instances"
    assert client.get(f"{API}/me").status_code == 200
    forged = (
        {},
        OWN,
        {"X-CSRF-Token": csrf},
        {"X-CSRF-Token": csrf, "Origin": "https://elsewhere.example"},
        {"X-CSRF-Token": csrf, "Origin": "null"},
        {"X-CSRF-Token": csrf, "Referer": "https://elsewhere.example/page"},
        {"X-CSRF-Token": csrf[:-1], **OWN},
    )
    for headers in forged:
        answer = client.post(path, json=BODY, headers=headers)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "forged_request"), headers
    allowed = ({"X-CSRF-Token": csrf, **OWN}, {"X-CSRF-Token": csrf, "Referer": "http://localhost/start"})
    for headers in allowed:
        assert client.post(path, json=BODY, headers=headers).status_code == 422, headers


def test_a_cookie_and_a_bearer_token_together_are_refused(browser: tuple[FlaskClient, str], sign_in: Sign) -> None:
    client, _ = browser
    answer = client.get(f"{API}/me", headers={"Authorization": f"Bearer {sign_in('u041').token}"})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "credentials_twice")


def test_an_idle_session_is_over_after_half_an_hour(engine: Engine, nobody: Caller) -> None:
    nobody.token = nobody.post("/sessions", {"username": "u102", "password": PASSWORD}, status=201)["token"]
    with engine.transaction("system") as tx:
        session = tx.sessions_of(PersonId("u102"))[0]
        tx.touch_session(session.token_hash, at=tx.wall_now() - timedelta(minutes=31))
    nobody.get("/me", status=401)


def test_a_missing_role_is_refused_and_noted_in_the_access_log(engine: Engine, inspector: Caller) -> None:
    assert inspector.get("/incidents", status=403)["code"] == "role_missing"
    with engine.reading("system") as tx:
        row = tx.raw.execute("SELECT actor FROM access_log WHERE event = 'access.refused' ORDER BY at DESC").fetchone()
    assert row == ("u041",)


def test_a_disabled_account_is_out_at_once(engine: Engine, nobody: Caller) -> None:
    nobody.token = nobody.post("/sessions", {"username": "u231", "password": PASSWORD}, status=201)["token"]
    with engine.transaction("system") as tx:
        tx.set_account_state(PersonId("u231"), "disabled")
    nobody.get("/me", status=401)


def test_every_answer_carries_the_security_headers_and_its_request_id(nobody: Caller) -> None:
    answer = nobody.call("GET", "/me", X_Request_ID="abcdef-123456")
    assert answer.headers["X-Request-ID"] == "abcdef-123456"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert nobody.call("GET", "/me", X_Request_ID="<bad id>").headers["X-Request-ID"] != "<bad id>"
