"""Scenario A13 of domain.md §9: a round before Mid-Autumn and National Day, drawn by lot, unannounced, with a reply."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from engine.commands import attachments
from engine.commands.case_step import SYSTEM
from engine.model.clock import SHANGHAI
from engine.model.draw_check import check_draws
from engine.model.step import InstanceId, PersonId
from engine.store.anchor_file import read_anchors
from engine.store.roles import Addresses
from tests.integration.prepared import opened, rehearsed
from tests.integration.scenarios.office import PDF
from tests.integration.scenarios.rest_desk import RestDesk
from tests.shared_cluster import SharedCluster
from webui.app import create_app
from webui.cli_data import verify_draw

TOP = "532500-ZF"
BEGINS = datetime(2026, 9, 9, 8, tzinfo=SHANGHAI)
FACT = "抽查上午值班情况，值班室应到两人，实际在岗一人，交接登记缺少带班领导签字，已当场说明。"
BULLETIN = {
    "bulletin_title": "关于中秋国庆期间值班备勤督查情况的通报",
    "scope": "本级",
    "anonymise": True,
    "bulletin_text": "本次督查五个单位，发现交接登记不完整问题一件，已下发整改通知单，请各单位对照自查，立行立改。",
}


@pytest.fixture
def db(cluster: SharedCluster) -> Iterator[Addresses]:
    with rehearsed(cluster, BEGINS, mechanisms="P05 P05B P05C") as addresses:
        yield addresses


@pytest.fixture
def desk(db: Addresses, tmp_path: Path) -> Iterator[RestDesk]:
    with opened(db, "rehearsal", data_dir=tmp_path) as engine:
        yield RestDesk(engine, client=create_app(engine.settings, engine).test_client())


def draws(desk: RestDesk, person: PersonId) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.ask("GET", "/draws", person)["items"]
    return found


def roots(desk: RestDesk) -> dict[int, str]:
    lines = desk.engine.settings.anchor_path.read_bytes().splitlines()
    return {anchor.no: anchor.root.hex() for anchor in read_anchors(lines)}


def assert_nothing_is_seen(desk: RestDesk, person: PersonId, case: InstanceId, *, but: str = "") -> None:
    """By no way: inbox, lists, search, the case itself, its draw, notices, figures."""
    assert {node for node in desk.inbox(person) if node.startswith(("P05", "S4"))} == ({but} if but else set())
    desk.ask("GET", f"/instances/{case}", person, expect=404)
    keys = {item["key"] for item in desk.ask("GET", "/instances", person)["items"]}
    assert keys == ({"P05C_REPLY"} if but else set())
    assert draws(desk, person) == []
    if not but:
        told = str(desk.ask("GET", "/search?q=督查", person)) + str(desk.ask("GET", "/notices", person))
        assert str(case) not in told
        assert "DC-532500ZF" not in told  # a committee has a round of its own, and knows that
    else:
        assert [item["name"] for item in desk.tasks(person) if item["node_id"] == but] == ["情况确认与说明"]


def variables(desk: RestDesk, person: PersonId, task: Any) -> dict[str, Any]:
    found: dict[str, Any] = desk.ask("GET", f"/instances/{task['instance_id']}/variables", person)["variables"]
    return found


def do_visit(desk: RestDesk, team: list[PersonId], unit: str, *, evidence: str = "", **values: object) -> None:
    """Somebody of the team sends the record of this unit; a member may be in the teams of several.

    evidence: name of a picture that stands beside every finding.
    """
    person, task = next(
        (person, task)
        for person in team
        for task in desk.tasks(person)
        if task["node_id"] == "P05_T4" and variables(desk, person, task)["target"] == unit
    )
    record: dict[str, Any] = {"checkin_time": desk.now().isoformat(), "staff_due": 12, "staff_on_duty": 11} | values
    if evidence:
        found = [(one, str(attachments.add(desk.engine, person, evidence, PDF).id)) for one in record["findings"]]
        record["findings"] = [one | {"evidence": [file]} for one, file in found]
    desk.ask("POST", f"/tasks/{task['id']}/complete", person, json={"values": record})


def team_of(draw: dict[str, Any], unit: str) -> list[PersonId]:
    return [PersonId(person) for person in draw["teams"][unit]["team"]]


def assert_sees_the_evidence(desk: RestDesk, person: PersonId, reply: InstanceId) -> None:
    """Of the two findings that the unit is asked about, and of nothing else."""
    with desk.engine.reading(person) as tx:
        shown = {row.name: row.id for row in tx.attachments_of(reply)}
    assert sorted(shown) == ["问题1佐证-值班室.pdf", "问题2佐证-值班室.pdf"]
    attachments.find(desk.engine, person, shown["问题1佐证-值班室.pdf"])


def counted(desk: RestDesk, window: str) -> list[date | None]:
    """The days from which the round counts for the quarter, closed, and for the window, visited."""
    with desk.engine.transaction(SYSTEM) as tx:
        found = [tx.find_obligation(code, TOP, "", period=of) for code, of in (("O15", "2026Q3"), ("O16", window))]
    return [row.done_on if row is not None else None for row in found]


def a_plan(**changes: object) -> dict[str, object]:
    return {
        "kind": "节点",
        "team_size": 2,
        "topics": ["值班备勤", "节假日纪律"],
        "window_from": "2026-09-22",
        "window_to": "2026-10-10",
        "method": "查看值班表和交接登记，随机抽问值守人员。",
    } | changes


def a_finding(**changes: object) -> dict[str, object]:
    return {"topic": "值班备勤", "fact": FACT, "dept": "值班室", "severity_hint": "B"} | changes


def test_a13_units_are_drawn_by_lot_visited_unannounced_and_heard(desk: RestDesk) -> None:
    inspector, direct = desk.inspector(TOP), desk.person(TOP, "LEAD_DIRECT")

    # the timer ten working days before the merged window
    desk.go_to("09-09", "09:00")
    plan = desk.inbox(inspector)["P05_T1"]
    assert plan.due_on == date(2026, 9, 16)
    desk.go_to("09-16")
    case = plan.instance_id
    known = desk.ask("GET", f"/instances/{case}/variables", inspector)["variables"]
    assert (known["window_from"], known["window_to"]) == ("2026-09-22", "2026-10-10")
    desk.do(inspector, "P05_T1", a_plan())
    assert desk.inbox(direct)["S4_T1"].due_on == date(2026, 9, 18)

    # approved: the commitment is published, nobody knows yet who will be drawn
    desk.go_to("09-18", "15:20")
    desk.do(direct, "S4_T1", {"decision": "同意"})
    (promised,) = draws(desk, inspector)
    assert (promised["state"], promised["committed_at"]) == ("committed", "2026-09-18T07:20:00Z")
    assert promised["seed"] is promised["pool"] is promised["drawn"] is None

    # drawn with the anchor of 16:00: five of seventeen, each with a team of which one is of another unit
    desk.go_to("09-18", "16:00")
    (drawn,) = draws(desk, inspector)
    assert (drawn["state"], drawn["commitment"]) == ("drawn", promised["commitment"])
    assert (len(drawn["pool"]), len(drawn["drawn"])) == (17, 5)
    assert list(check_draws([drawn], roots=roots(desk))) == []
    for unit, team in drawn["teams"].items():
        homes = [team["pool"][person] for person in team["team"]]
        assert len(set(homes)) == 2
        assert unit not in homes

    # until the team stands at the door, the unit sees nothing of it
    unit, *others = drawn["drawn"]
    team = team_of(drawn, unit)
    target, chief = desk.person(unit, "LEAD_DIRECT"), desk.person(unit, "LEAD_MAIN")
    desk.go_to("09-24")
    for person in (target, chief, desk.person(unit, "PERSON_RESP")):
        assert_nothing_is_seen(desk, person, case)
    assert draws(desk, PersonId("u905"))[0]["drawn"] is None  # an auditor sees that it was promised and made

    # check-in: two findings and a suspicion, which goes elsewhere
    suspicion = a_finding(fact="检查时发现某窗口抽屉内有不明来源的购物卡十二张，登记人拒绝说明来源。", suspected=True)
    found = [a_finding(), a_finding(topic="节假日纪律", dept=""), suspicion]
    do_visit(desk, team, unit, findings=found, evidence="值班室.pdf")
    asked = desk.inbox(target)["P05_T5"]
    assert asked.due_on == date(2026, 9, 30)
    shown = desk.ask("GET", f"/tasks/{asked.id}", target)
    assert [row["fact"] for row in shown["suggested"]["replies"]] == [FACT, FACT]
    assert "购物卡" not in str(desk.ask("GET", f"/instances/{asked.instance_id}/variables", target)) + str(shown)
    assert_nothing_is_seen(desk, target, case, but="P05_T5")

    # it sees the evidence of what it is asked about, and not that of the suspicion
    assert_sees_the_evidence(desk, target, asked.instance_id)
    for other in others:
        do_visit(desk, team_of(drawn, other), other, findings=[])
    assert_nothing_is_seen(desk, target, case, but="P05_T5")  # the round is sealed until the last visit has reported

    # one is admitted, one denied with reason; the team answers both and drops the one
    desk.go_to("09-28")
    replies = [{"reply": "属实", "reason": "带班领导外出开会，未及时补签。"}]
    assert desk.refused(target, "P05_T5", {"replies": replies}) == ["replies"]  # not one for each
    replies.append({"reply": "不属实", "reason": "当日公务用车有派车单，附件可以核对。"})
    desk.do(target, "P05_T5", {"replies": replies})
    lead = next(person for person in team if "P05_T6" in desk.inbox(person))
    assert desk.inbox(lead)["P05_T6"].due_on == date(2026, 10, 8)
    accepted = {"nature": "制度不落实", "spread": "部门", "decision": "予以认定", "answer": "以现场交接登记为据。"}
    dropped = {"decision": "不予认定", "answer": "经核对派车单，说明成立。"}
    unanswered = [accepted, {"decision": "不予认定"}]
    assert desk.refused(lead, "P05_T6", {"decisions": unanswered}) == ["decisions.1.answer"]
    desk.do(lead, "P05_T6", {"decisions": [accepted, dropped]})

    # one notice of rectification, none for what was dropped; the suspicion waits for P07
    problems = desk.ask("GET", f"/instances?key=S1_RECTIFY&unit={unit}", inspector)["items"]
    assert [problem["severity"] for problem in problems] == ["B"]
    with desk.engine.transaction(SYSTEM) as tx:
        kept = tx.take_buffered("message", "msg.clue")
    assert [one.payload["about_unit"] for one in kept] == [unit]

    # the last visit has reported: the round is closed with its bulletin, and counts for quarter and window
    desk.do(desk.person(TOP, "LEAD_MAIN"), "P05_T8", BULLETIN)
    ended = desk.ask("GET", f"/instances/{case}", inspector)
    assert ended["case_state"] == "已通报"
    closed, visited = counted(desk, known["period"])
    assert (closed, visited) == (date(2026, 9, 28), date(2026, 9, 24))


def test_a_hot_issue_begins_a_special_round_which_is_withdrawn_before_the_draw_and_stays_in_the_log(
    desk: RestDesk, tmp_path: Path
) -> None:
    inspector, direct = desk.inspector("532503-ZF"), desk.person("532503-ZF", "LEAD_DIRECT")
    outsider = desk.person("532503-GA", "PERSON_RESP")
    issue = {"name": "msg.hot_issue", "variables": {"topic": "窗口服务"}}
    desk.ask("POST", "/messages", outsider, json=issue, expect=403)
    desk.ask("POST", "/messages", inspector, json=issue)
    plan = a_plan(kind="专项", topics=["窗口服务"], window_from="2026-09-10", window_to="2026-09-11")
    desk.do(inspector, "P05_T1", plan)
    desk.do(direct, "S4_T1", {"decision": "同意"})
    (promised,) = draws(desk, inspector)

    path = f"/draws/{promised['id']}/withdrawal"
    desk.ask("POST", path, desk.inspector("532504-ZF"), json={"reason": "不是本单位的"}, expect=404)
    with desk.engine.transaction(SYSTEM) as tx:
        owed = tx.waiting_event("O17", "532503-ZF", "")
    assert owed is not None  # a special round is owed from when it was ordered
    desk.ask("POST", path, direct, json={"reason": "当日安排冲突"}, expect=204)
    desk.ask("POST", path, direct, json={"reason": "再次撤回"}, expect=409)
    desk.go_to("09-09", "09:00")

    (cancelled,) = draws(desk, inspector)
    assert (cancelled["state"], cancelled["reason"]) == ("cancelled", "当日安排冲突")
    assert cancelled["commitment"] == promised["commitment"]
    assert cancelled["seed"] is cancelled["drawn"] is None
    assert desk.ask("GET", f"/instances/{promised['instance_id']}", inspector)["case_state"] == "已撤回"
    log = tmp_path / "draws.json"
    log.write_text(json.dumps({"items": [cancelled]}), encoding="utf-8")
    assert CliRunner().invoke(verify_draw, [str(log)]).exit_code == 0
