"""The description of the interface is valid, complete, and what the routes really answer."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok

from tests.integration.api.conftest import Caller, Sign, register
from webui.auth import route_rules


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


def test_whatever_is_sent_is_answered_in_order(app: Flask, document: Any, sign_in: Sign) -> None:
    """Every operation with made-up values, right and wrong: never an error of our own."""
    headers = {"Authorization": f"Bearer {sign_in('u901').token}"}
    client = app.test_client(use_cookies=False)
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        operation = found.ok()
        if operation.path.endswith(("/clock/advance", "/sessions", "/sessions/current")):
            continue  # these would move the clock for all, shut the door, or end the session

        @settings(
            max_examples=15,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
            phases=(Phase.explicit, Phase.generate),
        )
        @given(operation.as_strategy())
        def send(case: schemathesis.Case) -> None:
            body = case.body if isinstance(case.body, dict | list | str | int | float | bool) else None
            answer = client.open(
                case.formatted_path,
                method=case.method,
                query_string=case.query or {},
                headers=headers,
                data=json.dumps(body) if body is not None else None,
                content_type="application/json",
            )
            assert answer.status_code < 500, (case.method, case.formatted_path, case.query, body)

        send()
