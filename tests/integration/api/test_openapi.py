"""The description of the interface is valid, complete, and what the routes really answer."""

from __future__ import annotations

import json
import os
import secrets
from collections import Counter
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.core.result import Ok
from werkzeug.test import TestResponse

from tests.integration.api.conftest import Caller, Sign, register
from webui.auth import route_rules

SEED = "OPENAPI_SEED"  #: repeats a run of made-up requests
#: These would move the clock for all, end the session of the test, or shut the door after five.
UNTRIED = {("post", "/clock/advance"), ("delete", "/sessions/current"), ("post", "/sessions")}


@pytest.fixture(scope="module")
def document(app: Flask) -> Any:
    return app.test_client().get("/api/v1/openapi.json").get_json()


def test_the_description_is_valid_openapi(document: Any) -> None:
    assert document["openapi"].startswith("3.1")
    schema = schemathesis.openapi.from_dict(document)
    operations = list(schema.get_all_operations())
    assert all(isinstance(operation, Ok) for operation in operations)
    assert len(operations) >= 35


def test_every_route_of_the_api_is_described_with_summary_rule_and_problem(app: Flask, document: Any) -> None:
    rules = route_rules(app)
    for found in app.url_map.iter_rules():
        if not found.rule.startswith("/api/v1/") or found.endpoint in {"openapi", "docs"}:
            continue
        path = "/".join("{" + p[1:-1].split(":")[-1] + "}" if p.startswith("<") else p for p in found.rule.split("/"))
        for method in (found.methods or set()) - {"HEAD", "OPTIONS"}:
            operation = document["paths"][path][method.lower()]
            assert operation["summary"], path
            assert operation["x-rule"] == rules[found.endpoint]
            assert "default" in operation["responses"]


def test_what_the_routes_answer_fits_their_description(
    document: Any, inspector: Caller, sign_in: Sign, case: str
) -> None:
    register(inspector)
    task = inspector.get(f"/tasks?instance_id={case}")["items"][0]["id"]
    asked = {
        "/me": {},
        "/units": {},
        "/people": {},
        "/notices": {},
        "/tasks": {},
        "/tasks/{task_id}": {"task_id": task},
        "/instances": {},
        "/instances/{instance_id}": {"instance_id": case},
        "/instances/{instance_id}/history": {"instance_id": case},
        "/instances/{instance_id}/variables": {"instance_id": case},
        "/instances/{instance_id}/deadlines": {"instance_id": case},
        "/process-definitions": {},
        "/forms/{form_id}": {"form_id": "S1_T4"},
        "/cards": {},
        "/clock": {},
    }
    for path, parameters in asked.items():
        described = document["paths"][f"/api/v1{path}"]["get"]["responses"]["200"]["content"]["application/json"]
        schema = described["schema"] | {"components": document["components"]}
        jsonschema_rs.validate(schema, inspector.get(path.format(**parameters)))


def test_the_page_of_the_description_needs_no_script_and_nothing_from_elsewhere(app: Flask) -> None:
    page = app.test_client().get("/api/v1/docs")
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert "/api/v1/tasks/{task_id}/complete" in text
    assert "//cdn" not in text
    assert "style=" not in text
    assert "<script>" not in text


@pytest.mark.parametrize("examples", [5, pytest.param(200, marks=pytest.mark.long)])
def test_whatever_is_sent_is_answered_in_order(
    app: Flask, document: Any, sign_in: Sign, examples: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every operation with made-up values, right and wrong: never an error of our own, and as described."""
    chosen = int(os.environ.get(SEED, "") or secrets.randbelow(2**32))
    with capsys.disabled():
        print(f"\n{SEED}={chosen}")
    caller = Caller(app.test_client(use_cookies=False), sign_in("u901").token)
    answered: Counter[int] = Counter()
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        operation = found.ok()
        if (operation.method, operation.path.removeprefix("/api/v1")) not in UNTRIED:
            answered += try_operation(operation, document, caller, examples, chosen)
    assert answered[200] > examples
    assert answered[422] > examples


def try_operation(operation: Any, document: Any, caller: Caller, examples: int, chosen: int) -> Counter[int]:
    """Send made-up requests; answers how often each status came back."""
    answered: Counter[int] = Counter()
    promised = document["paths"][operation.path][operation.method]["responses"]

    @settings(
        max_examples=examples,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=(Phase.explicit, Phase.generate),
    )
    @seed(chosen)
    @given(operation.as_strategy())
    def send(case: schemathesis.Case) -> None:
        body = case.body if isinstance(case.body, dict | list | str | int | float | bool) else None
        answer = caller.client.open(
            case.formatted_path,
            method=case.method,
            query_string=case.query or {},
            headers={"Authorization": f"Bearer {caller.token}"},
            data=json.dumps(body) if body is not None else None,
            content_type="application/json",
        )
        answered[answer.status_code] += 1
        assert answer.status_code < 500, (case.method, case.formatted_path, case.query, body)
        check_answer(document, promised, answer)

    send()
    return answered


def check_answer(document: Any, promised: Any, answer: TestResponse) -> None:
    """The answer is of the type and shape that the description promises for its status."""
    described = promised.get(str(answer.status_code)) or promised["default"]
    if "$ref" in described:
        described = document["components"]["responses"][described["$ref"].rpartition("/")[2]]
    if answer.status_code == 204:
        assert answer.data == b""
        return
    kinds = described["content"]
    assert answer.mimetype in kinds or "application/octet-stream" in kinds, (answer.mimetype, list(kinds))
    if answer.is_json or answer.mimetype.endswith("+json"):
        schema = kinds[answer.mimetype]["schema"] | {"components": document["components"]}
        jsonschema_rs.validate(schema, json.loads(answer.data))


def test_an_answer_that_is_not_as_described_is_found(app: Flask, document: Any, inspector: Caller) -> None:
    answer = inspector.call("GET", "/units")
    with pytest.raises(jsonschema_rs.ValidationError):
        check_answer(document, document["paths"]["/api/v1/me"]["get"]["responses"], answer)
