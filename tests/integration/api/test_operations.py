"""What operators ask over REST: queues, health, backups, incidents with notes, and runs over many of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest

from engine.core import Engine
from engine.store.incidents import NewIncident
from engine.store.roles import Addresses
from tests.integration.api.conftest import Caller, Sign, register


@pytest.fixture
def operator(sign_in: Sign) -> Caller:
    return sign_in("u907")


@pytest.fixture
def incidents(engine: Engine) -> Iterator[list[str]]:
    """Three of them, of which one is of a sealed case."""
    with engine.transaction("system") as tx:
        found = [
            tx.open_incident(
                NewIncident(
                    id=uuid4(), kind="step", code="step_failed", message="S: line 1: ValueError", key="S1_RECTIFY",
                    node_id=f"S1_T{number}", sealed=number == 3, details={"cause": "script", "reason": "typed"},
                )
            )
            for number in (1, 2, 3)
        ]  # fmt: skip
    yield [str(incident) for incident in found]
    with engine.transaction("system") as tx:
        for incident in found:
            tx.resolve_incident(incident, "closed")


def test_nobody_but_an_operator_sees_how_the_service_does(operator: Caller, inspector: Caller) -> None:
    for path in ("/operations/queues", "/operations/health", "/incidents", "/incidents/retries"):
        inspector.get(path, status=403)
        operator.get(path)


def test_the_queues_tell_what_waits_and_name_no_sealed_case(
    operator: Caller, inspector: Caller, module_db: Addresses
) -> None:
    sealed, open_case = (str(register(inspector)["id"]) for _ in range(2))
    with psycopg.connect(module_db.admin_url) as connection:
        connection.execute("UPDATE instance SET sealed = true WHERE id = %s", (sealed,))

    found = operator.get("/operations/queues")

    named = {timer["instance_id"] for timer in found["next_timers"]}
    assert open_case in named
    assert sealed not in named
    kinds = {timers["kind"]: timers for timers in found["timers"]}
    assert kinds["ladder"]["waiting"] >= 2
    assert found["workers"] == []


def test_timers_that_nobody_fires_are_late(operator: Caller, inspector: Caller, module_db: Addresses) -> None:
    case = str(register(inspector)["id"])
    with psycopg.connect(module_db.admin_url) as connection:
        change = "UPDATE timer SET due_at = due_at - interval '60 days' WHERE instance_id = %s RETURNING due_at"
        assert connection.execute(change, (case,)).fetchall()
    parts = {part["key"]: part for part in operator.get("/operations/health")["parts"]}
    with psycopg.connect(module_db.admin_url) as connection:
        connection.execute("UPDATE timer SET due_at = due_at + interval '60 days' WHERE instance_id = %s", (case,))

    assert parts["timers"]["state"] == "bad"
    assert parts["timers"]["facts"]["behind_seconds"] > 86_400
    assert parts["workers"]["state"] == "bad"
    assert parts["schema"]["state"] == "good"
    assert parts["sandbox"]["state"] == "good"


def test_a_backup_is_missed_until_it_is_made_and_after_a_day(operator: Caller, module_db: Addresses) -> None:
    def backup() -> tuple[str, int]:
        found = operator.get("/operations/health")
        (part,) = (part for part in found["parts"] if part["key"] == "backup")
        return part["state"], len(found["backups"])

    def take(ago: timedelta) -> None:
        with psycopg.connect(module_db.admin_url) as connection:
            connection.execute(
                "INSERT INTO backup_record VALUES (%s, now() - %s, now(), '/srv/b', 1000, 10, 1)", (uuid4(), ago)
            )

    assert backup() == ("bad", 0)
    take(timedelta(hours=25))
    assert backup() == ("watch", 1)
    take(timedelta(hours=1))
    assert backup() == ("good", 2)


def test_incidents_are_filtered_and_shown_without_what_was_typed(operator: Caller, incidents: list[str]) -> None:
    found = operator.get("/incidents?kind=step&key=S1_RECTIFY&state=new")["items"]

    assert {incident["id"] for incident in found} == set(incidents[:2])
    assert found[0]["details"] == {"cause": "script"}
    assert operator.get("/incidents?since=2099-01-01")["items"] == []
    operator.get(f"/incidents/{incidents[2]}", status=404)
    operator.post(f"/incidents/{incidents[2]}/note", {"note": "x"}, status=404)


def test_a_note_is_kept_once_per_key(operator: Caller, incidents: list[str]) -> None:
    path, body = f"/incidents/{incidents[0]}/note", {"note": "已联系编图人员，明日发布新版。"}

    first = operator.post(path, body, Idempotency_Key="note-1")
    again = operator.post(path, body, Idempotency_Key="note-1")

    assert first == again
    assert (first["state"], first["noted_by"], first["note"]) == ("open", "u907", body["note"])
    assert [i["id"] for i in operator.get("/incidents?state=noted")["items"]] == [incidents[0]]


def test_many_are_tried_again_by_filter_and_the_run_can_be_stopped(operator: Caller, incidents: list[str]) -> None:
    run = operator.post("/incidents/retries", {"kind": "step"}, status=202)

    found = operator.get(f"/incidents/retries/{run['id']}")
    assert (found["total"], found["done"]) == (2, 0)
    assert {item["incident_id"] for item in found["items"]} == set(incidents[:2])
    assert operator.post("/incidents/retries", {"ids": incidents[:1]}, status=422)["code"] == "input_rejected"
    assert operator.post(f"/incidents/retries/{run['id']}/stop")["stopped_by"] == "u907"
    assert operator.get("/incidents/retries")["items"][0]["id"] == run["id"]


def test_the_metrics_tell_the_same_to_whoever_watches(operator: Caller, incidents: list[str]) -> None:
    lines = operator.client.get("/metrics").get_data(as_text=True).splitlines()

    assert "changxiao_database_up 1.0" in lines
    assert "changxiao_incidents_open 2.0" in lines
    assert "changxiao_workers 0.0" in lines
    assert any(line.startswith('changxiao_timers{state="waiting"}') for line in lines)
    assert not [line for line in lines if incidents[0] in line]
