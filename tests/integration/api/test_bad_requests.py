"""Requests that no client of ours would send: refused in words at their place, never answered with 500, never kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.store.roles import Addresses
from tests.integration.api.conftest import PROBLEM, Caller, file_part, register
from tests.integration.api.test_refusals import CHINESE, QUOTED, rows

START = "/process-definitions/S1_RECTIFY/instances"
HUGE = 10**400


def send(caller: Caller, path: str, data: bytes, content_type: str, language: str) -> Any:
    return caller.client.post(
        f"/api/v1{path}",
        data=data,
        content_type=content_type,
        headers={"Authorization": f"Bearer {caller.token}", "Accept-Language": language},
    )


BODIES = {
    "broken JSON": (b'{"variables": ', "application/json"),
    "two values": (b"{} {}", "application/json"),
    "a lone surrogate": (b'{"variables": {"title": "\\ud800"}}', "application/json"),
    "no UTF-8": (b"\xff\xfe{}", "application/json"),
    "nothing": (b"", "application/json"),
    "a number beyond every column": (b'{"variables": {"title": 1e999}}', "application/json"),
    "a number of 5,000 digits": (b'{"variables": {"title": ' + b"9" * 5_000 + b"}}", "application/json"),
    "NUL in a value": (b'{"variables": {"title": "a\\u0000b"}}', "application/json"),
    "NUL in a name": (b'{"variables": {"a\\u0000": 1}}', "application/json"),
    "the same name twice, the last one wrong": (b'{"variables": {}, "variables": 5}', "application/json"),
    "an unknown field": (b'{"variables": {}, "is_admin": true}', "application/json"),
    "a form": (b"variables=1", "application/x-www-form-urlencoded"),
    "XML": (b"<a/>", "application/xml"),
    "text": (b"{}", "text/plain"),
    "parts without an end": (
        b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb",
        "multipart/form-data; boundary=x",
    ),
    "no boundary": (b"--x", "multipart/form-data"),
}


@pytest.mark.parametrize("what", BODIES)
def test_a_body_that_cannot_be_meant_is_refused_in_both_languages_and_starts_nothing(
    inspector: Caller, module_db: Addresses, what: str
) -> None:
    before = rows(module_db)
    for language in ("zh", "en"):
        answer = send(inspector, START, *BODIES[what], language)
        body = answer.get_json()
        assert answer.status_code in {400, 413, 415, 422}, body
        assert answer.mimetype == "application/problem+json"
        words = " ".join(
            [body["title"], body["detail"], *(t for found in body.get("fields", {}).values() for t in found)]
        )
        assert bool(CHINESE.search(QUOTED.sub("", words))) is (language == "zh"), words
    assert rows(module_db) == before


BIDI = "整改\u202egnp.exe"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"title": BIDI}, "title"), ({"title": HUGE}, "title"), ({"public_impact": HUGE}, "public_impact"),
     ({"dept": ["a", "b"]}, "dept"), ({"nobody_asked": 1}, "nobody_asked"), ({"unit": None}, "unit")],
)  # fmt: skip
def test_a_form_value_that_cannot_be_meant_is_told_at_its_field(
    inspector: Caller, module_db: Addresses, changes: dict[str, Any], field: str
) -> None:
    before = rows(module_db)
    for language in ("zh", "en"):
        answer = inspector.call("POST", START, {"variables": PROBLEM | changes}, Accept_Language=language)
        assert answer.status_code == 422, answer.get_json()
        said = " ".join(answer.get_json()["fields"][field])
        assert bool(CHINESE.search(QUOTED.sub("", said))) is (language == "zh"), said
    assert rows(module_db) == before


QUERIES = [
    "/tasks?limit=1e3",
    f"/tasks?limit={HUGE}",
    "/tasks?limit=-1",
    "/tasks?cursor=%00",
    "/tasks?cursor=" + "A" * 5_000,
    "/tasks?cursor=W251bGwsbnVsbF0",
    "/tasks?cursor=WyI5OTk5LTEyLTMxVDIzOjU5OjU5WiIsIjEiXQ",
    "/tasks?instance_id=%F0%9F%98%80",
    "/tasks?due_before=9999-99-99",
    "/instances?limit=0",
    "/instances?cursor=eyJhIjoxfQ",
    "/notices?unread=perhaps",
    "/notices?limit=99999999999999999999",
    "/cards?cursor=zzzz",
]


@pytest.mark.parametrize("path", QUERIES, ids=range(len(QUERIES)))
def test_a_query_that_cannot_be_meant_is_refused_in_both_languages(inspector: Caller, path: str) -> None:
    for language in ("zh", "en"):
        answer = inspector.call("GET", path, Accept_Language=language)
        body = answer.get_json()
        assert (answer.status_code, body["code"]) == (422, "input_rejected"), body
        words = " ".join([body["detail"], *(t for found in body.get("fields", {}).values() for t in found)])
        assert bool(CHINESE.search(words)) is (language == "zh"), words


@pytest.mark.parametrize(
    "path", ["/tasks?q=%00", "/instances?q=%00&status=running", "/people?q=%00", "/people?unit=%00", "/forms/%00",
             "/cards/%00", "/forms/" + "A" * 3_000, "/process-definitions?key=%00", "/cards/%E2%80%AE"],
)  # fmt: skip
def test_characters_that_no_column_holds_are_no_fault_of_ours(inspector: Caller, path: str) -> None:
    assert inspector.call("GET", path).status_code in {200, 404, 422}


@pytest.mark.parametrize("key", ["k" * 201, "a\tb", "键" * 201, "a\x7f"])
def test_a_bad_idempotency_key_is_told_and_does_nothing(inspector: Caller, module_db: Addresses, key: str) -> None:
    before = rows(module_db)
    for language in ("zh", "en"):
        answer = inspector.call("POST", START, {"variables": PROBLEM}, Idempotency_Key=key, Accept_Language=language)
        body = answer.get_json()
        assert (answer.status_code, body["facts"]["field"]) == (422, "Idempotency-Key")
        assert bool(CHINESE.search(body["detail"])) is (language == "zh")
    assert rows(module_db) == before


@pytest.mark.parametrize(
    "body",
    [{"to": "nobody-we-know", "reason": "试"}, {"to": "\x00", "reason": "试"}, {"to": 5, "reason": "试"},
     {"to": "u101", "reason": "长" * 20_000}, {"to": "u101"}, {"to": "u101", "reason": "a\u202eb\x00"}],
    ids=range(6),
)  # fmt: skip
def test_a_task_is_not_handed_to_nobody(leader: Caller, inspector: Caller, module_db: Addresses, body: object) -> None:
    register(inspector)
    task = next(t for t in inspector.get("/tasks")["items"] if t["node_id"] == "S1_T2")
    before = {name: n for name, n in rows(module_db).items() if not name.startswith("access_")}
    answer = inspector.call("POST", f"/tasks/{task['id']}/transfer", body)
    assert answer.status_code in {403, 404, 409, 422}, answer.get_json()
    assert answer.get_json()["detail"]
    assert {name: n for name, n in rows(module_db).items() if not name.startswith("access_")} == before


@pytest.mark.parametrize(
    "name", ["a\u202efdp.exe", "a\x00.pdf", "." * 300 + ".pdf", "长" * 300 + ".pdf", "CON.pdf/../x"]
)
def test_a_file_name_that_deceives_is_refused_or_kept_as_a_mere_name(owner: Caller, name: str) -> None:
    answer = owner.client.post(
        "/api/v1/attachments",
        data={"file": file_part(name, b"%PDF-1.7\n")},
        headers={"Authorization": f"Bearer {owner.token}"},
    )
    assert answer.status_code == 422, answer.get_json()
    assert json.loads(answer.get_data())["detail"]
