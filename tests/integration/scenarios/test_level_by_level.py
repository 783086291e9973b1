"""The half-yearly report of 2026H1, level by level: a missing report, a supplement, returns, a talk (P04)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.commands.case_step import SYSTEM
from engine.commands.demonstration import PASSWORD
from engine.model.clock import SHANGHAI
from engine.model.step import InstanceId, PersonId
from engine.store.roles import Addresses
from engine.store.rows import InstanceRow
from tests.integration.prepared import opened, rehearsed
from tests.integration.scenarios.rest_desk import RestDesk
from tests.shared_cluster import SharedCluster
from webui.app import create_app

BEGINS = datetime(2026, 7, 1, 8, tzinfo=SHANGHAI)
COUNTY, TOP = "532503-ZF", "532500-ZF"
COURT, POLICE, PROSECUTORS, JUSTICE = "532503-FY", "532503-GA", "532503-JC", "532503-SF"
SHORT = "对照部署仍有不足：个别部门谈心谈话流于形式，征求意见面不够广；整改措施落实不够到位。" * 6
OVERALL = "上半年，本单位认真落实队伍纪律作风建设各项机制，组织专题研究一次，开展警示教育两场，总体良好。"


@pytest.fixture
def db(cluster: SharedCluster) -> Iterator[Addresses]:
    with rehearsed(cluster, BEGINS, mechanisms="P04") as addresses:
        yield addresses


@pytest.fixture
def office(db: Addresses, tmp_path: Path) -> Iterator[Office]:
    with opened(db, "rehearsal", data_dir=tmp_path) as engine:
        yield Office(engine, client=create_app(engine.settings, engine).test_client())


class Office(RestDesk):
    """The desk of those who report and receive."""

    def report_of(self, unit: str) -> InstanceRow:
        with self.engine.transaction(SYSTEM) as tx:
            found = tx.youngest_case("P04_REPORT", f"P04:{unit}:2026H1")
            assert found is not None
            return tx.instance(InstanceId(found))

    def draft(self, unit: str, **more: object) -> dict[str, object]:
        step = {"item": "开展谈心谈话全覆盖", "owner": self.person(unit, "PERSON_RESP"), "by": "2026-09-30"}
        return {"overall": f"{unit}：{OVERALL}", "shortcomings": SHORT, "next_steps": [step], **more}

    def sign(self, unit: str, node: str = "P04_T4") -> None:
        person = self.person(unit, "LEAD_MAIN")
        body = {"values": {"sign_decision": "签发", "sign": True}, "password": PASSWORD}
        self.ask("POST", f"/tasks/{self.inbox(person)[node].id}/complete", person, json=body)

    def send(self, unit: str, **more: object) -> None:
        self.do(self.person(unit, "PERSON_RESP"), "P04_T2", self.draft(unit, **more))
        self.do(self.person(unit, "LEAD_DIRECT"), "P04_T3", {"check_decision": "同意", "similar_seen": True})
        self.sign(unit)

    def receive(self, unit: str, **values: object) -> None:
        """The superior's inspector takes the report of this unit."""
        superior = COUNTY if unit != COUNTY else TOP
        inspector, case = self.inspector(superior), self.report_of(unit).id
        tasks = self.ask("GET", "/tasks?view=inbox&limit=100", inspector)["items"]
        (task,) = [t for t in tasks if t["instance_id"] == str(case) and t["node_id"] == "P04_T5"]
        self.ask("POST", f"/tasks/{task['id']}/complete", inspector, json={"values": values})

    def due(self, person: PersonId, node: str) -> date:
        found: Any = self.inbox(person)[node]
        return found.due_on

    def owes(self, unit: str, code: str) -> set[str]:
        with self.engine.transaction(SYSTEM) as tx:
            row = tx.find_obligation(code, unit, "", period="2026H1")
        return set(row.met) if row is not None else set()


POINTS = [{"section": "问题整改", "point": "补充整改责任人"}]


def test_reports_go_up_level_by_level_with_a_gap_a_supplement_and_two_returns(office: Office) -> None:
    clerk, county_clerk = office.person(POLICE, "PERSON_RESP"), office.person(COUNTY, "PERSON_RESP")
    office.go_to("07-01", "09:00")
    assert office.due(clerk, "P04_T2") == date(2026, 7, 8)
    assert "P04_T2" not in office.inbox(county_clerk), "the committee waits for four reports"

    office.go_to("07-08")
    for unit in (COURT, POLICE, PROSECUTORS):
        office.send(unit)
    sent = office.report_of(POLICE)
    assert (sent.variables["doc_no"], sent.case_state) == ("蒙公报〔2026〕1号", "待接收")
    office.receive(COURT, result="合格")
    office.receive(POLICE, result="合格")
    assert (office.report_of(POLICE).case_state, office.owes(POLICE, "O10")) == ("已报送", {"accepted", "signed"})

    office.receive(PROSECUTORS, result="退回补正", points=POINTS, opinion="补充后再报。")
    assert office.due(office.person(PROSECUTORS, "PERSON_RESP"), "P04_T2") == date(2026, 7, 13)
    office.go_to("07-13")
    office.send(PROSECUTORS)  # mended in time: as timely as when it was first sent
    office.receive(PROSECUTORS, result="合格")
    mended = office.report_of(PROSECUTORS)
    assert (mended.case_state, mended.variables["doc_no"]) == ("已报送", "蒙检报〔2026〕2号")

    office.go_to("07-15", "08:59")
    assert "P04_T2" not in office.inbox(county_clerk)
    office.go_to("07-15", "09:00")  # three working days before 07-20
    county = office.report_of(COUNTY)
    assert [(gap["unit"], gap["state"]) for gap in county.variables["gaps"]] == [(JUSTICE, "未报")]  # type: ignore[attr-defined]
    assert office.due(county_clerk, "P04_T2") == date(2026, 7, 16)
    task = office.inbox(county_clerk)["P04_T2"]
    refused = office.ask(
        "POST", f"/tasks/{task.id}/complete", county_clerk, json={"values": office.draft(COUNTY)}, expect=422
    )
    assert "缺报说明" in str(refused)

    office.go_to("07-16")
    office.send(JUSTICE)
    late = office.report_of(JUSTICE)
    assert (late.marks, late.variables["is_late"]) == (("逾期报送",), True)
    assert office.report_of(COUNTY).marks == ("补报",)
    assert office.notices(county_clerk, "addendum") == ["07-13 10:00", "07-16 10:00"]

    office.send(COUNTY, gap_statement="市司法局因机构调整未按期报送，已电话催报两次，后作补报。")
    for _ in range(2):
        office.receive(COUNTY, result="退回补正", points=POINTS, opinion="数据说明不够。")
        office.send(COUNTY, gap_statement="市司法局报告已补报。")
    leader = office.person(TOP, "LEAD_DIRECT")
    office.do(leader, "P04_T6", {"talk_decision": "启动约谈", "talk_reason": "两次退回，问题重复。"})
    office.receive(COUNTY, result="合格")
    assert (office.report_of(COUNTY).case_state, office.owes(COUNTY, "O11")) == ("已报送", {"accepted", "signed"})
    with office.engine.transaction(SYSTEM) as tx:
        assert [kept.payload["unit"] for kept in tx.take_buffered("start", "S6_TALK")] == [COUNTY]
        papers = tx.documents_of(office.report_of(COUNTY).id)
    assert [(paper.state == "void", paper.no) for paper in papers] == [
        (True, "蒙政法报〔2026〕1号"),
        (True, "蒙政法报〔2026〕2号"),
        (False, "蒙政法报〔2026〕3号"),
    ]
