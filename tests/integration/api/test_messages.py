"""Messages and signals from outside, incidents, and what happens when a process cannot go on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.commands import clock
from engine.core import Engine
from tests.integration.api.conftest import Caller, Sign
from tests.integration.api.test_definitions import FORM, PLAIN, propose
from tests.unit.lint.drawings import a_process, a_task

CATCH = (
    '<intermediateCatchEvent id="E1Event" name="等待来信"><messageEventDefinition id="E1D" messageRef="M1"/>'
    "</intermediateCatchEvent>"
)
SIGNAL = (
    '<intermediateCatchEvent id="E2Event" name="等待信号"><signalEventDefinition id="E2D" signalRef="SG1"/>'
    "</intermediateCatchEvent>"
)
BREAKS = (
    '<scriptTask id="J1Task" name="计算" scriptFormat="text/x-python"><script>answer = missing</script></scriptTask>'
)
WAITS = (
    '<intermediateCatchEvent id="E3Event" name="等一小时"><timerEventDefinition id="E3T">'
    '<timeDuration xsi:type="tFormalExpression">PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent>'
)


@pytest.fixture
def analyst(sign_in: Sign) -> Caller:
    return sign_in("u901")


@pytest.fixture
def operator(sign_in: Sign) -> Caller:
    return sign_in("u907")


def with_events(data: bytes) -> bytes:
    """The same file with the message and the signal that its events name."""
    named = '<message id="M1" name="msg.reply"/><signal id="SG1" name="sig.all"/><process'
    return data.replace(b"<process", named.encode(), 1)


def publish(analyst: Caller, nodes: str, key: str) -> None:
    files = {f"{key}.bpmn": with_events(a_process(nodes, key=key)), "F_DO.json": FORM}
    propose(analyst, files, auto_confirm="true")


def test_a_message_reaches_the_case_that_waits_and_no_message_moves_a_case_of_others(
    analyst: Caller, owner: Caller, outsider: Caller
) -> None:
    publish(analyst, CATCH + a_task(PLAIN), "WAITS_MESSAGE")
    case = owner.post("/process-definitions/WAITS_MESSAGE/instances", {}, status=201)["id"]
    body = {"name": "msg.reply", "correlation_key": "", "variables": {"answer": "收到"}}
    assert outsider.post("/messages", body, status=403)["code"] == "case_of_others"
    assert owner.inbox(instance_id=case) == {}
    assert owner.post("/messages", body)["instances"] == [case]
    assert owner.get(f"/instances/{case}/variables")["variables"]["answer"] == "收到"
    assert "T1" in owner.inbox(instance_id=case)
    assert owner.post("/messages", body)["instances"] == []  # nobody waits: kept and shown


def test_a_signal_reaches_all_that_wait(analyst: Caller, owner: Caller) -> None:
    publish(analyst, SIGNAL + a_task(PLAIN), "WAITS_SIGNAL")
    cases = {owner.post("/process-definitions/WAITS_SIGNAL/instances", {}, status=201)["id"] for _ in range(3)}
    assert set(owner.post("/signals", {"name": "sig.all"})["instances"]) == cases


def test_a_bulletin_is_sent_by_a_committee_only_and_names_nobody(owner: Caller, sign_in: Sign) -> None:
    bulletin = {"bulletin_no": "红政法通〔2026〕3号", "bulletin_title": "关于一起值班备勤案例的通报"}
    sent = {"name": "sig.case_bulletin", "variables": bulletin}
    assert owner.post("/signals", sent, status=403)["code"] == "may_not_issue"
    committee = sign_in("u001")
    bad = {**sent, "variables": {**bulletin, "bulletin_title": "关于用户101的通报"}}
    assert committee.post("/signals", bad, status=422)["facts"]["field"] == "bulletin_title"
    assert committee.post("/signals", sent)["instances"] == []


@pytest.mark.parametrize("name", ["msg.task_done", "msg.card_objection"])
def test_messages_that_follow_from_facts_are_the_engines_own(owner: Caller, name: str) -> None:
    assert owner.post("/messages", {"name": name}, status=422)["facts"]["field"] == "name"


def test_a_step_that_fails_keeps_what_was_typed_and_waits_for_an_operator(
    analyst: Caller, owner: Caller, operator: Caller
) -> None:
    publish(analyst, a_task(PLAIN) + BREAKS, "BREAKS")
    case = owner.post("/process-definitions/BREAKS/instances", {}, status=201)["id"]
    task = owner.inbox(instance_id=case)["T1"]["id"]
    for key in ("first", "second"):
        refused = owner.post(
            f"/tasks/{task}/complete", {"values": {"note": "辛苦写的"}}, status=409, Idempotency_Key=key
        )
        assert refused["code"] == "step_failed"
    assert owner.get(f"/tasks/{task}")["draft"]["values"] == {"note": "辛苦写的"}

    owner.get("/incidents", status=403)
    found = operator.get(f"/incidents?instance_id={case}")["items"]
    assert [(i["kind"], i["element_id"], i["attempts"], i["state"]) for i in found] == [("step", "J1Task", 2, "open")]
    assert "辛苦" not in str(found)
    operator.get(f"/instances/{case}", status=404)  # an operator sees the place, not the case

    retried = operator.post(f"/incidents/{found[0]['id']}/retry")
    assert (retried["state"], retried["resolution"], retried["resolved_by"]) == ("resolved", "handed back", "u907")
    assert "retry" in {notice["kind"] for notice in owner.get("/notices?unread=true")["items"]}
    operator.post(f"/incidents/{found[0]['id']}/retry", status=409)


def test_a_timer_that_fails_is_set_aside_and_tried_again_by_the_operator(
    analyst: Caller, owner: Caller, operator: Caller, engine: Engine
) -> None:
    publish(analyst, WAITS + BREAKS, "BREAKS_LATER")
    case = owner.post("/process-definitions/BREAKS_LATER/instances", {}, status=201)["id"]
    clock.advance(engine, "system", by=timedelta(hours=2))
    incident = operator.get(f"/incidents?instance_id={case}")["items"][0]
    assert (incident["kind"], incident["attempts"]) == ("timer", 1)
    again = operator.post(f"/incidents/{incident['id']}/retry")
    assert (again["id"], again["state"], again["attempts"]) == (incident["id"], "open", 2)
    operator.post("/incidents/00000000-0000-7000-8000-000000000000/retry", status=404)
