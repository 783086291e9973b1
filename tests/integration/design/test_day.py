"""The day of an analyst, over REST: a limit is changed and a task added, tried out, published by two, and followed."""

from __future__ import annotations

from typing import Any

from tests.integration.api.conftest import PROBLEM, Caller, register
from tests.integration.api.test_lifecycle import ISSUE, NAMED, PLAN
from tests.integration.design.conftest import S1, begin, put, shipped, text

ADDED = (
    '<bpmn:userTask id="S1_T4B" name="措施复核" cx:name-en="Check the measures" cx:form="S1_T6"'
    ' cx:assign="self:pos:LEAD_DIRECT" cx:due="created+2wd" cx:remind="R3" cx:ladder="STD">'
    "<bpmn:incoming>F_S1_T4_EV_SIGNED</bpmn:incoming><bpmn:outgoing>F_S1_T4B</bpmn:outgoing></bpmn:userTask>"
    '<bpmn:sequenceFlow id="F_S1_T4B" sourceRef="S1_T4B" targetRef="EV_SIGNED" />'
)


def changed(content: bytes) -> bytes:
    """Seven days to verify instead of five, and a check of the measures after they are planned."""
    drawing = content.decode()
    for old, new in (
        ('cx:form="S1_T7" cx:due="created+5wd"', 'cx:form="S1_T7" cx:due="created+7wd"'),
        ('sourceRef="S1_T4" targetRef="EV_SIGNED"', 'sourceRef="S1_T4" targetRef="S1_T4B"'),
        ("<bpmn:incoming>F_S1_T4_EV_SIGNED</bpmn:incoming>", "<bpmn:incoming>F_S1_T4B</bpmn:incoming>"),
        ("<bpmn:flowNodeRef>S1_T3</bpmn:flowNodeRef>", "<bpmn:flowNodeRef>S1_T3</bpmn:flowNodeRef>"
         "<bpmn:flowNodeRef>S1_T4B</bpmn:flowNodeRef>"),
        ('<bpmn:userTask id="S1_T5"', ADDED + '<bpmn:userTask id="S1_T5"'),
    ):  # fmt: skip
        assert drawing.count(old) == 1, old
        drawing = drawing.replace(old, new)
    return drawing.encode()


def planned(leader: Caller, owner: Caller, inspector: Caller) -> str:
    """A case whose measures have just been planned."""
    case = str(register(inspector)["id"])
    inspector.do("S1_T2", ISSUE, instance_id=case)
    leader.do("S1_T3", NAMED, instance_id=case)
    return case


def open_steps(caller: Caller, case: str) -> set[str]:
    return set(caller.inbox(instance_id=case))


def test_an_analyst_changes_a_process_and_only_new_cases_follow(
    analyst: Caller, colleague: Caller, inspector: Caller, leader: Caller, owner: Caller
) -> None:
    old_case = planned(leader, owner, inspector)
    design = begin(analyst)
    path = f"/designs/{design['id']}"
    assert text(analyst, design["id"]) == shipped(f"{S1}.bpmn")

    # The connection is cut after the save, and again after the proposal: repeating them is harmless.
    content = changed(text(analyst, design["id"]))
    rev = put(analyst, design["id"], content, design["rev"])["rev"]
    assert analyst.get(path)["problems"]["errors"] == 0
    told = analyst.get(f"{path}/differences")
    assert {(one["id"], one["change"]) for one in told["elements"]} >= {("S1_T7", "changed"), ("S1_T4B", "added")}
    assert put(analyst, design["id"], content, rev)["rev"] == rev

    trial = try_out(analyst, design["id"])
    assert "S1_T4B" in trial["path"]
    assert next(task["due_on"] for task in trial["tasks"] if task["element_id"] == "S1_T4B")

    impact = analyst.get(f"{path}/impact")
    assert impact["running"][0]["count"] >= 1
    key = {"Idempotency_Key": "day-1", "If_Match": f'"{rev}"'}
    proposed = analyst.post(f"{path}/proposal", {"note": "放宽核验"}, status=201, **key)
    assert analyst.post(f"{path}/proposal", {"note": "放宽核验"}, status=201, **key) == proposed
    assert colleague.post(f"/deployments/{proposed['deployment_id']}/confirm")["state"] == "current"

    new_case = planned(leader, owner, inspector)
    owner.do("S1_T4", PLAN, instance_id=old_case)
    owner.do("S1_T4", PLAN, instance_id=new_case)
    assert "S1_T4B" not in open_steps(leader, old_case)
    assert "S1_T5" in open_steps(owner, old_case)
    assert open_steps(leader, new_case) == {"S1_T4B"}
    assert leader.inbox(instance_id=new_case)["S1_T4B"]["due_on"] == "2026-03-04"
    library = {p["key"]: p for p in analyst.get("/designs/library")["processes"]}[S1]
    assert [(v["version"], v["state"], v["running"] > 0) for v in library["versions"]] == [
        (2, "current", True),
        (1, "superseded", True),
    ]


def try_out(analyst: Caller, design_id: str) -> Any:
    """To the added task."""
    trial = analyst.post("/trials", {"design_id": design_id, "variables": PROBLEM}, status=201)
    values: dict[str, dict[str, object]] = {"S1_T3": {"owner": "u101", "owner_decision": "指定"}}
    for node in ("S1_T2", "S1_T3", "S1_T4"):
        (task,) = (task for task in trial["tasks"] if task["element_id"] == node)
        body = {"token": task["token"], "values": values.get(node, {}), "checked": False}
        trial = analyst.post(f"/trials/{trial['id']}/complete", body)
        assert trial["problem"] is None, trial["problem"]
    return trial
