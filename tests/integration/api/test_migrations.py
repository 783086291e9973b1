"""Migrating running cases over REST: plan, dry run, two people, what came of it, and the way back."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from engine.commands import migrations
from engine.commands.deployments import propose
from engine.core import Engine
from engine.store.roles import Addresses
from tests.integration.api.conftest import Caller, Sign, register, shipped


@pytest.fixture
def operator(sign_in: Sign) -> Caller:
    return sign_in("u907")


@pytest.fixture
def analyst(sign_in: Sign) -> Caller:
    return sign_in("u901")


def republish(engine: Engine, old: bytes, new: bytes) -> None:
    """S1 with one change in its drawing."""
    changed = shipped("S1_RECTIFY.bpmn").replace(old, new)
    propose(engine, "system", {"S1_RECTIFY.bpmn": changed}, auto_confirm=True)


def versions(caller: Caller) -> dict[int, str]:
    rows = caller.get("/process-definitions?key=S1_RECTIFY")["items"]
    return {row["version"]: row["id"] for row in rows}


def body(first: str, last: str, plan: dict[str, Any], **more: object) -> dict[str, Any]:
    node_map = {link["node_id"]: link["target"] for link in plan["links"] if link["target"]}
    return {"from_id": first, "to_id": last, "node_map": node_map} | more


def test_a_migration_is_planned_tried_decided_by_two_and_taken_back(
    engine: Engine, operator: Caller, analyst: Caller, inspector: Caller, module_db: Addresses
) -> None:
    case, sealed = (str(register(inspector)["id"]) for _ in range(2))
    with psycopg.connect(module_db.admin_url) as connection:
        connection.execute("UPDATE instance SET sealed = true WHERE id = %s", (sealed,))
    republish(engine, "签收与制定措施".encode(), "签收并制定措施".encode())
    found = versions(analyst)
    first, last = found[min(found)], found[max(found)]

    plan = analyst.get(f"/migrations/plan?from_id={first}&to_id={last}")
    assert plan["running"] == 1
    assert all(link["target"] == link["node_id"] for link in plan["links"])
    tried = analyst.post("/migrations/dry-run", body(first, last, plan))
    assert (tried["total"], tried["can"], tried["problems"], tried["reasons"]) == (1, 1, [], [])
    made = analyst.post("/migrations", body(first, last, plan, note="更正名称"), status=201)
    assert made["state"] == "proposed"
    assert analyst.post(f"/migrations/{made['id']}/confirm", {}, status=403)["code"] == "own_migration"
    assert (
        operator.post("/migrations", body(first, last, plan, note="再来"), status=409)["code"] == "migration_under_way"
    )

    operator.post(f"/migrations/{made['id']}/confirm", {})
    migrations.work_off(engine, made["id"])

    shown = analyst.get(f"/migrations/{made['id']}")
    assert (shown["state"], shown["migrated"], shown["total"]) == ("ended", 1, 1)
    assert [run["id"] for run in analyst.get("/migrations")["items"]] == [made["id"]]
    (item,) = operator.get(f"/migrations/{made['id']}/items")["items"]
    assert (item["instance_id"], item["outcome"], item["can_undo"]) == (case, "migrated", True)
    assert inspector.get(f"/instances/{case}")["version"] == max(found)

    back = operator.post(f"/migrations/{made['id']}/items/{case}/undo", {})
    assert (back["undone"], back["migrated"]) == (1, 0)
    assert inspector.get(f"/instances/{case}")["version"] == min(found)
    again = operator.post(f"/migrations/{made['id']}/items/{case}/undo", {}, status=409)
    assert again["code"] == "cannot_undo"


def test_who_plans_sees_numbers_and_no_case_and_nobody_else_sees_anything(
    operator: Caller, analyst: Caller, inspector: Caller
) -> None:
    inspector.get("/migrations", status=403)
    analyst.get("/migrations")
    analyst.get(f"/migrations/{uuid4()}/items", status=403)
    operator.get(f"/migrations/{uuid4()}/items", status=404)
    analyst.get(f"/migrations/plan?from_id={uuid4()}&to_id={uuid4()}", status=404)


def test_a_map_that_leaves_a_protected_step_out_is_refused_in_both_languages(
    engine: Engine, analyst: Caller, inspector: Caller
) -> None:
    republish(engine, b'id="S1_T7" ', b'id="S1_T7" cx:protected="true" ')
    register(inspector)
    republish(engine, "签收与制定措施".encode(), "签收和制定措施".encode())
    found = versions(analyst)
    first, last = found[max(found) - 1], found[max(found)]
    plan = analyst.get(f"/migrations/plan?from_id={first}&to_id={last}")
    wanted = body(first, last, plan, note="试")

    refused = analyst.post("/migrations", wanted, status=422)

    assert refused["code"] == "map_rejected"
    del wanted["note"]
    (told,) = analyst.post("/migrations/dry-run", wanted)["problems"]
    assert "受保护环节" in told
    english = analyst.call("POST", "/migrations/dry-run", wanted, Accept_Language="en").get_json()["problems"]
    assert "needs a protected counterpart" in english[0]
