"""申请回避: asked by the holder, decided by the next level in a sealed case, carried out by the rule of the task."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from engine.commands import moves
from engine.core import Engine
from engine.model.moves import Move
from engine.model.step import PersonId, TaskId
from engine.store.incidents import NewIncident
from tests.integration.api.conftest import Caller, Sign, register
from tests.integration.api.test_lifecycle import ISSUE, NAMED, PLAN

ASKED = {"rule": "R2", "reason": "与责任人为近亲属，不宜办理。"}


@pytest.fixture
def plan(inspector: Caller, leader: Caller, owner: Caller) -> dict[str, Any]:
    """The plan that the owner has to make."""
    known = register(inspector, title="回避申请的问题")["id"]
    inspector.do("S1_T2", ISSUE, instance_id=known)
    leader.do("S1_T3", NAMED, instance_id=known)
    return owner.inbox(instance_id=known)["S1_T4"]


def decide(leader: Caller, asked: Any, decision: str, opinion: str) -> None:
    leader.do("S4_T1", {"decision": decision, "opinion": opinion}, instance_id=asked["instance_id"])


def test_the_next_level_is_asked_for_two_working_days_and_nobody_else_sees_it(
    plan: dict[str, Any], owner: Caller, leader: Caller, inspector: Caller
) -> None:
    asked = owner.post(f"/tasks/{plan['id']}/recusal", ASKED, status=201)

    decision = leader.inbox(instance_id=asked["instance_id"])["S4_T1"]
    assert decision["due_on"] == "2026-03-04"
    assert owner.get(f"/instances/{asked['instance_id']}")["key"] == "S4_APPROVE"
    inspector.get(f"/instances/{asked['instance_id']}", status=404)
    assert owner.inbox(instance_id=plan["instance_id"])["S1_T4"]["id"] == plan["id"]
    again = owner.post(f"/tasks/{plan['id']}/recusal", ASKED, status=409)
    assert again["code"] == "recusal_pending"


def test_once_accepted_the_task_and_what_follows_go_to_somebody_else_for_good(
    plan: dict[str, Any], owner: Caller, leader: Caller, sign_in: Sign
) -> None:
    asked = owner.post(f"/tasks/{plan['id']}/recusal", ASKED, status=201)

    decide(leader, asked, "同意", "情况属实。")

    case = plan["instance_id"]
    assert owner.inbox(instance_id=case) == {}
    moved = leader.get(f"/tasks/{plan['id']}")
    assert moved["assignee"] not in {None, "u101"}
    assert moved["due_on"] == plan["due_on"]
    successor = sign_in(moved["assignee"])
    successor.do("S1_T4", PLAN | {"measures": [PLAN["measures"][0] | {"who": "u102"}]}, instance_id=case)  # type: ignore[index,dict-item]
    assert successor.inbox(instance_id=case)["S1_T5"]["assignee"] == moved["assignee"]


def test_work_already_done_by_who_was_recused_is_marked_for_repetition(
    plan: dict[str, Any], owner: Caller, leader: Caller
) -> None:
    owner.do("S1_T4", PLAN, instance_id=plan["instance_id"])
    work = owner.inbox(instance_id=plan["instance_id"])["S1_T5"]

    decide(leader, owner.post(f"/tasks/{work['id']}/recusal", ASKED, status=201), "同意", "情况属实。")

    assert "需重核" in leader.get(f"/instances/{plan['instance_id']}")["marks"]


def test_a_refusal_is_told_with_its_reason_and_changes_nothing(
    plan: dict[str, Any], owner: Caller, leader: Caller, engine: Engine
) -> None:
    asked = owner.post(f"/tasks/{plan['id']}/recusal", ASKED, status=201)

    decide(leader, asked, "不同意", "不属于应当回避的情形。")

    assert owner.inbox(instance_id=plan["instance_id"])["S1_T4"]["id"] == plan["id"]
    with engine.reading("u101") as tx:
        told = [notice for notice in tx.notices_of("u101") if notice.kind == "recusal_decided"]  # type: ignore[arg-type]
    assert "不属于应当回避的情形。" in [notice.facts["reason"] for notice in told]
    owner.post(f"/tasks/{plan['id']}/recusal", ASKED, status=201)  # with new facts it may be asked again


def test_only_whoever_has_the_task_asks_and_says_on_which_ground(
    plan: dict[str, Any], owner: Caller, inspector: Caller
) -> None:
    inspector.post(f"/tasks/{plan['id']}/recusal", ASKED, status=409)
    owner.post(f"/tasks/{plan['id']}/recusal", ASKED | {"rule": "R7"}, status=422)
    owner.post(f"/tasks/{plan['id']}/recusal", ASKED | {"reason": "  "}, status=422)


def test_who_was_recused_does_not_get_the_task_back_by_a_colleague(
    plan: dict[str, Any], owner: Caller, leader: Caller, sign_in: Sign
) -> None:
    decide(leader, owner.post(f"/tasks/{plan['id']}/recusal", ASKED, status=201), "同意", "情况属实。")
    holder = leader.get(f"/tasks/{plan['id']}")["assignee"]

    refused = sign_in(holder).post(f"/tasks/{plan['id']}/transfer", {"to": "u101", "reason": "请协助"}, status=422)

    assert refused["facts"]["field"] == "to"
    assert "回避" in refused["detail"]
    assert leader.get(f"/tasks/{plan['id']}")["assignee"] == holder


def test_a_request_about_a_task_that_an_operator_takes_away_ends_without_a_decision(
    engine: Engine, plan: dict[str, Any], owner: Caller, leader: Caller
) -> None:
    case = plan["instance_id"]
    owner.do("S1_T4", PLAN, instance_id=case)
    work = owner.inbox(instance_id=case)["S1_T5"]
    asked = owner.post(f"/tasks/{work['id']}/recusal", ASKED, status=201)
    with engine.transaction("system") as tx:
        task, known = tx.lock_task(TaskId(UUID(work["id"])))
        failed = NewIncident(
            id=uuid4(), kind="step", code="x", message="x", instance_id=known.id, token=task.token, task_id=task.id
        )
        tx.open_incident(failed)

    move = Move(kind="return", node_id="S1_T4")
    moves.make(engine, PersonId("u907"), known.id, move, rev=known.rev, reason="材料传错，退回重办")

    assert leader.inbox(instance_id=asked["instance_id"]) == {}
    ended = owner.get(f"/instances/{asked['instance_id']}")
    assert (ended["state"], ended["ended_at"] is not None) == ("terminated", True)
    with engine.transaction("system") as tx:
        assert (tx.incident(failed.id).state, tx.incident(failed.id).resolution) == ("resolved", "gone")
    assert "需重核" not in leader.get(f"/instances/{case}")["marks"]
    assert owner.inbox(instance_id=case)["S1_T4"]["assignee"] == "u101", "nobody was recused"
