"""撤回 and 退回: one step back on a single branch, in the same hands, with the same date, and nothing typed is lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from engine.core import Engine
from tests.integration.api.conftest import BEGINS, Caller, register
from tests.integration.api.test_lifecycle import ISSUE, NAMED, PLAN

WORK = {"progress": [{"on": "2026-03-02", "what": "完成补录并组织学习。"}], "result": "已按措施逐项落实。"}
WHY = {"reason": "附件传错"}


@pytest.fixture
def work(inspector: Caller, leader: Caller, owner: Caller) -> dict[str, Any]:
    """The owner's task of reporting that the work is done."""
    known = register(inspector, title="撤回和退回的问题")["id"]
    inspector.do("S1_T2", ISSUE, instance_id=known)
    leader.do("S1_T3", NAMED, instance_id=known)
    owner.do("S1_T4", PLAN, instance_id=known)
    return owner.inbox(instance_id=known)["S1_T5"]


def submit(owner: Caller, work: dict[str, Any]) -> None:
    owner.post(f"/tasks/{work['id']}/complete", {"values": WORK})


def take_back(caller: Caller, work: dict[str, Any], status: int = 200) -> Any:
    return caller.post(f"/tasks/{work['id']}/withdraw", WHY, status=status)


def timers(engine: Engine, task: dict[str, Any], kind: str) -> list[datetime]:
    with engine.reading("system") as tx:
        return sorted(timer.due_at for timer in tx.timers_of_task(task["id"]) if timer.kind == kind)


def test_what_nobody_has_read_is_taken_back_with_its_date_state_and_text(
    engine: Engine, owner: Caller, leader: Caller, work: dict[str, Any]
) -> None:
    case, before = work["instance_id"], [timers(engine, work, kind) for kind in ("reminder", "ladder")]
    submit(owner, work)
    assert owner.get(f"/instances/{case}")["case_state"] == "待单位审核"

    back = take_back(owner, work)

    again = owner.inbox(instance_id=case)["S1_T5"]
    assert back["opened"] == [again["id"]] != [work["id"]]
    assert (again["due_on"], again["due_at"]) == (work["due_on"], work["due_at"])
    assert [timers(engine, again, kind) for kind in ("reminder", "ladder")] == before
    assert owner.get(f"/instances/{case}")["case_state"] == "整改中"
    assert leader.inbox(instance_id=case) == {}
    assert owner.get(f"/tasks/{again['id']}")["draft"]["values"]["result"] == WORK["result"]
    with engine.reading("u101") as tx:
        told = tx.raw.execute("SELECT event FROM history WHERE instance_id = %s", (case,)).fetchall()
    assert ("withdrawn",) in told
    submit(owner, again)
    assert "S1_T6" in leader.inbox(instance_id=case)


def test_once_the_next_has_opened_it_it_stays(owner: Caller, leader: Caller, work: dict[str, Any]) -> None:
    submit(owner, work)
    leader.get(f"/tasks/{leader.inbox(instance_id=work['instance_id'])['S1_T6']['id']}")

    refused = take_back(owner, work, status=409)

    assert refused["code"] == "withdrawal_refused"
    assert "已有人打开" in refused["detail"]


def test_only_who_completed_it_takes_it_back_and_says_why(owner: Caller, leader: Caller, work: dict[str, Any]) -> None:
    submit(owner, work)

    assert "不是由你办结" in take_back(leader, work, status=409)["detail"]
    owner.post(f"/tasks/{work['id']}/withdraw", {"reason": "  "}, status=422)


def test_what_has_a_number_or_a_decision_behind_it_stays(owner: Caller, leader: Caller, work: dict[str, Any]) -> None:
    submit(owner, work)
    check = leader.inbox(instance_id=work["instance_id"])["S1_T6"]
    leader.do("S1_T6", {"unit_decision": "同意", "opinion": "同意报送核验。"}, instance_id=work["instance_id"])

    assert "不能撤回" in take_back(leader, check, status=409)["detail"]


def test_what_is_sent_back_is_in_its_former_state_with_what_was_written(
    owner: Caller, leader: Caller, work: dict[str, Any]
) -> None:
    case = work["instance_id"]
    submit(owner, work)
    check = leader.inbox(instance_id=case)["S1_T6"]

    leader.post(f"/tasks/{check['id']}/return", {"reason": "缺签到表"})

    again = owner.inbox(instance_id=case)["S1_T5"]
    assert owner.get(f"/instances/{case}")["case_state"] == "整改中"
    assert owner.get(f"/tasks/{again['id']}")["draft"]["values"]["result"] == WORK["result"]


def test_a_late_task_is_not_taken_back(engine: Engine, owner: Caller, work: dict[str, Any]) -> None:
    submit(owner, work)
    with engine.transaction("system") as tx:
        tx.raw.execute("UPDATE user_task SET due_at = %s WHERE id = %s", (BEGINS - timedelta(days=1), work["id"]))

    assert "已过到期日" in take_back(owner, work, status=409)["detail"]


def test_where_a_task_can_go_back_to_is_told_before_it_goes_and_nowhere_else_it_goes(
    owner: Caller, leader: Caller, work: dict[str, Any]
) -> None:
    """Between the plan and the work the limit began to run: that stands."""
    submit(owner, work)
    check = leader.inbox(instance_id=work["instance_id"])["S1_T6"]

    assert [found["node_id"] for found in leader.get(f"/tasks/{check['id']}/returns")["items"]] == ["S1_T5"]
    refused = leader.post(f"/tasks/{check['id']}/return", WHY | {"to": "S1_T4"}, status=409)
    assert refused["code"] == "not_returnable"
    leader.post(f"/tasks/{check['id']}/return", WHY | {"to": "S1_T5"})

    again = owner.inbox(instance_id=work["instance_id"])["S1_T5"]
    assert owner.get(f"/tasks/{again['id']}/returns") == {"items": []}
