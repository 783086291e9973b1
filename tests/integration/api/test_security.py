"""The checklist of security.md §3 and §5, as it stands: sessions, hashes, tokens, forged requests, logs, open doors."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import structlog
from argon2 import extract_parameters
from flask import Flask

from engine.commands import accounts, demonstration
from engine.commands import instances as starting
from engine.core import Engine
from engine.errors import InputRejected, Refused
from engine.logs import exception_without_values
from engine.model.step import PersonId
from engine.store.roles import Addresses
from tests.integration.api.conftest import API, PASSWORD, Caller, file_part, register
from tests.integration.api.test_attachments import PDF
from tests.integration.api.test_lifecycle import ISSUE, NAMED, PLAN
from tests.integration.test_routes import filled, routes
from webui.app import create_app
from webui.auth import COOKIE, route_rules
from webui.service import Service

CANARY = "金丝雀住在七号楼"
STRANGER = "查无此人其名"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


# -- sessions


def test_a_session_ends_after_twelve_hours_however_busy_it_was(engine: Engine, nobody: Caller) -> None:
    nobody.token = nobody.post("/sessions", {"username": "u201", "password": PASSWORD}, status=201)["token"]
    digest = hashlib.sha256(nobody.token.encode()).digest()
    with engine.transaction("system") as tx:
        session = tx.session(digest)
        assert session is not None
        assert session.expires_at - session.created_at == timedelta(hours=12)
        tx.end_session(digest)
        now = tx.wall_now()
        tx.add_session(replace(session, last_seen_at=now, expires_at=now - timedelta(seconds=1)))
    nobody.get("/me", status=401)


def test_people_see_their_sessions_and_end_the_one_they_left_open(app: Flask, nobody: Caller, leader: Caller) -> None:
    left_open = Caller(app.test_client(use_cookies=False))
    for caller in (nobody, left_open):
        caller.token = caller.post("/sessions", {"username": "u202", "password": PASSWORD}, status=201)["token"]
    listed = nobody.get("/sessions")["items"]
    assert [item["is_current"] for item in listed].count(True) == 1
    assert not [token for token in (nobody.token, left_open.token) if token in json.dumps(listed)]
    other = next(item["id"] for item in listed if not item["is_current"])

    assert leader.call("DELETE", f"/sessions/{other}").status_code == 404  # somebody else's
    left_open.get("/me")
    assert nobody.call("DELETE", f"/sessions/{other}").status_code == 204

    left_open.get("/me", status=401)
    nobody.get("/me")
    assert nobody.call("DELETE", f"/sessions/{other}").status_code == 404


def test_a_new_password_ends_every_session(engine: Engine, nobody: Caller) -> None:
    nobody.token = nobody.post("/sessions", {"username": "u203", "password": PASSWORD}, status=201)["token"]
    accounts.set_password(engine, PersonId("u203"), "another-password", by="system")
    nobody.get("/me", status=401)


# -- passwords and tokens


def test_a_password_is_hashed_with_nineteen_mebibytes_two_passes_and_one_lane(engine: Engine) -> None:
    with engine.reading("system") as tx:
        account = tx.account("u041")
    assert account is not None
    for stored in (accounts.hash_password("a-long-password"), account.password_hash, accounts._NOBODY):
        found = extract_parameters(stored)
        assert (found.type.name, found.memory_cost, found.time_cost, found.parallelism) == ("ID", 19 * 1024, 2, 1)


def test_no_more_than_two_passwords_are_hashed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock = 0, 0, threading.Lock()

    class Counting:
        """The real hasher with a count around it."""

        def hash(self, password: str) -> str:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            time.sleep(0.02)
            with lock:
                running -= 1
            return password

    monkeypatch.setattr(accounts, "_hasher", Counting())
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(accounts.hash_password, ["a-long-password"] * 8))
    assert most == 2


def test_a_token_is_random_has_our_prefix_and_lies_in_the_database_as_a_hash_only(
    engine: Engine, module_db: Addresses
) -> None:
    _, token = accounts.issue_token(engine, PersonId("u041"), "robot", life=timedelta(days=365))
    assert re.fullmatch(r"cx_[A-Za-z0-9_-]{43}", token)  # 256 bits
    assert accounts.issue_token(engine, PersonId("u041"), "robot", life=timedelta(days=1))[1] != token
    with psycopg.connect(module_db.admin_url) as connection:
        rows = connection.execute("SELECT token_hash, api_token::text FROM api_token").fetchall()
    assert hashlib.sha256(token.encode()).digest() in [bytes(row[0]) for row in rows]
    assert not [row for row in rows if token in str(row[1]) or token[3:] in str(row[1])]


@pytest.mark.parametrize("life", [timedelta(days=365, seconds=1), timedelta(0), timedelta(days=-1)])
def test_a_token_lives_a_year_at_most(engine: Engine, life: timedelta) -> None:
    with pytest.raises(InputRejected):
        accounts.issue_token(engine, PersonId("u041"), "robot", life=life)


def test_an_expired_token_opens_nothing(engine: Engine, nobody: Caller, module_db: Addresses) -> None:
    token_id, nobody.token = accounts.issue_token(engine, PersonId("u041"), "robot", life=timedelta(days=1))
    nobody.get("/me")
    with psycopg.connect(module_db.admin_url) as connection:
        connection.execute("UPDATE api_token SET expires_at = now() WHERE id = %s", [token_id])
    nobody.get("/me", status=401)


# -- forged requests


def test_every_unsafe_route_refuses_a_cookie_without_token_and_own_origin(app: Flask, engine: Engine) -> None:
    signed_in = accounts.sign_in(engine, "u901", PASSWORD, address="127.0.0.1")
    client = app.test_client()
    client.set_cookie(COOKIE, signed_in.token)
    tried = 0
    for rule, method in routes(app):
        if method == "GET":
            continue
        for headers in ({}, {"Origin": "http://localhost"}, {"X-CSRF-Token": signed_in.csrf, "Origin": "https://a.b"}):
            answer = client.open(filled(rule, {}), method=method, headers=headers)
            assert answer.status_code == 403, (rule.rule, method, headers, answer.status_code)
            tried += 1
    assert tried > 60
    assert client.get(f"{API}/me").status_code == 200


# -- headers


def test_every_page_and_every_error_carries_the_policy_and_is_kept_by_nobody(app: Flask, engine: Engine) -> None:
    signed_in = accounts.sign_in(engine, "u041", PASSWORD, address="127.0.0.1")
    client, pages = app.test_client(), 0
    client.set_cookie(COOKIE, signed_in.token)
    for rule, method in routes(app):
        if method != "GET" or route_rules(app)[rule.endpoint] == "clock" or "stream" in rule.endpoint:
            continue
        answer = client.get(filled(rule, {}))
        answer.close()
        if answer.mimetype == "text/event-stream":
            continue
        assert answer.headers["X-Content-Type-Options"] == "nosniff", rule.rule
        if not rule.rule.startswith("/static"):
            assert answer.headers["Cache-Control"] == "no-store", rule.rule
        # The drawing board sets styles by script: its own pages, and no others, allow that.
        styled = CSP.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
        wanted = styled if rule.rule.startswith("/design/") else CSP
        assert answer.headers["Content-Security-Policy"] == wanted, rule.rule
        pages += answer.mimetype == "text/html"
    assert pages >= 8
    for path in ("/login", "/nothing", "/case/not-an-id", "/api/v1/docs", "/api/v1/nothing"):
        answer = app.test_client().get(path)
        assert answer.headers["Content-Security-Policy"] == CSP, path
        assert answer.headers["Cache-Control"] == "no-store", path


def test_a_download_is_a_file_in_a_sandbox_and_never_a_page(owner: Caller) -> None:
    made = owner.upload("/attachments", {"file": file_part("a.pdf", PDF)})
    headers = owner.call("GET", f"/attachments/{made['id']}").headers
    assert headers["Content-Disposition"].startswith("attachment;")
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["X-Content-Type-Options"] == "nosniff"


# -- logs


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Any:
    """Everything that is logged during the test, as it would be written in production."""
    before = structlog.get_config()
    written: list[str] = []

    def keep(_logger: object, _method: str, event: Any) -> Any:
        written.append(json.dumps(dict(event), ensure_ascii=False, default=str))
        raise structlog.DropEvent

    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, exception_without_values, keep],
        cache_logger_on_first_use=False,
    )
    yield written
    structlog.configure(**before)


def test_what_is_typed_into_a_form_is_found_in_no_log_no_job_and_no_history(
    app: Flask,
    inspector: Caller,
    leader: Caller,
    owner: Caller,
    module_db: Addresses,
    lines: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    facts = f"抽查值班备勤记录，发现交接登记缺少签字，{CANARY}，已当场反馈并留存底稿，请单位核对后整改到位。"
    case = register(inspector, facts=facts)["id"]
    inspector.do("S1_T2", ISSUE | {"opinion": CANARY}, instance_id=case)
    leader.do("S1_T3", NAMED, instance_id=case)
    measures = [{"what": CANARY, "who": "u101", "by": "2026-03-03"}]
    task = owner.inbox(instance_id=case)["S1_T4"]["id"]
    owner.put(f"/tasks/{task}/draft", {"values": {"root_cause": CANARY}})
    owner.post(f"/tasks/{task}/complete", {"values": {"root_cause": CANARY, "nothing": CANARY}}, status=422)
    owner.post(f"/tasks/{task}/complete", {"values": PLAN | {"root_cause": CANARY * 3, "measures": measures}})
    owner.post(f"/tasks/{task}/complete", {"values": {"root_cause": CANARY}}, status=409)
    owner.post("/tasks/00000000-0000-7000-8000-000000000000/complete", {"values": {"a": CANARY}}, status=404)
    owner.call("GET", f"/tasks?q={CANARY}")
    breaks(monkeypatch)
    owner.post("/process-definitions/S1_RECTIFY/instances", {"variables": {"facts": facts}}, status=500)

    logged = "\n".join(lines) + "".join(capsys.readouterr())
    assert "task.complete" in logged
    assert "instances.start" in logged  # the failure is there
    assert CANARY not in logged
    with psycopg.connect(module_db.admin_url) as connection:
        tables = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        names = [psycopg.sql.Identifier(str(row[0])) for row in connection.execute(tables)]
        ask = psycopg.sql.SQL("SELECT count(*) FROM {} AS r WHERE r::text LIKE %s OR r::text LIKE %s")
        needles = [f"%{CANARY}%", f"%{CANARY.encode().hex()}%"]  # bytes are shown in hexadecimal
        found = {
            name.as_string()[1:-1] for name in names if connection.execute(ask.format(name), needles).fetchone() != (0,)
        }
    # Only where it belongs, seen by those who see the case: the form, and the paper made of it. The draft is gone.
    assert found == {"document", "submission"}


def breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on, starting a case dies of an error that quotes what was typed."""

    def die(_engine: object, _key: str, _person: object, values: object, **_options: object) -> None:
        raise ValueError(f"cannot read {values!r}")

    monkeypatch.setattr(starting, "start", die)


