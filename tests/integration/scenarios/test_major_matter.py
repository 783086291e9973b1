"""Scenario A12 of domain.md §9: a major event in the night of a holiday; natural hours, level by level."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from engine.commands.case_step import SYSTEM
from engine.commands.demonstration import PASSWORD
from engine.model.clock import SHANGHAI, local_time
from engine.model.step import InstanceId, PersonId
from engine.store.roles import Addresses
from tests.integration.prepared import opened, rehearsed
from tests.integration.scenarios.rest_desk import RestDesk
from tests.shared_cluster import SharedCluster
from webui.app import create_app

COURT, COUNTY, TOP = "532532-FY", "532532-ZF", "532500-ZF"
KNOWN = datetime(2026, 10, 3, 22, 40, tzinfo=SHANGHAI)
MATTER = {
    "title": "押解途中发生交通事故",
    "category": "重大事件",
    "discovered": "本单位报告",
    "when_happened": "2026-10-03T22:10",
    "when_known": "2026-10-03T22:40",
    "what": "法警大队押解车辆在返程途中发生刮碰，车辆受损，正在核实人员情况。",
}
CALL = {
    "phone_at": "2026-10-03T23:05",
    "phone_to": "县委政法委值班室",
    "phone_content": "报告事故时间、地点和初步情况。",
}
LATE = {
    "late_reason": "夜间核实人员情况用时过长，未先报后核，已向值班室说明。",
    "late_measures": "修订值班报告规程，先报后核。",
}
FIRST_REPORT = {
    "where_unit": "法警大队，返程公路",
    "what": "押解车辆返程途中与护栏刮碰，车辆前部受损，随车人员已就近检查，现场秩序正常，无其他情况发生。",
    "persons": [{"post": "法警大队驾驶员", "count": 1}],
    "handling": "已安排备用车辆，保护现场并报交警处理。",
    "next": "核实损失，排查车辆安全隐患。",
    "ongoing": True,
}


@pytest.fixture
def db(cluster: SharedCluster) -> Iterator[Addresses]:
    with rehearsed(cluster, KNOWN, mechanisms="S5") as addresses:
        yield addresses


@pytest.fixture
def night(db: Addresses, tmp_path: Path) -> Iterator[Night]:
    with opened(db, "rehearsal", data_dir=tmp_path) as engine:
        yield Night(engine, client=create_app(engine.settings, engine).test_client())


class Night(RestDesk):
    """The desk of that night: who is on duty, and reports that are signed."""

    def on_duty(self, unit: str, roster: str = "duty") -> PersonId:
        with self.engine.transaction(SYSTEM) as tx:
            return PersonId(self.engine.reference(tx).organization.roster(roster, unit, KNOWN.date())[0])

    def report(self, person: PersonId, **values: object) -> InstanceId:
        body = {"variables": {**MATTER, **values}}
        began = self.ask("POST", "/process-definitions/S5_MAJOR/instances", person, json=body, expect=201)
        return InstanceId(UUID(began["id"]))

    def sign(self, person: PersonId, node: str, values: dict[str, object]) -> None:
        body = {"values": values, "password": PASSWORD}
        self.ask("POST", f"/tasks/{self.inbox(person)[node].id}/complete", person, json=body)

    def due(self, person: PersonId, node: str) -> str:
        return local_time(self.inbox(person)[node].due_at).strftime("%m-%d %H:%M")

    def seen_by(self, case: InstanceId, person: PersonId) -> Any:
        return self.ask("GET", f"/instances/{case}", person)

    def variables_of(self, case: InstanceId) -> Any:
        with self.engine.transaction(SYSTEM) as tx:
            return tx.instance(case).variables


def test_a12_a_night_report_runs_on_natural_hours_and_a_late_one_is_marked_and_explained(night: Night) -> None:
    officer, main = night.person(COURT, "PERSON_RESP"), night.person(COURT, "LEAD_MAIN")
    guard, county, top = night.on_duty(COURT), night.on_duty(COUNTY), night.on_duty(TOP)
    silent = night.report(night.person("532503-GA", "PERSON_RESP"))  # a second matter, of which nothing more is heard

    night.go_to("10-03", "22:45")
    case = night.report(officer)
    assert night.seen_by(case, officer)["business_no"] == "ZD-532532FY-2026-0001"
    assert night.due(guard, "S5_T1") == "10-03 23:40"
    assert night.due(officer, "S5_T2") == "10-04 00:40"

    night.go_to("10-03", "23:06")
    night.do(
        guard,
        "S5_T1",
        {
            "phone_at": "2026-10-03T23:05",
            "phone_to": "县委政法委值班室",
            "phone_content": "报告事故时间、地点和初步情况。",
        },
    )
    assert night.seen_by(case, officer)["marks"] == []

    night.go_to("10-04", "00:39")
    assert night.notices(guard, "late") == []
    night.go_to("10-04", "00:55")
    assert night.notices(guard, "late") == ["10-04 00:40"]
    assert night.seen_by(case, officer)["marks"] == ["迟报"]
    night.do(officer, "S5_T2", FIRST_REPORT)
    assert night.due(night.on_duty(COURT, "duty_leader"), "S5_T3") == "10-04 00:40"

    night.go_to("10-04", "01:10")
    night.sign(main, "S5_T3", {"sign_decision": "签发", "sign": True})
    assert night.variables_of(case)["minutes_late"] == 30
    assert "S5_T8" in night.inbox(main)
    assert night.due(county, "S5_T4") == "10-04 03:10"
    assert night.due(officer, "S5_T6") == "10-05 01:10"

    night.go_to("10-04", "02:00")
    night.do(county, "S5_T4", {"forward": "转报", "instructions": "请做好善后。"})
    assert night.seen_by(case, county)["marks"] == ["迟报"]
    assert night.due(top, "S5_T5") == "10-04 04:00"

    night.go_to("10-04", "02:20")
    night.do(top, "S5_T5", {"received": True})
    night.do(
        main,
        "S5_T8",
        {
            "late_reason": "夜间核实人员情况用时过长，未先报后核，已向值班室说明。",
            "late_measures": "修订值班报告规程，先报后核。",
        },
    )

    night.go_to("10-05", "01:00")
    night.do(officer, "S5_T6", {"progress": "车辆已拖离，随车人员检查无碍，保险理赔正在办理。", "status": "处置完毕"})
    assert night.inbox(officer)["S5_T7"].due_on.isoformat() == "2026-10-13"
    assert night.notices(county, "followed_up") == ["10-05 01:00"]

    told = night.person("532503-GA", "LEAD_MAIN"), night.person(TOP, "LEAD_MAIN")
    assert night.notices(told[0], "leader") == ["10-04 00:40", "10-04 01:40"]  # call and paper
    assert night.notices(told[1], "top") == ["10-04 01:40", "10-04 02:40"]
    assert night.seen_by(silent, night.inspector("532503-ZF"))["marks"] == ["迟报"]

    with night.engine.transaction(SYSTEM) as tx:
        counted = tx.report_counts(COURT, date(2026, 7, 1), date(2026, 12, 31), tx.obligation_catalogue())
        owed = tx.find_obligation("O14", COURT, "", period="2026H2", event="ZD-532532FY-2026-0001")
        points_off = counted.late_reports * night.engine.reference(tx).params.number("d5_minus_late")
    assert points_off == 2
    assert owed is not None
    assert (owed.met, owed.due_on, owed.done_on) == (["first_report"], date(2026, 10, 4), date(2026, 10, 4))
