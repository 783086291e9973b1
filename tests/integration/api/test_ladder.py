"""The ladder through REST: a late task, its cards, an objection. A module of its own: it counts days exactly."""

from __future__ import annotations

from tests.integration.api.conftest import Caller, Sign, register
from tests.integration.api.test_lifecycle import ISSUE, NAMED


def test_a_late_task_climbs_the_ladder_and_its_leader_objects_once(
    inspector: Caller, leader: Caller, owner: Caller, nobody: Caller, outsider: Caller, sign_in: Sign
) -> None:
    case = register(inspector)["id"]
    inspector.do("S1_T2", ISSUE, instance_id=case)
    leader.do("S1_T3", NAMED, instance_id=case)
    task = owner.inbox(instance_id=case)["S1_T4"]
    moved = nobody.post("/clock/advance", {"to": "2026-03-11T10:00:00+08:00"})
    assert moved["fired"] > 0
    assert moved["now"] == "2026-03-11T10:00:00+08:00"

    late = owner.inbox(instance_id=case)["S1_T4"]
    assert (late["light"], late["days_left"], late["ladder_level"]) == ("red", -4, 2)
    cards = leader.get(f"/cards?case_id={case}")["items"]
    assert [(card["level"], card["state"]) for card in cards] == [(2, "issued"), (1, "issued")]
    assert cards[0]["task_id"] == task["id"]
    number = cards[0]["no"]
    assert leader.get("/cards?level=2&unit=532503-GA")["items"][0]["no"] == number

    assert leader.get(f"/cards/{number}")["answer"] is None
    said = {"reason": "值班调休，安排不当。", "new_date": "2026-03-20"}
    leader.do("S2_T2", said)
    written = leader.get(f"/cards/{number}")["answer"]
    assert (written["person"], written["on_behalf_of"], written["values"]) == ("u097", "", said)

    assert outsider.get("/cards")["items"] == []
    outsider.get(f"/cards/{number}", status=404)
    outsider.post(f"/cards/{number}/objections", {"reason": "与我无关"}, status=404)
    owner.post(f"/cards/{number}/objections", {"reason": "不是领导"}, status=403)
    leader.post(f"/cards/{number}/objections", {"reason": " "}, status=422)
    decided_in = leader.post(f"/cards/{number}/objections", {"reason": "系统停机检修所致"}, status=201)["instance_id"]
    shown = leader.get(f"/cards/{number}")
    assert (shown["card"]["state"], len(shown["objections"])) == ("objected", 1)
    leader.post(f"/cards/{number}/objections", {"reason": "再次提出"}, status=409)
    assert sign_in("u001").get(f"/instances/{decided_in}")["key"] == "S2_LADDER"