def test_a_failed_authorisation_is_logged_with_who_where_and_nothing_else(inspector: Caller, lines: list[str]) -> None:
    inspector.get("/incidents", status=403)
    Caller(inspector.client).get("/me", status=401)
    refused = [json.loads(line) for line in lines if "access.refuse" in line]
    assert [(line["status"], line.get("person_id"), line["endpoint"]) for line in refused] == [
        (403, "u041", "incidents.listing"),
        (401, None, "me.show"),
    ]
    assert all(inspector.token not in line for line in lines)


def test_a_failed_sign_in_is_logged_without_name_and_password(nobody: Caller, lines: list[str]) -> None:
    nobody.post("/sessions", {"username": STRANGER, "password": STRANGER}, status=401)
    assert any("session.refuse" in line for line in lines)
    assert not [line for line in lines if STRANGER in line]


# -- open doors


def test_live_mode_lets_nobody_into_a_database_of_the_demonstration(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The server of the tests is not durable, which live mode refuses before it looks into the database.
    monkeypatch.setattr("engine.store.database.check_fit", lambda _url: None)
    live = replace(engine.settings, mode="live")
    with pytest.raises(Refused) as refused:
        _ = Service(live).engine
    assert refused.value.facts["mode"] == "rehearsal"
    with pytest.raises(Refused):
        demonstration.prepare_live(engine)
    client = create_app(live).test_client()
    answer = client.post(f"{API}/sessions", json={"username": "u041", "password": PASSWORD})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "other_mode")
    assert client.get("/readyz").status_code == 503


def test_the_open_doors_of_the_operator_tell_nothing_of_people_cases_or_machine(app: Flask, case: str) -> None:
    client = app.test_client()
    client.get(f"/case/{case}?q={CANARY}")
    client.get(f"/{CANARY}")
    said = {path: client.get(path).get_data(as_text=True) for path in ("/healthz", "/readyz", "/metrics")}
    assert json.loads(said["/healthz"]) == {"status": "ok"}
    assert set(json.loads(said["/readyz"])) == {"status", "database", "sandbox"}
    labels = set(re.findall(r'route="([^"]*)"', said["/metrics"]))
    assert labels <= {rule.rule for rule in app.url_map.iter_rules()} | {"unknown"}
    said["/metrics"] = re.sub(r'route="[^"]*"', "", said["/metrics"])  # names of routes, of which one is of passwords
    forbidden = (case, CANARY, "u041", "532503", "postgresql://", "password", str(app.root_path))
    assert [(path, word) for path, text in said.items() for word in forbidden if word in text] == []
