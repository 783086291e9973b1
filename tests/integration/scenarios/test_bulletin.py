"""Scenario A16 of domain.md §9 over REST: a case bulletin, studied by each branch of 69 units in ten working days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

import pytest

from engine.commands import attachments, clock, demonstration, tasks
from engine.commands.builtin import builtin_files
from engine.commands.case_step import SYSTEM
from engine.commands.deployments import deploy_builtin
from engine.core import Engine
from engine.model.clock import SHANGHAI, local_day
from engine.model.draw_check import check_draws
from engine.model.obligation import state_of
from engine.model.step import PersonId
from engine.store.roles import Addresses
from tests.integration.prepared import prepared
from tests.integration.scenarios.desk import day
from tests.integration.scenarios.office import PDF
from tests.integration.scenarios.rest_desk import RestDesk
from tests.shared_cluster import SharedCluster
from webui.app import create_app

TOP = "532500-ZF"
BULLETIN = {"bulletin_no": "红政法通〔2026〕3号", "bulletin_title": "关于一起违反值班备勤纪律典型案例的通报"}
HALF_BEGINS = datetime(2026, 7, 1, 8, 59, tzinfo=SHANGHAI)


@pytest.fixture
def db(cluster: SharedCluster) -> Iterator[Addresses]:
    """The prefecture on 2026-08-10, its 70 cases of P06 on their way: studies planned, none held."""

    def fill(engine: Engine) -> None:
        demonstration.prepare(engine, "rehearsal", HALF_BEGINS)
        files = {name: data for name, data in builtin_files().items() if name.startswith(("S", "D", "P06"))}
        deploy_builtin(engine, files)
        clock.advance(engine, SYSTEM, to=day("07-01", "09:00"))
        for task in open_tasks(engine, "P06_T1"):
            assert task.assignee is not None
            branches = [f"{task.unit}-{number}" for number in ("91", "92")]
            plan = [{"branch": branch, "planned_on": "2026-11-20", "kind": "党课"} for branch in branches]
            tasks.complete(engine, task.id, task.assignee, {"topics": "纪律作风专题", "branches": plan})
        clock.advance(engine, SYSTEM, to=day("08-10", "09:00"))

    with prepared(cluster, "cx_p06_under_way", "rehearsal", fill) as addresses:
        yield addresses


@pytest.fixture
def desk(engine: Engine) -> RestDesk:
    return RestDesk(engine, client=create_app(engine.settings, engine).test_client())


def open_tasks(engine: Engine, node_id: str):
    with engine.transaction(SYSTEM) as tx:
        return [task for task in tx.all_open_tasks() if task.node_id == node_id]


def send(desk: RestDesk, person: PersonId, *, expect: int = 200, **variables: object):
    body = {"name": "sig.case_bulletin", "variables": {**BULLETIN, **variables}}
    return desk.ask("POST", "/signals", person, json=body, expect=expect)


def study(desk: RestDesk, secretary: PersonId, node_id: str = "P06_T5", **changes: object) -> None:
    values = {
        "bulletin": BULLETIN["bulletin_no"],
        "bulletin_studied_on": "2026-08-10",
        "discussion": "结合本支部值班备勤实际逐条对照，查摆交接登记、领导带班方面的差距，明确责任到岗到人。" * 3,
    }
    desk.do(secretary, node_id, values | changes)


def test_a16_every_branch_of_all_but_the_issuer_studies_a_bulletin_and_who_does_not_gets_yellow_cards(
    desk: RestDesk,
) -> None:
    leader = desk.person(TOP, "LEAD_MAIN")
    assert len(send(desk, leader)["instances"]) == 70

    owed = open_tasks(desk.engine, "P06_T5")
    assert Counter(task.unit for task in owed) == {unit: 2 for unit in units(desk) if unit != TOP}
    assert len(owed) == 138
    assert {task.due_on for task in owed} == {date(2026, 8, 24)}
    secretary = desk.person("532503-GA", "BRANCH_SEC")
    assert desk.inbox(secretary)["P06_T5"].name == "典型案例学习：第一党支部（红政法通〔2026〕3号）"
    for branch_secretary in secretaries(desk, "532503-GA"):
        assert owes_study(desk, "532503-GA") == "open"
        study(desk, branch_secretary)
    assert owes_study(desk, "532503-GA") == "done"
    assert owes_study(desk, TOP) == ""
    desk.go_to("08-27", "09:00")

    late = open_tasks(desk.engine, "P06_T5")
    assert len(late) == 136
    assert desk.issued("532503-GA") == []
    assert owes_study(desk, "532504-JC") == "overdue"
    assert desk.issued("532504-JC") == [(1, "08-25 09:00")] * 2 + [(2, "08-27 09:00")] * 2


def owes_study(desk: RestDesk, unit: str) -> str:
    """The state of O20 for the bulletin today; "" where it is not owed."""
    with desk.engine.transaction(SYSTEM) as tx:
        owed = tx.find_obligation("O20", unit, "", event=BULLETIN["bulletin_no"])
        return state_of(owed.standing, local_day(tx.now)) if owed is not None else ""


def units(desk: RestDesk) -> list[str]:
    with desk.engine.transaction(SYSTEM) as tx:
        return [unit.code for unit in desk.engine.reference(tx).organization.units]


def secretaries(desk: RestDesk, unit: str) -> list[PersonId]:
    with desk.engine.transaction(SYSTEM) as tx:
        held = desk.engine.reference(tx).organization.holders(unit, "BRANCH_SEC", date(2026, 8, 10))
    return [PersonId(position.person) for position in held]


def test_a_lecture_that_somebody_else_gave_is_kept_but_not_counted_and_its_leader_is_told(
    engine: Engine, desk: RestDesk
) -> None:
    lecture = next(task for task in open_tasks(engine, "P06_T3") if task.unit == "532503-GA")
    leader = lecture.assignee
    assert leader is not None
    outline = attachments.add(engine, leader, "提纲.pdf", PDF)
    given = {"lecture_title": "以严明的纪律作风履职尽责", "lectured_on": "2026-08-10", "audience": 12}

    tasks.complete(engine, lecture.id, leader, given | {"lecturer": "由他人代讲", "outline": [str(outline.id)]})

    (again,) = [task for task in open_tasks(engine, "P06_T3") if task.assignee == leader]
    assert again.id != lecture.id
    with engine.transaction(SYSTEM) as tx:
        owed = tx.find_obligation("O19", "532503-GA", leader, period="2026")
    assert owed is not None
    assert (owed.done_on, owed.dated_on) == (None, None)
    told = desk.ask("GET", "/notices?unread=true", leader)["items"]
    assert "lecture_not_counted" in {notice["kind"] for notice in told}


def test_which_records_are_verified_is_drawn_in_the_name_of_the_superior_and_can_be_drawn_again(
    engine: Engine, desk: RestDesk
) -> None:
    records = [task for task in open_tasks(engine, "P06_T2") if task.unit == "532503-GA"]

    for task in records:
        assert task.assignee is not None
        record = attachments.add(engine, task.assignee, "学习记录.pdf", PDF)
        held = {"studied_on": "2026-08-10", "kind": "党课", "content": "纪律作风专题学习", "present": 5, "eligible": 5}
        tasks.complete(engine, task.id, task.assignee, held | {"record": [str(record.id)]})

    found = desk.ask("GET", "/draws?kind=verify", desk.inspector("532503-ZF"))["items"]
    assert {(draw["unit"], draw["state"], draw["size"]) for draw in found} == {("532503-ZF", "drawn", 1)}
    assert sorted(draw["slot"] for draw in found) == ["2026H2/532503-GA-91/1", "2026H2/532503-GA-92/2"]
    assert list(check_draws(found)) == []
    drawn = [draw["slot"].split("/")[1] for draw in found if "免予核验" not in draw["drawn"]]
    assert len([task for task in open_tasks(engine, "P06_T6") if task.unit == "532503-ZF"]) == len(drawn)
