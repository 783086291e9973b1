"""Who is told of a changed calendar: inspectors by one list, processes by a signal, operators by incidents."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg

from engine.commands import calendar, incidents
from engine.commands.case_step import SYSTEM
from engine.commands.cases import begin_case, finish, load_case
from engine.commands.deployments import deploy_builtin
from engine.core import Engine
from engine.model.step import InstanceId, PersonId
from engine.store.roles import Addresses
from tests.integration.calendar.conftest import ADMIN, Begin, Office, People, on
from tests.integration.scenarios.desk import Desk
from tests.integration.scenarios.test_rectification import B_PROBLEM, ISSUER

OPERATOR = PersonId("u907")
WAITING = Path(__file__).parent / "CAL_WAIT.bpmn"


def test_inspectors_of_the_superior_get_one_list_with_old_and_new_day(
    desk: Desk, office: Office, people: People, running: InstanceId
) -> None:
    office.holiday("03-12")

    (told,) = office.lists(people.inspector)
    assert told["document"] == "红政办发〔2026〕3号"
    assert (told["count"], len(told["changes"])) == (2, 2)
    for line in told["changes"]:
        assert (line["old"], line["new"], line["instance_id"]) == ("2026-03-23", "2026-03-24", str(running))
        assert "title" not in line  # looked up for whoever reads it: the case may be sealed by then
    assert {line["name"] for line in told["changes"]} == {"", "实施整改"}
    assert len(office.lists(desk.inspector(ISSUER, 1))) == 1
    assert office.lists(desk.inspector("532527-ZF")) == []
    assert office.lists(people.leader) == []


def test_a_sealed_case_is_dated_again_and_stands_on_no_list(
    desk: Desk, office: Office, people: People, running: InstanceId
) -> None:
    with office.engine.transaction(SYSTEM) as tx:
        step = load_case(office.engine, tx, tx.lock_instance(running), by=SYSTEM)
        step.changes["sealed"] = True
        step.save()

    changed = office.holiday("03-12")

    assert {change.sealed for change in changed.moved} == {True}
    assert desk.inbox(people.owner)["S1_T5"].due_on == on("03-24")
    assert office.lists(people.inspector) == []


def test_nobody_is_told_where_nothing_moved(office: Office, people: People, running: InstanceId) -> None:
    assert office.holiday("06-10").moved == ()
    assert office.lists(people.inspector) == []


def waiting(engine: Engine, divisor: int) -> InstanceId:
    deploy_builtin(engine, {WAITING.name: WAITING.read_bytes()})
    with engine.transaction(SYSTEM) as tx:
        current = tx.current_definition("CAL_WAIT")
        assert current is not None
        definition = engine.definition(tx, current.id)
        step = begin_case(engine, tx, definition, by=SYSTEM, variables={"divisor": divisor}, unit=ISSUER)
        finish(step)
    return step.instance_id


def test_a_process_that_waits_for_the_signal_goes_on(desk: Desk, office: Office) -> None:
    case = waiting(office.engine, 4)

    office.holiday("03-12")

    assert desk.case(case).status == "completed"
    assert desk.case(case).variables["share"] == 25
    assert [fact.body["name"] for fact in office.history(case, "received")] == [calendar.SIGNAL]


def test_a_process_that_cannot_take_the_signal_leaves_an_incident_and_the_calendar_stands(
    desk: Desk, office: Office, people: People, running: InstanceId, db: Addresses
) -> None:
    case = waiting(office.engine, 0)

    office.holiday("03-12")

    assert desk.case(case).status == "running"
    assert desk.inbox(people.owner)["S1_T5"].due_on == on("03-24")
    assert open_incidents(db) == [("calendar", "SHARE")]


def open_incidents(addresses: Addresses) -> list[tuple[str, str]]:
    with psycopg.connect(addresses.admin_url) as connection:
        query = "SELECT kind, node_id FROM incident WHERE state = 'open' ORDER BY opened_at"
        return [(row[0], row[1]) for row in connection.execute(query)]


def set_rule(addresses: Addresses, case: InstanceId, rule: str) -> None:
    """Put another rule behind an open date, behind the service's back."""
    with psycopg.connect(addresses.admin_url) as connection:
        query = "UPDATE user_task SET deadline = jsonb_set(deadline, '{rule}', to_jsonb(%s::text))"
        connection.execute(query + " WHERE instance_id = %s AND node_id = 'S1_T5'", (rule, case))


def test_a_case_that_cannot_be_dated_opens_one_incident_and_the_others_go_on(
    desk: Desk, office: Office, begin: Begin, db: Addresses
) -> None:
    desk.go_to("03-02")
    broken, whole = begin(), begin(title="另一件问题")
    set_rule(db, broken, "no such rule")

    first, second = office.holiday("03-12"), office.holiday("03-13")

    assert first.failed == second.failed == (broken,)
    assert {change.instance_id for change in first.moved} == {whole}
    assert desk.case(broken).variables["limit"] == "2026-03-23"  # nothing of the case is half moved
    assert desk.case(whole).variables["limit"] == "2026-03-25"
    with office.engine.transaction(SYSTEM) as tx:
        (incident,) = tx.open_incidents(broken)
    assert (incident.kind, incident.attempts) == ("calendar", 2)
    assert str(B_PROBLEM["title"]) not in incident.message

    assert incidents.retry(office.engine, OPERATOR, incident.id).state == "open"
    set_rule(db, broken, "var(limit)")
    assert incidents.retry(office.engine, OPERATOR, incident.id).resolution == "redated"
    assert desk.case(broken).variables["limit"] == "2026-03-25"


def test_the_access_log_tells_who_changed_what_and_how_much_moved(
    office: Office, running: InstanceId, db: Addresses
) -> None:
    office.holiday("03-12")
    office.drop("03-12")

    with psycopg.connect(db.admin_url) as connection:
        query = "SELECT actor, body FROM access_log JOIN access_log_body b USING (shard, seq) WHERE event = %s"
        rows = connection.execute(query + " ORDER BY at, seq", ("calendar.change",)).fetchall()
    day = {"day": "2026-03-12", "layer": "local"}
    entered = day | {"working": False, "document": "红政办发〔2026〕3号", "moved": 2}
    assert {row[0] for row in rows} == {ADMIN}
    assert sorted((json.loads(row[1]) for row in rows), key=lambda body: body["moved"]) == [
        day | {"dropped": True, "document": "通知撤回", "moved": 0},
        entered,
    ]
