"""What cannot be understood or is not allowed: a clear answer that names the place, and nothing half written."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.api.conftest import PROBLEM, Caller, register
from tests.integration.api.test_lifecycle import ISSUE, NAMED, PLAN

START = "/process-definitions/S1_RECTIFY/instances"
UNKNOWN = "00000000-0000-7000-8000-000000000000"


def count(caller: Caller) -> int:
    return len(caller.get("/instances?limit=200")["items"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"variables": []}, "variables"),
        ({"variables": {}, "extra": 1}, "extra"),
        ({"business_key": 5}, "business_key"),
        ({"variables": {"title": "a\x00b"}}, "variables.title"),
        ({"variables": {"list": ["\ud800"]}}, "variables.list.0"),
        ({"variables": {"\x00": 1}}, "variables"),
        ([], ""),
        ("text", ""),
    ],
)
def test_a_body_of_the_wrong_shape_is_told_field_by_field(inspector: Caller, body: object, field: str) -> None:
    refused = inspector.post(START, body, status=422)
    assert field in refused["fields"]
    texts = [text for found in refused["fields"].values() for text in found]
    assert texts
    assert not any(text.isascii() for text in texts)


def test_a_body_that_is_no_json_at_all_is_refused(inspector: Caller) -> None:
    answer = inspector.client.post(
        f"/api/v1{START}",
        data=b'{"variables": ',
        content_type="application/json",
        headers={"Authorization": f"Bearer {inspector.token}"},
    )
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


@pytest.mark.parametrize("data", [b"[" * 100_000, b'{"a":' * 5_000 + b"1" + b"}" * 5_000, b"\xff\xfe", b'{"a": NaN}'])
def test_a_body_that_would_break_a_parser_breaks_nothing(inspector: Caller, data: bytes) -> None:
    answer = inspector.client.post(
        f"/api/v1{START}",
        data=data,
        content_type="application/json",
        headers={"Authorization": f"Bearer {inspector.token}"},
    )
    assert answer.status_code in {400, 422}
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "长" * 500}, "title"),
        ({"spread": "全国"}, "spread"),
        ({"public_impact": "也许"}, "public_impact"),
        ({"unit": "532503-XX"}, "unit"),
        ({"facts": ["不是文本"]}, "facts"),
        ({"facts": PROBLEM["facts"] + "联系电话13800138000。"}, "facts"),  # type: ignore[operator]
        ({"severity": "A"}, "severity"),
    ],
)
def test_a_form_with_a_wrong_value_is_told_by_field_and_starts_nothing(
    inspector: Caller, changes: dict[str, Any], field: str
) -> None:
    before = count(inspector)
    refused = inspector.post(START, {"variables": PROBLEM | changes}, status=422)
    assert refused["code"] == "form_rejected"
    assert field in refused["fields"], refused
    assert count(inspector) == before


def test_the_same_refusal_comes_in_english_to_who_reads_english(inspector: Caller) -> None:
    answer = inspector.call("POST", START, {"variables": {}}, Accept_Language="en")
    body = answer.get_json()
    assert body["detail"].isascii()
    assert all(text.isascii() or "“" in text for text in body["fields"]["title"])


def test_a_unit_that_is_not_the_callers_to_act_for_is_refused(owner: Caller) -> None:
    other = PROBLEM | {"unit": "532527-GA", "dept": "532527-GA-03"}
    assert owner.post(START, {"variables": other}, status=403)["code"] == "unit_not_yours"


@pytest.mark.parametrize("key", ["NOTHING", "S2_LADDER", "S4_APPROVE"])
def test_a_process_that_nobody_may_start_by_hand_is_refused(inspector: Caller, key: str) -> None:
    answer = inspector.call("POST", f"/process-definitions/{key}/instances", {"variables": {}})
    assert answer.status_code in {403, 404, 422}, answer.get_data(as_text=True)


def test_an_unknown_person_and_a_past_due_date_are_named(inspector: Caller, leader: Caller, owner: Caller) -> None:
    case = register(inspector)["id"]
    inspector.do("S1_T2", ISSUE, instance_id=case)
    refused = leader.do("S1_T3", NAMED | {"owner": "u999"}, status=422, instance_id=case)
    assert list(refused["fields"]) == ["owner"]
    leader.do("S1_T3", NAMED, instance_id=case)
    past = PLAN | {"measures": [{"what": "补录交接登记并逐日复核", "who": "u101", "by": "2020-01-01"}]}
    refused = owner.do("S1_T4", past, status=422, instance_id=case)
    assert any(path.startswith("measures") for path in refused["fields"]), refused
    assert owner.inbox(instance_id=case)["S1_T4"]["state"] == "assigned"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/tasks/{UNKNOWN}"),
        ("POST", f"/tasks/{UNKNOWN}/claim"),
        ("GET", f"/instances/{UNKNOWN}"),
        ("GET", f"/instances/{UNKNOWN}/history"),
        ("GET", f"/attachments/{UNKNOWN}"),
        ("GET", "/tasks/not-a-uuid"),
        ("GET", "/cards/PK-0"),
        ("GET", f"/process-definitions/{UNKNOWN}/xml"),
        ("GET", "/nothing"),
    ],
)
def test_what_is_not_there_is_a_problem_in_words(inspector: Caller, method: str, path: str) -> None:
    answer = inspector.call(method, path)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.get_json()["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "view=everything",
        "limit=0",
        "limit=100000",
        "limit=many",
        "cursor=nonsense",
        "cursor=WzFd",
        "state=x",
        "instance_id=x",
        "due_before=2026-01-01",
    ],
)
def test_a_query_that_cannot_be_understood_is_refused(inspector: Caller, query: str) -> None:
    assert inspector.get(f"/tasks?{query}", status=422)["code"] == "input_rejected"


def test_a_method_that_is_not_there_names_those_that_are(inspector: Caller) -> None:
    answer = inspector.call("DELETE", "/tasks")
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert "GET" in answer.headers["Allow"]


def test_a_protected_task_is_neither_handed_on_nor_sent_back(inspector: Caller, leader: Caller) -> None:
    case = register(inspector)["id"]
    task = inspector.inbox(instance_id=case)["S1_T2"]
    if task["state"] == "offered":
        inspector.post(f"/tasks/{task['id']}/claim")
    status = 403 if task["protected"] else 409
    inspector.post(f"/tasks/{task['id']}/return", {"reason": "试一试"}, status=status)
    assert inspector.post(f"/tasks/{task['id']}/return", {"reason": " "}, status=422)["facts"]["field"] == "reason"
    leader.post(f"/tasks/{task['id']}/complete", {"values": ISSUE}, status=409)


@pytest.mark.parametrize("reason", ["依规\u202e退回", "退回\u2066", "退\x1b回", "长" * 2_001])
@pytest.mark.parametrize("way", ["return", "transfer", "extension"])
def test_a_reason_keeps_to_the_rule_of_the_texts_of_forms(inspector: Caller, reason: str, way: str) -> None:
    task = inspector.inbox(instance_id=register(inspector)["id"])["S1_T2"]["id"]
    more = {"transfer": {"to": "u036"}, "extension": {"working_days": 1}}.get(way, {})

    refused = inspector.post(f"/tasks/{task}/{way}", {"reason": reason, **more}, status=422)

    assert refused["code"] == "input_rejected"
