"""Scenarios A1 and A2 of domain.md §9: the year's letters of commitment, a change of post, a vacant post."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from engine.commands import organization
from engine.commands.builtin import builtin_files
from engine.model.clock import SHANGHAI
from engine.model.organization import Absence, Position, Substitute
from engine.model.step import PersonId
from tests.integration.prepared import opened, rehearsed
from tests.integration.scenarios.office import Office
from tests.shared_cluster import SharedCluster
from webui.app import create_app

POLICE, COMMISSION, COURT = "532503-GA", "532503-ZF", "532524-FY"
ADMIN = PersonId("u903")
#: Task and limit of what the officer of a unit finds on the first working day of the year.
FIRST_TASKS = {
    ("起草半年报告", date(2026, 1, 8)),
    ("编制责任清单", date(2026, 1, 16)),
    ("制定专题研究方案", date(2026, 1, 23)),
    ("制定学习安排", date(2026, 1, 23)),
    ("编制年度培训计划", date(2026, 2, 28)),
}


@contextmanager
def opening(cluster: SharedCluster, begins: datetime, mechanisms: str, folder: Path) -> Iterator[Office]:
    with (
        rehearsed(cluster, begins, mechanisms=mechanisms) as addresses,
        opened(addresses, "rehearsal", data_dir=folder) as engine,
    ):
        yield Office(engine, client=create_app(engine.settings, engine).test_client())


@pytest.fixture
def year(cluster: SharedCluster, tmp_path: Path) -> Iterator[Office]:
    """The day before the year's first working day, with the mechanisms that begin on it."""
    begins = datetime(2026, 1, 3, 12, tzinfo=SHANGHAI)
    with opening(cluster, begins, "P01 P02 P03 P04 P06", tmp_path) as office:
        yield office


@pytest.fixture
def office(cluster: SharedCluster, tmp_path: Path) -> Iterator[Office]:
    """2026-02-24 with P01 and P02: no period begins for a while."""
    with opening(cluster, datetime(2026, 2, 24, 9, tzinfo=SHANGHAI), "P01 P02", tmp_path) as made:
        yield made


def test_a1_the_year_begins_for_all_units_with_their_tasks_letters_and_countersignatures(year: Office) -> None:
    year.go_to("01-04", "09:00")
    assert len(year.open_at("P01_T1")) == 70
    officer = year.person(POLICE, "PERSON_RESP")
    shown = year.ask("GET", "/tasks?view=inbox&limit=100", officer)["items"]
    assert {(task["name"], date.fromisoformat(task["due_on"])) for task in shown} == FIRST_TASKS
    assert len(shown) == 5
    assert {task["light"] for task in shown} == {"green"}

    year.all_do("P01_T1", "P01_T1")
    year.all_do("P01_T2", "P01_T2")
    upward = year.open_at("P01_T4")
    assert len(upward) == 69
    assert [task.unit for task in year.open_at("P01_T4U")] == ["532500-ZF"]
    units = {task.unit or "" for task in upward}
    below = {unit for unit in units if unit.endswith("-ZF") or unit.startswith("532500")}
    assert len(below) == 17
    year.all_do("P01_T4", "P01_T4", but=units - below)
    top = year.person("532500-ZF", "LEAD_MAIN")
    assert [task.node_id for task in year.waiting_for(top)].count("P01_T5") == 17


def test_a1_a_letter_that_is_not_signed_climbs_the_ladder_and_the_proposal_outlives_the_signature(
    office: Office,
) -> None:
    case = office.begin_by_calendar("P01_LEAD", "START_YEAR", POLICE, "2026")
    for node in ("P01_T1", "P01_T2", "P01_T6"):
        office.all_do(node, node)
    leader, above = office.person(POLICE, "LEAD_MAIN"), office.person(COMMISSION, "LEAD_MAIN")
    letter = office.inbox(leader)["P01_T4"]
    assert letter.due_on == date(2026, 3, 31)
    assert office.timers(letter.id, "reminder") == ["03-02 09:00", "03-17 09:00", "03-26 09:00", "03-31 09:00"]
    assert office.standing("O01", POLICE, "2026") == "done_late"  # due on the 15th working day of the year
    assert office.standing("O03", POLICE, "2026", office.person(POLICE, "LEAD_DIRECT")) == "done"

    office.go_to("03-25", "09:30")
    assert light(office, leader) == "green"
    office.go_to("03-26", "09:30")
    assert light(office, leader) == "yellow"
    office.go_to("04-16", "09:00")
    assert office.issued(POLICE) == [
        (1, "04-01 09:00"),
        (2, "04-03 09:00"),
        (3, "04-09 09:00"),
        (4, "04-13 09:00"),
        (5, "04-16 09:00"),
    ]
    proposal = office.inbox(above)["S2_T5"]
    assert proposal.due_on == date(2026, 4, 21)

    office.go_to("04-16", "10:00")
    assert list(office.refused(leader, "P01_T4", {"sign": True}, signed=True)) == ["read_confirm"]
    twice = letter.id
    office.send(leader, "P01_T4", {"read_confirm": True, "sign": True}, signed=True)
    again = office.send(leader, "P01_T4", {"read_confirm": True}, signed=True, task=twice, expect=409)
    assert again["code"] == "task_not_open"
    assert "无需再次办理" in again["detail"]
    assert "P01_T4" not in office.inbox(leader)
    assert office.inbox(above)["S2_T5"].id == proposal.id
    assert office.standing("O02", POLICE, "2026") == "overdue"
    office.send(above, "P01_T5", {"counter": "签订", "sign": True}, signed=True)
    assert office.standing("O02", POLICE, "2026") == "done_late"
    office.send(office.inspector(COMMISSION), "P01_T7", {"scope": "本级"})
    assert office.case_of(case, leader).case_state == "已备案"


