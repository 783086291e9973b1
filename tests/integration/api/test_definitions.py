"""Publishing through REST: two people, byte for byte, and a clear finding for everything that cannot be published."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from engine.core import Engine
from tests.integration.api.conftest import PASSWORD, Caller, Sign, file_part, shipped
from tests.integration.pages.browser import Browser
from tests.unit.lint.drawings import a_condition, a_process, a_task
from webui.app import create_app

PLAIN_DRAWING = Path(__file__).with_name("PLAIN.bpmn")
PLAIN = 'cx:assign="self:pos:PERSON_RESP" cx:form="F_DO" cx:due="created+3wd" cx:ladder="STD"'
FORM = """{"type": "default", "id": "F_DO", "schemaVersion": 19,
 "components": [{"type": "textfield", "id": "Field_1", "key": "note", "label": "备注"}]}""".encode()


@pytest.fixture
def analyst(sign_in: Sign) -> Caller:
    return sign_in("u901")


@pytest.fixture
def colleague(sign_in: Sign) -> Caller:
    return sign_in("u902")


def propose(caller: Caller, files: dict[str, bytes], *, status: int = 201, **parts: str) -> Any:
    named = {"files": [file_part(name, content) for name, content in files.items()], **parts}
    return caller.upload("/deployments", named, status=status)


def test_a_bundle_waits_for_another_analyst_and_is_then_in_force(
    analyst: Caller, colleague: Caller, inspector: Caller
) -> None:
    data = a_process(a_task(PLAIN), key="TWO_EYES")
    made = propose(analyst, {"TWO_EYES.bpmn": data, "F_DO.json": FORM})
    assert made["state"] == "proposed"
    assert [(d["key"], d["version"], d["state"]) for d in made["definitions"]] == [("TWO_EYES", 1, "proposed")]
    inspector.post("/process-definitions/TWO_EYES/instances", {}, status=404)
    assert analyst.post(f"/deployments/{made['id']}/confirm", status=403)["code"] == "own_proposal"
    inspector.post(f"/deployments/{made['id']}/confirm", status=403)
    confirmed = colleague.post(f"/deployments/{made['id']}/confirm")
    assert confirmed["definitions"][0]["state"] == "current"
    colleague.post(f"/deployments/{made['id']}/confirm", status=409)
    shown = analyst.get(f"/deployments/{made['id']}")
    assert (shown["proposed_by"], shown["decided_by"], shown["files"]) == (
        "u901",
        "u902",
        ["F_DO.json", "TWO_EYES.bpmn"],
    )


def test_the_drawing_comes_back_byte_for_byte_as_a_file_that_nobody_opens_by_accident(
    analyst: Caller, inspector: Caller
) -> None:
    data = a_process(a_task(PLAIN, name="逐字\n保留"), key="BYTES").replace(b"\n", b"\r\n") + b"<!-- end -->\r\n"
    made = propose(analyst, {"BYTES.bpmn": data, "F_DO.json": FORM}, auto_confirm="true")
    assert made["state"] == "current"
    answer = inspector.call("GET", f"/process-definitions/{made['definitions'][0]['id']}/xml")
    assert answer.data == data
    assert answer.mimetype == "application/xml"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_versions_are_listed_and_running_cases_stay_on_theirs(analyst: Caller, sign_in: Sign) -> None:
    officer = sign_in("u101")
    files = {"RUNS.bpmn": a_process(a_task(PLAIN), key="RUNS"), "F_DO.json": FORM}
    first = propose(analyst, files, auto_confirm="true")
    began = officer.post("/process-definitions/RUNS/instances", {"business_key": "B-1"}, status=201)
    assert officer.post("/process-definitions/RUNS/instances", {"business_key": "B-1"}, status=409)["code"]
    propose(analyst, files | {"RUNS.bpmn": a_process(a_task(PLAIN, name="改名"), key="RUNS")}, auto_confirm="true")
    versions = officer.get("/process-definitions?key=RUNS")["items"]
    assert [(d["version"], d["state"]) for d in versions] == [(2, "current"), (1, "superseded")]
    case = officer.get(f"/instances/{began['id']}")
    assert (case["version"], case["definition_id"]) == (1, first["definitions"][0]["id"])
    task = officer.inbox(instance_id=began["id"])["T1"]
    done = officer.post(f"/tasks/{task['id']}/complete", {"values": {}})
    assert done["ended"] is True
    ended = officer.get(f"/instances/{began['id']}")
    assert (ended["state"], ended["end_event"]) == ("completed", "N0")


def test_a_form_is_found_by_key_and_by_version(inspector: Caller) -> None:
    form = inspector.get("/forms/S1_T4")
    assert form["document"] == json.loads(shipped("S1_T4.json"))
    assert inspector.get(f"/forms/{form['id']}") == form
    inspector.get("/forms/NOTHING", status=404)


BAD: dict[str, tuple[dict[str, bytes], str, str]] = {
    "not XML": ({"A.bpmn": b"\x89PNG no drawing"}, "A.bpmn", ""),
    "a DOCTYPE": ({"A.bpmn": b"<!DOCTYPE d [<!ENTITY e 'x'>]>" + a_process(a_task(PLAIN))}, "A.bpmn", ""),
    "a duplicate id": ({"A.bpmn": a_process(a_task(PLAIN) + a_task(PLAIN))}, "A.bpmn", "T1"),
    "a condition that is none": ({"A.bpmn": a_process(a_condition("(("))}, "A.bpmn", ""),
    "an unknown form": ({"A.bpmn": a_process(a_task('cx:assign="self:pos:PERSON_RESP" cx:form="NO"'))}, "A.bpmn", "T1"),
    "a due rule that is none": (
        {"A.bpmn": a_process(a_task('cx:assign="self:pos:PERSON_RESP" cx:form="S1_T4" cx:due="someday"'))},
        "A.bpmn",
        "T1",
    ),
    "an unknown service": (
        {"A.bpmn": a_process('<serviceTask id="V1" name="服务" implementation="urn:changxiao:service:no"/>')},
        "A.bpmn",
        "V1",
    ),
    "a form that is no JSON": ({"F9.json": b"{"}, "F9.json", ""),
    "a form with a wrong type": (
        {"F9.json": b'{"type":"default","id":"F9","schemaVersion":19,"components":[{"type":"nonsense","key":"a"}]}'},
        "F9.json",
        "",
    ),
    "a form with another id": (
        {"F9.json": b'{"type":"default","id":"OTHER","schemaVersion":19,"components":[]}'},
        "F9.json",
        "OTHER",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_what_cannot_be_published_is_told_with_file_and_element_in_the_readers_language(
    analyst: Caller, what: str
) -> None:
    files, file, element = BAD[what]
    refused = propose(analyst, files, status=422)
    assert refused["code"] == "definition_rejected"
    found = [problem for problem in refused["problems"] if problem["file"] == file]
    assert found, refused
    assert all(problem["rule"] and problem["message"] == problem["zh"] for problem in found)
    if element:
        assert element in {problem["element_id"] for problem in found}, refused
    assert analyst.get("/process-definitions?key=P1")["items"] == []


SCRIPTS = {
    "an import": "import socket\nanswer = socket.gethostname()",
    "an endless loop": "while True:\n    pass",
    "a name that is not there": "answer = nothing",
    "too much memory": "answer = 'a' * 10**10",
}


@pytest.mark.parametrize("what", SCRIPTS)
def test_a_script_that_may_not_or_cannot_run_stops_its_case_alone_and_says_where(
    analyst: Caller, sign_in: Sign, what: str
) -> None:
    officer = sign_in("u101")
    key = f"SCRIPT_{list(SCRIPTS).index(what)}"
    script = f'<scriptTask id="J1Task" name="计算" scriptFormat="text/x-python"><script>{SCRIPTS[what]}</script>'
    script += "</scriptTask>"
    propose(analyst, {f"{key}.bpmn": a_process(script, key=key)}, auto_confirm="true")
    refused = officer.post(f"/process-definitions/{key}/instances", {}, status=409)
    assert (refused["code"], refused["facts"]["node_id"]) == ("step_failed", "J1Task")
    assert officer.get(f"/instances?key={key}")["items"] == []
    officer.get("/me")


@pytest.mark.parametrize(
    "files",
    [{}, {"virus.exe": b"MZ"}, {"a/../b.bpmn": b"<a/>"}, {".bpmn": b"<a/>"}],
    ids=["none", "exe", "path", "dot"],
)
def test_files_that_are_no_definitions_are_refused_by_name(analyst: Caller, files: dict[str, bytes]) -> None:
    assert propose(analyst, files, status=422)["facts"]["field"] == "files"


def test_fifty_megabytes_are_refused_before_anybody_reads_them(analyst: Caller) -> None:
    answer = analyst.client.post(
        "/api/v1/deployments",
        data=b"<" * (50 * 1024**2),
        content_type="multipart/form-data; boundary=x",
        headers={"Authorization": f"Bearer {analyst.token}"},
    )
    assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")
    assert "5 MB" in answer.get_json()["detail"]


def test_only_analysts_publish(inspector: Caller) -> None:
    assert propose(inspector, {"A.bpmn": a_process(a_task(PLAIN))}, status=403)["code"] == "role_missing"


@pytest.fixture
def live_analyst(engine: Engine, analyst: Caller) -> Caller:
    app = create_app(replace(engine.settings, mode="live"), engine)
    return Caller(app.test_client(use_cookies=False), analyst.token)


def test_in_live_mode_nothing_confirms_itself(live_analyst: Caller) -> None:
    files = {"A.bpmn": a_process(a_task(PLAIN), key="LIVE"), "F_DO.json": FORM}
    assert propose(live_analyst, files, status=403, auto_confirm="true")["code"] == "auto_confirm_refused"
    assert propose(live_analyst, files)["state"] == "proposed"


def test_a_plain_drawing_without_our_attributes_runs_with_its_starter_doing_the_work(
    analyst: Caller, owner: Caller
) -> None:
    told = {w["rule"] for w in publish_plain(analyst)["warnings"]}
    assert {"CX-01", "CX-04"} <= told

    began = owner.post("/process-definitions/PLAIN/instances", {"variables": {"amount": 7}}, status=201)
    (task,) = owner.inbox(instance_id=began["id"]).values()
    assert (task["node_id"], task["name"]) == ("ASK", "ASK")
    owner.post(f"/tasks/{task['id']}/complete", {"values": {"granted": True}})

    assert owner.get(f"/instances/{began['id']}/variables")["variables"]["total"] == 14
    assert set(owner.inbox(instance_id=began["id"])) == {"THANK"}


def test_a_task_without_a_form_is_completed_on_its_page(analyst: Caller, owner: Caller, app: Flask) -> None:
    publish_plain(analyst)
    began = owner.post(
        "/process-definitions/PLAIN/instances", {"variables": {"amount": 7, "granted": False}}, status=201
    )
    (task,) = owner.inbox(instance_id=began["id"]).values()
    browser = Browser(app.test_client()).sign_in("u101", PASSWORD)

    browser.open(f"/task/{task['id']}")
    assert "本环节没有表单，提交即办结" in browser.text()
    browser.send(f"/task/{task['id']}", {"do": "submit"})

    assert owner.get(f"/instances/{began['id']}")["state"] == "completed"


def publish_plain(analyst: Caller) -> Any:
    """A drawing as any BPMN editor makes it: ask, double the amount, thank where it was granted."""
    return propose(analyst, {PLAIN_DRAWING.name: PLAIN_DRAWING.read_bytes()}, auto_confirm="true")
