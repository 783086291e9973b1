"""The rehearsal clock through REST: what falls due on the way happens, cards among it."""

from __future__ import annotations

import pytest

from engine.config import Mode
from engine.core import Engine
from tests.integration.api.conftest import Caller, Sign, register
from tests.integration.api.test_lifecycle import ISSUE, NAMED
from webui.app import create_app


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


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"by": "P1D"}, 200),
        ({"by": "PT30M"}, 200),
        ({"stop": "workday"}, 200),
        ({"by": "tomorrow"}, 422),
        ({"by": "P1D", "stop": "workday"}, 422),
        ({}, 422),
        ({"to": "2020-01-01T00:00:00Z"}, 422),
        ({"to": "2026-06-01"}, 422),
        ({"by": "P9Y"}, 422),
    ],
)
def test_the_clock_moves_forward_only_and_by_what_can_be_read(nobody: Caller, body: object, status: int) -> None:
    nobody.post("/clock/advance", body, status=status)


@pytest.mark.parametrize(("mode", "anonymous", "signed_in"), [("live", 404, 404), ("demo", 401, 200)])
def test_outside_rehearsal_the_clock_is_shut_to_strangers_and_in_live_mode_to_all(
    engine: Engine, sign_in: Sign, mode: Mode, anonymous: int, signed_in: int
) -> None:
    from dataclasses import replace

    app = create_app(replace(engine.settings, mode=mode), engine)
    caller = Caller(app.test_client(use_cookies=False))
    caller.get("/clock", status=anonymous)
    caller.post("/clock/advance", {"by": "PT1M"}, status=anonymous)
    caller.token = sign_in("u041").token
    caller.get("/clock", status=signed_in)
