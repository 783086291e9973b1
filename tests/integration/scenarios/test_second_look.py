"""Scenario A9 of domain.md §9: a closed problem is drawn for the second look, has relapsed, and begins anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from engine.model.clock import SHANGHAI
from engine.model.draw_check import check_draws
from engine.store.roles import Addresses
from tests.integration.prepared import opened, rehearsed
from tests.integration.scenarios.rest_desk import RestDesk
from tests.integration.scenarios.test_rectification import B_PROBLEM, ISSUER, PLAN, UNIT, WORK, name_owner
from tests.shared_cluster import SharedCluster
from webui.app import create_app

BEGINS = datetime(2026, 4, 1, 9, tzinfo=SHANGHAI)


@pytest.fixture
def db(cluster: SharedCluster) -> Iterator[Addresses]:
    with rehearsed(cluster, BEGINS, mechanisms="S1B") as addresses:
        yield addresses


@pytest.fixture
def desk(db: Addresses, tmp_path: Path) -> Iterator[RestDesk]:
    with opened(db, "rehearsal", data_dir=tmp_path) as engine:
        yield RestDesk(engine, client=create_app(engine.settings, engine).test_client())


def test_a9_a_relapse_found_at_the_second_look_is_a_new_problem_one_step_more_severe(desk: RestDesk) -> None:
    inspector, other = desk.inspector(ISSUER), desk.inspector(ISSUER, 1)
    leader, owner = desk.person(UNIT, "LEAD_DIRECT"), desk.person(UNIT, "PERSON_RESP")
    case = desk.register(inspector, **B_PROBLEM)
    desk.do(inspector, "S1_T2", {"confirm": True, "opinion": "请按期整改。"})
    desk.look_at(leader, "S1_T3")
    name_owner(desk, leader, owner)
    desk.do(owner, "S1_T4", PLAN | {"measures": [{"what": "补录交接登记", "who": owner, "by": "2026-04-08"}]})
    desk.do(owner, "S1_T5", WORK | {"progress": [{"on": "2026-04-01", "what": "完成补录。"}]})
    desk.do(leader, "S1_T6", {"unit_decision": "同意", "opinion": "同意。"})
    desk.go_to("04-08")
    desk.do(inspector, "S1_T7", {"result": "通过", "opinion": "已整改到位。"})
    desk.go_to("04-09")
    desk.do(inspector, "S1_T8", {"feedback": "整改情况已核验通过，请巩固成果。"})
    number = desk.case(case).business_no

    # the sample of April: promised on the first working day of May, drawn with the anchor of the next hour
    desk.go_to("05-06", "09:30")
    (promised,) = mine(desk)
    assert (promised["state"], promised["slot"], promised["drawn"]) == ("committed", "2026M04", None)
    desk.go_to("05-06")
    (drawn,) = mine(desk)
    assert drawn["drawn"] == [number]  # a fifth of one problem, rounded up
    assert list(check_draws([drawn])) == []  # the same seed and anchor give the same sample

    # sixty days after the end somebody else looks again
    desk.go_to("06-08")
    look = desk.inbox(other)["S1_T10"]
    assert look.due_on == date(2026, 6, 15)
    assert "S1_T10" not in desk.inbox(inspector)
    desk.do(other, "S1_T10", {"effect": "反弹", "opinion": "再次发现缺签。"})

    old = desk.case(case)
    assert "反弹" in old.marks
    again = [
        one
        for one in desk.ask("GET", f"/instances?key=S1_RECTIFY&unit={UNIT}", inspector)["items"]
        if one["id"] != str(case)
    ]
    assert [(one["severity"], one["case_state"]) for one in again] == [("C", "已登记")]
    known = desk.ask("GET", f"/instances/{again[0]['id']}/variables", inspector)["variables"]
    assert (known["relapse_of"], known["source"], known["repeats_12m"]) == (number, "回头看反弹", 1)


def mine(desk: RestDesk) -> list[dict[str, object]]:
    found: list[dict[str, object]] = desk.ask("GET", "/draws?kind=recheck", desk.inspector(ISSUER))["items"]
    return found