def light(office: Office, person: PersonId) -> str:
    (letter,) = (
        task
        for task in office.ask("GET", "/tasks?view=inbox&limit=100", person)["items"]
        if task["node_id"] == "P01_T4"
    )
    return str(letter["light"])


def test_a2_a_change_of_post_is_signed_for_on_the_new_version_and_the_old_case_keeps_its_own(office: Office) -> None:
    old = office.begin_by_calendar("P01_LEAD", "START_YEAR", COURT, "2026")
    office.all_do("P01_T1", "P01_T1")
    office.all_do("P01_T2", "P01_T2")
    former, other = office.person(COURT, "LEAD_DIRECT"), office.person(COURT, "LEAD_OTHER")
    main, new = office.person(COURT, "LEAD_MAIN"), PersonId("u233")
    for task in office.open_at("P01_T6"):
        if task.assignee != former:
            office.sign_as(task)
    office.go_to("05-09", "09:00")
    publish_with_extra_field(office)
    organization.move_person(office.engine, ADMIN, new, COURT)
    post = Position(person=new, unit=COURT, code="LEAD_DIRECT", valid_from=date(2026, 5, 11))
    organization.appoint(office.engine, ADMIN, post, replaces=former)

    change = office.inbox(new)["P01_T6_NEW"]
    assert change.due_on == date(2026, 5, 25)
    assert (office.case_of(change.instance_id, main).version, office.case_of(old, main).version) == (2, 1)
    assert office.standing("O04", COURT, "2026H1", new, case=change.instance_id) == "open"
    assert "P01_T6" in office.inbox(former)
    office.go_to("05-11", "09:00")
    moved = office.inbox(new)["P01_T6"]
    assert moved.instance_id == old
    assert "P01_T6" not in office.inbox(former)
    assert set(office.notices(new, "handover")) == {"05-11 00:00"}
    fields = {task.instance_id: form_fields(office, new, task.id) for task in (moved, change)}
    assert "pledge" not in fields[old]
    assert "pledge" in fields[change.instance_id]

    signed = {"read_confirm": True, "sign": True}
    office.send(new, "P01_T6", signed, signed=True)
    office.send(new, "P01_T6_NEW", signed | {"pledge": "分管刑事审判，带头落实。"}, signed=True)
    organization.declare_absence(
        office.engine, new, Absence(person=new, first_day=date(2026, 5, 11), last_day=date(2026, 5, 15))
    )
    substitute = Substitute(holder=new, unit=COURT, position="LEAD_DIRECT", person=other, valid_from=date(2026, 5, 11))
    organization.name_substitute(office.engine, new, substitute)
    office.send(main, "P01_T5_NEW", {"counter": "退回", "opinion": "责任内容请写明分管部门。"}, signed=True)
    assert office.inbox(other)["P01_T6_NEW"].due_on == date(2026, 5, 25)
    (again,) = office.open_at("P01_T6_NEW")
    assert (again.assignee, again.on_behalf_of) == (other, new)


def form_fields(office: Office, person: PersonId, task: object) -> set[str]:
    shown = office.ask("GET", f"/tasks/{task}", person)
    return {component.get("key", "") for component in shown["form"]["components"]}


def publish_with_extra_field(office: Office) -> None:
    """P01 v2: one analyst puts the changed form forward, another confirms it."""
    files = {name: data for name, data in builtin_files().items() if name.startswith("P01_")}
    form = json.loads(files["P01_T6.json"])
    pledge = {"id": "pledge", "type": "textfield", "key": "pledge", "label": "个人承诺"}
    form["components"].insert(0, pledge | {"properties": {"cx.label.en": "Own pledge"}})
    files["P01_T6.json"] = json.dumps(form, ensure_ascii=False).encode()
    parts = {"files": [(io.BytesIO(data), name) for name, data in sorted(files.items())]}
    headers = {"Authorization": f"Bearer {office._token(PersonId('u901'))}", "Idempotency-Key": str(uuid4())}
    answer = office.client.post("/api/v1/deployments", data=parts, headers=headers)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    office.ask("POST", f"/deployments/{answer.get_json()['id']}/confirm", PersonId("u902"))


def test_a_post_that_stays_vacant_is_told_to_the_superior_once_and_a_new_holder_signs(office: Office) -> None:
    former, new = office.person(POLICE, "LEAD_MAIN"), office.person(POLICE, "LEAD_OTHER")
    inspector = office.inspector(COMMISSION)
    organization.end_position(office.engine, ADMIN, former, POLICE, "LEAD_MAIN", date(2026, 3, 1))

    office.go_to("03-08", "12:00")
    assert office.notices(inspector, "vacancy") == []
    office.go_to("03-20", "12:00")
    assert office.notices(inspector, "vacancy") == ["03-09 00:10"]

    post = Position(person=new, unit=POLICE, code="LEAD_MAIN", valid_from=date(2026, 3, 20))
    organization.appoint(office.engine, ADMIN, post)
    change = office.inbox(new)["P01_T6_NEW"]
    assert change.due_on == date(2026, 4, 3)
    office.send(new, "P01_T6_NEW", {"read_confirm": True, "sign": True}, signed=True)
    above = office.person(COMMISSION, "LEAD_MAIN")
    office.send(above, "P01_T5_NEW", {"counter": "签订", "sign": True}, signed=True)
    assert office.standing("O04", POLICE, "2026H1", new, case=change.instance_id) == "done"
    office.go_to("03-31", "12:00")
    assert office.notices(inspector, "vacancy") == ["03-09 00:10"]
