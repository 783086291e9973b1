"""Scenarios A3 and A4 of domain.md §9: the half-yearly study, the problems it hands over, the units that wait."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from engine.model.clock import SHANGHAI
from engine.model.organization import UnitLevel
from engine.model.period import Period
from engine.model.step import InstanceId, PersonId
from engine.queries.case_head import forms_sent
from engine.queries.narrowing import Narrowing
from engine.queries.questions.studies import StudyNotHeld, studies_not_held
from tests.integration.prepared import opened, rehearsed
from tests.integration.scenarios.office import Office
from tests.shared_cluster import SharedCluster
from webui.app import create_app

BEGINS = datetime(2026, 2, 24, 9, tzinfo=SHANGHAI)
JUSTICE, COMMISSION = "532502-SF", "532502-ZF"
DETAIL = {
    "title": "窗口着装不规范",
    "category": "形象不好",
    "nature": "作风细节",
    "spread": "个人",
    "post": "窗口岗",
    "dept": f"{JUSTICE}-03",
    "basis": "二月下旬抽查服务窗口三次，发现一名工作人员两次未按规定着装，已当场提醒并记录在案。",
}
RULES = DETAIL | {"title": "值班交接登记不完整", "nature": "制度不落实", "spread": "部门"}
HARM = DETAIL | {"title": "办件超期未告知", "category": "其他", "nature": "侵害群众利益", "spread": "部门"}
SIGN = DETAIL | {"title": "违规接受宴请苗头", "category": "违纪违法苗头", "nature": "涉嫌违纪违法"}


def not_held(office: Office, person: PersonId, level: UnitLevel | None = None) -> tuple[StudyNotHeld, ...]:
    """Who has not held the study of 2026H2, as the person is told."""
    with office.engine.reading(person) as tx:
        reference = office.engine.reference(tx)
        return studies_not_held(tx, reference, Narrowing(), Period.parse("2026H2"), level).missing


@pytest.fixture
def office(cluster: SharedCluster, tmp_path: Path) -> Iterator[Office]:
    """The prefecture on 2026-02-24 with P01 and P02: no period begins for a while."""
    with (
        rehearsed(cluster, BEGINS, mechanisms="P01 P02") as addresses,
        opened(addresses, "rehearsal", data_dir=tmp_path) as engine,
    ):
        yield Office(engine, client=create_app(engine.settings, engine).test_client())


def read(office: Office, person: PersonId, case: InstanceId) -> str:
    """Everything that the person reads of the forms of a case."""
    with office.engine.reading(person) as tx:
        return str([sent.values for sent in forms_sent(office.engine, tx, case)])


def test_a4_each_row_of_the_meeting_becomes_a_problem_with_its_own_limit_and_an_early_sign_none(office: Office) -> None:
    officer, leader = office.person(JUSTICE, "PERSON_RESP"), office.person(JUSTICE, "LEAD_DIRECT")
    head, main = office.person(JUSTICE, "DEPT_RESP"), office.person(JUSTICE, "LEAD_MAIN")
    inspector = office.inspector(COMMISSION)
    case = office.begin("P02_PUSH", officer, reason="新出现突出问题，增开一次研究。")

    plan = office.values("P02_T1", officer, planned_date="2026-03-05")
    late = office.refused(officer, "P02_T1", plan | {"planned_date": "2026-07-01"})
    assert late == {
        "planned_date": (
            "“拟召开日期”不得晚于本半年最后一日（2026-06-30），请提前。",
            "The meeting may not be later than the last day of this half-year (2026-06-30): choose an earlier day.",
        )
    }
    office.send(officer, "P02_T1", plan)
    assert office.inbox(leader)["P02_T2"].due_on == date(2026, 2, 27)
    for hearer in (leader, head):
        office.send(hearer, "P02_T2", office.values("P02_T2", hearer))
    rows = office.values("P02_T3", officer) | {"problems": [DETAIL, RULES, HARM, SIGN]}
    office.send(officer, "P02_T3", rows)

    office.go_to("03-05", "09:30")
    meeting = office.values("P02_T4", main) | {"due_attend": 9, "attended": 6}
    assert list(office.refused(main, "P02_T4", meeting | {"attended": 5})) == ["attended"]
    office.send(main, "P02_T4", meeting)
    notices = [task for task in office.waiting_for(inspector) if task.node_id == "S1_T2"]
    assert len(notices) == 3
    for task in notices:
        office.send(inspector, "S1_T2", {"confirm": True}, task=task.id)

    naming = [task for task in office.waiting_for(leader) if task.node_id == "S1_T3"]
    assert [task.name for task in naming] == ["指定整改责任人"] * 3
    for task in naming:
        office.ask("GET", f"/tasks/{task.id}", leader)  # the first look delivers the notice
    assert {task.due_on for task in office.waiting_for(leader) if task.node_id == "S1_T3"} == {date(2026, 3, 6)}
    named = {"owner_decision": "指定", "owner_dept": f"{JUSTICE}-03", "owner": officer, "owner_post": "具体责任人"}
    for task in naming:
        office.send(leader, "S1_T3", named, task=task.id)
    limits = {
        found.severity: (found.limit_at.astimezone(SHANGHAI).date(), found.title)
        for found in (office.case_of(task.instance_id, inspector) for task in naming)
    }
    assert limits == {
        "A": (date(2026, 3, 12), DETAIL["title"]),
        "B": (date(2026, 3, 26), RULES["title"]),
        "C": (date(2026, 4, 17), HARM["title"]),
    }

    operator = PersonId("u907")
    (kept,) = office.ask("GET", "/operations/queues", operator)["kept"]
    assert (kept["name"], kept["kind"], kept["count"], kept["expires_at"]) == ("msg.early_sign", "message", 1, None)
    variables = office.ask("GET", f"/instances/{case}/variables", inspector)["variables"]
    assert [row["title"] for row in variables["problems"]] == [DETAIL["title"], RULES["title"], HARM["title"]]
    assert variables["early_signs"] == []
    assert {who: SIGN["title"] in read(office, who, case) for who in (officer, leader, inspector)} == {
        officer: True,  # wrote it
        leader: True,
        inspector: False,
    }


#: Open on 2026-12-01: 16 county units and two of the prefecture.
OPEN = (
    *("532500-GA", "532500-SF", "532501-FY", "532501-GA", "532503-GA", "532503-JC", "532503-SF", "532504-ZF"),
    *("532524-FY", "532524-GA", "532524-JC", "532524-SF", "532525-SF", "532528-FY", "532529-FY", "532529-GA"),
    *("532529-JC", "532532-GA"),
)


def test_a3_the_units_that_have_not_met_are_named_with_their_step_reminded_and_may_still_be_in_time(
    office: Office,
) -> None:
    office.go_to("07-01", "09:00")
    assert len(office.open_at("P02_T1")) == 70
    office.all_do("P02_T1", "P02_T1", planned_date="2026-07-20")
    office.all_do("P02_T2", "P02_T2")
    office.all_do("P02_T3", "P02_T3", problems=[], no_problems=True)
    office.go_to("07-10", "09:00")
    for node in ("P02_T4", "P02_T8", "P02_T6"):
        office.all_do(node, node, but=OPEN)
    assert office.all_do("P02_T7", "P02_T7") == 52
    assert {office.standing(code, "532532-FY", "2026H2") for code in ("O05", "O06")} == {"done"}
    top = office.inspector("532500-ZF")
    asked = not_held(office, top)
    assert tuple(row.unit for row in asked) == OPEN
    assert {row.stands_on.zh for row in asked} == {"召开专题研究会"}
    assert {row.days_left for row in asked} == {120}

    office.go_to("12-01", "09:00")
    waiting = office.open_at("P02_T4")
    assert len(waiting) == 18
    assert {task.due_on for task in waiting} == {date(2026, 12, 31)}
    leaders = [office.person(unit, "LEAD_MAIN") for unit in OPEN]
    assert [office.notices(leader, "reminder") for leader in leaders] == [["12-01 09:00"]] * 18
    assert len(not_held(office, top, "COUNTY")) == 16
    mine = office.inspector("532503-ZF")
    assert [row.unit for row in not_held(office, mine)] == [
        "532503-GA",
        "532503-JC",
        "532503-SF",
    ]
    late = waiting[0]
    assert office.timers(late.id, "reminder") == ["12-17 09:00", "12-28 09:00", "12-31 09:00"]

    unit, leader = OPEN[-1], leaders[-1]
    office.go_to("12-31", "15:00")
    office.send(leader, "P02_T4", office.values("P02_T4", leader))
    office.send(leader, "P02_T8", office.values("P02_T8", leader), signed=True)
    officer = office.person(unit, "PERSON_RESP")
    office.go_to("2027-01-06", "10:00")
    office.send(officer, "P02_T6", office.values("P02_T6", officer))
    inspector = office.inspector("532532-ZF")
    assert office.standing("O05", unit, "2026H2") == "open"  # held in time, and not accepted yet
    office.send(inspector, "P02_T7", {"check_result": "合格"})
    assert office.standing("O05", unit, "2026H2") == "done"  # the day of the meeting decides, not that of the file
    assert office.standing("O05", OPEN[0], "2026H2") == "overdue"
