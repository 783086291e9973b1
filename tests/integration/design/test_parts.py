"""Decisions and forms are written, checked and published at the desk of the analysts as processes are."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from tests.integration.api.conftest import Caller, file_part, register
from tests.integration.design.conftest import S1
from tests.integration.design.parts import a_decision, a_form, put_text, some_cases


def begun(caller: Caller, kind: str, key: str, content: bytes, *, cases: bytes | None = None) -> Any:
    """A draft of a new decision or form, saved as revision 2."""
    made = caller.post("/designs", {"kind": kind, "key": key, "name": "试作"}, status=201)
    put_text(caller, made["id"], content, 1, cases=cases)
    return caller.get(f"/designs/{made['id']}")


def checked(caller: Caller, design_id: str, text: bytes, cases: bytes | None = None) -> Any:
    parts = {"text": file_part("text", text)} | ({"cases": file_part("cases", cases)} if cases is not None else {})
    return caller.upload(f"/designs/{design_id}/check", parts, status=200)


def test_a_blank_decision_can_be_opened_and_lacks_its_rules(analyst: Caller) -> None:
    made = analyst.post("/designs", {"kind": "dmn", "key": "BLANK_D", "name": '甲 < "乙"'}, status=201)
    assert (made["kind"], made["name"]) == ("dmn", '甲 < "乙"')
    text = bytes(analyst.call("GET", f"/designs/{made['id']}/text").data)
    found = checked(analyst, made["id"], text)
    assert [one["id"] for one in found["decisions"]] == ["BLANK_D"]
    assert "DMN-20" in {one["rule"] for one in found["problems"]}


def test_text_and_test_cases_are_one_revision_and_come_back_byte_for_byte(analyst: Caller) -> None:
    made = begun(analyst, "dmn", "DUTY_REV", a_decision("DUTY_REV"), cases=some_cases("DUTY_REV"))
    assert (made["rev"], made["name"], made["problems"]) == (2, "值班补休", {"errors": 0, "warnings": 0})
    answer = analyst.call("GET", f"/designs/{made['id']}/text")
    assert (bytes(answer.data), answer.headers["ETag"]) == (a_decision("DUTY_REV"), '"2"')
    assert bytes(analyst.call("GET", f"/designs/{made['id']}/cases").data) == some_cases("DUTY_REV")
    same = put_text(analyst, made["id"], a_decision("DUTY_REV"), 2, cases=some_cases("DUTY_REV"))
    assert same["rev"] == 2, "nothing changed"
    other = put_text(analyst, made["id"], a_decision("DUTY_REV"), 2, cases=some_cases("DUTY_REV", expected="无"))
    assert other["rev"] == 3, "a test case is a change too"
    assert analyst.get(f"/designs/{made['id']}")["problems"]["errors"] == 1


def test_who_comes_too_late_keeps_text_and_cases_beside(analyst: Caller) -> None:
    made = begun(analyst, "dmn", "DUTY_LATE", a_decision("DUTY_LATE"))
    late = put_text(
        analyst, made["id"], a_decision("DUTY_LATE"), 1, cases=some_cases("DUTY_LATE", expected="迟"), status=409
    )
    assert (late["code"], late["facts"]["kept_as"]) == ("design_changed", 3)


def test_a_mistake_in_feel_names_row_column_character_and_remedy(analyst: Caller) -> None:
    made = begun(analyst, "dmn", "DUTY_FEEL", a_decision("DUTY_FEEL"))
    found = checked(analyst, made["id"], a_decision("DUTY_FEEL", first="&lt; 8 9"))
    (problem,) = found["problems"]
    assert (problem["element_id"], problem["column"]) == ("R1", 1)
    assert "第 1 行" in problem["message"]
    assert "第 5 个字符" in problem["message"]
    assert problem["remedy"]
    english = analyst.client.post(
        f"/api/v1/designs/{made['id']}/check",
        data={"text": file_part("text", a_decision("DUTY_FEEL", none="不补休 吗"))},
        headers={"Authorization": f"Bearer {analyst.token}", "Accept-Language": "en"},
    ).get_json()
    assert [(one["element_id"], one["column"]) for one in english["problems"]] == [("R1", 2)]


def test_gaps_overlaps_failed_cases_and_rules_without_a_case_are_told(analyst: Caller) -> None:
    made = begun(analyst, "dmn", "DUTY_LINT", a_decision("DUTY_LINT"))
    found = checked(analyst, made["id"], a_decision("DUTY_LINT", first="[1..9]"), some_cases("DUTY_LINT"))
    rules = {one["rule"] for one in found["problems"]}
    assert {"DMN-23", "DMN-25"} <= rules
    assert [(one["passed"], one["rules"]) for one in found["cases"]] == [(True, [1]), (False, [1, 2])]
    only = json.dumps({"decision": "DUTY_LINT", "cases": [{"inputs": {"hours": 9}, "expect": "补休"}]}).encode()
    open_rules = checked(analyst, made["id"], a_decision("DUTY_LINT"), only)["uncovered"]
    assert [(one["rule"], one["rule_id"]) for one in open_rules] == [(1, "R1")]
    (shape,) = found["decisions"]
    assert [(one["name"], one["label"], one["type"]) for one in shape["inputs"]] == [("hours", "时长", "number")]


def test_a_dry_run_tells_outputs_and_the_rules_that_decided(analyst: Caller) -> None:
    made = begun(analyst, "dmn", "DUTY_TRY", a_decision("DUTY_TRY"))
    form = {"text": file_part("text", a_decision("DUTY_TRY")), "decision": "DUTY_TRY", "inputs": '{"hours": 9}'}
    found = analyst.upload(f"/designs/{made['id']}/dry-run", form, status=200)
    assert (found["value"], found["tables"][0]["rule_ids"]) == ('"补休"', ["R2"])
    assert found["tables"][0]["annotations"] == ["8小时以上补休"]
    missing = {**form, "text": file_part("text", a_decision("DUTY_TRY")), "inputs": "{}"}
    notes = analyst.upload(f"/designs/{made['id']}/dry-run", missing, status=200)["notes"]
    assert any("hours" in note for note in notes)
    wrong = {**form, "text": file_part("text", b"<a/>")}
    assert analyst.upload(f"/designs/{made['id']}/dry-run", wrong, status=422)["code"] == "input_rejected"


@pytest.mark.parametrize(("kind", "content"), [("dmn", b"<a/>"), ("dmn", b"no xml"), ("form", b"{"), ("form", b"[]")])
def test_what_cannot_be_read_at_all_is_not_kept(analyst: Caller, kind: str, content: bytes) -> None:
    key = f"NOT_KEPT_{kind}"
    made = analyst.post("/designs", {"kind": kind, "key": key, "name": "试"}, status=201)
    assert put_text(analyst, made["id"], content, 1, status=422)["code"] == "definition_rejected"
    assert analyst.get(f"/designs/{made['id']}")["rev"] == 1
    analyst.call("DELETE", f"/designs/{made['id']}")


def test_a_form_is_checked_field_by_field_in_both_languages(analyst: Caller) -> None:
    made = begun(analyst, "form", "FORM_LINT", a_form("FORM_LINT", rule="hours >"))
    assert made["problems"]["errors"] == 1
    answer = analyst.client.post(
        f"/api/v1/designs/{made['id']}/lint",
        data=a_form("ANOTHER_KEY", rule="hours >"),
        content_type="application/json",
        headers={"Authorization": f"Bearer {analyst.token}", "Accept-Language": "en"},
    ).get_json()
    assert {one["rule"] for one in answer["problems"]} == {"FORM-11", "DES-03"}


def test_values_are_tried_on_a_form_as_a_task_would_and_nothing_is_kept(analyst: Caller) -> None:
    made = begun(analyst, "form", "FORM_TRY", a_form("FORM_TRY", rule="hours < 10"))
    url = f"/designs/{made['id']}/form-values"
    assert analyst.post(url, {"values": {"hours": 9}})["id"] == made["id"]
    assert analyst.post(url, {"values": {"hours": 10}}, status=422)["fields"] == {"hours": ["时长不对。"]}
    assert "hours" in analyst.post(url, {"values": {}}, status=422)["fields"]


def test_a_form_is_published_together_with_the_processes_that_use_it(analyst: Caller, colleague: Caller) -> None:
    known = analyst.get("/designs/library")
    form = next(one for one in known["forms"] if one["key"] == "S1_T8")
    made = analyst.post("/designs", {"kind": "form", "key": "S1_T8", "name": "回头看"}, status=201)
    assert form["used_by"] == [S1]
    text = _named(analyst, "S1_T8")
    text["components"][0]["label"] = "改了名称"
    put_text(analyst, made["id"], json.dumps(text, ensure_ascii=False).encode(), 1)
    impact = analyst.get(f"/designs/{made['id']}/impact")
    (used,) = impact["used_by"]
    assert (used["key"], used["next_version"]) == (S1, used["version"] + 1)
    assert "一并发布" in impact["words"][0]
    proposed = analyst.call("POST", f"/designs/{made['id']}/proposal", {}, If_Match='"2"').get_json()
    (waiting,) = (one for one in colleague.get("/proposals")["items"] if one["id"] == proposed["deployment_id"])
    assert (waiting["kind"], waiting["key"], waiting["version"]) == ("form", "S1_T8", form["version"] + 1)
    colleague.post(f"/deployments/{proposed['deployment_id']}/confirm")
    library = analyst.get("/designs/library")
    assert next(one for one in library["forms"] if one["key"] == "S1_T8")["version"] == form["version"] + 1
    process = next(one for one in library["processes"] if one["key"] == S1)
    assert process["current"]["version"] == used["next_version"]


def test_a_decision_is_published_with_its_processes_and_running_cases_keep_theirs(
    analyst: Caller, colleague: Caller, inspector: Caller
) -> None:
    register(inspector)
    decision = analyst.get("/decisions/D1_SEVERITY")
    known = decision["versions"][0]
    made = analyst.post("/designs", {"kind": "dmn", "based_on": known["id"]}, status=201)
    assert (made["key"], made["based_on"]["version"], made["problems"]["errors"]) == ("D1_SEVERITY", 1, 0)
    text = bytes(analyst.call("GET", f"/designs/{made['id']}/text").data)
    cases = bytes(analyst.call("GET", f"/designs/{made['id']}/cases").data)
    changed = text.replace(b'<outputEntry id="D1_R5_O3"><text>5<', b'<outputEntry id="D1_R5_O3"><text>6<')
    put_text(analyst, made["id"], changed, 1, cases=cases)
    refused = analyst.call("POST", f"/designs/{made['id']}/proposal", {}, If_Match='"2"')
    assert refused.status_code == 422, "a failing test case forbids publishing"
    told = json.loads(cases)
    for case in told["cases"]:
        if (case["expect"] or {}).get("severity") == "A":
            case["expect"]["limit_wd"] = 6
    put_text(analyst, made["id"], changed, 2, cases=json.dumps(told, ensure_ascii=False).encode())
    impact = analyst.get(f"/designs/{made['id']}/impact")
    (used,) = impact["used_by"]
    assert (used["key"], used["running"] >= 1) == (S1, True)
    differences = analyst.get(f"/designs/{made['id']}/differences")
    assert [one["id"] for one in differences["elements"]] == ["D1_R5"]
    assert "由 5 改为 6" in differences["elements"][0]["words"][0]
    proposed = analyst.call("POST", f"/designs/{made['id']}/proposal", {}, If_Match='"3"').get_json()
    assert proposed["version"] == 2
    colleague.post(f"/deployments/{proposed['deployment_id']}/confirm")
    asked = {one["key"]: one for one in analyst.get("/decisions/D1_SEVERITY")["used_by"]}
    assert (asked[S1]["version"], asked[S1]["decision_version"]) == (used["next_version"], 2)
    running = analyst.get(f"/process-definitions?key={S1}")["items"]
    assert [one["state"] for one in running if one["version"] == used["version"]] == ["superseded"]


def _named(caller: Caller, key: str) -> Any:
    """The document of a form in force."""
    current = caller.get(f"/process-definitions?key={S1}&state=current")["items"][0]
    archive = caller.call("GET", f"/process-definitions/{current['id']}/bundle").data
    return json.loads(ZipFile(BytesIO(archive)).read(f"{key}.json"))
