"""Two people publish: what a proposal changes is told before, another analyst confirms it or sends it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.core import Engine
from tests.integration.api.conftest import Caller, file_part, register
from tests.integration.design.conftest import S1, begin, put, shipped, text
from tests.unit.lint.drawings import a_process, a_task

Begin = Callable[[str], Any]
TASK = 'cx:assign="self:pos:PERSON_RESP" cx:form="S1_T6" cx:due="created+3wd" cx:ladder="STD"'


def propose(caller: Caller, design_id: str, rev: int, *, status: int = 201, note: str = "") -> Any:
    answer = caller.call("POST", f"/designs/{design_id}/proposal", {"note": note}, If_Match=f'"{rev}"')
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_json()


def drawn(caller: Caller, key: str, content: bytes) -> Any:
    """A text of a new process, saved as revision 2."""
    made = caller.post("/designs", {"key": key, "name": key}, status=201)
    put(caller, made["id"], content, 1)
    return made


def test_the_impact_counts_running_cases_by_version_and_says_it_in_words(analyst: Caller, inspector: Caller) -> None:
    before = analyst.get(f"/designs/{begin(analyst)['id']}/impact")["running"]
    register(inspector)
    found = analyst.get(f"/designs/{begin(analyst)['id']}/impact")
    assert found["running"][0]["count"] == (before[0]["count"] if before else 0) + 1
    assert (found["current"]["version"], found["next_version"], found["is_behind"]) == (1, 2, False)
    count = found["running"][0]["count"]
    assert found["words"][0] == f"{count} 件在办留在 v1 上办结，不受影响。"
    assert found["words"][1] == "经另一名分析员确认后，新登记的事项按 v2 办理。"
    assert {"key": "S1_T4", "version": 1} in found["forms"]
    english = analyst.call("GET", f"/designs/{begin(analyst)['id']}/impact", Accept_Language="en").get_json()
    assert english["words"][0] == f"{count} running cases stay on v1 to their end, untouched."


def test_a_proposal_waits_and_takes_force_when_another_confirms_it(
    analyst: Caller, colleague: Caller, engine: Engine
) -> None:
    made = drawn(analyst, "TWO_PEOPLE", a_process(a_task(TASK), key="TWO_PEOPLE"))
    proposed = propose(analyst, made["id"], 2, note="试行")
    assert proposed["version"] == 1
    assert analyst.get(f"/designs/{made['id']}")["state"] == "proposed"
    (waiting,) = (p for p in colleague.get("/proposals")["items"] if p["id"] == proposed["deployment_id"])
    assert (waiting["own"], waiting["note"], waiting["proposed_by"]["id"]) == (False, "试行", "u901")
    assert "design_proposed" in notices(colleague)
    assert analyst.post(f"/deployments/{proposed['deployment_id']}/confirm", status=403)["code"] == "own_proposal"
    late = put(analyst, made["id"], text(analyst, made["id"]) + b"<!-- -->", 2, status=409)
    assert (late["code"], late["facts"]["kept_as"]) == ("design_closed", 3)
    colleague.post(f"/deployments/{proposed['deployment_id']}/confirm")
    assert analyst.get(f"/designs/{made['id']}")["state"] == "published"
    (row,) = analyst.get("/process-definitions?key=TWO_PEOPLE")["items"]
    assert analyst.call("GET", f"/process-definitions/{row['id']}/xml").data == text(analyst, made["id"], 2)
    assert "design_confirmed" in notices(analyst)
    again = colleague.post(f"/deployments/{proposed['deployment_id']}/refusal", {"reason": "晚了"}, status=409)
    assert again["code"] == "already_decided"


def test_a_refused_text_is_written_on_with_the_reason_shown(analyst: Caller, colleague: Caller) -> None:
    made = drawn(analyst, "SENT_BACK", a_process(a_task(TASK), key="SENT_BACK"))
    proposed = propose(analyst, made["id"], 2)
    path = f"/deployments/{proposed['deployment_id']}/refusal"
    assert colleague.post(path, {"reason": " "}, status=422)["facts"]["field"] == "reason"
    assert colleague.post(path, {"reason": "时限依据不足"})["state"] == "refused"
    shown = analyst.get(f"/designs/{made['id']}")
    assert (shown["state"], shown["refusal"]["reason"], shown["refusal"]["by"]["id"]) == (
        "editing",
        "时限依据不足",
        "u902",
    )
    assert "design_refused" in notices(analyst)
    assert analyst.get("/process-definitions?key=SENT_BACK&state=current")["items"] == []
    put(analyst, made["id"], text(analyst, made["id"]) + b"<!-- more -->", 2)
    assert propose(analyst, made["id"], 3)["version"] == 2


def test_the_author_takes_a_proposal_back(analyst: Caller) -> None:
    made = drawn(analyst, "TAKEN_BACK", a_process(a_task(TASK), key="TAKEN_BACK"))
    proposed = propose(analyst, made["id"], 2)
    analyst.post(f"/deployments/{proposed['deployment_id']}/refusal", {"reason": "还要修改"})
    assert analyst.get(f"/designs/{made['id']}")["state"] == "editing"


def test_what_the_lint_refuses_is_not_put_forward(analyst: Caller, blank: Begin) -> None:
    made = blank("NOT_READY")
    refused = propose(analyst, made["id"], 1, status=422)
    assert refused["code"] == "definition_rejected"
    assert refused["problems"]
    renamed = a_process(a_task(TASK), key="OTHER")
    put(analyst, made["id"], renamed, 1)
    assert propose(analyst, made["id"], 2, status=422)["problems"][0]["rule"] == "DES-01"
    assert analyst.get(f"/designs/{made['id']}")["state"] == "editing"


def test_only_the_revision_that_was_looked_at_is_put_forward(analyst: Caller, colleague: Caller) -> None:
    made = drawn(analyst, "STALE", a_process(a_task(TASK), key="STALE"))
    assert propose(analyst, made["id"], 1, status=409)["code"] == "design_changed"
    assert propose(colleague, made["id"], 2, status=409)["code"] == "design_locked"


def test_called_processes_come_along_and_make_no_versions_of_their_own(analyst: Caller, colleague: Caller) -> None:
    call = '<callActivity id="T1" name="审批" calledElement="S4_APPROVE" />'
    made = drawn(analyst, "CALLS", a_process(call, key="CALLS"))
    proposed = propose(analyst, made["id"], 2)
    shown = colleague.get(f"/deployments/{proposed['deployment_id']}")
    assert shown["files"] == ["CALLS.bpmn", "S4_APPROVE.bpmn"]
    assert [row["key"] for row in shown["definitions"]] == ["CALLS"]
    colleague.post(f"/deployments/{proposed['deployment_id']}/confirm")
    assert [r["version"] for r in analyst.get("/process-definitions?key=S4_APPROVE")["items"]] == [1]
    approve = begin(analyst, "S4_APPROVE")
    assert "CALLS" in analyst.get(f"/designs/{approve['id']}/impact")["called_by"]


def test_a_text_begun_from_an_older_version_is_told_to_compare(analyst: Caller, colleague: Caller) -> None:
    content = a_process(a_task(TASK), key="BEHIND")
    made = drawn(analyst, "BEHIND", content)
    first = propose(analyst, made["id"], 2)
    colleague.post(f"/deployments/{first['deployment_id']}/confirm")
    begun = begin(analyst, "BEHIND")
    sent = colleague.upload(
        "/deployments", {"files": [file_part("BEHIND.bpmn", content + b"<!-- v2 -->")], "auto_confirm": "true"}
    )
    assert sent["state"] == "current"
    found = analyst.get(f"/designs/{begun['id']}/impact")
    assert (found["is_behind"], found["current"]["version"], found["next_version"]) == (True, 2, 3)
    assert any("现行版本是 v2" in sentence for sentence in found["words"])


@pytest.mark.parametrize("path", ["/proposals", "/designs/choices"])
def test_officers_are_sent_away(owner: Caller, path: str) -> None:
    owner.get(path, status=403)


def notices(caller: Caller) -> set[str]:
    return {notice["kind"] for notice in caller.get("/notices")["items"]}


def test_the_shipped_text_is_ready_to_be_put_forward(analyst: Caller) -> None:
    made = begin(analyst)
    assert text(analyst, made["id"]) == shipped(f"{S1}.bpmn")
    assert analyst.get(f"/designs/{made['id']}/impact")["problems"] == {"errors": 0, "warnings": 0}
