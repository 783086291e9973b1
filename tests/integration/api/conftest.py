"""A rehearsed prefecture behind the REST interface, and people who call it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.commands import demonstration
from engine.core import Engine
from engine.model.clock import SHANGHAI
from engine.store.roles import Addresses
from tests.integration.prepared import opened, rehearsed
from tests.shared_cluster import SharedCluster
from webui.app import create_app

API = "/api/v1"
PASSWORD = demonstration.PASSWORD
BEGINS = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
UNIT, ISSUER = "532503-GA", "532503-ZF"
PROBLEM = {
    "title": "值班备勤交接登记不完整",
    "unit": UNIT,
    "dept": "532503-GA-03",
    "source": "督查",
    "nature": "制度不落实",
    "spread": "部门",
    "public_impact": False,
    "facts": "抽查近一个月值班备勤记录，发现交接登记缺少接班人签字，与值班表核对不一致，已当场反馈并留存底稿。",
}
Body = Mapping[str, object]


@dataclass(slots=True)
class Caller:
    """Somebody with a bearer token, or nobody."""

    client: FlaskClient
    token: str = ""

    def call(self, method: str, path: str, body: object = None, **headers: str) -> TestResponse:
        """Send JSON to /api/v1 + path. Keyword names are headers, "_" for "-"."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        data = json.dumps(body) if body is not None else None
        content_type = "application/json" if body is not None else None
        return self.client.open(API + path, method=method, data=data, content_type=content_type, headers=sent)

    def get(self, path: str, *, status: int = 200) -> Any:
        return self._read(self.call("GET", path), status)

    def post(self, path: str, body: object = None, *, status: int = 200, **headers: str) -> Any:
        return self._read(self.call("POST", path, body, **headers), status)

    def read(self, method: str, path: str, body: object = None, *, status: int = 200) -> Any:
        return self._read(self.call(method, path, body), status)

    def put(self, path: str, body: object, *, status: int = 200) -> Any:
        return self._read(self.call("PUT", path, body), status)

    def upload(self, path: str, parts: Mapping[str, Any], *, status: int = 201, **headers: str) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Authorization"] = f"Bearer {self.token}"
        return self._read(self.client.post(API + path, data=dict(parts), headers=sent), status)

    def inbox(self, **query: str) -> dict[str, dict[str, Any]]:
        """{node id: task} of what waits for the caller."""
        return {task["node_id"]: task for task in self.get("/tasks?" + _query(query))["items"]}

    def do(self, node_id: str, values: Body, *, status: int = 200, **query: str) -> Any:
        task = self.inbox(**query)[node_id]
        return self.post(f"/tasks/{task['id']}/complete", {"values": values}, status=status)

    @staticmethod
    def _read(response: TestResponse, status: int) -> Any:
        assert response.status_code == status, response.get_data(as_text=True)[:2000]
        return response.get_json(silent=True) if response.is_json or "json" in response.mimetype else response.data


Sign = Callable[[str], Caller]


@pytest.fixture(scope="module")
def module_db(cluster: SharedCluster) -> Iterator[Addresses]:
    with rehearsed(cluster, BEGINS) as addresses:
        yield addresses


@pytest.fixture(scope="module")
def engine(module_db: Addresses) -> Iterator[Engine]:
    """The rehearsal on 2026-03-02 09:00, with the built-in processes deployed; shared by the tests of a module."""
    with opened(module_db, "rehearsal", threads=12) as made:
        yield made


@pytest.fixture(scope="module")
def app(engine: Engine) -> Flask:
    made = create_app(engine.settings, engine)
    made.testing = True
    return made


@pytest.fixture(scope="module")
def sign_in(app: Flask) -> Sign:
    """Sign somebody in, once in a module: each time costs a tenth of a second of hashing."""
    known: dict[str, str] = {}

    def sign(name: str) -> Caller:
        caller = Caller(app.test_client(use_cookies=False))
        if name not in known:
            body = {"username": name, "password": PASSWORD}
            known[name] = caller.post("/sessions", body, status=201)["token"]
        caller.token = known[name]
        return caller

    return sign


@pytest.fixture
def nobody(app: Flask) -> Caller:
    return Caller(app.test_client(use_cookies=False))


@pytest.fixture
def inspector(sign_in: Sign) -> Caller:
    return sign_in("u041")


@pytest.fixture
def leader(sign_in: Sign) -> Caller:
    """LEAD_DIRECT of 532503-GA."""
    return sign_in("u097")


@pytest.fixture
def owner(sign_in: Sign) -> Caller:
    """PERSON_RESP of 532503-GA."""
    return sign_in("u101")


@pytest.fixture
def outsider(sign_in: Sign, engine: Engine) -> Caller:
    """An officer of another county."""
    with engine.reading("system") as tx:
        organization = engine.reference(tx).organization
    return sign_in(organization.members("officer", "532527-GA", BEGINS.date())[0])


@pytest.fixture
def case(inspector: Caller) -> str:
    """Id of a fresh problem of 532503-GA, registered by the inspector above it."""
    return str(register(inspector)["id"])


def register(caller: Caller, **changes: object) -> Any:
    variables = {**PROBLEM, **changes}
    return caller.post("/process-definitions/S1_RECTIFY/instances", {"variables": variables}, status=201)


def file_part(name: str, content: bytes) -> tuple[Any, str]:

    return io.BytesIO(content), name


def shipped(name: str) -> bytes:
    root = Path(__file__).parents[3]
    place = "processes" if name.endswith(".bpmn") else "forms"
    return (root / place / name).read_bytes()


def _query(values: Mapping[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in values.items())
