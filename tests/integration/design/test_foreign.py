"""Drawings made for other engines: published with a report, kept byte for byte, run as translated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.api.conftest import Caller, file_part
from tests.integration.design.conftest import put, text

FILES = Path(__file__).parents[2] / "unit" / "workflow" / "foreign" / "files"
FIELDS = (("number", "price", "单价"), ("number", "count", "数量"), ("checkbox", "urgent", "加急"))
REQUEST = json.dumps(
    {
        "type": "default",
        "id": "purchase_request",
        "schemaVersion": 19,
        "components": [
            {"type": kind, "id": f"F_{key}", "key": key, "label": label, "properties": {"cx.process": True}}
            | ({"decimalDigits": 0} if kind == "number" else {})
            for kind, key, label in FIELDS
        ],
    }
).encode()
WANTED = {"price": 600, "count": 2, "urgent": False}


def a_file(name: str) -> bytes:
    return (FILES / name).read_bytes()


@pytest.fixture(scope="module")
def deploy() -> Any:
    def publish(analyst: Caller) -> Any:
        drawing = file_part("camunda7.bpmn", a_file("camunda7.bpmn"))
        parts = {"files": [drawing, file_part("purchase_request.json", REQUEST)], "auto_confirm": "true"}
        return analyst.upload("/deployments", parts)

    return publish


def test_a_drawing_for_camunda_is_published_with_a_report_of_every_mark(analyst: Caller, deploy: Any) -> None:
    made = deploy(analyst)

    report = analyst.get(f"/deployments/{made['id']}/import-report")

    counts = (report["mapped"], report["without_effect"], report["impossible"])
    assert counts == (12, 6, 2)
    (listener,) = [
        line for line in report["lines"] if line["outcome"] == "impossible" and line["element_id"] == "describe"
    ]
    assert (listener["element_name"], listener["file"]) == ("填写申请", "camunda7.bpmn")
    assert {warning["rule"] for warning in made["warnings"]} >= {"IMPORT-01", "IMPORT-02", "IMPORT-03"}


def test_the_file_stays_byte_for_byte_and_its_translation_runs(analyst: Caller, owner: Caller, deploy: Any) -> None:
    (definition,) = deploy(analyst)["definitions"]
    assert analyst.call("GET", f"/process-definitions/{definition['id']}/xml").data == a_file("camunda7.bpmn")

    begun = owner.post(
        "/process-definitions/purchase/instances",
        {"variables": WANTED},
        status=201,
    )
    (task,) = owner.get(f"/tasks?instance={begun['id']}")["items"]
    assert task["node_id"] == "describe"
    owner.post(f"/tasks/{task['id']}/complete", {"values": WANTED})

    assert owner.get(f"/instances/{begun['id']}")["state"] == "completed"


def test_a_save_keeps_what_another_engine_wrote(analyst: Caller) -> None:
    data = a_file("flowable.bpmn")
    made = analyst.upload("/designs", {"file": file_part("检查.bpmn", data)})

    changed = data.replace("走访单位".encode(), "实地走访".encode())
    put(analyst, made["id"], changed, 1)

    assert text(analyst, made["id"]) == changed
    report = analyst.get(f"/designs/{made['id']}/import-report")
    assert (report["mapped"], report["impossible"]) == (9, 2)
    assert "实地走访" in {line["element_name"] for line in report["lines"]}


def test_a_drawing_of_our_own_has_an_empty_report(analyst: Caller) -> None:
    (current,) = analyst.get("/process-definitions?key=S1_RECTIFY&state=current")["items"]

    report = analyst.get(f"/deployments/{current['deployment_id']}/import-report")

    assert report == {"mapped": 0, "without_effect": 0, "impossible": 0, "lines": []}


def test_code_of_others_is_refused_by_name_and_nothing_is_stored(analyst: Caller) -> None:
    before = analyst.get("/process-definitions")["items"]

    refused = analyst.upload(
        "/deployments", {"files": [file_part("code.bpmn", a_file("camunda7_code.bpmn"))]}, status=422
    )

    assert {("ELEM-14", "java"), ("ELEM-14", "bean"), ("SCRIPT-02", "script")} <= {
        (problem["rule"], problem["element_id"]) for problem in refused["problems"]
    }
    assert analyst.get("/process-definitions")["items"] == before
