"""Scenario A10 of domain.md §9 over REST: 警示教育 of a procuratorate, and the ladder of a unit that falls short."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from engine.commands import clock, demonstration
from engine.commands.builtin import builtin_files
from engine.commands.case_step import SYSTEM
from engine.commands.deployments import deploy_builtin
from engine.core import Engine
from engine.model.clock import SHANGHAI
from engine.model.obligation import state_of
from engine.model.organization import Absence
from engine.model.step import PersonId
from engine.store.roles import Addresses
from tests.integration.prepared import prepared
from tests.integration.scenarios.rest_desk import RestDesk
from tests.shared_cluster import SharedCluster
from webui.app import create_app

UNIT, SHORT = "532504-JC", "532504-SF"
YEAR_BEGINS = datetime(2026, 1, 4, 9, tzinfo=SHANGHAI)


@pytest.fixture
def db(cluster: SharedCluster) -> Iterator[Addresses]:
    """Two units of 弥勒市 at the beginning of the year: the others' cases would cost time and show nothing more."""

    def fill(engine: Engine) -> None:
        demonstration.prepare(engine, "rehearsal", YEAR_BEGINS - timedelta(minutes=1))
        files = {name: data for name, data in builtin_files().items() if name.startswith(("S", "D", "P03"))}
        owners = f'cx:owners="unit:{UNIT},{SHORT}"'.encode()
        files["P03_TRAIN.bpmn"] = files["P03_TRAIN.bpmn"].replace(b'cx:owners="all"', owners)
        deploy_builtin(engine, files)
        clock.advance(engine, SYSTEM, to=YEAR_BEGINS)

    with prepared(cluster, "cx_p03_two_units", "rehearsal", fill) as addresses:
        yield addresses


@pytest.fixture
def desk(engine: Engine) -> RestDesk:
    return RestDesk(engine, client=create_app(engine.settings, engine).test_client())


def staff(desk: RestDesk, unit: str) -> list[str]:
    with desk.engine.transaction(SYSTEM) as tx:
        people = desk.engine.reference(tx).organization.people
    return sorted(person.id for person in people if person.unit == unit)


def plan(desk: RestDesk, unit: str, month: int) -> None:
    officer, leader = desk.person(unit, "PERSON_RESP"), desk.person(unit, "LEAD_DIRECT")
    session = {"title": "警示教育大会", "form": "警示教育", "audience": "全体干警", "month": month, "hours": "4"}
    desk.do(officer, "P03_T1", {"sessions": [session]})
    desk.do(leader, "S4_T1", {"decision": "同意"})


def hold(desk: RestDesk, unit: str, on: str, present: Sequence[str]) -> None:
    officer = desk.person(unit, "PERSON_RESP")
    session = {"held_on": on, "place": "三楼会议室", "lecturer": "市纪委监委宣传部", "tags": ["警示教育"]}
    desk.do(officer, "P03_T3", session)
    desk.do(officer, "P03_T4", {"rows": [{"person": person, "present": True} for person in present]})


def make_ups(desk: RestDesk, unit: str) -> list[Any]:
    officer = desk.person(unit, "PERSON_RESP")
    items = desk.ask("GET", "/tasks?view=inbox&limit=100", officer)["items"]
    return [item for item in items if item["node_id"] == "P03_T5"]


def made_up(desk: RestDesk, officer: PersonId, task: Any, on: str) -> None:
    values = {"make_up": "已补训", "make_up_mode": "集中补课", "made_up_on": on}
    desk.ask("POST", f"/tasks/{task['id']}/complete", officer, json={"values": values})


def test_a10_warning_education_is_done_when_all_who_must_have_attended_or_made_it_up(desk: RestDesk) -> None:
    officer, people = desk.person(UNIT, "PERSON_RESP"), staff(desk, UNIT)
    assert len(people) == 20
    assert desk.inbox(officer)["P03_T1"].due_on == date(2026, 2, 28)
    plan(desk, UNIT, month=9)
    assert desk.inbox(officer)["P03_T3"].due_on == date(2026, 9, 30)
    with desk.engine.transaction(SYSTEM) as tx:
        away = Absence(person=people[-1], first_day=date(2026, 8, 1), last_day=date(2026, 12, 31))
        tx.add_absence(desk.engine.ids.v7(tx.now), away)

    desk.go_to("09-15")
    hold(desk, UNIT, "2026-09-15", people[:-3])

    assert standing(desk, "O07", UNIT, "2026-09-15") == ("done", None, None)
    assert standing(desk, "O08", UNIT, "2026-09-15") == ("open", 17, 19)
    assert standing(desk, "O09", UNIT, "2026-09-15", person=people[0])[0] == "done"
    owed = make_ups(desk, UNIT)
    assert [task["due_on"] for task in owed] == ["2026-10-19"] * 2
    assert {task["name"] for task in owed} == {f"补训：{name_of(desk, person)}" for person in people[-3:-1]}
    desk.go_to("09-29")
    for task in owed:
        made_up(desk, officer, task, "2026-09-29")
    assert make_ups(desk, UNIT) == []
    assert standing(desk, "O08", UNIT, "2026-09-29") == ("done", 19, 19)
    assert {standing(desk, "O09", UNIT, "2026-09-29", person=person)[0] for person in people[:-1]} == {"done"}
    exempt = desk.ask("GET", f"/instances/{owed[0]['instance_id']}/variables", officer)["variables"]["exempt"]
    assert exempt == {people[-1]: "长期请假（2026-08-01至2026-12-31）"}


def standing(desk: RestDesk, code: str, unit: str, on: str, *, person: str = "") -> tuple[str, int | None, int | None]:
    """The state of an obligation of the year on that day, with its progress."""
    with desk.engine.transaction(SYSTEM) as tx:
        owed = tx.find_obligation(code, unit, person, period="2026")
    return (state_of(owed.standing, date.fromisoformat(on)), owed.done, owed.of) if owed is not None else ("", 0, 0)


def name_of(desk: RestDesk, person: str) -> str:
    with desk.engine.transaction(SYSTEM) as tx:
        return desk.engine.reference(tx).organization.person_name(person)


def test_a_unit_that_is_short_on_31_december_is_so_named_and_goes_up_the_ladder(desk: RestDesk) -> None:
    officer, people = desk.person(SHORT, "PERSON_RESP"), staff(desk, SHORT)
    plan(desk, SHORT, month=12)
    desk.go_to("12-21")
    hold(desk, SHORT, "2026-12-21", people[:-1])
    (late,) = make_ups(desk, SHORT)
    assert late["due_on"] == "2026-12-31"
    desk.go_to("12-31")
    assert desk.issued(SHORT) == []

    clock.advance(desk.engine, SYSTEM, to=datetime(2027, 1, 7, 10, tzinfo=SHANGHAI))

    assert [level for level, _ in desk.issued(SHORT)] == [1, 2]
    assert standing(desk, "O08", SHORT, "2027-01-07") == ("overdue", 19, 20)
    assert desk.ask("GET", f"/instances/{late['instance_id']}", officer)["case_state"] == "覆盖不足"
