"""The calendar over REST: anybody reads it, an administrator changes it, and the answer lists what moved."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import psycopg
import pytest

from engine.store.roles import Addresses
from tests.integration.api.conftest import Caller, Sign, register
from tests.integration.api.test_lifecycle import ISSUE, NAMED

TORCH = {"layer": "local", "name": "火把节", "name_en": "Torch Festival", "document": "红政办发〔2026〕3号"}
DAYS = "/calendar/days"


@pytest.fixture
def admin(sign_in: Sign) -> Caller:
    return sign_in("u903")


def fits(caller: Caller, method: str, path: str, body: Any) -> Any:
    """The answer, where it is what openapi.json says."""
    document = caller.client.get("/api/v1/openapi.json").get_json()
    described = document["paths"][f"/api/v1{path}"][method]["responses"]["200"]["content"]["application/json"]
    jsonschema_rs.validate(described["schema"] | {"components": document["components"]}, body)
    return body


def test_anybody_who_is_signed_in_reads_a_year_with_the_layer_of_each_day(outsider: Caller, nobody: Caller) -> None:
    nobody.get("/calendar/2026", status=401)
    year = fits(outsider, "get", "/calendar/{year}", outsider.get("/calendar/2026"))
    assert (year["year"], year["has_national_table"], year["working_days"]) == (2026, True, 248)
    assert year["source"] == "国务院办公厅关于2026年部分节假日安排的通知"
    by_day = {day["day"]: day for day in year["days"]}
    assert by_day["2026-01-01"] == {
        "day": "2026-01-01",
        "layer": "national",
        "working": False,
        "name": "元旦",
        "name_en": "New Year's Day",
        "document": year["source"],
        "in_force": True,
    }
    assert (by_day["2026-01-04"]["layer"], by_day["2026-01-04"]["working"]) == ("make_up", True)

    unknown = outsider.get("/calendar/2031")
    assert (unknown["has_national_table"], unknown["source"], unknown["days"]) == (False, "", [])
    assert outsider.get("/calendar/2061", status=422)["facts"]["field"] == "year"
    outsider.get("/calendar/next", status=404)


def test_a_day_is_entered_overruled_and_dropped_and_the_answer_lists_what_moved(
    admin: Caller, inspector: Caller, leader: Caller, owner: Caller
) -> None:
    case = register(inspector)["id"]
    inspector.do("S1_T2", ISSUE, instance_id=case)
    leader.do("S1_T3", NAMED, instance_id=case)
    task = owner.inbox(instance_id=case)["S1_T4"]
    assert task["due_on"] == "2026-03-05"

    entered = fits(admin, "put", f"{DAYS}/{{day}}", admin.put(f"{DAYS}/2026-03-04", TORCH))

    assert (entered["days"], entered["failed"]) == (["2026-03-04"], 0)
    mine = [moved for moved in entered["moved"] if moved["instance_id"] == case]
    changes = {"instance_id": case, "unit": "532503-GA"}
    assert mine == [
        changes | {"task_id": None, "old": "2026-03-23", "new": "2026-03-24"},
        changes | {"task_id": task["id"], "old": "2026-03-05", "new": "2026-03-06"},
    ]
    assert owner.inbox(instance_id=case)["S1_T4"]["due_on"] == "2026-03-06"

    correction = TORCH | {"layer": "correction", "working": True}
    assert admin.put(f"{DAYS}/2026-03-04", correction)["moved"] == []
    layers = [day for day in admin.get("/calendar/2026")["days"] if day["day"] == "2026-03-04"]
    assert [(day["layer"], day["working"], day["in_force"]) for day in layers] == [
        ("local", False, False),
        ("correction", True, True),
    ]

    for layer in ("correction", "local"):
        answer = admin.call("DELETE", f"{DAYS}/2026-03-04?layer={layer}&reason=通知撤回")
        assert answer.status_code == 200
        assert fits(admin, "delete", f"{DAYS}/{{day}}", answer.get_json())["moved"] == []
    assert admin.call("DELETE", f"{DAYS}/2026-03-04?layer=local&reason=通知撤回").status_code == 404
    assert owner.inbox(instance_id=case)["S1_T4"]["due_on"] == "2026-03-06"


def test_a_national_table_is_entered_as_json(admin: Caller) -> None:
    off = [{"from": "2029-01-01", "to": "2029-01-02", "zh": "元旦", "en": "New Year's Day"}]
    table = {"year": 2029, "source": "国务院办公厅通知", "off": off, "work": ["2029-01-06"]}

    entered = fits(admin, "post", "/calendar/years", admin.post("/calendar/years", table))

    assert entered["days"] == ["2029-01-01", "2029-01-02", "2029-01-06"]
    year = admin.get("/calendar/2029")
    assert (year["has_national_table"], year["source"], len(year["days"])) == (True, "国务院办公厅通知", 3)


def test_only_administrators_change_it(inspector: Caller, leader: Caller, nobody: Caller, sign_in: Sign) -> None:
    for caller, status in ((inspector, 403), (leader, 403), (sign_in("u907"), 403), (nobody, 401)):
        caller.put(f"{DAYS}/2026-07-01", TORCH, status=status)
        caller.post("/calendar/years", {}, status=status)
        assert caller.call("DELETE", f"{DAYS}/2026-07-01?layer=local&reason=x").status_code == status
    assert [day for day in inspector.get("/calendar/2026")["days"] if day["layer"] == "local"] == []


@pytest.mark.parametrize(
    ("field", "day", "body"),
    [
        ("day", "07-01", TORCH),
        ("day", "2061-07-01", TORCH),
        ("document", "2026-07-01", TORCH | {"document": " "}),
        ("name_en", "2026-07-01", TORCH | {"name_en": " "}),
    ],
)
def test_a_wrong_day_is_refused_by_field_in_the_language_asked_for(
    admin: Caller, field: str, day: str, body: dict[str, object]
) -> None:
    problems = [
        admin.call("PUT", f"{DAYS}/{day}", body, Accept_Language=language).get_json() for language in ("zh", "en")
    ]
    assert [problem["facts"]["field"] for problem in problems] == [field, field]
    assert problems[0]["detail"] != problems[1]["detail"]


@pytest.mark.parametrize(
    "changes", [{"off": []}, {"work": ["2028-01-05"]}, {"year": 2026}, {"off": [{"from": "2028-01-01"}]}, {"more": 1}]
)
def test_a_malformed_table_is_refused_and_nothing_is_kept(admin: Caller, changes: dict[str, object]) -> None:
    off = [{"from": "2028-01-01", "to": "2028-01-02", "zh": "元旦", "en": "New Year's Day"}]
    table = {"year": 2028, "source": "国务院办公厅通知", "off": off, "work": []} | changes
    admin.post("/calendar/years", table, status=422)
    assert admin.get("/calendar/2028")["days"] == []


def test_a_change_that_is_sent_twice_under_one_key_is_made_once(admin: Caller, module_db: Addresses) -> None:
    body = TORCH | {"document": "红政办发〔2026〕77号"}
    sent = [admin.call("PUT", f"{DAYS}/2026-09-01", body, Idempotency_Key="torch").get_json() for _ in range(2)]
    assert sent[0] == sent[1]
    assert sent[0]["days"] == ["2026-09-01"]
    assert changes_by(module_db, "红政办发〔2026〕77号") == 1
    for _ in range(2):
        path = f"{DAYS}/2026-09-01?layer=local&reason=通知撤回"
        assert admin.call("DELETE", path, Idempotency_Key="drop").status_code == 200
    assert admin.call("DELETE", f"{DAYS}/2026-09-02?layer=local&reason=x", Idempotency_Key="drop").status_code == 409


def changes_by(addresses: Addresses, document: str) -> int:
    with psycopg.connect(addresses.admin_url) as connection:
        query = "SELECT count(*) FROM access_log_body WHERE body LIKE %s"
        row = connection.execute(query, (f"%{document}%",)).fetchone()
    return int(row[0]) if row is not None else 0
